"""Redis dies, comes back with nothing, or freezes: Chatwoot is told at once, and the service heals by itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable

import httpx
import pytest
import pytest_asyncio

from tests.fakes.chatwoot_payloads import Json
from tests.journeys.clinics import BENOVA, THINKING
from tests.journeys.house import House, Patient, house, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

BOUND = 3.0  # seconds; Chatwoot gives up after five
CROWDED = 5.0  # seconds; then Chatwoot gives up, on the last of a crowd too
QUESTION = "¿Cuál es la clave de los casilleros?"
FULL = "Redis takes no writes: its disk or its memory is full."
ANSWER = "La clave de los casilleros es AZUL-7291."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ward(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server with its worker on a Redis of its own."""
    folder = tmp_path_factory.mktemp("redis-faults")
    async with house(folder, BENOVA, THINKING) as deployment:
        await deployment.serve()
        yield deployment


@pytest_asyncio.fixture(loop_scope="module")
async def without_redis(ward: House) -> AsyncIterator[None]:
    """No Redis at all; afterwards an empty one."""
    await ward.redis.kill()
    yield
    await ward.redis.start()


@pytest_asyncio.fixture(loop_scope="module")
async def frozen_redis(ward: House) -> AsyncIterator[None]:
    """A Redis that accepts and says nothing; afterwards it goes on."""
    ward.redis.freeze()
    yield
    ward.redis.thaw()


@pytest_asyncio.fixture(loop_scope="module")
async def full_redis(ward: House) -> AsyncIterator[None]:
    """A Redis without room: it answers and takes nothing; afterwards there is room."""
    # Another test may have emptied it, and what it has no room for cannot come back.
    await ward.documents_come()
    await ward.redis.fill()
    yield
    await ward.redis.make_room()


async def test_without_redis_chatwoot_is_told_to_send_again_at_once(
    ward: House, without_redis: None
) -> None:
    answer, seconds = await timed(webhook(ward.patient(BENOVA)))

    assert answer.status_code == 500
    assert answer.json() == {"error": "ConnectionError", "detail": "Redis does not answer."}
    assert seconds < BOUND


async def test_without_redis_health_says_so_and_soon(ward: House, without_redis: None) -> None:
    await health_turns(ward, "unhealthy")

    answer, seconds = await timed(ward.ask("GET", "/health"))

    assert answer.status_code == 200
    assert answer.json()["redis_healthy"] is False
    assert seconds < BOUND


async def test_with_a_full_redis_chatwoot_is_told_to_send_again(
    ward: House, full_redis: None
) -> None:
    answer = await webhook(ward.patient(BENOVA))

    assert answer.status_code == 500
    assert answer.json()["detail"] == FULL


async def test_with_a_full_redis_health_says_so_in_words(ward: House, full_redis: None) -> None:
    health = await health_turns(ward, "unhealthy", because=FULL)

    assert health["redis_healthy"] is False


async def test_with_a_full_redis_what_is_there_can_be_read(ward: House, full_redis: None) -> None:
    of_benova = {"company_id": "benova"}

    talks = await ward.ask("GET", "/api/conversations", params=of_benova)
    papers = await ward.ask("GET", "/api/documents", params=of_benova)
    costs = await ward.ask("GET", "/api/companies/benova/usage")
    found = await ward.ask(
        "POST", "/api/documents/search", params=of_benova, json={"query": QUESTION}
    )

    assert [one.status_code for one in (talks, papers, costs, found)] == [200] * 4
    assert "AZUL-7291" in found.text


async def test_a_redis_that_fills_while_we_think_costs_no_answer_and_gives_no_second(
    ward: House,
) -> None:
    laura = ward.patient(THINKING)
    ward.thoughts.stalls["thinker"] = 1
    asked = len(ward.thoughts.asked)
    await laura.writes(QUESTION)
    await until(lambda: len(ward.thoughts.asked) > asked, "the model is asked")
    await ward.redis.fill()
    refused = await webhook(laura)
    await asyncio.sleep(2)
    ward.thoughts.stalls.clear()

    await ward.redis.make_room()
    await laura.reads(1)
    await ward.quiet()

    assert refused.status_code == 500
    assert len(laura.sent()) == 1


