"""A conversation's past for the REST API: read it, and act it out again where it harms nobody.

Whatever is run again runs on a branch: a thread of its own that begins with one checkpoint of the
patient's thread, on a rehearsal's graph, whose agenda pretends. The patient's thread is only read, so
a patient who writes at the same time notices nothing, and no reply reaches Chatwoot, since a graph
cannot send. A branch keeps every step, lives a day and ends with the conversation.

Only `resume` without a branch goes on with the patient's own thread and the real agenda: it answers
a turn that waits for exactly that.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, cast
from uuid import uuid4

from langgraph.graph import START
from langgraph.types import Command, StateSnapshot
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from graph.build import STEPS
from graph.checkpoints import Checkpoints
from graph.errors import (
    ConversationBusyError,
    UnknownCheckpointError,
    UnknownConversationError,
    UnknownInterruptError,
)
from graph.past import Moment, Past, moment_of, past_of
from graph.turn import Graph, config_of, id_of, snapshot_of, turn_of
from integrations.redis import Client
from nodes.router import BEGINNING
from nodes.state import Agent, Route, State
from tenants import keys
from tenants.ids import ThreadId, UserId
from tenants.tenant import Tenant
from tools.context import Context

BRANCH_LIFE = timedelta(days=1)
RUN_LIMIT = 90  # seconds
BUSY_WAIT = 10  # seconds for a running turn to end
LOCK_LIFE = 6.0  # seconds; renewed while a turn runs, so a crash does not keep a patient waiting
LARGEST_PAGE = 100
BRANCH = re.compile(r"[0-9a-f]{32}")


class CompiledGraphs(Protocol):
    """Where a company's graph is found, compiled with the company's checkpointer."""

    async def of(self, tenant: Tenant, *, rehearsal: bool = False) -> Graph:
        """Return the graph; a rehearsal's agenda pretends, and changes nothing in the world."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a history, newest first."""

    moments: tuple[Moment, ...]
    before: str
    """What to ask for next; empty at the beginning of the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of acting something out."""

    branch: str
    """Names the branch to whoever asks for its state or history; empty on the patient's thread."""
    thread_id: str
    """The thread to open in LangGraph Studio."""
    began_at: str
    """The checkpoint of the original that it began with; empty: at the very beginning."""
    state: Past
    milliseconds: int


