"""What the tests of a company's documents share."""

from collections.abc import Iterator

import pytest

from integrations.clock import Clock
from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import AFTERCARE, BENOVA, ENGLISH, MEDISPA, POLICIES, PRICES


@pytest.fixture
def embedder() -> HashingEmbedder:
    """A fast stand-in for a model."""
    return HashingEmbedder()


@pytest.fixture(scope="session")
def e5() -> Iterator[LocalEmbedder]:
    """The model that ships."""
    embedder = LocalEmbedder()
    yield embedder
    embedder.close()


@pytest.fixture
def documents(redis: Client, embedder: HashingEmbedder, clock: Clock) -> Documents:
    """No company has any yet."""
    return Documents(redis, OneEmbedder(embedder), clock)


@pytest.fixture
async def stocked(documents: Documents) -> Documents:
    """Benova has three documents in Spanish, medispa one in English, all embedded."""
    for tenant, draft in (
        (BENOVA, PRICES),
        (BENOVA, POLICIES),
        (BENOVA, AFTERCARE),
        (MEDISPA, ENGLISH),
    ):
        await documents.put_document(tenant, draft)
        await documents.embed_document(tenant.company_id, draft.document_id)
    return documents


@pytest.fixture
def benova(redis: Client, embedder: HashingEmbedder) -> CompanyLibrary:
    """Benova's library."""
    return CompanyLibrary(BENOVA, redis, OneEmbedder(embedder))


@pytest.fixture
def medispa(redis: Client, embedder: HashingEmbedder) -> CompanyLibrary:
    """Medispa's library."""
    return CompanyLibrary(MEDISPA, redis, OneEmbedder(embedder))
