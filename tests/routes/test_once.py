"""A POST with an idempotency key is done once, whatever the network does."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.redis import Client
from routes.access import Caller, key_in
from routes.error_table import STATUS
from routes.errors import ConflictError, ErrorAnswers
from routes.etags import tagged
from routes.once import LARGEST, MOST, Once
from tenants.ids import CompanyId


class Shop:
    """Makes numbered things; `gate` holds it up, `failing` has it refuse."""

    def __init__(self, redis: Client) -> None:
        self.made = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.failing = False
        self._once = Once(redis, lambda: datetime.now(UTC))

    async def make(self, request: Request, _caller: Caller) -> Response:
        body = await request.body()
        self.begun.set()
        await self.gate.wait()
        if self.failing:
            raise ConflictError("not now")
        self.made += 1
        padding = "x" * (LARGEST if body == b"large" else 0)
        return JSONResponse({"number": self.made, "secret": "canary" + padding}, status_code=201)

    async def look(self, _request: Request, _caller: Caller) -> Response:
        return JSONResponse({"made": self.made})

    async def post(self, request: Request) -> Response:
        caller = Caller(company_id=CompanyId(key_in(request)), scope="company")
        return await self._once(request, caller, self.make)

    async def get(self, request: Request) -> Response:
        return await tagged(request, Caller(company_id=None, scope="admin"), self.look)


@pytest.fixture
def shop(redis: Client) -> Shop:
    return Shop(redis)


@pytest.fixture
def http(shop: Shop) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route("/things", shop.post, methods=["POST"]), Route("/things", shop.get)],
        exception_handlers=dict.fromkeys(STATUS, ErrorAnswers(STATUS).expected),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def sent(http: httpx.AsyncClient, body: bytes, key: str = "k-1", who: str = "benova",
               **headers: str) -> httpx.Response:  # fmt: skip
    return await http.post(
        "/things",
        content=body,
        headers={"Idempotency-Key": key, "X-API-Key": who, **headers},
    )


async def test_the_same_request_gets_the_same_answer_and_is_done_once(
    http: httpx.AsyncClient, shop: Shop
) -> None:
    first, again = await sent(http, b"a"), await sent(http, b"a")

    assert shop.made == 1
    assert (again.status_code, again.json()) == (201, first.json())
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == "application/json"


async def test_another_request_with_the_same_key_is_refused(
    http: httpx.AsyncClient, shop: Shop
) -> None:
    await sent(http, b"a")

    other = await sent(http, b"b")

    assert (other.status_code, other.json()["error"]) == (422, "KeyReusedError")
    assert shop.made == 1


async def test_a_request_that_still_runs_is_not_run_beside_itself(
    http: httpx.AsyncClient, shop: Shop
) -> None:
    shop.gate.clear()
    first = asyncio.create_task(sent(http, b"a"))
    await shop.begun.wait()

    second = await sent(http, b"a")
    shop.gate.set()

    assert (second.status_code, second.headers["retry-after"]) == (409, "2")
    assert (await first).status_code == 201
    assert shop.made == 1


async def test_what_was_refused_may_be_tried_again(http: httpx.AsyncClient, shop: Shop) -> None:
    shop.failing = True
    refused = await sent(http, b"a")
    shop.failing = False

    done = await sent(http, b"a")

    assert (refused.status_code, done.status_code) == (409, 201)


async def test_two_callers_may_choose_the_same_key(http: httpx.AsyncClient, shop: Shop) -> None:
    answers = [await sent(http, b"a", who=who) for who in ("benova", "medispa")]

    assert [one.json()["number"] for one in answers] == [1, 2]


async def test_answers_cannot_be_read_in_redis(
    http: httpx.AsyncClient, shop: Shop, redis: Client
) -> None:
    await sent(http, b"a")

    names = [one async for one in redis.scan_iter("*")]
    stored = [await redis.get(one) for one in names if await redis.type(one) == "string"]

    assert len(stored) == 1
    assert "canary" not in str(stored)
    assert "k-1" not in str((names, stored))
    assert all(one.startswith("benova:") for one in names)


async def test_a_form_may_be_sent_with_another_boundary(
    http: httpx.AsyncClient, shop: Shop
) -> None:
    answers = [
        await sent(
            http,
            f"--{boundary}\r\nfile\r\n--{boundary}--".encode(),
            **{"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        for boundary in ("abc123", "def456")
    ]

    assert [one.json()["number"] for one in answers] == [1, 1]


async def test_of_a_large_answer_only_that_it_was_done_is_kept(
    http: httpx.AsyncClient, shop: Shop
) -> None:
    first, again = await sent(http, b"large"), await sent(http, b"large")

    assert first.status_code == 201
    assert (again.status_code, again.json()["error"]) == (409, "AnswerLostError")
    assert shop.made == 1


async def test_only_so_many_answers_are_kept(
    http: httpx.AsyncClient, shop: Shop, redis: Client
) -> None:
    now = datetime.now(UTC).timestamp()
    await redis.set("benova:answered:oldest", json.dumps({"print": "x"}))
    index = {f"benova:answered:{number}": now - 50 for number in range(MOST)}
    await redis.zadd("benova:answered_requests", {**index, "benova:answered:oldest": now - 99})

    await sent(http, b"a")

    assert await redis.zcard("benova:answered_requests") == MOST
    assert not await redis.exists("benova:answered:oldest")


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_a_key_that_is_none_is_refused(http: httpx.AsyncClient, key: str) -> None:
    assert (await sent(http, b"a", key=key)).status_code == 422


async def test_who_knows_an_answer_gets_304_until_it_changes(
    http: httpx.AsyncClient, shop: Shop
) -> None:
    tag = (await http.get("/things")).headers["etag"]
    known = await http.get("/things", headers={"If-None-Match": f'"x", {tag}'})
    shop.made = 7
    changed = await http.get("/things", headers={"If-None-Match": tag})

    assert tag.startswith('W/"')
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert (changed.status_code, changed.json()) == (200, {"made": 7})
