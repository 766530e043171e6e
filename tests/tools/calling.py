"""Call one tool as a graph does: through LangGraph's own tool node, with state and context."""

from typing import Any, cast

from langchain_core.messages import AIMessage
from langchain_core.tools import BaseTool
from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import ToolNode

from nodes.state import State
from tools.context import Context


async def call(
    tool: BaseTool, args: dict[str, Any], context: Context, **state: Any
) -> dict[str, Any]:
    """Return the state after the call; its last message is the tool's."""
    builder = StateGraph(State, context_schema=Context)
    builder.add_node("tools", ToolNode([tool]))
    builder.add_edge(START, "tools")
    builder.add_edge("tools", END)
    asked = AIMessage("", tool_calls=[{"name": tool.name, "args": args, "id": "call-1"}])
    before = cast("State", {"messages": [asked], **state})
    after: dict[str, Any] = await builder.compile().ainvoke(before, context=context)
    return after
