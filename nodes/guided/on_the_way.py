"""What a patient asks on the way to an appointment: answered first, then the booking goes on."""

from dataclasses import replace

from nodes.guided import answering, courtesy
from nodes.guided.reply import Reply, say
from nodes.guided.treatment_facts import asked_of
from nodes.guided.turn import Turn
from nodes.guided.understanding import COURTESY

INFORMATION = (
    "price", "duration", "preparation", "aftercare", "deposit", "hours", "address", "parking",
    "phone", "website", "payment", "staff", "cancel_rule", "promotion", "services", "recovery",
    "difference", "cheapest",
)  # fmt: skip
"""Cues of whoever wants to know something."""


def facts_beside(turn: Turn) -> list[str]:
    """Answer from the company's own data what a patient asks while arranging."""
    heard = turn.heard
    if heard.staff and heard.staff.role and heard.asks and not heard.when and not heard.cues:
        return [say(turn, "staff_role", name=heard.staff.name, role=heard.staff.role)]
    if not heard.has(*INFORMATION):
        return []
    found: list[str] = []
    topic = turn.tenant.treatment(topic_of(turn))
    if topic is not None and heard.has("price", "duration", "preparation", "aftercare", "deposit"):
        found += asked_of(turn, topic)
    return [*found, *answering.quick_facts(turn)]


def topic_of(turn: Turn) -> str:
    """Return the id of the treatment that is spoken of, as far as that is clear."""
    named = turn.heard.treatments
    if len(named) == 1:
        return named[0].id
    return str((turn.booking or {}).get("treatment_id") or turn.notes.get("topic") or "")


def answered_first(turn: Turn, facts: list[str], reply: Reply) -> Reply:
    """Put answers before a reply, and a greeting before all when the patient begins with one."""
    greets = turn.heard.has("greeting") and not turn.earlier and not turn.heard.cues <= COURTESY
    opening = [say(turn, "short_greeting", hello=courtesy.hello(turn))] if greets else []
    if not (facts or opening):
        return reply
    text = "\n\n".join([*facts, reply.text])
    text = " ".join([*opening, text])
    return replace(reply, text=text)
