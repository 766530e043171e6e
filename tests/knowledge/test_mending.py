"""An index that is lost, partial or stale heals while people search, without a chunk embedded again."""

import asyncio

import pytest

from integrations.redis import Client, awaitable
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.errors import LibraryUnavailableError
from knowledge.health import examine
from knowledge.index import drop_index
from knowledge.ingestion import Ingestion
from knowledge.library import CompanyLibrary
from knowledge.mending import Mending
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.record import vector_field, vector_text
from knowledge.repair import Repair
from knowledge.uploads import Uploads
from tenants import keys
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, MEDISPA, NOW

COMPANY = BENOVA.company_id


@pytest.fixture
def mending(redis: Client, documents: Documents) -> Mending:
    return Mending(redis, documents, Repair(redis, documents), automatic=True)


async def status_of(redis: Client, documents: Documents) -> str:
    return (await examine(redis, documents, COMPANY)).status


async def test_what_is_whole_is_left_alone(stocked: Documents, mending: Mending) -> None:
    assert await mending.mend(BENOVA) is False


async def test_lost_chunks_come_back(
    stocked: Documents,
    mending: Mending,
    redis: Client,
    embedder: HashingEmbedder,
    benova: CompanyLibrary,
) -> None:
    embedder.embedded.clear()
    await awaitable(
        redis.delete(keys.chunk(COMPANY, "politicas:0"), keys.chunk(COMPANY, "precios:1"))
    )
    degraded = await status_of(redis, stocked)

    mended = await mending.mend(BENOVA)

    assert (degraded, mended, await status_of(redis, stocked)) == ("degraded", True, "healthy")
    assert embedder.embedded == []


async def test_orphans_that_hide_a_loss_are_both_put_right(
    stocked: Documents, mending: Mending, redis: Client
) -> None:
    for number in range(3):
        await awaitable(redis.hset(keys.chunk(COMPANY, f"gone:{number}"), "folded", "nada"))
    await awaitable(redis.delete(keys.chunk(COMPANY, "politicas:0")))

    await mending.mend(BENOVA)

    found = await Repair(redis, stocked).diagnose(COMPANY)
    assert found.healthy
    assert await status_of(redis, stocked) == "healthy"


async def test_a_search_calls_for_help_when_the_index_is_partial(
    stocked: Documents, redis: Client, benova: CompanyLibrary
) -> None:
    await awaitable(redis.delete(keys.knowledge_work()))
    await awaitable(redis.delete(keys.chunk(COMPANY, "politicas:0")))

    await benova.search("parqueadero")

    assert await awaitable(redis.zscore(keys.knowledge_work(), COMPANY)) is not None


async def test_an_index_is_not_made_again_and_again_for_what_it_refuses(
    stocked: Documents, mending: Mending, redis: Client
) -> None:
    key = keys.document(COMPANY, "politicas")
    await awaitable(redis.hset(key, vector_field(0), vector_text(b"too short")))
    await awaitable(redis.delete(keys.chunk(COMPANY, "politicas:0")))
    await redis.config_resetstat()

    for _ in range(4):
        await mending.mend(BENOVA)

    made = (await redis.info("commandstats"))["cmdstat_FT.CREATE"]["calls"]
    assert await status_of(redis, stocked) == "degraded"
    assert made == 1


async def test_searches_go_on_while_the_index_is_dropped_again_and_again(
    stocked: Documents,
    mending: Mending,
    redis: Client,
    benova: CompanyLibrary,
    medispa: CompanyLibrary,
) -> None:
    empty = 0

    async def search() -> None:
        nonlocal empty
        for _ in range(60):
            found = await benova.search("parqueadero gratuito para pacientes")
            empty += not found

    async def drop() -> None:
        for _ in range(6):
            await drop_index(redis, keys.chunk_index(COMPANY))
            await asyncio.sleep(0.02)

    await asyncio.gather(search(), search(), drop())
    await mending.mend(BENOVA)

    assert empty == 0
    assert await status_of(redis, stocked) == "healthy"
    assert await medispa.search("free parking")


async def test_a_worker_mends_what_a_search_noticed(
    stocked: Documents, mending: Mending, redis: Client, benova: CompanyLibrary
) -> None:
    ingestion = Ingestion(
        redis,
        stocked,
        Uploads(redis, lambda: NOW),
        reader=Reader(),
        mending=mending,
        rebuilding=Rebuilding(redis, stocked, OneEmbedder(HashingEmbedder())),
        clock=lambda: NOW,
    )
    await awaitable(redis.delete(keys.chunk(COMPANY, "politicas:0")))
    await benova.search("parqueadero")

    await ingestion.work(BENOVA)

    assert await status_of(redis, stocked) == "healthy"


async def test_without_automatic_recovery_a_fault_is_told_and_left(
    stocked: Documents, redis: Client, embedder: HashingEmbedder
) -> None:
    mending = Mending(redis, stocked, Repair(redis, stocked), automatic=False)
    library = CompanyLibrary(BENOVA, redis, OneEmbedder(embedder), heals=False)
    await drop_index(redis, keys.chunk_index(COMPANY))

    mended = await mending.mend(BENOVA)

    assert mended is False
    assert await status_of(redis, stocked) == "missing"
    with pytest.raises(LibraryUnavailableError):
        await library.search("parqueadero")


async def test_deleting_one_companys_index_leaves_the_others(
    stocked: Documents, redis: Client, medispa: CompanyLibrary
) -> None:
    await drop_index(redis, keys.chunk_index(COMPANY))

    health = await examine(redis, stocked, MEDISPA.company_id)

    assert health.status == "healthy"
    assert await medispa.search("free parking")


async def test_totals_stay_right_while_others_count_and_write(
    documents: Documents, mending: Mending, redis: Client
) -> None:
    async def write(part: int) -> None:
        drafts = [
            Draft(document_id=f"d{part}-{n}", title="", text=f"Nota {part} {n}") for n in range(60)
        ]
        await documents.put_documents(BENOVA, drafts)

    async def count() -> None:
        for _ in range(20):
            await documents.restore(BENOVA, thorough=True)
            await mending.mend(BENOVA)

    await asyncio.gather(write(1), count(), write(2), count())

    totals = await documents.totals(COMPANY)
    assert (totals.documents, totals.chunks) == (120, 120)
    assert await mending.mend(BENOVA) is False
