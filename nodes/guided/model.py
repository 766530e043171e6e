"""The guided agent as a chat model: it thinks and acts in the same loop as a language model, without one."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from nodes.guided.conversation import converse
from nodes.guided.reply import Reply, say
from nodes.guided.turn import NOTES, CalendarAway, ToolNeeded, Turn, call_id, turn_of
from tools.desk import Desk

NAME = "guided"


class GuidedModel(BaseChatModel):
    """Answers from the company's data by rules. Deterministic, no network, a few milliseconds."""

    tool_names: frozenset[str] = frozenset()

    _desk: Desk = PrivateAttr()

    def __init__(self, desk: Desk, **fields: Any) -> None:
        """Keep the company's desk; tools are bound later."""
        super().__init__(**fields)
        self._desk = desk

    @property
    def _llm_type(self) -> str:
        return NAME

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        **_kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return the agent with these tools and no others; it needs no more than their names."""
        names = frozenset(
            one.name
            if isinstance(one, BaseTool)
            else convert_to_openai_tool(one)["function"]["name"]
            for one in tools
        )
        return GuidedModel(self._desk, tool_names=names)

    def with_structured_output(
        self, *_args: Any, **_kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Refuse: without a model the router decides by nearest examples."""
        raise NotImplementedError("The guided agent gives no structured output.")

    def _generate(self, messages: list[BaseMessage], *_args: Any, **_kwargs: Any) -> ChatResult:
        answer = think(turn_of(self._desk, self.tool_names, messages))
        return ChatResult(generations=[ChatGeneration(message=answer)])

    async def _agenerate(
        self, messages: list[BaseMessage], *_args: Any, **_kwargs: Any
    ) -> ChatResult:
        return self._generate(messages)


def think(turn: Turn) -> AIMessage:
    """Return the next step: one tool call, or the answer."""
    about_me: dict[str, Any] = {"model_name": NAME}
    try:
        reply = converse(turn)
    except CalendarAway:
        reply = Reply(text=say(turn, "calendar_away"))
    except ToolNeeded as needed:
        call = {"name": needed.name, "args": needed.arguments, "id": call_id(turn, needed)}
        # The first call carries the booking as it was: every replay of the turn begins with it.
        noted = {"booking": turn.booking} if needed.order == 0 else {}
        return AIMessage("", tool_calls=[call], additional_kwargs=noted, response_metadata=about_me)
    more: dict[str, Any] = {NOTES: dict(reply.notes)}
    if not reply.keeps_booking:
        more["booking"] = reply.booking
    return AIMessage(reply.text, additional_kwargs=more, response_metadata=about_me)