class Replays:
    """The past of every company's conversations. A company reaches its own threads only."""

    def __init__(self, graphs: CompiledGraphs, checkpoints: Checkpoints, redis: Client) -> None:
        self._graphs = graphs
        self._checkpoints = checkpoints
        self._redis = redis

    async def history(
        self, tenant: Tenant, user: UserId, *, limit: int = 20, before: str = "", branch: str = ""
    ) -> Page:
        """Return checkpoints, newest first; raises UnknownConversationError."""
        graph = await self._graphs.of(tenant)
        thread = _thread(tenant, user, branch)
        size = max(1, min(limit, LARGEST_PAGE))
        found = [
            one
            async for one in graph.aget_state_history(
                config_of(thread),
                limit=size + 1,
                before=config_of(thread, before) if before else None,
            )
        ]
        if not found and not before:
            raise UnknownConversationError(f"{tenant.company_id} has no such conversation.")
        moments = tuple(moment_of(one) for one in found[:size])
        return Page(moments=moments, before=moments[-1].checkpoint_id if len(found) > size else "")

    async def state(
        self, tenant: Tenant, user: UserId, checkpoint_id: str = "", *, branch: str = ""
    ) -> Past:
        """Return the newest state or the one at a checkpoint.

        Raises UnknownConversationError, UnknownCheckpointError.
        """
        graph = await self._graphs.of(tenant)
        return past_of(await snapshot_of(graph, _thread(tenant, user, branch), checkpoint_id))

    async def replay(
        self, tenant: Tenant, user: UserId, checkpoint_id: str, *, branch: str = ""
    ) -> Run:
        """Run the turn that led to a checkpoint again, or what was still to do there.

        Raises UnknownConversationError, UnknownCheckpointError, NothingToReplayError.
        """
        graph = await self._graphs.of(tenant, rehearsal=True)
        source = _thread(tenant, user, branch)
        chosen = await snapshot_of(graph, source, checkpoint_id)
        if not chosen.next:
            return await self.fork(tenant, user, checkpoint_id, branch=branch)
        async with self._branch(tenant, user, source, id_of(chosen)) as (name, thread):
            return await _run(
                graph, None, _Place(tenant, user, name, thread, id_of(chosen)), chosen
            )

    async def fork(
        self,
        tenant: Tenant,
        user: UserId,
        checkpoint_id: str,
        *,
        message: str | None = None,
        agent: Agent | None = None,
        run: bool = True,
        branch: str = "",
    ) -> Run:
        """Change what the patient wrote or who answers, in the turn that led to a checkpoint.

        Without `run` the branch waits as it stands before its next step. Raises as `replay`.
        """
        graph = await self._graphs.of(tenant, rehearsal=True)
        source = _thread(tenant, user, branch)
        chosen = await snapshot_of(graph, source, checkpoint_id)
        turn = await turn_of(graph, chosen)
        async with self._branch(tenant, user, source, turn.began_at) as (name, thread):
            place = _Place(tenant, user, name, thread, turn.began_at)
            begun = turn.begin(message, name)
            if agent is None and run:
                return await _run(graph, begun, place, chosen)
            if agent is not None:
                begun |= _routed(agent, chosen)
            await graph.aupdate_state(
                config_of(thread), begun, as_node=START if agent is None else "router"
            )
            if run:
                return await _run(graph, None, place, chosen)
            return await _outcome(graph, place, 0)

    async def resume(
        self, tenant: Tenant, user: UserId, value: Any, interrupt_id: str, *, branch: str = ""
    ) -> Run:
        """Answer what a turn waits for and run on.

        Raises UnknownConversationError, UnknownInterruptError, ConversationBusyError.
        """
        graph = await self._graphs.of(tenant, rehearsal=bool(branch))
        thread = _thread(tenant, user, branch)
        async with self._alone(tenant, user, branch):
            waiting = await snapshot_of(graph, thread, "")
            if interrupt_id not in {one.id for one in waiting.interrupts}:
                raise UnknownInterruptError("The conversation does not wait for that answer.")
            place = _Place(tenant, user, branch, thread, id_of(waiting))
            return await _run(graph, Command(resume={interrupt_id: value}), place, waiting)

    @asynccontextmanager
    async def _branch(
        self, tenant: Tenant, user: UserId, source: ThreadId, began_at: str
    ) -> AsyncIterator[tuple[str, ThreadId]]:
        saver = self._checkpoints.of(tenant)
        name = uuid4().hex
        own = keys.thread_id(tenant.company_id, user)
        thread = keys.branch_thread(tenant.company_id, user, name)
        if not await saver.abranch(source, began_at, thread, ends_with=own):
            raise UnknownCheckpointError("The checkpoint has been pruned.")
        try:
            yield name, thread
        finally:
            await saver.alive_for(thread, BRANCH_LIFE)

    @asynccontextmanager
    async def _alone(self, tenant: Tenant, user: UserId, branch: str) -> AsyncIterator[None]:
        """Hold the patient's thread, as every turn does; a branch has nobody else on it."""
        if branch:
            yield
            return
        lock = self._redis.lock(
            keys.thread_lock(tenant.company_id, user),
            timeout=LOCK_LIFE,
            blocking_timeout=BUSY_WAIT,
        )
        if not await lock.acquire():
            raise ConversationBusyError("A turn of this conversation is running.")
        keeper = asyncio.create_task(_keep(lock))
        try:
            yield
        finally:
            keeper.cancel()
            # Who lost the lock has nothing to release.
            with suppress(LockError):
                await lock.release()


async def _keep(lock: Lock) -> None:
    while True:
        await asyncio.sleep(LOCK_LIFE / 3)
        await lock.extend(LOCK_LIFE, replace_ttl=True)


@dataclass(frozen=True, slots=True)
class _Place:
    tenant: Tenant
    user: UserId
    branch: str
    thread: ThreadId
    began_at: str


async def _run(graph: Graph, given: Any, place: _Place, original: StateSnapshot) -> Run:
    start = time.perf_counter()
    async with asyncio.timeout(RUN_LIMIT):
        await graph.ainvoke(
            given,
            {**config_of(place.thread), "recursion_limit": STEPS},
            context=_context(place, original),
            durability="async" if place.branch else "exit",
        )
    return await _outcome(graph, place, int((time.perf_counter() - start) * 1000))


async def _outcome(graph: Graph, place: _Place, milliseconds: int) -> Run:
    return Run(
        branch=place.branch,
        thread_id=place.thread,
        began_at=place.began_at,
        state=past_of(await snapshot_of(graph, place.thread, "")),
        milliseconds=milliseconds,
    )


def _routed(agent: Agent, original: StateSnapshot) -> State:
    """Return what the router would have said, had it chosen that agent."""
    told = {
        "destination": agent,
        "route": Route(agent=agent, reason="fork"),
        "alarm": None,
        "language": original.values.get("language", ""),
        **BEGINNING,
    }
    return cast("State", told)


def _context(place: _Place, original: StateSnapshot) -> Context:
    """Return who the turn was for. The phone that a channel vouched for is not kept anywhere."""
    known: dict[str, Any] = dict(original.metadata or {})
    return Context(
        company_id=place.tenant.company_id,
        user_id=place.user,
        conversation_id=int(known.get("conversation_id", 0)),
        channel=str(known.get("channel", "api")),
        language=str(original.values.get("language", "")),
    )


def _thread(tenant: Tenant, user: UserId, branch: str) -> ThreadId:
    if not branch:
        return keys.thread_id(tenant.company_id, user)
    if not BRANCH.fullmatch(branch):
        raise UnknownConversationError("There is no such branch.")
    return keys.branch_thread(tenant.company_id, user, branch)
