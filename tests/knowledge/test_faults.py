"""Redis is killed and the embedding server fails: nothing is lost, and search answers all the while."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.embedded_redis import embedded_redis
from integrations.embedder import Vectors
from integrations.errors import IntegrationError
from integrations.light_embedder import LightEmbedder
from integrations.openai_embedder import PAUSE
from integrations.redis import Client, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import ConfiguredEmbedders, Embedders, OneEmbedder
from knowledge.errors import LibraryUnavailableError
from knowledge.handed_in import HandedIn
from knowledge.health import examine
from knowledge.index import serving_of
from knowledge.ingestion import Ingestion
from knowledge.library import CompanyLibrary
from knowledge.mending import Mending
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.repair import Repair
from knowledge.uploads import Uploads
from tenants.tenant import ChatModel
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.openai_embeddings import FakeEmbeddings, Refusal
from tests.fakes.serve import serve
from tests.knowledge.sample import AFTERCARE, BENOVA, POLICIES, PRICES

COMPANY = BENOVA.company_id
DRAFTS = [
    Draft(document_id=f"d{n}", title="", text=f"Nota {n}: la sala zafiro{n} está en el piso {n}.")
    for n in range(100)
]


def ingestion_of(redis: Client, embedders: Embedders, clock: Clock) -> tuple[Documents, Ingestion]:
    documents = Documents(redis, embedders, clock)
    ingestion = Ingestion(
        redis,
        documents,
        Uploads(redis, clock),
        reader=Reader(),
        mending=Mending(redis, documents, Repair(redis, documents), automatic=True),
        rebuilding=Rebuilding(redis, documents, embedders),
        clock=clock,
    )
    return documents, ingestion


async def worked(ingestion: Ingestion) -> None:
    """Work until nothing is left."""
    while await ingestion.work(BENOVA):
        pass


class Deadly(HashingEmbedder):
    """Has a process killed while the second batch is being embedded."""

    victim = 0

    async def passages(self, texts: Sequence[str]) -> Vectors:
        if self.embedded and self.victim:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0
        return await super().passages(texts)


async def test_what_was_taken_in_survives_a_kill_of_redis_and_is_gone_on_with(
    tmp_path: Path, clock: Clock
) -> None:
    embedder = Deadly()
    handed = HandedIn(content=b"El ozono cuesta 10.", plain=True, document_id="nota")
    async with embedded_redis(tmp_path) as url:
        redis = connect(url)
        documents, ingestion = ingestion_of(redis, OneEmbedder(embedder), clock)
        await documents.put_documents(BENOVA, DRAFTS)
        await ingestion.accept(BENOVA, handed, who="test", wait=0)
        embedder.victim = int((await redis.info("server"))["process_id"])
        with pytest.raises((RedisError, OSError)):
            await worked(ingestion)
        with pytest.raises(LibraryUnavailableError):
            await CompanyLibrary(BENOVA, redis, OneEmbedder(embedder)).search("zafiro77")
        await close(redis)
    done = len(embedder.embedded)

    async with embedded_redis(tmp_path) as url:
        redis = connect(url)
        documents, ingestion = ingestion_of(redis, OneEmbedder(embedder), clock)
        found = await CompanyLibrary(BENOVA, redis, OneEmbedder(embedder)).search("zafiro77")
        await worked(ingestion)
        health = await examine(redis, documents, COMPANY)
        waiting = await documents.text_of(COMPANY, "nota")
        await close(redis)

    assert 0 < done < len(DRAFTS)
    assert found[0].document_id == "d77"
    assert waiting == "El ozono cuesta 10."
    assert (health.status, health.embedded) == ("healthy", len(DRAFTS) + 1)


@pytest.fixture
async def server() -> AsyncIterator[tuple[FakeEmbeddings, str]]:
    server = FakeEmbeddings()
    async with serve(server) as url:
        yield server, f"{url}/v1"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (Refusal(status=503), "HTTP 503"),
        (Refusal(status=429, retry_after="5"), "HTTP 429"),
        (Refusal(status=200, body=b"<html>busy</html>"), "JSONDecodeError"),
    ],
    ids=["down", "busy", "no JSON"],
)
async def test_search_answers_all_the_while_an_embedding_server_fails(
    redis: Client,
    clock: Clock,
    server: tuple[FakeEmbeddings, str],
    broken: Refusal,
    said: str,
) -> None:
    fake, url = server
    seconds = [1000.0]
    model = ChatModel(api_key=SecretStr("sk-test"), base_url=url)
    tenant = BENOVA.model_copy(update={"model": model})
    light = LightEmbedder()
    async with httpx.AsyncClient() as http:
        embedders = ConfiguredEmbedders(
            redis, lambda _: tenant, HashingEmbedder(), light, http, now=lambda: seconds[0]
        )
        documents, ingestion = ingestion_of(redis, embedders, clock)
        library = CompanyLibrary(tenant, redis, embedders)
        for draft in (PRICES, POLICIES, AFTERCARE):
            await documents.put_document(tenant, draft)
        while await ingestion.work(tenant):
            pass
        serving = await serving_of(redis, COMPANY)
        by_sense = await library.search("parquear el carro en la clinica")

        fake.broken = broken
        await documents.put_document(tenant, DRAFTS[7])
        with pytest.raises(IntegrationError):
            await ingestion.work(tenant)
        await library.search("parqueadero")
        asked = len(fake.requests)
        found = await asyncio.gather(
            *(library.search(f"parqueadero gratuito {n}") for n in range(20)),
            *(library.search(f"la sala zafiro7 {n}") for n in range(20)),
        )
        left_alone = len(fake.requests) == asked
        away = await examine(redis, documents, COMPANY)

        fake.broken = None
        seconds[0] += PAUSE
        while await ingestion.work(tenant):
            pass
        again = await library.search("parquear el carro en la clínica hoy")
        health = await examine(redis, documents, COMPANY)
    light.close()

    assert serving is not None
    assert serving.shape.model == "text-embedding-3-small@1536"
    assert by_sense[0].document_id == again[0].document_id == "politicas"
    assert {passages[0].document_id for passages in found[:20]} == {"politicas"}
    assert {passages[0].document_id for passages in found[20:]} == {"d7"}
    assert left_alone
    assert (away.status, away.embedding_away) == ("degraded", said)
    assert (health.status, health.embedded) == ("healthy", health.chunks)
    assert fake.texts.count(DRAFTS[7].text) == 2
