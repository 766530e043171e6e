"""Chat models behind OpenAI's API or any server that speaks it; the only file that knows its errors."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.exceptions import LangChainException
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from integrations.errors import IntegrationError

SYSTEM = "openai"
LONGEST_PAUSE = timedelta(minutes=5)
WITHOUT_TEMPERATURE = ("o1", "o3", "o4", "gpt-5")
"""Names of models that refuse any temperature but their own."""

Thinker = Runnable[LanguageModelInput, AIMessage]

# What a server can do wrong, as langchain-openai lets it through: a body that is no JSON is a
# ValueError, one of another shape a TypeError, KeyError, IndexError or AttributeError.
FAILURES = (
    openai.OpenAIError,
    httpx.HTTPError,
    httpx.InvalidURL,
    LangChainException,
    TimeoutError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)


class RefusedRequestError(IntegrationError):
    """The server will not have this one request; the next may pass."""


class SilentModelError(IntegrationError):
    """The server did not answer in time."""


class EmptyAnswerError(IntegrationError):
    """The model said nothing that could be used."""


class DirectChatOpenAI(ChatOpenAI):
    """Sends a request as LangChain made it and reads the answer where it came in.

    The client would walk through every field of messages and tools once more, make a model of the
    answer and a dict of the model, and LangChain would read that dict in another thread: more
    work than all the rest of a call.
    """

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002 # Nothing is streamed.
        **kwargs: Any,
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        answer: Any = await self.root_async_client.post(
            "/chat/completions", body=payload, cast_to=object
        )
        if isinstance(answer, str):
            # Some servers do not say that what they send is JSON.
            answer = json.loads(answer)
        return self._create_chat_result(answer)


def client_of(
    api_key: SecretStr, base_url: str | None, http: httpx.AsyncClient, timeout_seconds: float
) -> openai.AsyncOpenAI:
    """Return a company's client, which tries nothing again by itself."""
    return openai.AsyncOpenAI(
        api_key=api_key.get_secret_value(),
        base_url=base_url,
        http_client=http,  # type: ignore[arg-type] # Any client that httpx made is taken.
        timeout=timeout_seconds,
        max_retries=0,
    )


def chat_model(
    name: str,
    *,
    api_key: SecretStr,
    base_url: str | None,
    temperature: float | None,
    max_tokens: int,
    timeout_seconds: float,
    http: httpx.AsyncClient,
) -> ChatOpenAI:
    """Return a model that tries once: whoever asks has other models to turn to."""
    return DirectChatOpenAI(
        model=name,
        api_key=api_key,
        base_url=base_url,
        temperature=None if name.startswith(WITHOUT_TEMPERATURE) else temperature,
        max_completion_tokens=max_tokens,
        timeout=timeout_seconds,
        max_retries=0,
        http_async_client=http,
        use_responses_api=False,
    )


async def ask(thinker: Thinker, messages: Sequence[AnyMessage]) -> AIMessage:
    """Return what the model says: text, calls, or both; raises IntegrationError for every failure."""
    try:
        message = await thinker.ainvoke(list(messages))
    except FAILURES as error:
        raise failure_of(error) from error
    if not message.tool_calls and not message.text.strip():
        reason = str(message.response_metadata.get("finish_reason") or "nothing")
        raise EmptyAnswerError(SYSTEM, f"empty answer ({reason})", permanent=False)
    return message


def failure_of(error: BaseException) -> IntegrationError:
    """Return a failure of OpenAI's client as ours."""
    # Never the error's own words: a server may repeat in them what the patient wrote.
    if isinstance(error, openai.APIStatusError):
        detail = f"HTTP {error.status_code}"
        if error.status_code in {401, 403, 404}:
            return IntegrationError(SYSTEM, detail, permanent=True, retry_after=LONGEST_PAUSE)
        if error.status_code == 429:
            return IntegrationError(SYSTEM, detail, permanent=False, retry_after=_pause(error))
        if error.status_code < 500 and error.status_code != 408:
            return RefusedRequestError(SYSTEM, detail, permanent=True)
        return IntegrationError(SYSTEM, detail, permanent=False)
    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return SilentModelError(SYSTEM, "no answer in time", permanent=False)
    return IntegrationError(SYSTEM, type(error).__name__, permanent=False)


def _pause(error: openai.APIStatusError) -> timedelta:
    """Return how long a busy server wants to be left alone: its header, or a guess."""
    if error.code == "insufficient_quota":
        return LONGEST_PAUSE
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        return min(timedelta(seconds=max(seconds, 0)), LONGEST_PAUSE)
    return timedelta(seconds=5)
