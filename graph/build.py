"""One company's graph: START, router, an agent and its tools, finish, END."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.prebuilt.tool_node import ToolCallRequest, ToolInvocationError
from langgraph.types import Command

from integrations.metrics import Metrics
from integrations.tracing import span
from nodes.apology import Apology
from nodes.availability import AVAILABILITY
from nodes.emergency import Emergencies, Emergency
from nodes.finish import Finish, Finished
from nodes.models import Models
from nodes.router import Choice, Nearest, Router, Screen, answered
from nodes.sales import SALES
from nodes.schedule import SCHEDULE
from nodes.specialist import Specialist
from nodes.speciality import Speciality
from nodes.state import AGENTS, Agent, State
from nodes.support import SUPPORT
from tools.context import Context
from tools.desk import Desk

logger = structlog.get_logger(__name__)

SPECIALITIES = (SALES, SUPPORT, SCHEDULE, AVAILABILITY)

# Seconds a node may take. A thought's own limit (`nodes.models.TOTAL`) lies below its node's.
ROUTER = 8.0
THOUGHT = 25.0
TOOLS = 20.0
ANSWER = 5.0

STEPS = 14
"""Steps of one turn: the router, five thoughts with what they do, a last thought, the gate."""

Execute = Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every company's graph shares with all others."""

    screen: Screen
    nearest: Nearest
    emergencies: Emergencies
    finished: Finished
    metrics: Metrics


def build(
    desk: Desk, models: Models, means: Means, specialities: tuple[Speciality, ...] = SPECIALITIES
) -> StateGraph[State, Context, State, State]:
    """Return a company's graph, not compiled yet.

    No node has a retry policy: the chain of models is the retry of a thought, and a tool that
    failed half-way must not act twice. Whatever fails ends in words for the patient.
    """
    graph: StateGraph[State, Context, State, State] = StateGraph(State, context_schema=Context)
    sorry = Apology(desk.tenant, means.screen).after
    router = Router(
        desk,
        screen=means.screen,
        emergencies=means.emergencies,
        chooser=models.chooser(Choice),
        nearest=means.nearest,
    )
    emergency = Emergency(desk.tenant, means.emergencies)
    specialists = [Specialist(one, desk, models) for one in specialities]
    graph.add_node("router", router.route, timeout=ROUTER, error_handler=sorry)
    graph.add_node("emergency", emergency.answer, timeout=ANSWER, error_handler=sorry)
    for one in specialists:
        graph.add_node(one.agent, one.think, timeout=THOUGHT, error_handler=sorry)
    graph.add_node(
        "tools", shared_tools(specialists, means.metrics), timeout=TOOLS, error_handler=sorry
    )
    # Its apology passes through it once more, unchecked: those words are ours.
    finish = Finish(desk, means.finished, means.metrics).finish
    graph.add_node("finish", finish, timeout=ANSWER, error_handler=sorry)

    graph.add_edge(START, "router")
    graph.add_conditional_edges("router", _after_router, [*AGENTS, END])
    graph.add_edge("emergency", "finish")
    for one in specialists:
        graph.add_conditional_edges(one.agent, _after_thought, ["tools", "finish"])
    graph.add_conditional_edges("tools", _back, [one.agent for one in specialists])
    graph.add_conditional_edges("finish", _after_gate, [*(one.agent for one in specialists), END])
    return graph


def shared_tools(specialists: list[Specialist], metrics: Metrics) -> ToolNode:
    """Return the node in which every agent's calls are done, each only with its own tools."""
    allowed = {one.agent: frozenset(tool.name for tool in one.tools) for one in specialists}
    every = {tool.name: tool for one in specialists for tool in one.tools}

    async def own_tools_only(
        request: ToolCallRequest, execute: Execute
    ) -> ToolMessage | Command[Any]:
        call = request.tool_call
        agent = request.state["destination"]
        if call["name"] not in allowed.get(agent, frozenset()):
            logger.warning("tool_refused", agent=agent, tool=call["name"][:40])
            return ToolMessage(
                "You have no such tool. Answer with what you have.",
                name=call["name"],
                tool_call_id=call["id"] or "",
                status="error",
            )
        started, outcome = time.perf_counter(), "failed"
        try:
            with span("tool", tool=call["name"]):
                answer = await execute(request)
            refused = isinstance(answer, ToolMessage) and answer.status == "error"
            outcome = "failed" if refused else "ok"
        finally:
            metrics.tool(call["name"], outcome, time.perf_counter() - started)
        return answer

    return ToolNode(
        list(every.values()), handle_tool_errors=_mended, awrap_tool_call=own_tools_only
    )


def _mended(error: Exception) -> str:
    """Say what failed in words the model can use; what exactly it was is for the log alone."""
    logger.warning("tool_failed", failure=type(error).__name__)
    if isinstance(error, ToolInvocationError):
        return f"The arguments do not fit. {error.message}"
    return (
        "The tool failed and nothing was changed that you know of. Do not try it again now: "
        "apologise, and call hand_to_human if you have it."
    )


async def _after_router(state: State) -> Agent | Literal["__end__"]:
    return END if answered(state) else state["destination"]  # type: ignore[return-value] # END is typed as str.


async def _after_thought(state: State) -> Literal["tools", "finish"]:
    last = state["messages"][-1]
    return "tools" if isinstance(last, AIMessage) and last.tool_calls else "finish"


async def _after_gate(state: State) -> Agent | Literal["__end__"]:
    again = state.get("refused")
    return state["destination"] if again else END  # type: ignore[return-value] # END is typed as str.


async def _back(state: State) -> Agent:
    return state["destination"]
