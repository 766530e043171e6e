"""The tool with which every agent calls a person of the clinic."""

from typing import Any

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from langgraph.types import Command

from tools.context import Context
from tools.declared import tool
from tools.desk import Desk

LONGEST = 600  # characters of a reason or summary; the rest helps nobody


def hand_to_human(_desk: Desk) -> BaseTool:
    """Return the tool that asks for a human; the hand-over itself happens after the reply was sent."""

    @tool("hand_to_human")
    async def call_human(
        reason: str, summary: str, runtime: ToolRuntime[Context, dict[str, Any]]
    ) -> Command[Any]:
        """Ask a person of the clinic to take over this conversation.

        Call it when the patient asks for a person, complains, is upset, asks something medical
        about their own body, or needs what your other tools cannot give. Never call it for a
        question that you can answer from your tools, nor twice in one turn.
        `reason`: three to eight words. `summary`: what the patient wants and what is already
        known, in one or two sentences, in the clinic's language; no guesses.
        After it, tell the patient that a person of the team will go on here.
        """
        wish = {
            "reason": reason.strip()[:LONGEST],
            "summary": summary.strip()[:LONGEST],
            "urgent": False,
        }
        answer = ToolMessage(
            "A person of the clinic was asked to take over. Tell the patient so, in one sentence.",
            name="hand_to_human",
            tool_call_id=runtime.tool_call_id or "",
            artifact={"handoff": wish},
        )
        return Command(update={"messages": [answer], "handoff": wish})

    return call_human
