"""What is written down of a turn once it is sent, or of what a patient wrote to a person."""

from collections.abc import Mapping, Sequence

import structlog
from redis.exceptions import RedisError

from graph.conversations import Card, Line, line
from integrations.clock import Clock
from jobs.drafting import context_of
from jobs.front_desk import FrontDesk, Transcript
from jobs.mailbox import Entry
from jobs.media import own_words
from jobs.notices import Notices
from jobs.numbers import Numbers
from jobs.turn_in_hand import TurnInHand
from jobs.visit import Visit
from jobs.writing_window import written

logger = structlog.get_logger(__name__)

SAID = frozenset({"text", "options", "voice"})
"""Kinds of parts that the patient hears or reads."""


class Minutes:
    """Keeps the transcript, the thread and the numbers."""

    def __init__(
        self,
        *,
        transcript: Transcript,
        front_desk: FrontDesk,
        clock: Clock,
        numbers: Numbers | None,
        notices: Notices | None,
    ) -> None:
        """Take where it is written."""
        self._transcript = transcript
        self._front_desk = front_desk
        self._clock = clock
        self._numbers = numbers
        self._notices = notices

    async def finish(self, visit: Visit, turn: TurnInHand, answered: Sequence[Entry]) -> None:
        """Write down what was said, and forget the turn. A line that comes twice is kept once."""
        lines = lines_of(answered, turn.heard)
        text = "\n\n".join(written(one for one in turn.parts if one.kind in SAID))
        if text:
            moment = self._clock()
            said = line(
                f"{turn.turn_id}.reply",
                "assistant",
                text,
                moment=moment,
                agent=turn.agent,
                passages=turn.passages,
                blocked=turn.blocked,
            )
            lines.append(said)
        card = Card(
            conversation_id=turn.conversation_id,
            channel=turn.channel,
            name=answered[-1].message.patient_name if answered else "",
        )
        await self._transcript.append(visit.tenant, visit.user, lines, card)
        if self._notices is not None:
            await self._notices.told(visit.tenant, visit.user, turn)
        if self._numbers is not None:
            await self._numbers.turn(visit.tenant, visit.user, turn, answered)
        await visit.turns.finish(turn, answered)
        logger.info(
            "message_answered",
            turn_id=turn.turn_id,
            agent=turn.agent,
            parts=len(turn.parts),
            messages=len(answered),
            handed_over=turn.handover is not None,
        )

    async def overheard(
        self, visit: Visit, entries: Sequence[Entry], known: Mapping[str, str] | None = None
    ) -> None:
        """Keep what a patient wrote to a person, so that we know it when we are asked again.

        `known` is what files were found to say before.
        """
        context = context_of(visit.tenant, entries[-1].message)
        heard = {one.id: own_words(one.message, visit.ears.files.of(one)) for one in entries}
        heard |= known or {}
        lines = tuple((one.id, "user", heard[one.id]) for one in entries if heard[one.id])
        try:
            if lines:
                await self._front_desk.remember(visit.tenant, context, lines)
        except RedisError:
            raise
        except Exception:  # The people have the conversation; our memory of it may have a gap.
            logger.exception("message_not_remembered")
        card = Card(
            conversation_id=context.conversation_id,
            channel=context.channel,
            name=context.patient_name,
        )
        await self._transcript.append(visit.tenant, visit.user, lines_of(entries, heard), card)


def lines_of(entries: Sequence[Entry], heard: Mapping[str, str]) -> list[Line]:
    """Return a patient's messages as lines of the transcript, with what their files say."""
    return [
        Line(
            message_id=entry.id,
            role="user",
            content=heard.get(entry.id)
            or entry.message.text
            or " ".join(f"[{one.kind}]" for one in entry.message.attachments),
            timestamp=entry.message.created_at,
        )
        for entry in entries
    ]
