"""From Chatwoot's webhook to Chatwoot's message, over HTTP both ways, echoes and noise included."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.applications import Starlette

from integrations.redis import Client
from jobs.wake_ups import open_queue
from jobs.webhook_checks import WebhookChecks
from jobs.worker import run_worker
from routes.webhook import Webhook
from tenants.moved_tokens import MovedTokens
from tests.fakes.chatwoot import FakeChatwoot
from tests.fakes.serve import serve
from tests.jobs.house import BENOVA, HERE, LAURA, MEDISPA, SECRETS, THERE, TOKENS, House


@pytest.fixture
async def house(redis: Client, redis_url: str) -> AsyncIterator[House]:
    chatwoot = FakeChatwoot(TOKENS)
    chatwoot.open(HERE)
    chatwoot.open(THERE)
    queue = open_queue(redis_url)
    stop = asyncio.Event()
    async with serve(chatwoot.app) as url, httpx.AsyncClient(trust_env=False) as http:
        made = House(redis, queue, chatwoot, http, url)
        routes = Webhook(
            directory=made.companies,
            moved=MovedTokens(redis),
            inbox=made.inbox,
            checks=WebhookChecks(redis),
            clock=made.clock,
            unsigned_allowed=False,
        ).routes()
        async with serve(Starlette(routes=routes)) as us, asyncio.TaskGroup() as group:
            chatwoot.clock = made.clock
            chatwoot.secrets = {7: SECRETS[BENOVA], 8: SECRETS[MEDISPA]}
            chatwoot.webhooks = {
                7: f"{us}/webhook/chatwoot/token-benova",
                8: f"{us}/webhook/chatwoot/token-medispa",
            }
            group.create_task(
                run_worker(
                    queue=open_queue(redis_url, waiting=True),
                    runner=made.runner,
                    open_conversation=made.open_conversation,
                    stop=stop,
                    listeners=2,
                )
            )
            yield made
            await chatwoot.close()
            stop.set()
    await queue.disconnect()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_patient_is_answered_and_the_echoes_make_no_turn(house: House) -> None:
    acknowledged = await house.chatwoot.patient_writes(HERE, "Hola <b>& más</b>")
    await until(lambda: len(house.chatwoot.sent()) == 1)
    await house.chatwoot.settle()
    await asyncio.sleep(0.2)

    assert acknowledged["status"] == "accepted"
    assert house.chatwoot.sent()[0].replace("\u200b", "") == "eco: Hola <b>& más</b>"
    assert len(house.desk.turns) == 1
    assert await house.mailbox.count(BENOVA, LAURA) == 0


async def test_two_companies_are_answered_apart(house: House) -> None:
    await house.chatwoot.patient_writes(HERE, "soy de benova")
    await house.chatwoot.patient_writes(THERE, "soy de medispa")

    await until(lambda: bool(house.chatwoot.sent(7) and house.chatwoot.sent(8)))

    assert house.chatwoot.sent(7) == ["eco: soy de benova"]
    assert house.chatwoot.sent(8) == ["eco: soy de medispa"]


async def test_a_person_takes_over_and_gives_back(house: House) -> None:
    await house.chatwoot.person_writes(7, 101, "Hola, soy Paola")
    await until(lambda: house.chatwoot.kept[7, 101].place.status == "open")
    await house.chatwoot.patient_writes(HERE, "gracias, Paola")
    await until(lambda: bool(house.desk.remembered))
    await house.chatwoot.settle()

    house.chatwoot.set_status(7, 101, "pending")
    await house.chatwoot.settle()
    await house.chatwoot.patient_writes(HERE, "¿sigue el bot?")
    await until(lambda: len(house.chatwoot.sent()) == 2)

    assert house.chatwoot.sent() == ["Hola, soy Paola", "eco: ¿sigue el bot?"]
