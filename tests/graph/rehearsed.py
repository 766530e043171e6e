"""A company's graph in small, with a world that only the real one changes."""

from typing import Any

from langchain_core.messages import AIMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from graph.checkpoints import Checkpoints
from nodes.state import State
from tenants.tenant import Tenant
from tools.context import Context

Compiled = CompiledStateGraph[State, Context, State, State]


async def _router(state: State) -> dict[str, Any]:
    text = str(state["messages"][-1].text)
    agent = next((one for one in ("schedule", "sales") if one in text), "support")
    return {"destination": agent, "acted": False, "language": "es"}


async def _after_router(state: State) -> str:
    return state["destination"]


async def _sales(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    said = f"sales to {runtime.context.user_id}: {state['messages'][-1].text}"
    return {"messages": [AIMessage(said)]}


async def _support(state: State) -> dict[str, Any]:
    answer = interrupt({"question": "¿Qué le digo?"})
    return {"messages": [AIMessage(f"support: {answer}")]}


class SmallGraphs:
    """The graphs of companies whose schedule agent books at once."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self.booked: list[str] = []
        self._checkpoints = checkpoints

    async def of(self, tenant: Tenant, *, rehearsal: bool = False) -> Compiled:
        async def schedule(state: State) -> dict[str, Any]:
            if not rehearsal:
                self.booked.append(str(state["messages"][-1].text))
            return {"messages": [AIMessage("booked")], "acted": True}

        builder: StateGraph[State, Context, State, State] = StateGraph(
            State, context_schema=Context
        )
        builder.add_node("router", _router)
        builder.add_node("sales", _sales)
        builder.add_node("support", _support)
        builder.add_node("schedule", schedule)
        builder.add_edge(START, "router")
        builder.add_conditional_edges("router", _after_router, ["sales", "support", "schedule"])
        for agent in ("sales", "support", "schedule"):
            builder.add_edge(agent, END)
        return builder.compile(checkpointer=self._checkpoints.of(tenant))
