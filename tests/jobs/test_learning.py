"""What a person answers where documents knew nothing waits for approval, and is known to nobody before."""

from collections.abc import Sequence

import pytest

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from jobs.learning import Learning
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.gaps import Gaps
from knowledge.library import CompanyLibrary
from knowledge.proposals import Proposal, Proposals
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import KnowledgeRules, Tenant
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, MEDISPA

ANA = UserId("ana")
QUESTION = "¿hacen ozonoterapia? soy Ana"
ANSWER = "Hola Ana, sí: la ozonoterapia se hace los martes y cuesta $ 234.000."


class Clinic:
    """Two companies whose people answer."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        self.embedders = OneEmbedder(HashingEmbedder())
        self.redis = redis
        documents = Documents(redis, self.embedders, clock)
        self.gaps = Gaps(redis, clock)
        self.learning = Learning(redis, documents, self.gaps, clock)
        self.proposals = Proposals(redis, documents, self.gaps, clock)

    async def asks_in_vain(self, tenant: Tenant = BENOVA, user: UserId = ANA) -> None:
        library = CompanyLibrary(tenant, self.redis, self.embedders, gaps=self.gaps)
        assert await library.search(QUESTION) == []
        await self.gaps.note(tenant, QUESTION)
        await self.learning.unanswered(tenant, user, QUESTION)

    async def answers(self, text: str, tenant: Tenant = BENOVA, user: UserId = ANA) -> bool:
        return await self.learning.answered(tenant, user, text, patient_name="Ana Ruiz")

    async def waiting(self, tenant: Tenant = BENOVA) -> Sequence[Proposal]:
        return await self.proposals.list(tenant.company_id)


@pytest.fixture
def clinic(redis: Client, clock: Clock) -> Clinic:
    return Clinic(redis, clock)


async def test_a_persons_answer_waits_for_approval_without_names(clinic: Clinic) -> None:
    await clinic.asks_in_vain()

    await clinic.answers(ANSWER)

    (proposal,) = await clinic.waiting()
    library = CompanyLibrary(BENOVA, clinic.redis, clinic.embedders)
    assert proposal.question == "¿hacen ozonoterapia? soy …"
    assert proposal.answer == "Hola …, sí: la ozonoterapia se hace los martes y cuesta $ 234.000."
    assert await library.search("ozonoterapia") == []
    assert await clinic.waiting(MEDISPA) == []


async def test_an_approved_answer_is_found_and_closes_its_question(clinic: Clinic) -> None:
    await clinic.asks_in_vain()
    await clinic.answers(ANSWER)
    (proposal,) = await clinic.waiting()

    await clinic.proposals.approve(BENOVA, proposal.id, who="laura")

    library = CompanyLibrary(BENOVA, clinic.redis, clinic.embedders)
    other = CompanyLibrary(MEDISPA, clinic.redis, clinic.embedders)
    assert "$ 234.000" in (await library.search("ozonoterapia"))[0].text
    assert await other.search("ozonoterapia") == []
    assert await clinic.gaps.count(BENOVA.company_id) == 0


@pytest.mark.parametrize(
    "text",
    ["Hola Ana, buenas tardes", "¿Me regala su nombre completo, por favor?", "", "ok" * 2000],
)
async def test_a_greeting_or_a_question_is_no_answer_and_the_next_words_may_be(
    clinic: Clinic, text: str
) -> None:
    await clinic.asks_in_vain()

    learned = [await clinic.answers(text), await clinic.answers(ANSWER)]

    assert learned == [False, True]


async def test_a_question_is_answered_once(clinic: Clinic) -> None:
    await clinic.asks_in_vain()
    await clinic.asks_in_vain(user=UserId("luz"))

    await clinic.answers(ANSWER)
    await clinic.answers("También los jueves por la tarde en la sede norte")
    await clinic.answers("La ozonoterapia es los miércoles de mañana", user=UserId("luz"))

    assert len(await clinic.waiting()) == 1


async def test_what_was_not_asked_is_not_learned(clinic: Clinic) -> None:
    await clinic.asks_in_vain()

    learned = [
        await clinic.answers(ANSWER, user=UserId("luz")),
        await clinic.answers(ANSWER, tenant=MEDISPA),
    ]

    assert learned == [False, False]


async def test_a_company_may_learn_nothing(clinic: Clinic) -> None:
    silent = BENOVA.model_copy(update={"knowledge": KnowledgeRules(learns=False)})
    await clinic.asks_in_vain(silent)

    assert not await clinic.answers(ANSWER, silent)
    assert not await awaitable(clinic.redis.exists(keys.open_question(BENOVA.company_id, ANA)))
