"""LangGraph Studio on the companies' threads: what `langgraph dev` is given, its parts handed in.

`server.py` holds the doors that `langgraph.json` names:

    doors = StudioDoors(open_studio)    # an async context manager that yields a Studio
    make_graph = doors.make_graph
    checkpointer = doors.checkpointer

It names them as a module's (`server:make_graph`, `server.checkpointer`): a file's path would be run
once for each name, and everything be opened twice.

Every graph that Studio runs is a rehearsal: its agenda pretends. Its threads are real, though: a run
on a patient's thread becomes what the patient's next message is answered from. Copy the thread first.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)

from graph.async_only import AsyncOnly
from graph.checkpoints import Checkpoints
from graph.company_saver import CompanySaver
from graph.errors import ForeignThreadError
from graph.packing import strict_serializer
from graph.replay import CompiledGraphs
from graph.turn import Graph
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.directory import Directory
from tenants.ids import ThreadId

logger = structlog.get_logger(__name__)

REMEMBERED_RUNS = 1000


class Owners:
    """Which company a thread belongs to: Studio knows the thread only."""

    def __init__(self, directory: Directory, redis: Client) -> None:
        self._directory = directory
        self._redis = redis

    async def company_of(self, config: RunnableConfig) -> str:
        """Return the thread's company, for a new thread the one that the run's context names.

        Empty when neither is known. Raises ForeignThreadError when they differ.
        """
        configurable = config.get("configurable", {})
        named = str(configurable.get("company_id") or "")
        thread = configurable.get("thread_id")
        owner = await self._owner(str(thread)) if thread else ""
        if owner and named and owner != named:
            raise ForeignThreadError(f"The thread is not one of {named}.")
        return owner or named

    async def _owner(self, thread: str) -> str:
        return str(await awaitable(self._redis.get(keys.thread_company(ThreadId(thread)))) or "")


class StudioSaver(AsyncOnly, BaseCheckpointSaver[str]):
    """One checkpointer for the threads of all companies: each is kept by its company's own."""

    def __init__(self, owners: Owners, directory: Directory, checkpoints: Checkpoints) -> None:
        super().__init__(serde=strict_serializer())
        self._owners = owners
        self._directory = directory
        self._checkpoints = checkpoints
        self._runs: dict[str, str] = {}

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint; None for a thread that nobody wrote in."""
        saver = await self._saver(config)
        return await saver.aget_tuple(config) if saver else None

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 # LangGraph's name.
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield a thread's checkpoints, newest first."""
        saver = await self._saver(config) if config else None
        if saver:
            async for one in saver.alist(config, filter=filter, before=before, limit=limit):
                yield one

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint; raises ForeignThreadError."""
        saver = await self._writable(config)
        if run := metadata.get("run_id"):
            self._remember(str(run), str(config["configurable"]["thread_id"]))
        return await saver.aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Store what a task wrote; raises ForeignThreadError."""
        saver = await self._writable(config)
        await saver.aput_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Erase a thread."""
        if saver := await self._saver(_on(thread_id)):
            await saver.adelete_thread(thread_id)

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy a thread within its company."""
        if saver := await self._saver(_on(source_thread_id)):
            await saver.acopy_thread(source_thread_id, target_thread_id)

    async def aprune(
        self, thread_ids: Sequence[str], *, strategy: str = "keep_latest", **how: Any
    ) -> None:
        """Prune threads of any company."""
        for thread in thread_ids:
            if saver := await self._saver(_on(thread)):
                await saver.aprune([thread], strategy=strategy, **how)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Take back what runs of this process wrote: Studio's "rollback" of a run it replaces."""
        for run in run_ids:
            thread = self._runs.pop(str(run), "")
            saver = await self._saver(_on(thread)) if thread else None
            if saver:
                await saver.adelete_runs(ThreadId(thread), [str(run)])

    def get_next_version(self, current: str | None, channel: None) -> str:  # noqa: ARG002 # LangGraph's.
        """Return the version after one, as the companies' own checkpointers count."""
        number = int(current.split(".")[0]) + 1 if current else 1
        return f"{number:032}.0"

    async def _saver(self, config: RunnableConfig) -> CompanySaver | None:
        company = await self._owners.company_of(config)
        return self._checkpoints.of(self._directory.find(company)) if company else None

    async def _writable(self, config: RunnableConfig) -> CompanySaver:
        saver = await self._saver(config)
        if saver is None:
            raise ForeignThreadError("A new thread needs context.company_id.")
        return saver

    def _remember(self, run: str, thread: str) -> None:
        self._runs.pop(run, None)
        self._runs[run] = thread
        if len(self._runs) > REMEMBERED_RUNS:
            del self._runs[next(iter(self._runs))]


class Studio:
    """What Studio works with, once the connections are open."""

    def __init__(
        self,
        *,
        graphs: CompiledGraphs,
        checkpoints: Checkpoints,
        directory: Directory,
        redis: Client,
    ) -> None:
        self._graphs = graphs
        self._directory = directory
        self._owners = Owners(directory, redis)
        self.saver = StudioSaver(self._owners, directory, checkpoints)

    async def graph(self, config: RunnableConfig) -> Graph:
        """Return the rehearsal graph of the thread's or the context's company.

        Without either Studio only wants to draw one, and all have the same shape.
        Raises UnknownCompanyError, ForeignThreadError.
        """
        company = await self._owners.company_of(config)
        tenant = self._directory.find(company) if company else self._directory.companies()[0]
        return await self._graphs.of(tenant, rehearsal=True)


class StudioDoors:
    """Opens one Studio for each event loop of `langgraph dev`, when it is first needed."""

    def __init__(self, open_studio: Callable[[], AbstractAsyncContextManager[Studio]]) -> None:
        """Take what opens the connections; nothing is opened yet."""
        self._open = open_studio
        self._opened: WeakKeyDictionary[asyncio.AbstractEventLoop, _Opened] = WeakKeyDictionary()

    async def make_graph(self, config: RunnableConfig) -> Graph:
        """Return the graph of a run: `langgraph dev` calls this at every access."""
        return await (await self._studio()).graph(config)

    @asynccontextmanager
    async def checkpointer(self) -> AsyncIterator[StudioSaver]:
        """Yield the checkpointer; what was opened is closed after it."""
        try:
            yield (await self._studio()).saver
        finally:
            opened = self._opened.pop(asyncio.get_running_loop(), None)
            if opened is not None:
                await opened.close()

    async def _studio(self) -> Studio:
        loop = asyncio.get_running_loop()
        opened = self._opened.get(loop)
        if opened is None or opened.ended:
            opened = self._opened[loop] = _Opened(self._open)
        return await opened.studio()


class _Opened:
    """Holds connections open in a task of its own: who opens them may leave before who uses them."""

    def __init__(self, open_studio: Callable[[], AbstractAsyncContextManager[Studio]]) -> None:
        self._ready: asyncio.Future[Studio] = asyncio.get_running_loop().create_future()
        self._closing = asyncio.Event()
        self._task = asyncio.create_task(self._hold(open_studio))

    @property
    def ended(self) -> bool:
        return self._task.done()

    async def studio(self) -> Studio:
        either: set[asyncio.Future[Any]] = {self._ready, self._task}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._ready.done():
            self._task.result()
        return self._ready.result()

    async def close(self) -> None:
        self._closing.set()
        await self._task

    async def _hold(self, open_studio: Callable[[], AbstractAsyncContextManager[Studio]]) -> None:
        async with open_studio() as studio:
            self._ready.set_result(studio)
            logger.info("studio_opened")
            await self._closing.wait()
        logger.info("studio_closed")


def _on(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}}
