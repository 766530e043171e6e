"""Shipped documents come in once, follow their files, yield to the administrator and return after a loss."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis as SyncRedis

from integrations.clock import Clock
from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client, awaitable, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.health import LibraryHealth, examine
from knowledge.index import drop_index
from knowledge.library import CompanyLibrary
from knowledge.loading import Loading
from knowledge.shipped_vectors import rebuild, shipped_vectors
from tenants import keys
from tenants.shipped_documents import ShippedDocument
from tenants.tenant import Tenant
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, ENGLISH, MEDISPA, POLICIES, PRICES


def shipped(draft: Draft) -> ShippedDocument:
    return ShippedDocument(
        document_id=draft.document_id,
        filename=f"{draft.document_id}.md",
        title=draft.title,
        category=draft.category,
        text=draft.text,
    )


@dataclass
class Shelf:
    """What ships with each company."""

    documents: dict[str, list[ShippedDocument]]

    def __call__(self, tenant: Tenant) -> Sequence[ShippedDocument]:
        return self.documents.get(tenant.company_id, [])


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(
        {"benova": [shipped(PRICES), shipped(POLICIES)], "medispa": [shipped(ENGLISH)]},
    )


@pytest.fixture
def loading(redis: Client, documents: Documents, shelf: Shelf) -> Loading:
    return Loading(redis, documents, shelf)


async def test_every_company_gets_its_own_documents(
    loading: Loading, documents: Documents, benova: CompanyLibrary, medispa: CompanyLibrary
) -> None:
    await loading.load_all([BENOVA, MEDISPA])

    assert (await benova.search("parqueadero gratuito"))[0].document_id == "politicas"
    assert (await medispa.search("free parking"))[0].document_id == "policies"
    assert await documents.count(BENOVA.company_id) == 2


async def test_a_second_start_embeds_and_writes_nothing(
    loading: Loading, documents: Documents, embedder: HashingEmbedder
) -> None:
    await loading.load_all([BENOVA, MEDISPA])
    before = await documents.list_documents(BENOVA.company_id)
    embedder.embedded.clear()

    await loading.load_all([BENOVA, MEDISPA])

    assert embedder.embedded == []
    assert await documents.list_documents(BENOVA.company_id) == before


async def test_a_changed_file_replaces_and_a_removed_one_is_deleted(
    loading: Loading, documents: Documents, shelf: Shelf
) -> None:
    await loading.load_all([BENOVA])
    new_prices = replace(PRICES, text=PRICES.text.replace("180.000", "190.000"))
    shelf.documents["benova"] = [shipped(new_prices)]

    await loading.load_all([BENOVA])

    assert await documents.text_of(BENOVA.company_id, "precios") == new_prices.text
    assert await documents.find_document(BENOVA.company_id, "politicas") is None


async def test_what_an_administrator_changed_or_deleted_stays_so(
    loading: Loading, documents: Documents
) -> None:
    await loading.load_all([BENOVA])
    own = replace(PRICES, text="# Precios\n\nPregunte en recepción.", metadata={"source": "upload"})
    await documents.put_document(BENOVA, own)
    await documents.delete_document(BENOVA.company_id, "politicas")

    await loading.load_all([BENOVA])

    assert await documents.text_of(BENOVA.company_id, "precios") == own.text
    assert await documents.find_document(BENOVA.company_id, "politicas") is None


async def test_a_broken_embedder_leaves_words_and_the_next_look_mends_it(
    loading: Loading,
    documents: Documents,
    redis: Client,
    embedder: HashingEmbedder,
    benova: CompanyLibrary,
) -> None:
    embedder.broken = True
    await loading.load_all([BENOVA])
    degraded = await examine(redis, documents, BENOVA.company_id)
    by_words = await benova.search("parqueadero gratuito")

    embedder.broken = False
    await loading.load_all([BENOVA])
    await benova.search("parqueadero gratuito")

    assert by_words[0].document_id == "politicas"
    assert (degraded.status, degraded.embedded) == ("degraded", 0)
    assert (await examine(redis, documents, BENOVA.company_id)).status == "healthy"


async def test_a_dropped_index_heals_at_the_next_look(
    loading: Loading, documents: Documents, redis: Client
) -> None:
    await loading.load_all([BENOVA, MEDISPA])
    await drop_index(redis, keys.chunk_index(BENOVA.company_id))
    missing = await examine(redis, documents, BENOVA.company_id)
    other = await examine(redis, documents, MEDISPA.company_id)

    await loading.load_all([BENOVA, MEDISPA])

    assert missing.status == "missing"
    assert other.status == "healthy"
    assert await examine(redis, documents, BENOVA.company_id) == LibraryHealth(
        status="healthy",
        documents=2,
        chunks=5,
        indexed=5,
        embedded=5,
        model="hashing",
        serving="hashing",
        embedding_away="",
    )
    stored = await awaitable(redis.get(keys.vectorstore_health(BENOVA.company_id)))
    assert '"status": "healthy"' in str(stored)


async def test_an_emptied_redis_fills_itself(
    loading: Loading, documents: Documents, redis: Client, benova: CompanyLibrary
) -> None:
    task = asyncio.create_task(loading.keep(lambda: [BENOVA], timedelta(milliseconds=20)))
    await asyncio.sleep(0.1)
    await awaitable(redis.flushall())

    async with asyncio.timeout(5):
        while not await benova.search("parqueadero gratuito"):
            await asyncio.sleep(0.02)

    task.cancel()
    assert await asyncio.gather(task, return_exceptions=True)
    assert await documents.count(BENOVA.company_id) == 2


async def test_an_emptied_redis_is_noticed_long_before_the_next_look(
    loading: Loading, redis: Client, benova: CompanyLibrary
) -> None:
    task = asyncio.create_task(loading.keep(lambda: [BENOVA], timedelta(hours=1)))
    await until_found(benova)
    await awaitable(redis.flushall())

    await until_found(benova)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class EmptyingShelf(Shelf):
    """Empties Redis once, when the second company's documents are asked for."""

    def __init__(self, documents: dict[str, list[ShippedDocument]], admin: SyncRedis) -> None:
        super().__init__(documents)
        self._admin = admin
        self.emptied = False

    def __call__(self, tenant: Tenant) -> Sequence[ShippedDocument]:
        if tenant is MEDISPA and not self.emptied:
            self.emptied = True
            self._admin.flushall()
        return super().__call__(tenant)


