"""A company's index becomes another model's, or another kind, while people search."""

import asyncio

import pytest

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.handed_in import HandedIn
from knowledge.health import examine
from knowledge.index import find_index, serving_of
from knowledge.ingestion import Ingestion
from knowledge.library import CompanyLibrary
from knowledge.mending import Mending
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.record import vector_name
from knowledge.repair import Repair
from knowledge.uploads import Uploads
from tenants import keys
from tenants.tenant import Tenant
from tests.fakes.changing_embedders import ChangingEmbedders
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import AFTERCARE, BENOVA, ENGLISH, MEDISPA, POLICIES, PRICES

COMPANY = BENOVA.company_id
NAME = keys.chunk_index(COMPANY)
QUESTION = "parqueadero gratuito para pacientes"
LARGE = 40  # chunks


class House:
    """A deployment's knowledge, with a worker that goes on when told."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self.redis = redis
        self.clock = clock
        self.embedder = HashingEmbedder()
        self.embedders = ChangingEmbedders(self.embedder)
        self.documents = Documents(redis, self.embedders, clock)
        self.restart()

    def restart(self) -> None:
        """Begin again with what lies in Redis: all that a killed worker leaves."""
        self.rebuilding = Rebuilding(self.redis, self.documents, self.embedders, large=LARGE)
        repair = Repair(self.redis, self.documents)
        self.ingestion = Ingestion(
            self.redis,
            self.documents,
            Uploads(self.redis, self.clock),
            reader=Reader(),
            mending=Mending(self.redis, self.documents, repair, automatic=True),
            rebuilding=self.rebuilding,
            clock=self.clock,
        )

    def library(self, tenant: Tenant = BENOVA) -> CompanyLibrary:
        return CompanyLibrary(tenant, self.redis, self.embedders)

    async def work(self, tenant: Tenant = BENOVA) -> None:
        while await self.ingestion.work(tenant):
            pass

    async def serving(self) -> tuple[str, str]:
        found = await serving_of(self.redis, COMPANY)
        assert found is not None
        return found.index, found.shape.model

    async def change(self, embedder: HashingEmbedder) -> None:
        """Configure another model, as the next look notices."""
        self.embedders.change(embedder)
        await self.documents.restore(BENOVA)


@pytest.fixture
async def house(redis: Client, clock: Clock) -> House:
    house = House(redis, clock)
    for tenant, draft in (
        (BENOVA, PRICES),
        (BENOVA, POLICIES),
        (BENOVA, AFTERCARE),
        (MEDISPA, ENGLISH),
    ):
        await house.documents.put_document(tenant, draft)
        await house.work(tenant)
    return house


async def test_another_model_takes_over_when_it_has_embedded_all(house: House) -> None:
    before = await house.library().search(QUESTION)

    await house.change(HashingEmbedder("another", 64))
    meanwhile = await house.library().search(QUESTION)
    still = await house.serving()
    await house.work()
    after = await house.library().search(QUESTION)

    assert meanwhile == before
    assert still == (NAME, "hashing")
    assert await house.serving() == (NAME, "another")
    assert after[0].document_id == "politicas"
    assert (await examine(house.redis, house.documents, COMPANY)).status == "healthy"


async def test_nothing_is_left_of_the_old_model(house: House) -> None:
    await house.change(HashingEmbedder("another", 64))

    await house.work()

    chunk = await awaitable(house.redis.hkeys(keys.chunk(COMPANY, "politicas:0")))
    assert vector_name("another") in chunk
    assert vector_name("hashing") not in chunk
    assert await find_index(house.redis, keys.chunk_index_beside(COMPANY)) is None
    totals = await house.documents.totals(COMPANY)
    assert (totals.vectors_of("another"), totals.vectors_of("hashing")) == (totals.chunks, 0)


async def test_the_other_company_keeps_its_model(house: House) -> None:
    there = await serving_of(house.redis, MEDISPA.company_id)

    await house.change(HashingEmbedder("another", 64))
    await house.work()

    assert await serving_of(house.redis, MEDISPA.company_id) == there
    assert (await house.library(MEDISPA).search("free parking"))[0].document_id == "policies"


async def test_searches_find_at_every_moment_of_the_change(house: House) -> None:
    empty, done = 0, asyncio.Event()

    async def search() -> None:
        nonlocal empty
        library = house.library()
        while not done.is_set():
            empty += not await library.search(QUESTION)

    async def change() -> None:
        for name, size in (("another", 64), ("third", 64), ("hashing", 256)):
            await house.change(HashingEmbedder(name, size))
            await house.work()
        done.set()

    await asyncio.gather(change(), search(), search())

    assert empty == 0
    assert await house.serving() == (NAME, "hashing")


async def test_a_killed_worker_is_gone_on_from_at_every_step(house: House) -> None:
    fresh = HashingEmbedder("another", 64)
    await house.change(fresh)

    more = True
    while more:
        house.restart()
        more = await house.ingestion.work(BENOVA)

    assert await house.serving() == (NAME, "another")
    chunks = (await house.documents.totals(COMPANY)).chunks
    assert len(fresh.embedded) == len(set(fresh.embedded)) == chunks


async def test_two_workers_at_once_agree(house: House) -> None:
    await house.change(HashingEmbedder("another", 64))
    other = Rebuilding(house.redis, house.documents, house.embedders, large=LARGE)

    async def hurry() -> None:
        for _ in range(40):
            await other.advance(BENOVA)

    await asyncio.gather(house.work(), hurry())
    await house.work()

    assert await house.serving() == (NAME, "another")
    assert (await house.library().search(QUESTION))[0].document_id == "politicas"


async def test_what_comes_while_the_new_model_is_away_is_found_by_the_old_ones_sense(
    house: House,
) -> None:
    away = HashingEmbedder("away", 64)
    away.broken = True
    await house.change(away)

    await house.documents.put_document(BENOVA, Draft(document_id="n", title="", text="Tatuajes"))
    await house.rebuilding.advance(BENOVA)
    health = await examine(house.redis, house.documents, COMPANY)
    found = await house.library().search("tatuaje de cejas")

    assert found[0].document_id == "n"
    assert (health.status, health.serving, health.model) == ("healthy", "hashing", "away")


async def test_a_replacement_does_not_wait_for_a_model_that_is_away(house: House) -> None:
    away = HashingEmbedder("away", 64)
    away.broken = True
    await house.change(away)
    text = HandedIn(
        content=b"Ahora el parqueadero es de pago.", document_id="politicas", plain=True
    )

    accepted = await house.ingestion.accept(BENOVA, text, who="test")
    await house.rebuilding.advance(BENOVA)
    found = await house.library().search(QUESTION)

    assert accepted.upload is None
    assert found[0].text == "Ahora el parqueadero es de pago."


async def test_an_empty_company_waits_for_the_new_model_to_answer_once(
    house: House, redis: Client
) -> None:
    empty = BENOVA.model_copy(update={"company_id": "vacia"})
    away = HashingEmbedder("away", 64)
    away.broken = True
    house.embedders.change(away)

    await house.work(empty)
    before = await serving_of(redis, empty.company_id)
    away.broken = False
    await house.work(empty)
    after = await serving_of(redis, empty.company_id)

    assert before is not None
    assert after is not None
    assert (before.shape.model, after.shape.model) == ("hashing", "away")


async def test_a_deleted_document_does_not_come_back_with_the_new_model(house: House) -> None:
    await house.change(HashingEmbedder("another", 64))
    await house.ingestion.work(BENOVA)

    await house.documents.delete_document(COMPANY, "politicas")
    await house.work()

    found = await house.library().search(QUESTION, threshold=0)
    assert "politicas" not in [one.document_id for one in found]
    assert (await Repair(house.redis, house.documents).diagnose(COMPANY)).healthy


async def test_a_large_index_becomes_a_graph_and_finds_what_the_exact_one_did(
    house: House,
) -> None:
    drafts = [
        Draft(document_id=f"d{n}", title="", text=f"Nota {n}: sala {n * 7919 % 997} piso {n % 13}")
        for n in range(150)
    ]
    questions = [f"sala {n * 7919 % 997} piso {n % 13}" for n in range(0, 150, 10)]
    large, house.rebuilding = (
        house.rebuilding,
        Rebuilding(house.redis, house.documents, house.embedders),
    )
    await house.documents.put_documents(BENOVA, drafts)
    while await house.documents.embedding.documents(COMPANY, [one.document_id for one in drafts]):
        pass
    exact = await _found(house, questions)

    while await large.advance(BENOVA):
        pass
    graph = await _found(house, questions)

    serving = await serving_of(house.redis, COMPANY)
    assert serving is not None
    assert (serving.index, serving.shape.algorithm) == (NAME, "HNSW")
    agreed = [len(one & other) for one, other in zip(exact, graph, strict=True)]
    assert sum(agreed) >= 0.95 * sum(map(len, exact))


async def test_an_index_for_another_language_is_made_beside(house: House) -> None:
    english = BENOVA.model_copy(update={"languages": ("en",)})

    await house.documents.restore(english)
    await house.work(english)

    serving = await serving_of(house.redis, COMPANY)
    assert serving is not None
    assert (serving.index, serving.shape.stemming) == (NAME, "english")


async def _found(house: House, questions: list[str]) -> list[set[str]]:
    library = CompanyLibrary(BENOVA, house.redis, house.embedders, words_weight=0.0)
    answers = [await library.search(one, limit=5, threshold=0) for one in questions]
    return [{passage.chunk_id for passage in one} for one in answers]
