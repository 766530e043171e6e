"""A conversation in the terminal: what a patient would read, and below it who answered and how long it took."""

import asyncio
import sys
from collections.abc import Callable

from graph.replies import Reply
from jobs.try_out import TryOut
from tenants.ids import UserId
from tenants.tenant import Tenant

DIM, PLAIN = "\033[2m", "\033[0m"
LEAVE = frozenset({"/exit", "/quit", "/salir"})

Write = Callable[[str], None]


def _line_of_facts(reply: Reply) -> str:
    facts = [reply.agent, reply.model, f"{reply.milliseconds} ms"]
    if reply.tools_used:
        facts.append("tools: " + ", ".join(reply.tools_used))
    if reply.red_flag:
        facts.append(f"RED FLAG {reply.red_flag}")
    if reply.handoff:
        facts.append(f"to a human: {reply.handoff['reason']}")
    return " · ".join(facts)


def shown(reply: Reply, *, colours: bool) -> str:
    """Return a reply as the terminal shows it: text, buttons, facts."""
    buttons = " ".join(f"[{option['title']}]" for option in reply.options)
    facts = _line_of_facts(reply)
    below = f"{DIM}{facts}{PLAIN}" if colours else f"({facts})"
    return "\n".join(line for line in (reply.text, buttons, below, "") if line) + "\n"


async def chat(
    try_out: TryOut, tenant: Tenant, *, user_id: str, read: Callable[[], str], write: Write
) -> None:
    """Talk with a company until the input ends; bookings are real, on its calendar."""
    colours = sys.stdout.isatty()
    write(f"{tenant.company_name}. /exit leaves.\n")
    while True:
        line = await asyncio.to_thread(read)
        text = line.strip()
        if not line or text in LEAVE:
            return
        if text:
            reply = await try_out.answer(tenant, UserId(user_id), text, source="terminal")
            write(shown(reply, colours=colours))
