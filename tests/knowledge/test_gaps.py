"""What nothing was found for is counted, without what could name a patient."""

import pytest

from integrations.clock import Clock
from integrations.redis import Client
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.gaps import KEPT, Gaps
from knowledge.library import CompanyLibrary
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, MEDISPA


@pytest.fixture
def gaps(redis: Client, clock: Clock) -> Gaps:
    return Gaps(redis, clock)


async def test_a_question_without_an_answer_is_counted(
    stocked: Documents, redis: Client, embedder: HashingEmbedder, gaps: Gaps
) -> None:
    library = CompanyLibrary(BENOVA, redis, OneEmbedder(embedder), gaps=gaps)

    for question in ("¿zzz wqx kjh?", "kjh wqx zzz", "parqueadero gratuito", "hola"):
        await library.search(question)

    (gap,) = await gaps.list(BENOVA.company_id, 10)
    assert (gap.count, gap.question) == (2, "kjh wqx zzz")
    assert await gaps.list(MEDISPA.company_id, 10) == []


async def test_nothing_that_names_a_patient_is_kept(gaps: Gaps) -> None:
    await gaps.note(BENOVA, "soy ana@x.co, cel 300 123 45 67, cc 1.020.333.444: ¿ozonoterapia?")

    (gap,) = await gaps.list(BENOVA.company_id, 10)
    assert "ozonoterapia" in gap.question
    assert not any(one in gap.question for one in ("ana@x.co", "300", "1.020"))


async def test_a_question_is_forgotten_when_it_is_answered(gaps: Gaps) -> None:
    await gaps.note(BENOVA, "ozonoterapia")
    (gap,) = await gaps.list(BENOVA.company_id, 10)

    forgotten = await gaps.forget(BENOVA.company_id, gap.id)

    assert forgotten
    assert not await gaps.forget(BENOVA.company_id, gap.id)
    assert await gaps.count(BENOVA.company_id) == 0


async def test_the_rarest_questions_make_room(gaps: Gaps) -> None:
    for _ in range(2):
        await gaps.note(BENOVA, "ozonoterapia")
    for number in range(KEPT + 20):
        await gaps.note(BENOVA, f"pregunta rara{number}")

    listed = await gaps.list(BENOVA.company_id, 1)
    assert await gaps.count(BENOVA.company_id) == KEPT
    assert listed[0].question == "ozonoterapia"
