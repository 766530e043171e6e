"""One turn: the patient's messages in, the reply out, the thread kept. The jobs know no more of the graph."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import NAMESPACE_OID, uuid5

import structlog
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphRecursionError
from redis.exceptions import RedisError

from graph.build import STEPS
from graph.checkpoints import Checkpoints
from graph.compiled import CompiledGraphs
from graph.emergencies import OpenEmergencies
from graph.errors import ForeignThreadError
from graph.replies import SEARCH, Reply, Turn, alarmed, apology, reply_of
from graph.steps import Watch, steps_of
from integrations.metrics import Metrics
from integrations.tracing import span
from nodes.history import SHOWN
from nodes.router import Screen, graver
from nodes.state import RaisedAlarm, State
from safety.going_on import goes_on
from tenants import keys
from tenants.ids import ThreadId, TurnId, UserId
from tenants.tenant import Tenant
from tenants.usage import Usage
from tools.context import Context
from tools.spoken import SPOKEN

logger = structlog.get_logger(__name__)

COUNTING = 0.5  # seconds that an answer may wait for its cost to be written


class FrontDesk:
    """Answers the patients of every company."""

    def __init__(
        self,
        *,
        graphs: CompiledGraphs,
        checkpoints: Checkpoints,
        emergencies: OpenEmergencies,
        screen: Screen,
        metrics: Metrics | None = None,
        usage: Usage | None = None,
    ) -> None:
        """Take what the graphs were made with, and what counts their calls."""
        self._usage = usage
        self._metrics = metrics or Metrics()
        self._graphs = graphs
        self._checkpoints = checkpoints
        self._emergencies = emergencies
        self._screen = screen

    async def answer(self, tenant: Tenant, turn: Turn, watch: Watch | None = None) -> Reply:
        """Return the reply; a turn that was answered before gets the same one and nothing is done again.

        The caller holds the thread's lock. Raises RedisError when the turn could not be done and
        should be tried again; an emergency is answered even then. Raises ForeignThreadError when
        the turn is another company's. `watch` is told of each step while it happens. What the
        calls cost waits in memory for whoever counts the turn.
        """
        if turn.context.company_id != tenant.company_id:
            raise ForeignThreadError("The turn is another company's.")
        try:
            with span("turn", company_id=tenant.company_id, turn_id=turn.turn_id) as traced:
                reply = await self._answer(tenant, turn, watch, time.perf_counter())
                traced.set_attributes({"agent": reply.agent, "model": reply.model})
        except BaseException:
            # Nobody will count this turn.
            await self._count(tenant)
            raise
        self._measure(tenant, reply)
        return reply

    async def _answer(
        self, tenant: Tenant, turn: Turn, watch: Watch | None, started: float
    ) -> Reply:
        key = (turn.context.company_id, turn.context.user_id, str(turn.turn_id))
        finished = self._graphs.finished
        with finished.expected(key):
            try:
                state, saved = await self._run(tenant, turn, watch), True
            except RedisError as error:
                logger.warning("turn_not_saved", turn_id=turn.turn_id, failure=type(error).__name__)
                kept = finished.state(key)
                if kept is None:
                    return self._without_redis(tenant, turn, error, _since(started))
                state, saved = kept, False
            except GraphRecursionError:
                logger.exception("turn_without_end", turn_id=turn.turn_id)
                return apology(tenant, turn, _since(started))
        reply = reply_of(turn, state, saved=saved, milliseconds=_since(started))
        if saved and goes_on(tenant, reply.red_flag, reply.red_flag_level):
            await self._mark(tenant, turn, reply)
        return reply

    async def _mark(self, tenant: Tenant, turn: Turn, reply: Reply) -> None:
        """Let the agents go on with an urgent alarm, now that its text is kept and will be said again if need be."""
        raised = RaisedAlarm(
            group=reply.red_flag, level=reply.red_flag_level, evidence=[], source="graph"
        )
        try:
            await self._emergencies.open(tenant.company_id, UserId(turn.context.user_id), raised)
        except RedisError as error:
            # The text comes once more with the next message.
            logger.warning("urgency_not_marked", failure=type(error).__name__)

    async def _count(self, tenant: Tenant) -> None:
        """Write what the turn's calls cost; what cannot be written now is written later."""
        if self._usage is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(COUNTING):
                    await self._usage.flush(tenant.company_id)

    async def withdraw(self, tenant: Tenant, user: UserId, turn_id: TurnId) -> None:
        """Make the thread what it was before a turn whose answer was never sent."""
        thread = keys.thread_id(tenant.company_id, user)
        await self._checkpoints.of(tenant).adelete_runs(thread, [run_id(thread, turn_id)])

    async def remember(
        self, tenant: Tenant, context: Context, lines: tuple[tuple[str, str, str], ...]
    ) -> None:
        """Add what was said while a human had the conversation: (message id, role, text) each.

        `user` is the patient; every other role spoke for the clinic. Nothing is answered.
        """
        graph = await self._graphs.of(tenant)
        messages: list[AnyMessage] = [
            HumanMessage(text, id=message_id)
            if role == "user"
            else AIMessage(text, id=message_id, response_metadata={"model_name": role})
            for message_id, role, text in lines
        ]
        thread = keys.thread_id(tenant.company_id, UserId(context.user_id))
        await graph.aupdate_state(_on(thread), {"messages": messages}, as_node="finish")

    async def close_emergency(self, tenant: Tenant, user: UserId) -> bool:
        """Let the agents speak again: a human has seen to the patient. False when none was open."""
        return await self._emergencies.close(tenant.company_id, user)

    def _measure(self, tenant: Tenant, reply: Reply) -> None:
        company = tenant.company_id
        self._metrics.turn(company, reply.agent, reply.model, reply.milliseconds / 1000)
        if SEARCH in reply.tools_used:
            self._metrics.search(found=bool(reply.passages))
        if reply.red_flag:
            self._metrics.red_flag(company, reply.red_flag)
        if reply.handoff is not None:
            self._metrics.handoff(company, urgent=reply.handoff["urgent"])

    async def _run(self, tenant: Tenant, turn: Turn, watch: Watch | None) -> State:
        graph = await self._graphs.of(tenant)
        thread = keys.thread_id(tenant.company_id, UserId(turn.context.user_id))
        known = {
            "company_id": turn.context.company_id,
            "turn_id": turn.turn_id,
            "run_id": run_id(thread, turn.turn_id),
            "source_of_turn": turn.source,
            # A replay has to know whose turn it was.
            "conversation_id": turn.context.conversation_id,
            "channel": turn.context.channel,
        }
        config: RunnableConfig = {**_on(thread), "metadata": known, "recursion_limit": STEPS}
        messages = [
            HumanMessage(text, id=one, additional_kwargs=_marks(turn, one))
            for one, text in turn.messages
        ]
        # As `ainvoke` does it, so that whoever watches sees the same run.
        stream = graph.astream(
            cast("Any", {"messages": messages, "turn_id": str(turn.turn_id)}),
            config,
            context=turn.context,
            durability="exit",
            stream_mode=["updates", "values"],
        )
        state: Any = None
        async for mode, chunk in cast("AsyncIterator[tuple[str, Any]]", stream):
            if mode == "values":
                state = chunk
            elif watch is not None:
                for step in steps_of(chunk):
                    watch(step)
        return cast("State", state)

    def _without_redis(
        self, tenant: Tenant, turn: Turn, error: RedisError, milliseconds: float
    ) -> Reply:
        """Return the emergency text when the patient needs it; else the turn has to be tried again."""
        text = "\n".join(text for _, text in turn.messages)
        alarm = graver(self._screen.rules(text), turn.context.alarm)
        if alarm is None:
            raise error
        return alarmed(tenant, turn, alarm, milliseconds)


def _marks(turn: Turn, message_id: str) -> dict[str, str]:
    """Return what a message says of itself: that it was spoken, that it tells of photos."""
    marks = {SPOKEN: turn.spoken.get(message_id, ""), SHOWN: turn.shown.get(message_id, "")}
    return {name: mark for name, mark in marks.items() if mark}


def run_id(thread: ThreadId, turn_id: TurnId) -> str:
    """Return the id under which a turn's checkpoints are found and taken back."""
    return str(uuid5(NAMESPACE_OID, f"{thread}/{turn_id}"))


def _on(thread: ThreadId) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}}


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
