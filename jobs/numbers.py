"""What turns add to a company's numbers: each counted once, whatever crashes in between."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from graph.replies import Reply
from integrations.clock import Clock
from jobs.mailbox import Entry
from jobs.turn_in_hand import TurnInHand
from tenants.finished_turns import FinishedTurn
from tenants.histogram import bucket
from tenants.ids import TurnId, UserId, subject_of
from tenants.tenant import Tenant
from tenants.usage import Usage, by

DONE: Mapping[str, str] = {
    "book_appointment": "bookings",
    "move_appointment": "moves",
    "cancel_appointment": "cancellations",
}
"""What a tool's success is counted as."""
SEARCH = "search_knowledge"


def numbers_of(reply: Reply) -> dict[str, int]:
    """Return what a reply adds: who answered, how fast, what was done, whether documents knew."""
    counts = Counter(
        {
            by("answers", reply.agent, reply.model or "unknown"): 1,
            by("answer_ms", bucket(reply.milliseconds)): 1,
            "answer_ms_sum": round(reply.milliseconds),
        }
    )
    counts.update(by("stopped", kind) for kind in reply.blocked)
    counts.update(DONE[tool] for tool in reply.done if tool in DONE)
    if SEARCH in reply.tools_used:
        counts["searches"] += 1
        counts["unanswered"] += not reply.passages
    return dict(counts)


def in_fixed_words(agent: str, *also: str) -> dict[str, int]:
    """Return what an answer in fixed words adds, and what was done with it."""
    return {by("answers", agent or "support", "fixed"): 1, **dict.fromkeys(also, 1)}


class Numbers:
    """Counts what was answered, kept silent, left to people."""

    def __init__(self, usage: Usage, clock: Clock, *, keeps_turns: bool = False) -> None:
        """Take the counters and the clock; turns are kept only where there is a PostgreSQL to copy them into."""
        self._usage = usage
        self._clock = clock
        self._keeps_turns = keeps_turns

    async def turn(
        self, tenant: Tenant, user: UserId, turn: TurnInHand, answered: Sequence[Entry]
    ) -> None:
        """Count a turn that is done, by its id: the same turn again counts nothing."""
        counts = Counter(turn.numbers or (in_fixed_words(turn.agent) if turn.parts else {}))
        counts.update({"messages": len(answered), by("sources", "chatwoot"): 1})
        counts["replies"] += sum(part.kind != "note" for part in turn.parts)
        if turn.handover is not None:
            counts.update({"handoffs": 1, "handoffs_urgent": int(turn.handover.urgent)})
        elif not turn.parts:
            counts["withheld"] += 1
        if turn.parts and (waited := self._waited(answered)) is not None:
            counts.update(_waited(waited))
        finished = self._finished(tenant, user, counts)
        finished = replace(
            finished,
            conversation_id=str(turn.conversation_id),
            channel=turn.channel,
            agent=turn.agent,
            language=turn.language,
            emergency=turn.handover is not None and bool(turn.handover.alarm),
        )
        await self._count(tenant, user, turn.turn_id, counts, finished)

    async def left_to_people(
        self, tenant: Tenant, user: UserId, turn_id: TurnId, messages: int
    ) -> None:
        """Count what a patient wrote to a person."""
        counts = {"messages": messages, "messages_to_people": messages}
        await self._usage.count(tenant.company_id, counts, once=f"{turn_id}.people", patient=user)

    async def tried_out(self, tenant: Tenant, user: UserId, reply: Reply, source: str) -> None:
        """Count a turn that was answered in the request itself."""
        counts = Counter(numbers_of(reply))
        counts.update({"messages": 1, "replies": 1, by("sources", source): 1})
        counts.update(_waited(reply.milliseconds))
        if reply.handoff is not None:
            counts.update({"handoffs": 1, "handoffs_urgent": int(reply.handoff["urgent"])})
        finished = self._finished(tenant, user, counts)
        finished = replace(
            finished,
            channel=source,
            agent=reply.agent,
            language=reply.language,
            emergency=bool(reply.red_flag),
        )
        await self._count(tenant, user, reply.turn_id, counts, finished)

    async def not_yet(self, tenant: Tenant) -> None:
        """Write what a turn's calls cost that is not done yet, or never will be."""
        await self._usage.flush(tenant.company_id)

    def _finished(self, tenant: Tenant, user: UserId, counts: Counter[str]) -> FinishedTurn:
        """Return of a turn what its counts know."""
        return FinishedTurn(
            patient=subject_of(tenant.company_id, user),
            at=self._clock().isoformat(),
            messages=counts["messages"],
            replies=counts["replies"],
            milliseconds=counts["answer_ms_sum"],
            booked=counts["bookings"] > 0,
            handed_over=counts["handoffs"] > 0,
        )

    async def _count(
        self,
        tenant: Tenant,
        user: UserId,
        turn_id: TurnId,
        counts: Counter[str],
        finished: FinishedTurn,
    ) -> None:
        counts["turns"] += 1
        await self._usage.count(
            tenant.company_id,
            counts,
            once=turn_id,
            patient=user,
            turn=finished.dumped() if self._keeps_turns else "",
        )

    def _waited(self, answered: Sequence[Entry]) -> float | None:
        """Return the milliseconds since the last message, by Chatwoot's time; None when that is not told."""
        try:
            written = max(datetime.fromisoformat(one.message.created_at) for one in answered)
        except ValueError:
            return None
        if written.tzinfo is None:
            written = written.replace(tzinfo=UTC)
        return max((self._clock() - written).total_seconds() * 1000, 0)


def _waited(milliseconds: float) -> dict[str, int]:
    return {by("wait_ms", bucket(milliseconds)): 1, "wait_ms_sum": round(milliseconds)}
