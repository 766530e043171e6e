"""The texts that one company's threads are kept as: three keys a thread, one script an act."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from graph import checkpoint_scripts as scripts
from graph.checkpoint_scripts import ABOUT, END, SEPARATOR
from graph.errors import ForeignThreadError
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId, ThreadId


class Member(NamedTuple):
    """Names a checkpoint within its thread."""

    space: str
    """LangGraph's checkpoint_ns; empty for the root."""
    checkpoint_id: str

    @property
    def field(self) -> str:
        """The member of the sorted set and the field of the hashes."""
        return f"{self.space}{SEPARATOR}{self.checkpoint_id}"

    @classmethod
    def read(cls, field: str) -> "Member":
        """Return the member that a field names."""
        space, _, checkpoint_id = field.rpartition(SEPARATOR)
        return cls(space, checkpoint_id)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it is stored."""

    member: Member
    document: str
    about: str
    """JSON: what is known of the checkpoint without its document."""
    writes: str
    """Lines of JSON."""


class ThreadStore:
    """Reads and writes the threads of one company; refuses to write in another's."""

    def __init__(
        self, redis: Client, company: CompanyId, *, retention: timedelta, keep: int
    ) -> None:
        """Bind to a company; `keep` is how many root checkpoints a thread has at most, 0 for all."""
        self._redis = redis
        self._company = company
        self._retention = retention
        self._keep = keep
        self._read = redis.register_script(scripts.READ)
        self._put = redis.register_script(scripts.PUT)
        self._append = redis.register_script(scripts.APPEND)
        self._prune = redis.register_script(scripts.PRUNE)
        self._delete = redis.register_script(scripts.DELETE)
        self._copy = redis.register_script(scripts.COPY)

    async def read(self, thread: str, space: str, checkpoint_id: str | None) -> Kept | None:
        """Return a checkpoint, without an id the newest of its namespace."""
        wanted = Member(space, checkpoint_id).field if checkpoint_id else ""
        found = await self._read(keys=self._kept(thread), args=[wanted, space])
        return Kept(Member.read(found[0]), *found[1:]) if found else None

    async def put(self, thread: str, member: Member, document: str, about: str) -> None:
        """Store a checkpoint, prune what is older than is kept, renew the thread's life."""
        await self._own(self._put, thread, [self._keep, member.field, document, about])

    async def append(self, thread: str, member: Member, lines: str) -> None:
        """Add writes that wait for a checkpoint."""
        await self._own(self._append, thread, [member.field, lines])

    async def prune(self, thread: str, keep: int) -> None:
        """Keep the newest root checkpoints and what hangs on them; makes no thread."""
        if await awaitable(self._redis.exists(self._kept(thread)[1])):
            await self._own(self._prune, thread, [keep])

    async def copy(self, source: str, target: str) -> None:
        """Make the target what the source is."""
        await self._own(self._copy, target, [], self._kept(source))

    async def delete(self, thread: str) -> None:
        """Erase a thread and the branches that end with it."""
        branches = keys.checkpoint_branches(self._company, ThreadId(thread))
        for one in (thread, *await awaitable(self._redis.smembers(branches))):
            await self._delete(keys=self._owned(one), args=[self._company])
        await self._redis.unlink(branches)

    async def note_branch(self, thread: ThreadId, branch: ThreadId) -> None:
        """Remember that a branch ends when a thread is erased."""
        branches = keys.checkpoint_branches(self._company, thread)
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.sadd(branches, branch)
            pipeline.expire(branches, self._retention)
            await pipeline.execute()

    async def expire(self, thread: str, life: timedelta) -> None:
        """Let a thread end after a time of its own; the next write renews it."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            for key in self._owned(thread):
                pipeline.expire(key, life)
            await pipeline.execute()

    async def members(self, thread: str, space: str | None = None) -> Sequence[Member]:
        """Return a thread's checkpoints: the root first, then by namespace, newest first in each."""
        _, ids, _ = self._kept(thread)
        if space is None:
            fields = await awaitable(self._redis.zrange(ids, 0, -1))
        else:
            least, most = f"[{space}{SEPARATOR}", f"({space}{END}"
            fields = await awaitable(self._redis.zrangebylex(ids, least, most))
        newest_first = [Member.read(field) for field in reversed(fields)]
        return sorted(newest_first, key=lambda member: member.space)

    async def about(self, thread: str, members: Sequence[Member]) -> Sequence[dict[str, Any]]:
        """Return what is known of checkpoints; empty for one that was pruned meanwhile."""
        if not members:
            return ()
        fields = [f"{member.field}{ABOUT}" for member in members]
        found = await awaitable(self._redis.hmget(self._kept(thread)[0], fields))
        return [json.loads(one) if one else {} for one in found]

    async def page(self, thread: str, members: Sequence[Member]) -> Sequence[Kept]:
        """Return checkpoints whole, less those that were pruned meanwhile."""
        if not members:
            return ()
        documents, _, writes = self._kept(thread)
        fields = [member.field for member in members]
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hmget(documents, fields)
            pipeline.hmget(documents, [f"{field}{ABOUT}" for field in fields])
            pipeline.hmget(writes, fields)
            bodies, abouts, lines = await pipeline.execute()
        return [
            Kept(member, body, about, written or "")
            for member, body, about, written in zip(members, bodies, abouts, lines, strict=True)
            if body
        ]

    async def drop(self, thread: str, members: Sequence[Member]) -> None:
        """Take checkpoints back, with what waits for them."""
        if not members:
            return
        documents, ids, writes = self._kept(thread)
        fields = [member.field for member in members]
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.zrem(ids, *fields)
            pipeline.hdel(documents, *fields, *(f"{field}{ABOUT}" for field in fields))
            pipeline.hdel(writes, *fields)
            await pipeline.execute()

    def _kept(self, thread: str) -> tuple[str, str, str]:
        own = ThreadId(thread)
        return (
            keys.checkpoints(self._company, own),
            keys.checkpoint_ids(self._company, own),
            keys.checkpoint_writes(self._company, own),
        )

    def _owned(self, thread: str) -> tuple[str, ...]:
        return (*self._kept(thread), keys.thread_company(ThreadId(thread)))

    async def _own(
        self, script: Any, thread: str, more: Sequence[str | int], others: Sequence[str] = ()
    ) -> None:
        seconds = int(self._retention.total_seconds())
        owned = (*self._owned(thread), *others)
        if not await script(keys=owned, args=[self._company, seconds, *more]):
            raise ForeignThreadError(f"The thread is not one of {self._company}.")
