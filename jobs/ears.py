"""Hears what a patient writes while we wait or think, and whether any of it is an alarm."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from jobs.front_desk import Screen
from jobs.mailbox import Entry
from jobs.turn_in_hand import TurnsInHand
from safety.alarm import Alarm
from tenants.ids import ConversationId
from tenants.tenant import InboxManners

GLANCE = 0.25  # seconds between looks into the mailbox


class Ears:
    """Listens for one patient, for as long as the lock is held."""

    def __init__(self, turns: TurnsInHand, screen: Screen) -> None:
        """Take the patient's mailbox and who sees danger."""
        self._turns = turns
        self._screen = screen
        self._heard: dict[str, Alarm | None] = {}

    async def alarm_in(self, entries: Sequence[Entry]) -> Alarm | None:
        """Return the most pressing alarm of some messages, one by one and as a whole."""
        alarms = [await self._alarm(entry.id, _words(entry)) for entry in entries]
        if len(entries) > 1:
            together = "\n".join(_words(entry) for entry in entries)
            alarms.append(await self._alarm("+".join(entry.id for entry in entries), together))
        raised = [alarm for alarm in alarms if alarm is not None]
        return min(raised, key=lambda alarm: alarm.rank, default=None)

    async def whole_burst(
        self, conversation: ConversationId, begun: Sequence[Entry], manners: InboxManners
    ) -> Sequence[Entry]:
        """Wait until the patient pauses, and return everything written in the conversation.

        An alarm ends the wait at once; so does the company's limit.
        """
        if not manners.burst_seconds:
            return begun
        loop = asyncio.get_running_loop()
        limit = loop.time() + manners.burst_limit_seconds
        quiet = loop.time() + manners.burst_seconds
        known, batch = await self._turns.waiting(), begun
        while (rest := min(quiet, limit) - loop.time()) > 0:
            await asyncio.sleep(min(GLANCE, rest))
            count = await self._turns.waiting()
            if count == known:
                continue
            known, batch = count, await self.written(conversation)
            if await self.alarm_in(batch) is not None:
                break
            if batch and batch[-1].message.submission:
                break
            quiet = loop.time() + manners.burst_seconds
        return batch

    async def written(self, conversation: ConversationId) -> Sequence[Entry]:
        """Return what waits in a conversation now, in order."""
        _, waiting = await self._turns.load()
        return [entry for entry in waiting if entry.conversation_id == conversation]

    async def alarm_during(self, work: asyncio.Task[Any], known: Collection[str]) -> bool:
        """Wait for some work; True as soon as a message that is not `known` raises an alarm."""
        count = len(known)
        while True:
            await asyncio.wait({work}, timeout=GLANCE)
            if work.done():
                return False
            if await self._turns.waiting() == count:
                continue
            _, waiting = await self._turns.load()
            count = len(waiting)
            new = [entry for entry in waiting if entry.id not in known]
            if await self.alarm_in(new) is not None:
                return True

    async def _alarm(self, name: str, words: str) -> Alarm | None:
        if name not in self._heard:
            self._heard[name] = await self._screen.screen(words) if words else None
        return self._heard[name]


def _words(entry: Entry) -> str:
    said = [entry.message.text, *(one.transcript for one in entry.message.attachments)]
    return "\n".join(one for one in said if one)
