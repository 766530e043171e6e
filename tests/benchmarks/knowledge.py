"""How well a company's documents are found: by words, by sense, by both; and what is found in vain.

The questions are asked as patients write: in full, in chat wording without accents, with typing
errors. A passage counts when it says what the line names; several may. Searching by both has to be
as good as by words, and within a point as good as by sense. Of foreign questions, which no document
answers, the share is told that finds something nevertheless.
"""

import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from integrations.clock import utc_now
from integrations.embedded_redis import embedded_redis
from integrations.embedder import Embedder, Vectors
from integrations.errors import IntegrationError
from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client, close, connect
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from knowledge.loading import Loading
from knowledge.passage import Passage
from knowledge.scoring import ENOUGH
from knowledge.shipped_vectors import shipped_vectors
from tenants.company_files import CompanyFiles
from tenants.json_directory import JsonDirectory
from tenants.shipped_documents import shipped_documents
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure

DATA = Path(__file__).parent / "data"
CHOSEN_WITH = (
    DATA / "questions.txt",
    DATA / "questions_more.txt",
    DATA / "questions_stories.txt",
    DATA / "questions_foreign.txt",
)
FRESH = (DATA / "questions_fresh.txt",)
"""Unseen by whoever chose; their first lines say what they were used for."""
STYLES = ("plain", "chat", "typo", "all")
FOREIGN = "foreign"
DEPTH = 5
POINT = 1.0  # per cent that searching by both may lose to sense


class Question(NamedTuple):
    """One line of the set."""

    company: str
    style: str
    text: str
    answer: str


class Mute:
    """The real model's name without its questions: what is left is search by words."""

    def __init__(self, embedder: Embedder) -> None:
        self.model, self.dimensions = embedder.model, embedder.dimensions
        self.threshold, self.words_weight = embedder.threshold, embedder.words_weight

    async def questions(self, texts: Sequence[str]) -> Vectors:
        raise IntegrationError("mute", "words only", permanent=True)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        raise IntegrationError("mute", "words only", permanent=True)


def questions(files: Sequence[Path]) -> list[Question]:
    """Return a set."""
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    return [Question(*(cell.strip() for cell in row)) for row in rows]


async def run() -> Sequence[Figure]:
    """Return recall, and what the threshold loses and lets pass."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_redis(Path(folder)) as url:
            redis = connect(url)
            embedder = LocalEmbedder()
            try:
                await embedder.warm()
                return await _quality(redis, embedder)
            finally:
                embedder.close()
                await close(redis)


Find = Callable[[Tenant, str], Awaitable[Sequence[Passage]]]
Ranks = dict[str, list[int]]
"""At which place each answer came, 0 for not at all, by style."""


async def _quality(redis: Client, embedder: LocalEmbedder) -> list[Figure]:
    directory = await JsonDirectory.load(CompanyFiles(), {})
    embedders = OneEmbedder(embedder)
    documents = Documents(
        redis, embedders, utc_now, {embedder.model: shipped_vectors(embedder.model)}
    )
    loading = Loading(redis, documents, lambda one: shipped_documents(one.company_id))
    await loading.load_all(directory.companies())

    async def both(tenant: Tenant, text: str) -> Sequence[Passage]:
        library = CompanyLibrary(tenant, redis, embedders)
        return await library.search(text, limit=DEPTH, threshold=0)

    async def words(tenant: Tenant, text: str) -> Sequence[Passage]:
        library = CompanyLibrary(tenant, redis, OneEmbedder(Mute(embedder)))
        return await library.search(text, limit=DEPTH, threshold=0)

    async def sense(tenant: Tenant, text: str) -> Sequence[Passage]:
        library = CompanyLibrary(tenant, redis, embedders, words_weight=0.0)
        return await library.search(text, limit=DEPTH, threshold=0)

    figures: list[Figure] = []
    for files, name in ((CHOSEN_WITH, "chosen with"), (FRESH, "fresh")):
        asked = questions(files)
        answered = [one for one in asked if one.style != FOREIGN]
        ranks = [await _ranks(directory, answered, find) for find in (words, sense, both)]
        for style in STYLES:
            figures += _figures(f"{style}, {name}", *(one[style] for one in ranks))
        figures += await _threshold(directory, asked, both, name)
    return figures


async def _ranks(directory: JsonDirectory, asked: Sequence[Question], find: Find) -> Ranks:
    ranks: Ranks = defaultdict(list)
    for one in asked:
        passages = await find(directory.find(one.company), one.text)
        places = [at for at, passage in enumerate(passages, 1) if one.answer in passage.text]
        for style in (one.style, "all"):
            ranks[style].append(places[0] if places else 0)
    return ranks


def _figures(
    what: str, words: Sequence[int], sense: Sequence[int], both: Sequence[int]
) -> list[Figure]:
    """Return recall and mean reciprocal rank of each way; by both with its aim."""
    figures: list[Figure] = []
    for top in (1, 3, DEPTH):
        by_words, by_sense, by_both = (_recall(one, top) for one in (words, sense, both))
        name = f"recall@{top} {what} ({len(both)})"
        aim = max(by_words, by_sense - POINT)
        figures += [
            Figure(what=f"{name}, words", value=by_words, unit="%"),
            Figure(what=f"{name}, sense", value=by_sense, unit="%"),
            Figure(what=f"{name}, both", value=by_both, unit="%", aim=aim, more_is_better=True),
        ]
    for way, ranks in (("words", words), ("sense", sense), ("both", both)):
        mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
        figures.append(Figure(what=f"MRR {what}, {way}", value=mrr, unit=""))
    return figures


def _recall(ranks: Sequence[int], top: int) -> float:
    return 100 * sum(0 < rank <= top for rank in ranks) / len(ranks)


async def _threshold(
    directory: JsonDirectory, asked: Sequence[Question], find: Find, name: str
) -> list[Figure]:
    """Return which share of answers that were found is below the threshold, and of foreign finds above."""
    lost: list[bool] = []
    passing: list[bool] = []
    for one in asked:
        passages = await find(directory.find(one.company), one.text)
        right = [passage.score for passage in passages if one.answer in passage.text]
        if one.style == FOREIGN:
            passing.append(passages[0].score >= ENOUGH)
        elif right:
            lost.append(right[0] < ENOUGH)
    return [
        Figure(
            what=f"answers below the threshold, {name} ({len(lost)})",
            value=100 * sum(lost) / len(lost),
            unit="%",
            aim=2,
        ),
        Figure(
            what=f"foreign questions that find something, {name} ({len(passing)})",
            value=100 * sum(passing) / len(passing),
            unit="%",
            aim=15,
        ),
    ]
