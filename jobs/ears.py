"""Hears what a patient writes while we wait or think, and whether any of it is an alarm."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from jobs.front_desk import Screen
from jobs.in_reading import InReading
from jobs.lately import Lately
from jobs.mailbox import Entry
from jobs.turn_in_hand import TurnsInHand
from nodes.router import graver
from safety.alarm import Alarm
from tenants.ids import ConversationId
from tenants.tenant import InboxManners

GLANCE = 0.25  # seconds between looks into the mailbox


class Ears:
    """Listens for one patient, for as long as the lock is held."""

    def __init__(
        self,
        turns: TurnsInHand,
        screen: Screen,
        files: InReading,
        lately: Lately,
        known: Callable[[Alarm], Awaitable[bool]],
    ) -> None:
        """Take the patient's mailbox, who sees danger, what is made of files, what was said before.

        `known` alarms are none any more: people were told, and the agents go on.
        """
        self._known = known
        self._lately = lately
        self._turns = turns
        self._screen = screen
        self._heard: dict[str, Alarm | None] = {}
        self._by_rules: dict[str, Alarm | None] = {}
        self.files = files

    async def alarm_in(self, entries: Sequence[Entry]) -> Alarm | None:
        """Return the most pressing alarm of some messages, one by one and as a whole.

        What files say counts as far as they have been read.
        """
        words = {entry.id: self._words(entry) for entry in entries}
        alarms = [await self._alarm(text) for text in words.values()]
        if len(entries) > 1:
            alarms.append(await self._alarm("\n".join(words.values())))
        alarms += [read.alarm for entry in entries for read in self.files.of(entry)]
        alarm = graver(*alarms) or await self._begun_before(entries, words)
        return None if alarm is None or await self._known(alarm) else alarm

    async def all_read(
        self, conversation: ConversationId, batch: Sequence[Entry], *, more: bool
    ) -> Sequence[Entry] | None:
        """Wait until a batch's files are read; return everything written meanwhile where `more` may be.

        An alarm in the conversation ends the wait; None when one came in another.
        """
        self.files.begin(batch)
        seen = 0, self.files.finished
        while pending := self.files.pending(batch):
            await asyncio.wait(pending, timeout=GLANCE, return_when=asyncio.FIRST_COMPLETED)
            now = await self._turns.waiting(), self.files.finished
            if now == seen:
                continue
            seen = now
            _, waiting = await self._turns.load()
            self.files.begin(waiting)
            if more:
                batch = [one for one in waiting if one.conversation_id == conversation] or batch
            if await self.alarm_in(batch) is not None:
                break
            if await self.alarm_in(waiting) is not None:
                return None
        return batch

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
        known, read, batch = await self._turns.waiting(), self.files.finished, begun
        while (rest := min(quiet, limit) - loop.time()) > 0:
            await asyncio.sleep(min(GLANCE, rest))
            count = await self._turns.waiting()
            if count == known:
                if read != self.files.finished:
                    read = self.files.finished
                    if await self.alarm_in(batch) is not None:
                        break
                continue
            known, batch = count, await self.written(conversation)
            self.files.begin(batch)
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
        seen = len(known), self.files.finished
        while True:
            await asyncio.wait({work}, timeout=GLANCE)
            if work.done():
                return False
            if (await self._turns.waiting(), self.files.finished) == seen:
                continue
            _, waiting = await self._turns.load()
            seen = len(waiting), self.files.finished
            new = [entry for entry in waiting if entry.id not in known]
            self.files.begin(new)
            if await self.alarm_in(new) is not None:
                return True

    async def _begun_before(
        self, entries: Sequence[Entry], words: Mapping[str, str]
    ) -> Alarm | None:
        """Return the alarm of what an earlier message began: "no puedo", and a minute later "respirar"."""
        new = {one.id: (one.message.created_at, words[one.id]) for one in entries}
        before = await self._lately.before(new)
        # What was danger already before has had its answer.
        if not before or self._ruled(before) is not None:
            return None
        return self._ruled("\n".join((before, *words.values())))

    def _ruled(self, text: str) -> Alarm | None:
        # The same messages are listened to several times on their way.
        if text not in self._by_rules:
            self._by_rules[text] = self._screen.rules(text)
        return self._by_rules[text]

    async def _alarm(self, words: str) -> Alarm | None:
        if words not in self._heard:
            self._heard[words] = await self._screen.screen(words) if words else None
        return self._heard[words]

    def _words(self, entry: Entry) -> str:
        """Return what was written and said; what a photo or a form shows is nobody's words."""
        told = [one.transcript for one in entry.message.attachments]
        heard = [one.text for one in self.files.of(entry) if one.spoken and one.text not in told]
        written = entry.message.text, entry.message.middle
        return "\n".join(one for one in (*written, *told, *heard) if one)
