"""What a model's server says, read as it was sent, also when it says it in an odd way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from integrations.errors import IntegrationError
from integrations.metrics import Metrics
from integrations.model_connections import connections
from integrations.openai import Thinker, ask, chat_model
from tests.fakes.openai import FakeOpenAI, calls, says
from tests.fakes.serve import serve

ASKED = [HumanMessage("hola")]


@dataclass
class Relabelled:
    """Another server's answers under a content type of its own choice."""

    server: FakeOpenAI = field(default_factory=FakeOpenAI)
    content_type: bytes = b"application/json"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def relabelled(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [(b"content-type", self.content_type)]}
            await send(message)

        await self.server(scope, receive, relabelled)  # type: ignore[arg-type] # Messages are looser.


@pytest.fixture
def stand_in() -> Relabelled:
    return Relabelled()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with connections(Metrics().outside) as client:
        yield client


@pytest.fixture
async def model(stand_in: Relabelled, http: httpx.AsyncClient) -> AsyncIterator[Thinker]:
    async with serve(stand_in) as url:
        yield chat_model(
            "big",
            api_key=SecretStr("key-benova"),
            base_url=f"{url}/v1",
            temperature=0.2,
            max_tokens=100,
            timeout_seconds=5,
            http=http,
        )


async def test_words_and_tokens_come_back(stand_in: Relabelled, model: Thinker) -> None:
    stand_in.server.script.append(says("Con gusto."))

    answer = await ask(model, ASKED)

    assert answer.text == "Con gusto."
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] == 110


async def test_a_request_carries_what_was_asked_and_the_key(
    stand_in: Relabelled, model: Thinker
) -> None:
    await ask(model, ASKED)

    sent = stand_in.server.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "hola"}]
    assert (sent["model"], sent["temperature"], sent["max_completion_tokens"]) == ("big", 0.2, 100)
    assert stand_in.server.keys == ["Bearer key-benova"]


async def test_a_call_comes_back_with_its_arguments(stand_in: Relabelled, model: Thinker) -> None:
    stand_in.server.script.append(calls("search_knowledge", query="botox"))

    answer = await ask(model, ASKED)

    assert [(one["name"], one["args"]) for one in answer.tool_calls] == [
        ("search_knowledge", {"query": "botox"})
    ]


async def test_json_that_is_not_called_json_is_read(stand_in: Relabelled, model: Thinker) -> None:
    stand_in.content_type = b"text/plain"
    stand_in.server.script.append(says("Con gusto."))

    answer = await ask(model, ASKED)

    assert answer.text == "Con gusto."


@pytest.mark.parametrize("body", ["[]", "null", '"hola"', "{}", '{"choices": [{}]}', "<html>"])
async def test_an_answer_of_another_shape_is_a_failure_that_may_pass(
    body: str, http: httpx.AsyncClient
) -> None:
    async def odd(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})

    async with serve(odd) as url:
        model = chat_model(
            "big",
            api_key=SecretStr("key"),
            base_url=f"{url}/v1",
            temperature=0.2,
            max_tokens=100,
            timeout_seconds=5,
            http=http,
        )
        with pytest.raises(IntegrationError) as failed:
            await ask(model, ASKED)

    assert not failed.value.permanent
    assert failed.value.system == "openai"
