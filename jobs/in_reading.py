"""Files of one patient that are being read, begun as soon as they are seen, beside everything else."""

import asyncio
from collections.abc import Sequence

from jobs.mailbox import Entry
from jobs.readings import Reader, Reading
from tenants.tenant import Tenant


class InReading:
    """What is made of a patient's files while the thread is ours: each is read once."""

    def __init__(self, reader: Reader, tenant: Tenant, tasks: asyncio.TaskGroup) -> None:
        """Take who reads, for which company, and where tasks live."""
        self._reader = reader
        self._tenant = tenant
        self._tasks = tasks
        self._begun: dict[str, asyncio.Task[Sequence[Reading]]] = {}

    def begin(self, entries: Sequence[Entry]) -> None:
        """Begin to read what came with some messages; returns at once."""
        for entry in entries:
            if entry.message.attachments and entry.id not in self._begun:
                reading = self._reader.read(self._tenant, entry.message)
                self._begun[entry.id] = self._tasks.create_task(reading)

    def of(self, entry: Entry) -> Sequence[Reading]:
        """Return what a message's files say, one an attachment; nothing while they are being read."""
        task = self._begun.get(entry.id)
        return task.result() if task is not None and task.done() and not task.cancelled() else ()

    def pending(self, entries: Sequence[Entry]) -> set[asyncio.Task[Sequence[Reading]]]:
        """Return what is still being read of some messages."""
        begun = (self._begun.get(entry.id) for entry in entries)
        return {task for task in begun if task is not None and not task.done()}

    @property
    def finished(self) -> int:
        """How many messages' files have been read: a sign that there may be something new to hear."""
        return sum(task.done() for task in self._begun.values())

    def stop(self) -> None:
        """Leave what nobody waits for any more."""
        for task in self._begun.values():
            task.cancel()
