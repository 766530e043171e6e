"""The inbox of two companies on a real Redis, with a fake Chatwoot."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from integrations.chatwoot_events import PatientMessage
from integrations.chatwoot_webhook import read_event
from integrations.redis import Client
from jobs.inbox import Taken
from jobs.wake_ups import open_queue
from tenants.tenant import ChatModel
from tests.fakes.chatwoot import FakeChatwoot
from tests.fakes.chatwoot_payloads import Json, raw
from tests.fakes.in_process import InProcess
from tests.fakes.openai_audio import Hears
from tests.jobs.house import BENOVA, HERE, MEDISPA, THERE, TOKENS, House
from tests.jobs.sent_files import DANGER, NOTE, WORDS


class Writing:
    """Lets patients write: what the webhook would do, without the web."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def __call__(self, content: str | None, place: object = HERE, **more: object) -> Taken:
        """Keep a message in Chatwoot and take its event."""
        body = self.house.chatwoot.written(place, content, **more)  # type: ignore[arg-type] # Passed on as they are.
        return await self.take(body)

    async def take(self, body: Json) -> Taken:
        """Take an event as it came."""
        tenant = self.house.companies.by_account(body["account"]["id"])
        return await self.house.inbox.take(tenant, read_event(raw(body), now=self.house.clock()))

    def message(self, body: Json) -> PatientMessage:
        """Return a body as a patient's message."""
        event = read_event(raw(body), now=self.house.clock())
        assert isinstance(event, PatientMessage)
        return event


@pytest.fixture
async def house(redis: Client, redis_url: str) -> AsyncIterator[House]:
    chatwoot = FakeChatwoot(TOKENS)
    chatwoot.silence = 0.6
    chatwoot.open(HERE)
    chatwoot.open(THERE)
    queue = open_queue(redis_url)
    async with httpx.AsyncClient(transport=InProcess(chatwoot.app)) as http:
        house = House(redis, queue, chatwoot, http, "http://chatwoot.test")
        yield house
        await house.models.aclose()
    await chatwoot.close()
    await queue.disconnect()


@pytest.fixture
def writes(house: House) -> Writing:
    return Writing(house)


@pytest.fixture
def hearing(house: House) -> House:
    """Both companies listen, and so does the model's server."""
    model = ChatModel(api_key=SecretStr("key"), base_url="http://openai.test/v1")
    house.companies.change(BENOVA, model=model)
    house.companies.change(MEDISPA, model=model)
    house.openai.listening.by_content |= {
        NOTE: Hears(text=WORDS),
        DANGER: Hears(text="No puedo respirar, tengo la cara hinchada."),
    }
    return house
