"""Messages nobody trained on find their agent; without vectors most still do; a company adds its own words."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from integrations.local_embedder import DIMENSIONS, LocalEmbedder
from nodes.example_vectors import ANSWERING, digest_of, examples, ready_vectors, rebuild
from nodes.nearest_agent import NearestAgent
from nodes.state import AGENTS, Agent
from safety.red_flags import RedFlags
from tenants.ids import CompanyId
from tenants.offer import Treatment
from tenants.tenant import AgentWishes, Tenant
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.nodes.routed import ENGLISH, LATER, SPANISH

BENOVA = Tenant(
    company_id=CompanyId("benova"),
    company_name="Benova",
    treatments=tuple(
        Treatment(id=f"t{number}", name=name, duration="PT30M")
        for number, name in enumerate(("Depilación láser", "Blanqueamiento dental", "Botox"))
    ),
)
MEDISPA = Tenant(
    company_id=CompanyId("medispa"),
    company_name="Medispa",
    agents={"sales": AgentWishes(examples=("luna de miel zafiro", "ritual zafiro", "zafiro"))},
)


@pytest.fixture(scope="module")
def e5() -> Iterator[LocalEmbedder]:
    embedder = LocalEmbedder()
    yield embedder
    embedder.close()


@pytest.fixture(scope="module")
def nearest(e5: LocalEmbedder) -> NearestAgent:
    return NearestAgent(e5)


@pytest.fixture
def speechless() -> NearestAgent:
    embedder = HashingEmbedder()
    embedder.broken = True
    return NearestAgent(embedder)


def lines_of(asked: Mapping[Agent, str]) -> list[tuple[str, Agent]]:
    return [
        (line.strip(), agent) for agent, text in asked.items() for line in text.strip().splitlines()
    ]


async def share_right(nearest: NearestAgent, asked: Mapping[Agent, str]) -> float:
    lines = lines_of(asked)
    # One after the other: a busy machine would answer some by words alone.
    chosen = [await nearest.choose(BENOVA, text, AGENTS) for text, _ in lines]
    right = [agent == wanted for (agent, _), (_, wanted) in zip(chosen, lines, strict=True)]
    return sum(right) / len(lines)


@pytest.mark.parametrize("asked", [SPANISH, ENGLISH, LATER], ids=["spanish", "english", "later"])
async def test_nine_of_ten_messages_find_their_agent(
    nearest: NearestAgent, asked: Mapping[Agent, str]
) -> None:
    assert await share_right(nearest, asked) >= 0.92


@pytest.mark.parametrize("asked", [SPANISH, ENGLISH], ids=["spanish", "english"])
async def test_words_alone_still_find_most(
    speechless: NearestAgent, asked: Mapping[Agent, str]
) -> None:
    assert await share_right(speechless, asked) >= 0.85


def test_what_is_tested_does_not_stand_among_the_examples() -> None:
    shipped = {text.lower() for text, _ in examples()}
    asked = {text.lower() for one in (SPANISH, ENGLISH, LATER) for text, _ in lines_of(one)}

    assert not shipped & asked
    assert len(asked) >= 180


def test_every_agent_has_sixty_examples_in_each_language() -> None:
    counts = [
        sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        for path in Path("nodes/examples").glob("??/*.txt")
    ]

    assert len(counts) == 3 * len(ANSWERING)
    assert min(counts) >= 60


def test_the_shipped_vectors_are_those_of_the_shipped_examples(e5: LocalEmbedder) -> None:
    ready = ready_vectors(e5.model)

    assert {digest_of(text) for text, _ in examples()} == ready.keys()


async def test_only_a_red_flag_leads_to_the_emergency_agent(nearest: NearestAgent) -> None:
    agent, _ = await nearest.choose(BENOVA, "me siento muy mal, tengo mucho dolor", AGENTS)

    assert agent == "support"


@pytest.mark.parametrize("text", ["", "   ", "😀", "???", "\0", "\ud800"])
async def test_a_message_without_words_goes_to_support(nearest: NearestAgent, text: str) -> None:
    assert await nearest.choose(BENOVA, text, AGENTS) == ("support", 0.0)


async def test_an_agent_that_is_switched_off_is_never_chosen(nearest: NearestAgent) -> None:
    agent, score = await nearest.choose(BENOVA, "cuánto cuesta el botox", ["support", "schedule"])

    assert agent in {"support", "schedule"}
    assert 0 < score <= 1


async def test_one_candidate_needs_no_choice(nearest: NearestAgent) -> None:
    assert await nearest.choose(BENOVA, "quiero una cita", ["sales"]) == ("sales", 1.0)


async def test_a_companys_examples_count_for_it_and_for_no_other(nearest: NearestAgent) -> None:
    own, own_score = await nearest.choose(MEDISPA, "zafiro", AGENTS)
    _, other_score = await nearest.choose(BENOVA, "zafiro", ["sales"])
    foreign, foreign_score = await nearest.choose(BENOVA, "zafiro", AGENTS)

    assert own == "sales"
    assert own_score > 0.9
    assert (foreign, foreign_score) != (own, own_score)
    assert other_score == 1.0


async def test_a_changed_company_is_read_again(nearest: NearestAgent) -> None:
    wishes = {"support": AgentWishes(examples=("rubí turquesa",))}
    await nearest.choose(MEDISPA, "rubí turquesa", AGENTS)
    changed = MEDISPA.model_copy(update={"agents": wishes})

    agent, score = await nearest.choose(changed, "rubí turquesa", AGENTS)

    assert agent == "support"
    assert score > 0.9


async def test_a_very_long_message_is_answered_quickly(nearest: NearestAgent) -> None:
    async with asyncio.timeout(3):
        agent, _ = await nearest.choose(BENOVA, "quiero cancelar mi cita " * 5000, AGENTS)

    assert agent == "schedule"


async def test_examples_without_vectors_get_them_in_the_background(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "sales.txt").write_text("cuánto vale\n", encoding="utf-8")
    (tmp_path / "es" / "schedule.txt").write_text("quiero una cita\n", encoding="utf-8")
    cold = NearestAgent(HashingEmbedder(), tmp_path, tmp_path / "vectors.npz")
    _, before = await cold.choose(BENOVA, "quiero cita", AGENTS)

    await cold.warm()

    agent, after = await cold.choose(BENOVA, "quiero cita", AGENTS)
    assert agent == "schedule"
    assert after > before


async def test_only_new_examples_are_embedded_when_the_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    sales = tmp_path / "es" / "sales.txt"
    sales.write_text("cuánto vale\nprecio\n", encoding="utf-8")
    file = tmp_path / "vectors.npz"
    first = await rebuild(HashingEmbedder(), tmp_path, file)
    sales.write_text("cuánto vale\ncuánto cuesta\n", encoding="utf-8")

    second = await rebuild(HashingEmbedder(), tmp_path, file)

    assert (first, second) == (2, 1)
    assert ready_vectors("hashing", file).keys() == {
        digest_of("cuánto vale"),
        digest_of("cuánto cuesta"),
    }
    assert ready_vectors("another", file) == {}


class CountingEngine:
    """Finds every text alike and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, texts: str) -> NDArray[np.float32]:
        self.asked.append(texts)
        return np.full(DIMENSIONS, DIMENSIONS**-0.5, np.float32)

    def passage(self, texts: str) -> NDArray[np.float32]:
        return self.query(texts)


async def test_what_was_screened_for_danger_is_not_embedded_again() -> None:
    engine = CountingEngine()
    embedder = LocalEmbedder(load=lambda: engine)
    flags, nearest = RedFlags(embedder), NearestAgent(embedder)

    await flags.screen("Hola, ¿cómo llego al consultorio?")
    screened = list(engine.asked)
    await nearest.choose(BENOVA, "Hola, ¿cómo llego al consultorio?", AGENTS)
    embedder.close()

    assert "Hola cómo llego al consultorio" in screened
    assert engine.asked == screened
