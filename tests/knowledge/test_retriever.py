"""LangChain's doors to one company's documents: its own only, by our search and by its vector store."""

import asyncio
from collections.abc import Iterator

import pytest
from redis import Redis

from integrations.redis import Client
from knowledge.documents import Documents
from knowledge.errors import LibraryUnavailableError
from knowledge.index import drop_index, serving_of
from knowledge.library import CompanyLibrary
from knowledge.retriever import CompanyRetriever
from tenants import keys
from tenants.ids import CompanyId
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, MEDISPA


@pytest.fixture
def blocking(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


async def test_a_retriever_finds_its_companys_passages_only(
    stocked: Documents, benova: CompanyLibrary, medispa: CompanyLibrary
) -> None:
    found = await CompanyRetriever(library=benova, limit=2).ainvoke("parqueadero gratuito")
    foreign = await CompanyRetriever(library=medispa).ainvoke("parqueadero gratuito")

    assert found[0].metadata["document_id"] == "politicas"
    assert found[0].id is not None
    assert "sótano 2" in found[0].page_content
    assert not [one for one in foreign if one.metadata["document_id"] == "politicas"]


async def test_a_retriever_narrows_by_metadata(stocked: Documents, benova: CompanyLibrary) -> None:
    retriever = CompanyRetriever(library=benova, filters={"category": "precios"})

    found = await retriever.ainvoke("toxina botulínica")

    assert {one.metadata["document_id"] for one in found} == {"precios"}


async def test_langchain_redis_reads_each_companys_index_and_writes_none(
    stocked: Documents, redis: Client, blocking: Redis, embedder: HashingEmbedder
) -> None:
    from knowledge.vector_store import CompanyVectorStore, ThreadEmbeddings, vector_store

    embeddings = ThreadEmbeddings(embedder, asyncio.get_running_loop())

    async def store_of(company: CompanyId) -> CompanyVectorStore:
        serving = await serving_of(redis, company)
        assert serving is not None
        return vector_store(blocking, company, serving, embeddings)

    benova, medispa = await store_of(BENOVA.company_id), await store_of(MEDISPA.company_id)
    found = await benova.asimilarity_search("parqueadero gratuito para pacientes", k=2)
    foreign = await medispa.asimilarity_search("parqueadero gratuito para pacientes", k=20)

    assert found[0].metadata["document_id"] == "politicas"
    assert {one.metadata["document_id"] for one in foreign} == {"policies"}
    with pytest.raises(NotImplementedError):
        benova.add_texts(["otra cosa"])


async def test_langchain_redis_makes_no_index_in_the_place_of_a_lost_one(
    stocked: Documents, redis: Client, blocking: Redis, embedder: HashingEmbedder
) -> None:
    from knowledge.vector_store import ThreadEmbeddings, vector_store

    embeddings = ThreadEmbeddings(embedder, asyncio.get_running_loop())
    serving = await serving_of(redis, BENOVA.company_id)
    assert serving is not None
    await drop_index(redis, keys.chunk_index(BENOVA.company_id))

    with pytest.raises(LibraryUnavailableError):
        vector_store(blocking, BENOVA.company_id, serving, embeddings)
