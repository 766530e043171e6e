"""One call to one model: timed, paid, its failures noted, its answer made fit to store."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.messages.tool import tool_call

from integrations.errors import IntegrationError
from integrations.metrics import Metrics
from integrations.tracing import span
from nodes.account import Account
from nodes.breaker import Breaker
from tenants.budget import Grant

if TYPE_CHECKING:
    from integrations.openai import Thinker

logger = structlog.get_logger(__name__)

NOTED = ("booking", "guided")
"""What the guided agent writes beside its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One real model of a chain, bound to an agent's tools and, for the last word, to none."""

    name: str
    acting: "Thinker"
    speaking: "Thinker"
    breaker: Breaker
    most_tokens: int
    declared: int
    """Bytes of the tools that go with each call."""
    metrics: Metrics


async def paid(
    account: Account,
    grant: Grant,
    link: Link,
    thinker: "Thinker",
    messages: Sequence[AnyMessage],
    *,
    seconds: float,
) -> AIMessage | None:
    """Return the model's answer or None, and settle what was reserved for it, whatever happens."""
    try:
        answer = await tried(link, thinker, messages, seconds)
    except BaseException:
        # Cancelled: something more pressing was written.
        await account.release(grant)
        raise
    await account.settle(grant, link.name, answer)
    return answer


async def tried(
    link: Link, thinker: "Thinker", messages: Sequence[AnyMessage], seconds: float
) -> AIMessage | None:
    """Return the model's answer, or None after noting the failure."""
    from integrations.openai import EmptyAnswerError, RefusedRequestError, SilentModelError, ask

    started, outcome = time.perf_counter(), "cancelled"
    try:
        # The client's own time-out starts anew with each byte; this one does not.
        with span("model", model=link.name):
            async with asyncio.timeout(seconds):
                answer = await ask(thinker, messages)
    except TimeoutError:
        outcome = "silent"
        link.breaker.failed(silent=True)
        logger.warning("model_failed", model=link.name, failure="no answer in time")
    except (EmptyAnswerError, RefusedRequestError) as error:
        # The server is well: only this one question failed.
        outcome = "refused"
        link.breaker.succeeded()
        logger.warning("model_failed", model=link.name, failure=error.detail)
    except IntegrationError as error:
        outcome = "failed"
        link.breaker.failed(error.retry_after, silent=isinstance(error, SilentModelError))
        logger.warning("model_failed", model=link.name, failure=error.detail)
    else:
        outcome = "ok"
        link.breaker.succeeded()
        if used := answer.usage_metadata:
            link.metrics.tokens(link.name, used["input_tokens"], used["output_tokens"])
        return answer
    finally:
        link.metrics.model_call(link.name, outcome, time.perf_counter() - started)
    return None


def slim(message: AIMessage, model: str) -> AIMessage:
    """Return what is worth storing of an answer: text, whole calls, the model's name, the tokens.

    A call without an id, or one whose arguments were no JSON, would be refused when sent back.
    """
    calls = [
        tool_call(name=call["name"], args=call["args"], id=call["id"] or uuid4().hex)
        for call in message.tool_calls
    ]
    kept = {k: v for k, v in message.additional_kwargs.items() if k in NOTED}
    return AIMessage(
        str(message.text),
        id=message.id or uuid4().hex,
        tool_calls=calls,
        additional_kwargs=kept,
        response_metadata={"model_name": model},
        usage_metadata=message.usage_metadata,
    )
