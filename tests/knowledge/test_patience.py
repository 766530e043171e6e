"""What the index lacks for a moment is waited for, or told; it never looks like "I don't know"."""

import asyncio
import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.clock import Clock
from integrations.embedded_redis import embedded_redis
from integrations.redis import Client, awaitable, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.errors import LibraryUnavailableError
from knowledge.gaps import Gaps
from knowledge.health import examine
from knowledge.index import create_index, drop_index
from knowledge.library import CompanyLibrary
from knowledge.loading import Loading
from tenants import keys
from tenants.shipped_documents import ShippedDocument
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, POLICIES, PRICES

COMPANY = BENOVA.company_id
ROOMS = 1_500
MANY = Draft(
    document_id="salas",
    title="",
    text="\n\n".join(
        f"La sala zafiro{n} está en el piso {n}. {'Se llega por el pasillo. ' * 26}"
        for n in range(ROOMS)
    ),
)


@pytest.fixture
def library(redis: Client, embedder: HashingEmbedder, clock: Clock) -> CompanyLibrary:
    gaps = Gaps(redis, clock)
    return CompanyLibrary(BENOVA, redis, OneEmbedder(embedder), gaps=gaps, loads=True)


@pytest.fixture
def loading(redis: Client, documents: Documents) -> Loading:
    parking = ShippedDocument(
        document_id="politicas", filename="", title="", category="", text=POLICIES.text
    )
    return Loading(redis, documents, lambda _: [parking])


async def test_an_index_that_another_is_filling_is_waited_for(
    documents: Documents, redis: Client
) -> None:
    kept = await documents.put_document(BENOVA, MANY)
    serving = await documents.ensure_index(BENOVA)
    library = CompanyLibrary(BENOVA, redis, OneEmbedder(HashingEmbedder()))
    rooms = [ROOMS // 5 * n + 7 for n in range(4)]

    await drop_index(redis, serving.index)
    await create_index(redis, COMPANY, serving.index, serving.shape)
    found = await asyncio.gather(*(library.search(f"sala zafiro{room}") for room in rooms))

    assert kept.chunks >= ROOMS
    assert all(
        f"zafiro{room} " in passages[0].text for room, passages in zip(rooms, found, strict=True)
    )


async def test_a_redis_that_was_killed_finds_everything_from_its_first_answer_on(
    tmp_path: Path, clock: Clock
) -> None:
    rooms: list[str] = []
    for n in range(3):
        async with embedded_redis(tmp_path) as url:
            redis = connect(url)
            embedders = OneEmbedder(HashingEmbedder())
            documents = Documents(redis, embedders, clock)
            if n == 0:
                await documents.put_document(BENOVA, replace(MANY, text=MANY.text[:200_000]))
            library = CompanyLibrary(BENOVA, redis, embedders)
            rooms += [(await library.search(f"sala zafiro{n * 37}"))[0].text]
            pid = int((await redis.info("server"))["process_id"])
            os.kill(pid, signal.SIGKILL)
            await close(redis)

    assert [f"zafiro{n * 37} " in room for n, room in enumerate(rooms)] == [True] * 3


async def test_what_a_lost_chunk_may_have_said_is_not_called_unknown(
    stocked: Documents, library: CompanyLibrary, redis: Client
) -> None:
    await awaitable(redis.set(keys.documents_loaded(), "loaded"))
    await awaitable(redis.delete(keys.chunk(COMPANY, "politicas:0")))

    with pytest.raises(LibraryUnavailableError):
        await library.search("zzzz qqqq", threshold=0.99)

    assert not await awaitable(redis.exists(keys.knowledge_gaps(COMPANY)))


async def test_an_emptied_redis_is_waited_for_until_the_documents_are_back(
    library: CompanyLibrary, loading: Loading, documents: Documents, redis: Client
) -> None:
    asked = asyncio.create_task(library.search("parqueadero gratuito"))
    await asyncio.sleep(0.1)
    before = await examine(redis, documents, COMPANY, loads=True)

    kept = asyncio.create_task(loading.keep(lambda: [BENOVA], timedelta(seconds=30)))
    found = await asked
    kept.cancel()

    assert (before.status, before.loading) == ("degraded", True)
    assert found[0].document_id == "politicas"


async def test_what_is_nowhere_is_unknown_at_once_when_all_is_loaded(
    library: CompanyLibrary, loading: Loading, redis: Client
) -> None:
    kept = asyncio.create_task(loading.keep(lambda: [BENOVA], timedelta(seconds=30)))
    while await awaitable(redis.get(keys.documents_loaded())) != "loaded":
        await asyncio.sleep(0.01)

    found = await library.search("zzzz qqqq", threshold=0.99)
    kept.cancel()

    assert found == []


async def test_a_full_redis_still_says_what_it_knows_and_what_it_does_not(
    tmp_path: Path, clock: Clock
) -> None:
    async with embedded_redis(tmp_path) as url:
        redis = connect(url)
        embedders = OneEmbedder(HashingEmbedder())
        documents = Documents(redis, embedders, clock)
        library = CompanyLibrary(BENOVA, redis, embedders, gaps=Gaps(redis, clock))
        await documents.put_document(BENOVA, PRICES)
        await redis.config_set("maxmemory", 1)

        known = await library.search("peeling químico superficial")
        unknown = await library.search("zzzz qqqq", threshold=0.99)
        health = await examine(redis, documents, COMPANY)

        await redis.config_set("maxmemory", 0)
        await close(redis)
    assert known[0].document_id == "precios"
    assert unknown == []
    assert health.indexed == health.chunks
