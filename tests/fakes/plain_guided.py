"""A guided agent of a few lines: calls what it is told to, else repeats what the patient wrote."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field
from redis.exceptions import RedisError

Thought = Callable[[Sequence[BaseMessage]], AIMessage]


def repeat(messages: Sequence[BaseMessage]) -> AIMessage:
    """Say who answers and what the patient wrote last."""
    asked = next(one for one in reversed(messages) if isinstance(one, HumanMessage))
    agent = messages[0].additional_kwargs["briefing"]["agent"]
    return AIMessage(f"{agent}: {asked.text}")


class PlainGuided(BaseChatModel):
    """Thinks with the function it was given."""

    thought: Thought = repeat
    before: Callable[[], Awaitable[object]] | None = None
    """Awaited before each thought."""
    seen: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "guided"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError

    async def _agenerate(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> ChatResult:
        self.seen.append(messages)
        if self.before is not None:
            with contextlib.suppress(RedisError):
                await self.before()
        return ChatResult(generations=[ChatGeneration(message=self.thought(messages))])
