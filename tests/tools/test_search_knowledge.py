"""The agents look things up in their own company's documents and hear plainly when there is nothing."""

import pytest

from integrations.clock import Clock
from integrations.redis import Client, close, connect
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.gaps import Gaps
from knowledge.library import CompanyLibrary
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.fakes.closed_agenda import ClosedAgenda
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, ENGLISH, MEDISPA, POLICIES
from tests.tools.calling import call
from tools.context import Context
from tools.desk import Desk
from tools.search_knowledge import search_knowledge

PATIENT = Context(company_id="benova", user_id="7")


def desk(tenant: Tenant, redis: Client, clock: Clock) -> Desk:
    library = CompanyLibrary(tenant, redis, OneEmbedder(HashingEmbedder()))
    return Desk(tenant=tenant, library=library, agenda=ClosedAgenda(), clock=clock)


@pytest.fixture
async def benova(redis: Client, clock: Clock) -> Desk:
    documents = Documents(redis, OneEmbedder(HashingEmbedder()), clock)
    await documents.put_document(BENOVA, POLICIES)
    await documents.put_document(MEDISPA, ENGLISH)
    return desk(BENOVA, redis, clock)


async def test_passages_come_numbered_with_their_ids(benova: Desk) -> None:
    state = await call(
        search_knowledge(benova), {"query": "parqueadero gratuito para pacientes"}, PATIENT
    )

    message = state["messages"][-1]
    first = message.artifact["passages"][0]
    assert message.content.startswith("[1] Políticas de la clínica > Estacionamiento")
    assert set(first) == {"chunk_id", "document_id", "title", "text", "score"}
    assert state["passages"][0] == first["chunk_id"] == "politicas:2"


async def test_passages_of_an_earlier_search_stay(benova: Desk) -> None:
    state = await call(
        search_knowledge(benova),
        {"query": "parqueadero gratuito para pacientes"},
        PATIENT,
        passages=["precios:0", "politicas:2"],
    )

    assert state["passages"][:2] == ["precios:0", "politicas:2"]
    assert len(set(state["passages"])) == len(state["passages"])


async def test_an_unanswered_question_is_noted_as_the_patients(redis: Client, clock: Clock) -> None:
    gaps = Gaps(redis, clock)
    library = CompanyLibrary(BENOVA, redis, OneEmbedder(HashingEmbedder()), gaps=gaps)
    at = Desk(tenant=BENOVA, library=library, agenda=ClosedAgenda(), clock=clock)

    await call(search_knowledge(at), {"query": "zzz wqx"}, PATIENT)

    assert await gaps.of_patient(BENOVA.company_id, UserId("7")) == ["zzz wqx"]
    assert await gaps.of_patient(BENOVA.company_id, UserId("8")) == []


async def test_nothing_found_is_said_and_not_filled_in(benova: Desk) -> None:
    state = await call(search_knowledge(benova), {"query": "zzz wqx"}, PATIENT)

    message = state["messages"][-1]
    assert "say nothing" in message.content
    assert message.artifact == {"passages": []}


async def test_another_companys_documents_are_not_found(benova: Desk) -> None:
    state = await call(search_knowledge(benova), {"query": "deep tissue massage"}, PATIENT)

    assert state["messages"][-1].artifact == {"passages": []}


async def test_redis_being_away_is_a_sentence(clock: Clock) -> None:
    nobody = connect("unix:///nowhere/redis.sock")

    state = await call(search_knowledge(desk(BENOVA, nobody, clock)), {"query": "precio"}, PATIENT)

    await close(nobody)
    assert "cannot be read just now" in state["messages"][-1].content