async def test_a_redis_that_is_emptied_while_it_is_filled_is_noticed_too(
    redis: Client, redis_url: str, documents: Documents, shelf: Shelf, benova: CompanyLibrary
) -> None:
    with SyncRedis.from_url(redis_url) as admin:
        emptying = EmptyingShelf(shelf.documents, admin)
        loading = Loading(redis, documents, emptying)
        task = asyncio.create_task(loading.keep(lambda: [BENOVA, MEDISPA], timedelta(hours=1)))

        while not emptying.emptied:
            await asyncio.sleep(0.01)
        await until_found(benova)

        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_found(library: CompanyLibrary) -> None:
    async with asyncio.timeout(8):
        while not await library.search("parqueadero gratuito"):
            await asyncio.sleep(0.02)


async def test_a_redis_that_is_away_does_not_end_the_loading(
    embedder: HashingEmbedder, clock: Clock, shelf: Shelf
) -> None:
    nobody = connect("unix:///nowhere/redis.sock")
    loading = Loading(nobody, Documents(nobody, OneEmbedder(embedder), clock), shelf)

    task = asyncio.create_task(loading.keep(lambda: [BENOVA], timedelta(milliseconds=1)))
    await asyncio.sleep(0.2)

    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await close(nobody)


async def test_a_broken_shipped_document_does_not_keep_the_others_away(
    loading: Loading, documents: Documents, shelf: Shelf
) -> None:
    shelf.documents["benova"].insert(0, replace(shipped(PRICES), document_id="a/b"))

    await loading.load_all([BENOVA])

    assert await documents.count(BENOVA.company_id) == 2


async def test_the_file_of_vectors_takes_over_what_it_has(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    first = await rebuild(HashingEmbedder(), ["uno", "dos"], file)
    second = await rebuild(HashingEmbedder(), ["dos", "tres"], file)

    assert (first, second) == (2, 1)
    assert len(shipped_vectors("hashing", file)) == 2
    assert shipped_vectors("another", file) == {}
    assert shipped_vectors("hashing", tmp_path / "none.npz") == {}


async def test_the_shipping_model_finds_what_patients_ask(
    redis: Client, e5: LocalEmbedder, clock: Clock
) -> None:
    documents = Documents(redis, OneEmbedder(e5), clock, {e5.model: shipped_vectors(e5.model)})
    await Loading(
        redis, documents, Shelf({"benova": [shipped(PRICES), shipped(POLICIES)]})
    ).load_all([BENOVA])
    library = CompanyLibrary(BENOVA, redis, OneEmbedder(e5))

    price = await library.search("q vale ponerse botox en la frente?")
    parking = await library.search("puedo dejar el carro ahi?")
    english = await library.search("can I cancel for free?")
    foreign = await library.search("quién ganó el mundial de fútbol en 1986")

    assert "850.000" in price[0].text
    assert "parqueadero" in parking[0].text
    assert "Cancelaciones" in english[0].text
    assert foreign == []


async def test_a_company_whose_files_cannot_be_read_holds_up_no_other(
    redis: Client, documents: Documents, shelf: Shelf
) -> None:
    def read(tenant: Tenant) -> Sequence[ShippedDocument]:
        if tenant == BENOVA:
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "a Latin letter")
        return shelf(tenant)

    await Loading(redis, documents, read).load_words([BENOVA, MEDISPA])

    assert await documents.count(MEDISPA.company_id) == 1
