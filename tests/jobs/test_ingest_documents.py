"""Work on documents goes on by itself: after a broken embedder, a dead worker, beside other companies."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from integrations.clock import Clock
from integrations.embedder import Vectors
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from jobs.ingest_documents import IngestDocuments
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.handed_in import HandedIn
from knowledge.ingestion import AFTER_FAILURE, Ingestion
from knowledge.library import CompanyLibrary
from knowledge.mending import Mending
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.repair import Repair
from knowledge.uploads import LEASE, Uploads, upload_of
from tenants import keys
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId
from tenants.tenant import Tenant
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, MEDISPA, NOW


class Clinics:
    """Two companies."""

    def find(self, company_id: str) -> Tenant:
        found = {one.company_id: one for one in (BENOVA, MEDISPA)}.get(CompanyId(company_id))
        if found is None:
            raise UnknownCompanyError(company_id)
        return found


class Sick(HashingEmbedder):
    """Fails at one text, in one way; all others are embedded."""

    sick: tuple[str, Exception] | None = None

    async def passages(self, texts: Sequence[str]) -> Vectors:
        if self.sick is not None and self.sick[0] in texts:
            raise self.sick[1]
        return await super().passages(texts)


class House:
    """A worker for documents and what it works with."""

    def __init__(self, redis: Client) -> None:
        self.embedder = Sick()
        self.now = NOW
        clock: Clock = self.time
        embedders = OneEmbedder(self.embedder)
        self.documents = Documents(redis, embedders, clock)
        self.uploads = Uploads(redis, clock)
        mending = Mending(redis, self.documents, Repair(redis, self.documents), automatic=True)
        self.ingestion = Ingestion(
            redis,
            self.documents,
            self.uploads,
            reader=Reader(),
            mending=mending,
            rebuilding=Rebuilding(redis, self.documents, embedders),
            clock=clock,
        )
        self.job = IngestDocuments(redis, self.ingestion, Clinics(), clock)  # type: ignore[arg-type] # It finds companies.

    def time(self) -> datetime:
        return self.now

    async def work(self) -> None:
        while await self.job.look():
            pass

    async def embedded(self, tenant: Tenant) -> int:
        return (await self.documents.totals(tenant.company_id)).vectors_of(self.embedder.model)


@pytest.fixture
def house(redis: Client) -> House:
    return House(redis)


def drafts(count: int) -> list[Draft]:
    return [Draft(document_id=f"d{n}", title="", text=f"Nota zafiro{n}") for n in range(count)]


async def test_every_company_is_served(house: House) -> None:
    await house.documents.put_documents(BENOVA, drafts(30))
    await house.documents.put_documents(MEDISPA, drafts(3))

    await house.work()

    assert (await house.embedded(BENOVA), await house.embedded(MEDISPA)) == (30, 3)


async def test_a_small_company_does_not_wait_for_a_large_one(house: House) -> None:
    await house.documents.put_documents(BENOVA, drafts(60))
    await house.documents.put_documents(MEDISPA, drafts(2))

    await house.job.look()

    assert await house.embedded(MEDISPA) == 2
    assert await house.embedded(BENOVA) < 60


async def test_a_broken_embedder_is_asked_again_later_and_words_find_meanwhile(
    house: House, redis: Client
) -> None:
    house.embedder.broken = True
    await house.documents.put_documents(BENOVA, drafts(5))
    await house.work()
    found = await CompanyLibrary(BENOVA, redis, OneEmbedder(house.embedder)).search("zafiro3")
    house.embedder.broken = False
    await house.work()
    too_early = await house.embedded(BENOVA)

    house.now += timedelta(seconds=AFTER_FAILURE)
    await house.work()

    assert found[0].document_id == "d3"
    assert (too_early, await house.embedded(BENOVA)) == (0, 5)


async def test_an_upload_whose_worker_died_is_taken_up_when_its_lease_ends(house: House) -> None:
    handed = HandedIn(content=b"# Nota\n\nEl ozono cuesta 10.", plain=True, document_id="nota")
    upload = upload_of(handed, "text/markdown", who="test", at=NOW)
    await house.uploads.store(BENOVA.company_id, upload, handed.content)
    await house.work()
    before = await house.documents.count(BENOVA.company_id)

    house.now += LEASE
    await house.work()

    assert before == 0
    assert await house.documents.text_of(BENOVA.company_id, "nota") == handed.content.decode()
    assert await house.uploads.find(BENOVA.company_id, "nota") is None


async def test_a_replacement_is_served_only_when_all_of_it_is_embedded(house: House) -> None:
    old = HandedIn(content=b"El ozono cuesta 10.", plain=True, document_id="nota")
    new = HandedIn(content=b"El ozono cuesta 20.", plain=True, document_id="nota")
    await house.ingestion.accept(BENOVA, old, who="test")
    house.embedder.broken = True

    accepted = await house.ingestion.accept(BENOVA, new, who="test")
    served = await house.documents.text_of(BENOVA.company_id, "nota")
    house.embedder.broken = False
    house.now += timedelta(seconds=AFTER_FAILURE)
    await house.work()

    assert accepted.upload is not None
    assert served == "El ozono cuesta 10."
    assert await house.documents.text_of(BENOVA.company_id, "nota") == "El ozono cuesta 20."


async def test_work_for_a_company_that_is_gone_is_dropped(house: House, redis: Client) -> None:
    await awaitable(redis.zadd(keys.knowledge_work(), {"gone": 0}))

    await house.work()

    assert await awaitable(redis.zcard(keys.knowledge_work())) == 0


async def test_a_text_that_the_server_refuses_holds_up_no_other(house: House) -> None:
    refusal = IntegrationError("embeddings", "HTTP 400", permanent=True)
    house.embedder.sick = ("Nota zafiro0", refusal)
    await house.documents.put_documents(BENOVA, drafts(60))

    await house.work()

    assert await house.embedded(BENOVA) == 59
    assert await house.documents.pending(BENOVA.company_id, 9) == ["d0"]


async def test_what_a_person_uploads_does_not_wait_behind_what_came_in_bulk(house: House) -> None:
    await house.documents.put_documents(BENOVA, drafts(200))
    handed = HandedIn(content=b"El ozono cuesta 10.", plain=True, document_id="nota")
    await house.ingestion.accept(BENOVA, handed, who="test", wait=0)

    await house.job.look()

    uploaded = await house.documents.find_document(BENOVA.company_id, "nota")
    assert uploaded is not None
    assert uploaded.vectors == uploaded.chunks
    assert await house.embedded(BENOVA) < 200


async def test_a_document_that_crashes_its_worker_leaves_the_other_companies_theirs(
    house: House,
) -> None:
    house.embedder.sick = ("Nota zafiro1", TypeError("a defect"))
    await house.documents.put_documents(BENOVA, drafts(2))
    healthy = [Draft(document_id="m", title="", text="Nota rubí")]
    await house.documents.put_documents(MEDISPA, healthy)

    await house.work()

    assert await house.embedded(MEDISPA) == 1


async def test_two_who_take_in_the_same_document_make_one(house: House, redis: Client) -> None:
    text = "# Ozono\n\n" + "\n\n".join(
        f"La sesión {n} cuesta {n}. {'Dura. ' * 99}" for n in range(20)
    )
    handed = HandedIn(content=text.encode(), plain=True, document_id="nota")
    second = House(redis)

    await asyncio.gather(
        *(one.ingestion.accept(BENOVA, handed, who="test") for one in (house, second)),
        return_exceptions=True,
    )
    house.now += LEASE
    second.now += LEASE
    await asyncio.gather(house.work(), second.work())

    kept = await house.documents.find_document(BENOVA.company_id, "nota")
    totals = await house.documents.totals(BENOVA.company_id)
    assert kept is not None
    assert (totals.documents, totals.chunks) == (1, kept.chunks)
    assert kept.vectors == await house.embedded(BENOVA) == kept.chunks
    assert await house.uploads.find(BENOVA.company_id, "nota") is None
