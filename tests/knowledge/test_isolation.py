"""Two companies keep the same documents under the same ids: whatever is asked, each hears its own."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest
from pydantic import JsonValue
from redis import Redis

from integrations.redis import Client
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.index import drop_index, serving_of
from knowledge.library import CompanyLibrary
from knowledge.repair import Repair
from knowledge.retriever import CompanyRetriever
from knowledge.vector_store import CompanyVectorStore, ThreadEmbeddings, vector_store
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import KnowledgeRules, Tenant
from tests.fakes.hashing_embedder import HashingEmbedder

SEARCHES = 120  # of each company
DOCUMENTS = 12
CANARY = {"benova": "canarioazul", "medispa": "canariorojo"}
TENANTS = [
    Tenant(
        company_id=CompanyId(name),
        company_name=name,
        knowledge=KnowledgeRules(synonyms={"secreto": (CANARY["benova"], CANARY["medispa"])}),
    )
    for name in CANARY
]
OPENINGS = (
    "precio secreto", "x) | (@document_id:{d1}", "*", "presio sekreto", "canario", "peling",
    "@folded:(canarioazul|canariorojo)", "=>[KNN 9 @vector $v]", "cuánto vale el peeling",
)  # fmt: skip
FILTERS: Sequence[Mapping[str, JsonValue]] = (
    {},
    {"category": "precios"},
    {"document_id": "d1"},
    {"owner": ["benova", "medispa"]},
    {"document_id": "d1} | @owner:{medispa"},
)


def draft(company: str, number: int) -> Draft:
    return Draft(
        document_id=f"d{number}",
        title="Precios",
        category="precios",
        text=f"# Precio {number}\n\nEl precio secreto del peeling {number} de {CANARY[company]}.",
        metadata={"owner": company},
    )


@pytest.fixture
async def kept(documents: Documents) -> Documents:
    for tenant in TENANTS:
        for number in range(DOCUMENTS):
            await documents.put_document(tenant, draft(tenant.company_id, number))
            await documents.embed_document(tenant.company_id, f"d{number}")
    return documents


@pytest.fixture
def blocking(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture
async def stores(
    kept: Documents, redis: Client, blocking: Redis, embedder: HashingEmbedder
) -> Mapping[str, CompanyVectorStore]:
    embeddings = ThreadEmbeddings(embedder, asyncio.get_running_loop())
    found = {one.company_id: await serving_of(redis, one.company_id) for one in TENANTS}
    return {
        company: vector_store(blocking, company, serving, embeddings)
        for company, serving in found.items()
        if serving is not None
    }


def foreign_in(company: str, texts: Sequence[str]) -> list[str]:
    return [
        text for text in texts for other in CANARY if other != company and CANARY[other] in text
    ]


async def asked(tenant: Tenant, library: CompanyLibrary) -> tuple[int, list[str]]:
    """Search in every way; return how many passages came and those that are another company's."""
    chance = random.Random(tenant.company_id)
    retriever = CompanyRetriever(library=library, limit=20)
    texts: list[str] = []
    for number in range(SEARCHES):
        canary = chance.choice(list(CANARY.values()))
        question = f"{chance.choice(OPENINGS)} {canary} {number % DOCUMENTS}"
        if number % 10 == 0:
            texts += [one.page_content for one in await retriever.ainvoke(question)]
            continue
        found = await library.search(
            question, limit=20, filters=chance.choice(FILTERS), threshold=chance.choice((None, 0))
        )
        texts += [one.text for one in found]
    return len(texts), foreign_in(tenant.company_id, texts)


async def test_no_search_brings_what_is_another_companys(
    kept: Documents, redis: Client, embedder: HashingEmbedder
) -> None:
    libraries = [CompanyLibrary(one, redis, OneEmbedder(embedder)) for one in TENANTS]
    words = [CompanyLibrary(one, redis, OneEmbedder(embedder), words_weight=5) for one in TENANTS]

    answers = await asyncio.gather(
        *(asked(tenant, one) for tenant, one in zip(TENANTS, libraries, strict=True)),
        *(asked(tenant, one) for tenant, one in zip(TENANTS, words, strict=True)),
    )

    assert all(count > SEARCHES for count, _ in answers)
    assert [foreign for _, foreign in answers] == [[]] * 4


async def test_no_vector_store_and_no_look_at_chunks_brings_it_either(
    kept: Documents, redis: Client, stores: Mapping[str, CompanyVectorStore]
) -> None:
    repair = Repair(redis, kept)

    for tenant in TENANTS:
        company = tenant.company_id
        near = await stores[company].asimilarity_search("precio secreto canario", k=100)
        document = await kept.find_document(company, "d1")
        assert document is not None
        chunks = await repair.chunks_of(company, document)
        trail = await kept.text_of(company, "d1")

        assert len(near) == DOCUMENTS
        assert foreign_in(company, [one.page_content for one in near]) == []
        assert foreign_in(company, [str(chunks), str(trail)]) == []


async def test_what_one_company_loses_or_deletes_the_other_keeps(
    kept: Documents, redis: Client, embedder: HashingEmbedder
) -> None:
    benova, medispa = TENANTS
    library = CompanyLibrary(medispa, redis, OneEmbedder(embedder))

    await drop_index(redis, keys.chunk_index(benova.company_id))
    after_loss = await library.search("precio secreto canariorojo 3", limit=100)
    await redis.delete(*await redis.keys(f"{benova.company_id}:*"))
    after_deletion = await library.search("precio secreto canariorojo 3", limit=100)

    assert len(after_loss) == len(after_deletion) == DOCUMENTS
    assert (await Repair(redis, kept).diagnose(medispa.company_id)).healthy