async def test_with_a_frozen_redis_chatwoot_is_told_to_send_again_soon(
    ward: House, frozen_redis: None
) -> None:
    answer, seconds = await timed(webhook(ward.patient(BENOVA)))

    assert answer.status_code == 500
    assert answer.json()["detail"] == "Redis does not answer."
    assert seconds < BOUND


async def test_with_a_frozen_redis_a_crowd_is_told_soon_too(
    ward: House, frozen_redis: None
) -> None:
    crowd = [ward.patient(BENOVA) for _ in range(80)]

    answers = await asyncio.gather(*(timed(webhook(one)) for one in crowd))

    assert {answer.status_code for answer, _ in answers} == {500}
    assert max(seconds for _, seconds in answers) < CROWDED


async def test_with_a_frozen_redis_the_api_answers_soon(ward: House, frozen_redis: None) -> None:
    answer, seconds = await timed(
        ward.ask("GET", "/api/conversations", params={"company_id": "benova"})
    )

    assert answer.status_code == 500
    assert seconds < BOUND


async def test_what_could_not_be_taken_is_answered_once_when_chatwoot_sends_it_again(
    ward: House,
) -> None:
    laura = ward.patient(BENOVA)
    body = ward.chatwoot.written(laura.place, QUESTION)
    ward.redis.freeze()
    refused = await ward.chatwoot.deliver(7, body)
    ward.redis.thaw()

    taken = await ward.chatwoot.deliver(7, body)
    await laura.reads(1)
    await ward.quiet()

    assert refused.status_code == 500
    assert taken.status_code == 200
    assert laura.sent() == [ANSWER]


async def test_a_freeze_while_we_think_costs_no_answer_and_gives_no_second(ward: House) -> None:
    laura = ward.patient(THINKING)
    ward.thoughts.stalls["thinker"] = 1
    asked = len(ward.thoughts.asked)
    await laura.writes(QUESTION)
    await until(lambda: len(ward.thoughts.asked) > asked, "the model is asked")
    ward.redis.freeze()
    await asyncio.sleep(4)
    ward.thoughts.stalls.clear()

    ward.redis.thaw()
    await laura.reads(1)
    await ward.quiet()

    assert len(laura.sent()) == 1


async def test_a_redis_that_comes_back_empty_needs_no_restart(ward: House) -> None:
    await ward.redis.kill()
    await ward.redis.start()
    laura = ward.patient(BENOVA)

    booking = await laura.hears("quiero una cita para hidrafacial")

    assert "Hidrafacial" in booking


async def test_documents_come_back_into_an_empty_redis(ward: House) -> None:
    await ward.redis.kill()
    await ward.redis.start()

    await found_again(ward)


async def test_the_webhooks_address_outlives_the_redis_that_kept_it(ward: House) -> None:
    before = (await ward.get("/api/companies/benova"))["webhook_url"]
    await ward.redis.kill()
    await ward.redis.start()
    await found_again(ward)

    after = (await ward.get("/api/companies/benova"))["webhook_url"]

    assert after == before


async def found_again(ward: House) -> None:
    """Have one patient after another ask until a document is found."""
    async with asyncio.timeout(20):
        while await ward.patient(BENOVA).hears(QUESTION) != ANSWER:
            pass


async def webhook(patient: Patient) -> httpx.Response:
    """Deliver what a patient writes, whatever the answer."""
    body = patient.house.chatwoot.written(patient.place, QUESTION)
    return await patient.house.chatwoot.deliver(patient.place.account, body)


async def health_turns(ward: House, status: str, because: str | None = None) -> Json:
    """Wait until the cached health is no longer of before, nor of another fault; return it."""
    async with asyncio.timeout(10):
        while True:
            health: Json = await ward.get("/health")
            if health["status"] == status and because in {None, health["redis"]}:
                return health
            await asyncio.sleep(0.1)


async def timed(asked: Awaitable[httpx.Response]) -> tuple[httpx.Response, float]:
    """Return an answer and how long it took."""
    began = time.monotonic()
    return await asked, time.monotonic() - began
