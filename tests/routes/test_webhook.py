"""The webhook takes what is Chatwoot's, refuses what is not, and answers at once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from integrations.redis import Client, close, connect
from jobs.wake_ups import Queue, open_queue
from jobs.webhook_checks import WebhookChecks
from routes.error_table import STATUS
from routes.errors import ErrorAnswers
from routes.webhook import Webhook
from tenants.moved_tokens import MovedTokens
from tests.fakes.chatwoot import FakeChatwoot
from tests.fakes.chatwoot_payloads import incoming, raw, signed
from tests.jobs.house import BENOVA, HERE, LAURA, MEDISPA, SECRETS, THERE, TOKENS, House

BENOVAS = "/webhook/chatwoot/token-benova"


def app_of(house: House, *, unsigned_allowed: bool = False) -> Starlette:
    answers = ErrorAnswers(STATUS)
    return Starlette(
        routes=Webhook(
            directory=house.companies,
            moved=MovedTokens(house.redis),
            inbox=house.inbox,
            checks=WebhookChecks(house.redis),
            clock=house.clock,
            unsigned_allowed=unsigned_allowed,
        ).routes(),
        exception_handlers=dict.fromkeys(STATUS, answers.expected),
    )


def client_of(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://us.test")


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[Queue]:
    opened = open_queue(redis_url)
    yield opened
    await opened.disconnect()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def house(redis: Client, queue: Queue, http: httpx.AsyncClient) -> House:
    return House(redis, queue, FakeChatwoot(TOKENS), http, "http://chatwoot.test")


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of(house)) as made:
        yield made


async def posted(
    client: httpx.AsyncClient, house: House, body: dict[str, Any], path: str = BENOVAS,
    secret: str = SECRETS[BENOVA],
) -> httpx.Response:  # fmt: skip
    content = raw(body)
    return await client.post(path, content=content, headers=signed(content, secret, house.clock()))


async def test_a_signed_message_is_taken(client: httpx.AsyncClient, house: House) -> None:
    answer = await posted(client, house, incoming(HERE, 9001, "Hola"))

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "accepted",
        "company_id": "benova",
        "conversation_id": 101,
        "reason": "customer_turn",
        "agent_used": None,
        "response_sent": False,
    }
    assert await house.mailbox.count(BENOVA, LAURA) == 1


async def test_what_is_no_turn_is_acknowledged_with_the_reason(
    client: httpx.AsyncClient, house: House
) -> None:
    answer = await posted(
        client, house, {"event": "conversation_typing_on", "conversation": {"id": 101}}
    )

    assert answer.status_code == 200
    assert answer.json()["status"] == "ignored"
    assert answer.json()["reason"] == "conversation_typing_on"


@pytest.mark.parametrize("path", [BENOVAS, "/webhook/chatwoot"])
async def test_an_unsigned_message_is_refused_and_nothing_is_stored(
    client: httpx.AsyncClient, house: House, path: str
) -> None:
    answer = await client.post(path, content=raw(incoming(HERE, 9001, "Hola")))

    assert answer.status_code == 401
    assert answer.json()["error"] == "UnsignedWebhookError"
    assert await house.redis.dbsize() == 0


async def test_one_changed_byte_is_refused(client: httpx.AsyncClient, house: House) -> None:
    content = raw(incoming(HERE, 9001, "Hola"))
    headers = signed(content, SECRETS[BENOVA], house.clock())

    answer = await client.post(BENOVAS, content=content.replace(b"Hola", b"Holb"), headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize("path", [BENOVAS, "/webhook/chatwoot"])
async def test_a_signed_body_that_was_cut_is_refused_as_unsigned(
    client: httpx.AsyncClient, house: House, path: str
) -> None:
    content = raw(incoming(HERE, 9001, "Hola"))
    headers = signed(content, SECRETS[BENOVA], house.clock())

    answer = await client.post(path, content=content[:-1], headers=headers)

    assert answer.status_code == 401
    assert await house.waiting() == 0


async def test_a_recorded_delivery_that_is_sent_again_is_one_message(
    client: httpx.AsyncClient, house: House
) -> None:
    content = raw(incoming(HERE, 9001, "Hola"))
    headers = signed(content, SECRETS[BENOVA], house.clock())

    first, again = [await client.post(BENOVAS, content=content, headers=headers) for _ in range(2)]

    assert (first.json()["status"], again.status_code) == ("accepted", 200)
    assert await house.mailbox.count(BENOVA, LAURA) == 1


async def test_a_recorded_signature_fits_no_other_time(
    client: httpx.AsyncClient, house: House
) -> None:
    content = raw(incoming(HERE, 9001, "Hola"))
    old = signed(content, SECRETS[BENOVA], house.clock() - timedelta(minutes=6))
    fresh = signed(content, SECRETS[BENOVA], house.clock())
    forged = {**old, "X-Chatwoot-Timestamp": fresh["X-Chatwoot-Timestamp"]}

    answer = await client.post(BENOVAS, content=content, headers=forged)

    assert answer.status_code == 401
    assert await house.waiting() == 0


async def test_an_old_delivery_is_refused(client: httpx.AsyncClient, house: House) -> None:
    content = raw(incoming(HERE, 9001, "Hola"))
    headers = signed(content, SECRETS[BENOVA], house.clock() - timedelta(minutes=6))

    assert (await client.post(BENOVAS, content=content, headers=headers)).status_code == 401


async def test_another_companys_secret_is_refused(client: httpx.AsyncClient, house: House) -> None:
    answer = await posted(client, house, incoming(HERE, 9001, "Hola"), secret=SECRETS[MEDISPA])

    assert answer.status_code == 401


async def test_a_company_without_secrets_relies_on_its_address(
    client: httpx.AsyncClient, house: House
) -> None:
    connection = house.companies.find("benova").chatwoot
    house.companies.change(BENOVA, chatwoot=connection.model_copy(update={"webhook_secrets": ()}))

    answer = await client.post(BENOVAS, content=raw(incoming(HERE, 9001, "Hola")))

    assert answer.json()["status"] == "accepted"


async def test_an_unknown_address_is_not_found(client: httpx.AsyncClient, house: House) -> None:
    answer = await posted(client, house, incoming(HERE, 9001, "Hola"), "/webhook/chatwoot/guess")

    assert answer.status_code == 404
    assert answer.json()["error"] == "UnknownCompanyError"


async def test_another_account_at_a_companys_address_is_refused(
    client: httpx.AsyncClient, house: House
) -> None:
    answer = await posted(client, house, incoming(THERE, 9001, "Hola"))

    assert answer.status_code == 403
    assert answer.json()["error"] == "WrongAccountError"
    assert await house.redis.dbsize() == 0


async def test_the_address_without_token_finds_the_company_by_account(
    client: httpx.AsyncClient, house: House
) -> None:
    answer = await posted(
        client, house, incoming(THERE, 9001, "Hola"), "/webhook/chatwoot", SECRETS[MEDISPA]
    )

    assert answer.json()["company_id"] == "medispa"


async def test_the_address_without_token_takes_unsigned_bodies_only_when_told(
    house: House,
) -> None:
    body = {
        "event": "message_created",
        "message_type": "incoming",
        "content": "Hola",
        "conversation": {"id": 123, "account_id": "7", "contact_inbox": {"contact_id": 456}},
        "sender": {"name": "Juan Pérez", "phone_number": "+573001234567"},
    }

    async with client_of(app_of(house, unsigned_allowed=True)) as client:
        answer = await client.post("/webhook/chatwoot", json=body)

    assert answer.json()["status"] == "accepted"
    assert answer.json()["conversation_id"] == 123


async def test_the_address_without_token_knows_no_other_account(
    client: httpx.AsyncClient, house: House
) -> None:
    body = incoming(replace(HERE, account=99), 9001, "Hola")

    answer = await posted(client, house, body, "/webhook/chatwoot")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b'{"a":' * 5000, b"null", b'{"event":"message_created"}'],
    ids=["empty", "latin", "list", "deep", "null", "hollow"],
)
async def test_a_body_that_is_no_event_is_refused_in_words(
    client: httpx.AsyncClient, house: House, content: bytes
) -> None:
    headers = signed(content, SECRETS[BENOVA], house.clock())

    answer = await client.post(BENOVAS, content=content, headers=headers)

    assert answer.status_code == 422
    assert answer.json()["error"] == "UnreadableBodyError"


async def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(
    client: httpx.AsyncClient,
) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(160):
            sent += 65_536
            yield b"x" * 65_536

    answer = await client.post(BENOVAS, content=pieces())

    assert answer.status_code == 413
    assert sent < 6_000_000


async def test_with_redis_away_chatwoot_is_asked_to_try_again(
    house: House, http: httpx.AsyncClient
) -> None:
    nowhere = connect("redis://127.0.0.1:9/0")
    queue = open_queue("redis://127.0.0.1:9/0")
    lost = House(nowhere, queue, house.chatwoot, http, "http://chatwoot.test")

    async with client_of(app_of(lost)) as client:
        answer = await posted(client, lost, incoming(HERE, 9001, "Hola"))

    assert answer.status_code == 500
    assert answer.json()["error"] == "ConnectionError"
    await queue.disconnect()
    await close(nowhere)


async def test_a_message_counts_although_the_wake_up_is_lost(
    redis: Client, house: House, http: httpx.AsyncClient
) -> None:
    queue = open_queue("redis://127.0.0.1:9/0")
    deaf = House(redis, queue, house.chatwoot, http, "http://chatwoot.test")

    async with client_of(app_of(deaf)) as client:
        answer = await posted(client, deaf, incoming(HERE, 9001, "Hola"))

    assert answer.json()["status"] == "accepted"
    assert await deaf.mailbox.count(BENOVA, LAURA) == 1
    await queue.disconnect()
