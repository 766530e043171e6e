"""Where one company's threads are kept: LangGraph's checkpointer for Redis, its defects repaired.

The stock one mixes up letter cases in thread ids, finds none with a space, ignores `before`, lists
inner graphs among the root, drops a run's metadata, deletes at most 10,000 documents and makes
objects of dictionaries that look like some. What it promises is kept, how it stores is not: see
`checkpoint_scripts` and `packing`.
"""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

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

from graph.async_only import AsyncOnly
from graph.packing import pack, pack_writes, strict_serializer, unpack, unpack_writes
from graph.thread_store import Kept, Member, ThreadStore
from integrations.redis import Client
from tenants import keys
from tenants.ids import CompanyId, ThreadId

KEEP = 20  # checkpoints of a thread, which are turns unless steps are kept too
PAGE = 25  # documents fetched at once when a history is listed


class CompanySaver(AsyncOnly, AsyncRedisSaver):
    """Keep the threads of one company; async only, and ready without `asetup`.

    Two round trips a turn with `durability="exit"`: one script reads, one writes, prunes and renews
    the life of the thread. Every key of a thread lives as long as the company's retention, from the
    last write on. Whatever writes raises ForeignThreadError in another company's thread.
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
        self._store = ThreadStore(redis, company, retention=retention, keep=keep)

    def create_indexes(self) -> None:
        """Make none: a thread is listed by its own sorted set, which cannot lag or be lost alone."""

    async def asetup(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint by id, else the newest of its namespace, else None."""
        thread, space = _place(config)
        kept = await self._store.read(thread, space, get_checkpoint_id(config))
        return self._tuple(thread, kept) if kept else None

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 # LangGraph's name.
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield a thread's checkpoints, newest first; ids first, documents as they are asked for.

        Without a namespace all are listed, one after the other, the root first.
        """
        if config is None:
            raise ValueError("Name a thread: threads are never listed together.")
        thread, _ = _place(config)
        wanted = await self._wanted(config, filter or {}, before)
        wanted = wanted if limit is None else wanted[: max(0, limit)]
        for start in range(0, len(wanted), PAGE):
            for kept in await self._store.page(thread, wanted[start : start + PAGE]):
                yield self._tuple(thread, kept)

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
        # Whatever is not JSON in a run's metadata is there to be read by people.
        known = json.dumps(about, default=str)
        member = Member(space, checkpoint["id"])
        await self._store.put(thread, member, pack(self.serde, checkpoint), known)
        return _config(thread, member)

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
        member = Member(space, config["configurable"]["checkpoint_id"])
        lines = pack_writes(self.serde, writes, task_id, task_path)
        await self._store.append(thread, member, lines)

    async def adelete_thread(self, thread_id: str) -> None:
        """Erase a thread and the branches that end with it, every key of them."""
        await self._store.delete(thread_id)

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
                await self._store.delete(thread)
            else:
                await self._store.prune(thread, keep)

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Make the target a copy of the source, whatever it was; both are this company's."""
        await self._store.copy(source_thread_id, target_thread_id)

    async def abranch(
        self, source: ThreadId, checkpoint_id: str, target: ThreadId, *, ends_with: ThreadId
    ) -> bool:
        """Begin a thread with a root checkpoint of another; False when there is none such.

        An empty id begins it with nothing. The branch is erased with the thread it `ends_with`.
        """
        kept = await self._store.read(source, "", checkpoint_id) if checkpoint_id else None
        if checkpoint_id and kept is None:
            return False
        await self._store.note_branch(ends_with, target)
        if kept:
            await self._store.put(target, kept.member, kept.document, kept.about)
        if kept and kept.writes:
            await self._store.append(target, kept.member, kept.writes)
        return True

    async def alive_for(self, thread: ThreadId, life: timedelta) -> None:
        """Let a thread end earlier than the company's retention; the next write renews it."""
        await self._store.expire(thread, life)

    async def adelete_runs(self, thread: ThreadId, run_ids: Sequence[str]) -> None:
        """Take back the checkpoints that some runs made on a thread."""
        members = await self._store.members(thread)
        abouts = await self._store.about(thread, members)
        doomed = [
            member
            for member, about in zip(members, abouts, strict=True)
            if about and about["metadata"].get("run_id") in run_ids
        ]
        await self._store.drop(thread, doomed)

    async def _wanted(
        self, config: RunnableConfig, filters: dict[str, Any], before: RunnableConfig | None
    ) -> Sequence[Member]:
        thread, _ = _place(config)
        last = get_checkpoint_id(before) if before else None
        only = get_checkpoint_id(config)
        members = [
            member
            for member in await self._store.members(
                thread, config["configurable"].get("checkpoint_ns")
            )
            if (not last or member.checkpoint_id < last)
            and (not only or member.checkpoint_id == only)
        ]
        if not filters:
            return members
        abouts = await self._store.about(thread, members)
        return [
            member
            for member, about in zip(members, abouts, strict=True)
            if about and all(about["metadata"].get(key) == one for key, one in filters.items())
        ]

    def _tuple(self, thread: str, kept: Kept) -> CheckpointTuple:
        about = json.loads(kept.about)
        space, parent = kept.member.space, about["parent"]
        return CheckpointTuple(
            config=_config(thread, kept.member),
            checkpoint=unpack(self.serde, kept.document),
            metadata=about["metadata"],
            parent_config=_config(thread, Member(space, parent)) if parent else None,
            pending_writes=unpack_writes(self.serde, kept.writes),
        )


def _place(config: RunnableConfig) -> tuple[str, str]:
    configurable = config["configurable"]
    return str(configurable["thread_id"]), configurable.get("checkpoint_ns") or ""


def _config(thread: str, member: Member) -> RunnableConfig:
    return {
        "configurable": {
            "thread_id": thread,
            "checkpoint_ns": member.space,
            "checkpoint_id": member.checkpoint_id,
        }
    }
