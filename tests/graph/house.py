"""A front desk with everything real but the model's server, the guided agent and the examples."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import httpx
from pydantic import SecretStr

from agenda.local_agenda import LocalAgenda
from graph.answer import FrontDesk
from graph.checkpoints import Checkpoints
from graph.compiled import CompiledGraphs
from graph.emergencies import OpenEmergencies
from graph.replies import Turn
from integrations.clock import Clock
from integrations.metrics import Metrics
from integrations.model_connections import connections
from integrations.redis import Client
from nodes.state import State
from tenants import keys
from tenants.budget import Budget
from tenants.ids import TurnId, UserId
from tenants.tenant import ChatModel, Tenant
from tests.agenda import clinics
from tests.fakes.few_flags import FewFlags
from tests.fakes.nearest_words import NearestWords
from tests.fakes.one_passage import OnePassage
from tests.fakes.openai import FakeOpenAI
from tests.fakes.plain_guided import PlainGuided
from tests.fakes.serve import serve
from tools.context import Context
from tools.desk import Desk

ANA = UserId("55")


@dataclass(slots=True)
class House:
    """What a test holds of it."""

    desk: FrontDesk
    graphs: CompiledGraphs
    emergencies: OpenEmergencies
    checkpoints: Checkpoints
    guided: PlainGuided
    flags: FewFlags
    redis: Client
    clock: Clock
    server: FakeOpenAI = field(default_factory=FakeOpenAI)
    url: str = ""
    library_for: Callable[[str], OnePassage] = OnePassage

    def benova(self, **model: object) -> Tenant:
        """Return Benova, whose model is the stand-in's when there is one."""
        return clinics.benova(revision="1", model=self._model(**model))

    def medispa(self, **model: object) -> Tenant:
        """Return MediSpa, as Benova."""
        return clinics.medispa(revision="1", model=self._model(**model))

    def agenda(self, tenant: Tenant) -> LocalAgenda:
        """Return a company's agenda."""
        return LocalAgenda(self.redis, tenant, self.clock)

    async def state(self, tenant: Tenant, user: UserId = ANA) -> State:
        """Return what the thread holds."""
        graph = await self.graphs.of(tenant)
        thread = keys.thread_id(tenant.company_id, user)
        snapshot = await graph.aget_state({"configurable": {"thread_id": thread}})
        return cast("State", snapshot.values)

    def _model(self, **changes: object) -> ChatModel:
        if not self.url:
            return ChatModel()
        values: dict[str, object] = {
            "name": "big",
            "fallback": "small",
            "base_url": f"{self.url}/v1",
            "api_key": SecretStr("key"),
            "timeout_seconds": 0.5,
        }
        return ChatModel.model_validate(values | changes)


@asynccontextmanager
async def guided_house(redis: Client, clock: Clock) -> AsyncIterator[House]:
    """Open a house without any model."""
    yield _house(redis, clock, url="", server=FakeOpenAI(), http=None)


@asynccontextmanager
async def house_with_model(
    redis: Client, clock: Clock, budget: Budget | None = None
) -> AsyncIterator[House]:
    """Open a house whose models are served by the stand-in."""
    server = FakeOpenAI()
    async with serve(server) as url, connections(Metrics().outside) as http:
        yield _house(redis, clock, url=url, server=server, http=http, budget=budget)


def turn(
    turn_id: str, *texts: str, company: str = "benova", user: UserId = ANA, language: str = ""
) -> Turn:
    """Return a turn of a patient: messages `<turn_id>.0`, `<turn_id>.1` ..."""
    return Turn(
        turn_id=TurnId(turn_id),
        context=Context(company_id=company, user_id=user, language=language, channel="whatsapp"),
        messages=tuple((f"{turn_id}.{index}", text) for index, text in enumerate(texts)),
    )


def _house(
    redis: Client,
    clock: Clock,
    *,
    url: str,
    server: FakeOpenAI,
    http: httpx.AsyncClient | None,
    budget: Budget | None = None,
) -> House:
    guided = PlainGuided()
    flags = FewFlags()
    checkpoints = Checkpoints(redis)
    emergencies = OpenEmergencies(redis, clock)

    def desk_for(tenant: Tenant, _rehearsal: bool) -> Desk:
        return Desk(
            tenant=tenant,
            library=made.library_for(tenant.company_id),
            agenda=LocalAgenda(redis, tenant, clock),
            clock=clock,
        )

    graphs = CompiledGraphs(
        desk_for=desk_for,
        guided_for=lambda _desk: guided,
        screen=flags,
        nearest=NearestWords(),
        emergencies=emergencies,
        checkpoints=checkpoints,
        http=http,
        budget=budget,
    )
    desk = FrontDesk(
        graphs=graphs,
        checkpoints=checkpoints,
        emergencies=emergencies,
        screen=flags,
        usage=budget.usage if budget else None,
    )
    made = House(
        desk=desk,
        graphs=graphs,
        emergencies=emergencies,
        checkpoints=checkpoints,
        guided=guided,
        flags=flags,
        redis=redis,
        clock=clock,
        server=server,
        url=url,
    )
    return made
