"""Where one company's threads are kept: LangGraph's checkpointer for Redis, its defects repaired."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.redis.aio import AsyncRedisSaver

from graph import checkpoint_scripts as scripts
from graph.async_only import AsyncOnly
from graph.checkpoint_scripts import ABOUT, END, SEPARATOR
from graph.errors import ForeignThreadError
from graph.packing import pack, pack_writes, strict_serializer, unpack, unpack_writes
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId, ThreadId

KEEP = 20  # checkpoints of a thread, which are turns unless steps are kept too
PAGE = 25  # documents fetched at once when a history is listed


class CompanySaver(AsyncOnly, AsyncRedisSaver):
    """Keep the threads of one company; async only, and ready without `asetup`.

    Two round trips a turn with `durability="exit"`: one script reads, one writes, prunes and renews
    the life of the thread. Every key of a thread lives as long as the company's retention, from the
    last write on.
    """

    def __init__(
        self, redis: Client, company: CompanyId, *, retention: timedelta, keep: int = KEEP
    ) -> None:
        """Bind to a company; `keep` is how many checkpoints of a thread remain, 0 for all."""
        super().__init__(
            redis_client=redis,
            checkpoint_prefix=keys.checkpoint_prefix(company),
            checkpoint_write_prefix=keys.checkpoint_write_prefix(company),
        )
        self.serde = strict_serializer()
        self.company = company
        self.retention = retention
        self._client = redis
        self._keep = keep
        self._read = redis.register_script(scripts.READ)
        self._put = redis.register_script(scripts.PUT)
        self._append = redis.register_script(scripts.APPEND)
        self._prune = redis.register_script(scripts.PRUNE)
        self._delete = redis.register_script(scripts.DELETE)
        self._copy = redis.register_script(scripts.COPY)

    def create_indexes(self) -> None:
        """Make none: a thread is listed by its own sorted set, which cannot lag or be lost alone."""

    async def asetup(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint by id, else the newest of its namespace, else None."""
        thread, space = _place(config)
        checkpoint_id = get_checkpoint_id(config)
        found = await self._read(
            keys=self._kept(thread),
            args=[_member(space, checkpoint_id) if checkpoint_id else "", space],
        )
        return self._tuple(thread, *found) if found else None

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 # LangGraph's name.
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield a thread's checkpoints, newest first; ids first, documents as they are asked for."""
        if config is None:
            raise ValueError("Name a thread: threads are never listed together.")
        thread, _ = _place(config)
        left = limit
        members = await self._members(config, before)
        while members and (left is None or left > 0):
            size = PAGE if left is None or filter else min(PAGE, left)
            page, members = members[:size], members[size:]
            for found in await self._page(thread, page, filter or {}):
                if left is not None and left <= 0:
                    return
                left = None if left is None else left - 1
                yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,  # noqa: ARG002 # The whole state is kept.
        stream_mode: str = "values",  # noqa: ARG002 # The write is atomic, so nothing is half done.
    ) -> RunnableConfig:
        """Store a checkpoint under its own id; the config's is its parent's."""
        thread, space = _place(config)
        about = {
            "parent": get_checkpoint_id(config),
            "metadata": get_serializable_checkpoint_metadata(config, metadata),
        }
        member = _member(space, checkpoint["id"])
        # Whatever is not JSON in a run's metadata is there to be read by people.
        known = json.dumps(about, default=str, ensure_ascii=False)
        await self._store(thread, member, pack(self.serde, checkpoint), known)
        return _config(thread, space, checkpoint["id"])

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Store what a task wrote, to be applied when its step ends."""
        if not writes:
            return
        thread, space = _place(config)
        member = _member(space, config["configurable"]["checkpoint_id"])
        await self._append_writes(
            thread, member, pack_writes(self.serde, writes, task_id, task_path)
        )

    async def adelete_thread(self, thread_id: str) -> None:
        """Erase a thread and the branches that began from it, every key of them."""
        branches = keys.checkpoint_branches(self.company, ThreadId(thread_id))
        for thread in (thread_id, *await awaitable(self._client.smembers(branches))):
            await self._delete(keys=self._owned(thread), args=[self.company])
        await self._client.unlink(branches)

    async def aprune(
        self,
        thread_ids: Sequence[str],
        *,
        strategy: str = "keep_latest",
        keep_last: int | None = None,
        max_results: int = 0,  # noqa: ARG002 # Nothing is searched, so nothing is cut off.
    ) -> None:
        """Keep the newest checkpoints of each thread and what hangs on them; 0 erases the threads."""
        keep = keep_last if keep_last is not None else int(strategy == "keep_latest")
        for thread in thread_ids:
            if keep <= 0:
                await self.adelete_thread(thread)
            elif await awaitable(self._client.exists(self._kept(thread)[1])):
                await self._own(self._prune, self._owned(thread), [keep])

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Make the target a copy of the source, whatever it was; both are this company's."""
        owned = (*self._owned(target_thread_id), *self._kept(source_thread_id))
        await self._own(self._copy, owned, [])

    async def abranch(
        self, source: ThreadId, checkpoint_id: str, target: ThreadId, *, ends_with: ThreadId
    ) -> bool:
        """Begin a thread with a root checkpoint of another; False when there is none such.

        An empty id begins it with nothing. The branch is erased with the thread it `ends_with`.
        """
        found = checkpoint_id and await self._read(
            keys=self._kept(source), args=[_member("", checkpoint_id), ""]
        )
        if checkpoint_id and not found:
            return False
        branches = keys.checkpoint_branches(self.company, ends_with)
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.sadd(branches, target)
            pipeline.expire(branches, self.retention)
            await pipeline.execute()
        if found:
            member, document, about, lines = found
            await self._store(target, member, document, about)
            if lines:
                await self._append_writes(target, member, lines)
        return True

    async def alive_for(self, thread: ThreadId, life: timedelta) -> None:
        """Let a thread end earlier than the company's retention; the next write renews it."""
        async with self._client.pipeline(transaction=True) as pipeline:
            for key in self._owned(thread):
                pipeline.expire(key, life)
            await pipeline.execute()

    async def adelete_runs(self, thread: ThreadId, run_ids: Sequence[str]) -> None:
        """Take back the checkpoints that some runs made on a thread."""
        documents, ids, writes = self._kept(thread)
        members = await awaitable(self._client.zrange(ids, 0, -1))
        abouts = await self._abouts(thread, members)
        doomed = [
            member
            for member, about in zip(members, abouts, strict=True)
            if about and about["metadata"].get("run_id") in run_ids
        ]
        if not doomed:
            return
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.zrem(ids, *doomed)
            pipeline.hdel(documents, *doomed, *(f"{member}{ABOUT}" for member in doomed))
            pipeline.hdel(writes, *doomed)
            await pipeline.execute()

    def _kept(self, thread: str) -> tuple[str, str, str]:
        own = ThreadId(thread)
        return (
            keys.checkpoints(self.company, own),
            keys.checkpoint_ids(self.company, own),
            keys.checkpoint_writes(self.company, own),
        )

    def _owned(self, thread: str) -> tuple[str, ...]:
        return (*self._kept(thread), keys.thread_company(ThreadId(thread)))

    async def _own(self, script: Any, owned: Sequence[str], more: Sequence[str | int]) -> None:
        seconds = int(self.retention.total_seconds())
        if not await script(keys=owned, args=[self.company, seconds, *more]):
            raise ForeignThreadError(f"The thread is not one of {self.company}.")

    async def _store(self, thread: str, member: str, document: str, about: str) -> None:
        await self._own(self._put, self._owned(thread), [self._keep, member, document, about])

    async def _append_writes(self, thread: str, member: str, lines: str) -> None:
        await self._own(self._append, self._owned(thread), [member, lines])

    async def _members(
        self, config: RunnableConfig, before: RunnableConfig | None
    ) -> Sequence[str]:
        """Return the members asked for: the root first, then by namespace, newest first in each."""
        thread, _ = _place(config)
        _, ids, _ = self._kept(thread)
        space = config["configurable"].get("checkpoint_ns")
        if space is None:
            members = cast("Sequence[str]", await awaitable(self._client.zrange(ids, 0, -1)))
        else:
            members = await awaitable(
                self._client.zrangebylex(ids, f"[{space}{SEPARATOR}", f"({space}{END}")
            )
        last = get_checkpoint_id(before) if before else None
        only = get_checkpoint_id(config)
        wanted = [
            (space, one)
            for space, _, one in (member.rpartition(SEPARATOR) for member in reversed(members))
            if (not last or one < last) and (not only or one == only)
        ]
        return [_member(space, one) for space, one in sorted(wanted, key=lambda pair: pair[0])]

    async def _page(
        self, thread: str, members: Sequence[str], wanted: dict[str, Any]
    ) -> Sequence[CheckpointTuple]:
        documents, _, writes = self._kept(thread)
        chosen = members
        if wanted:
            abouts = await self._abouts(thread, members)
            chosen = [
                member
                for member, about in zip(members, abouts, strict=True)
                if about and all(about["metadata"].get(key) == one for key, one in wanted.items())
            ]
        if not chosen:
            return ()
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.hmget(documents, list(chosen))
            pipeline.hmget(documents, [f"{member}{ABOUT}" for member in chosen])
            pipeline.hmget(writes, list(chosen))
            bodies, known, lines = await pipeline.execute()
        # A checkpoint may have been pruned since its id was read.
        return [
            self._tuple(thread, member, body, about, written or "")
            for member, body, about, written in zip(chosen, bodies, known, lines, strict=True)
            if body
        ]

    async def _abouts(self, thread: str, members: Sequence[str]) -> Sequence[dict[str, Any] | None]:
        if not members:
            return ()
        fields = [f"{member}{ABOUT}" for member in members]
        found = await awaitable(self._client.hmget(self._kept(thread)[0], fields))
        return [json.loads(one) if one else None for one in found]

    def _tuple(
        self, thread: str, member: str, document: str, about: str, lines: str
    ) -> CheckpointTuple:
        space, _, checkpoint_id = member.rpartition(SEPARATOR)
        known = json.loads(about)
        return CheckpointTuple(
            config=_config(thread, space, checkpoint_id),
            checkpoint=unpack(self.serde, document),
            metadata=known["metadata"],
            parent_config=_config(thread, space, known["parent"]) if known["parent"] else None,
            pending_writes=unpack_writes(self.serde, lines),
        )


def _place(config: RunnableConfig) -> tuple[str, str]:
    configurable = config["configurable"]
    return str(configurable["thread_id"]), configurable.get("checkpoint_ns") or ""


def _member(space: str, checkpoint_id: str) -> str:
    return f"{space}{SEPARATOR}{checkpoint_id}"


def _config(thread: str, space: str, checkpoint_id: str) -> RunnableConfig:
    return {
        "configurable": {
            "thread_id": thread,
            "checkpoint_ns": space,
            "checkpoint_id": checkpoint_id,
        }
    }
