"""How well a company's documents are found: by words, by sense, by both.

The questions are asked as patients write: in full, in chat wording without accents, with typing
errors. A passage counts when it says what the line names; several may.
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
from knowledge.shipped_vectors import shipped_vectors
from tenants.company_files import CompanyFiles
from tenants.json_directory import JsonDirectory
from tenants.shipped_documents import shipped_documents
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure

DATA = Path(__file__).parent / "data"
QUESTIONS = DATA / "questions.txt"
HELD_OUT = DATA / "questions_held_out.txt"
"""Asked of what had been chosen with the others in view."""
DEPTH = 5


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


def questions(file: Path = QUESTIONS) -> list[Question]:
    """Return a set."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    return [Question(*(cell.strip() for cell in row)) for row in rows]


async def run() -> Sequence[Figure]:
    """Return recall."""
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


async def _quality(redis: Client, embedder: LocalEmbedder) -> list[Figure]:
    directory = await JsonDirectory.load(CompanyFiles(), {})
    embedders = OneEmbedder(embedder)
    documents = Documents(
        redis, embedders, utc_now, {embedder.model: shipped_vectors(embedder.model)}
    )
    loading = Loading(redis, documents, lambda one: shipped_documents(one.company_id))
    await loading.load_all(directory.companies())

    async def hybrid(tenant: Tenant, text: str) -> Sequence[Passage]:
        library = CompanyLibrary(tenant, redis, OneEmbedder(embedder))
        return await library.search(text, limit=DEPTH, threshold=0)

    async def words(tenant: Tenant, text: str) -> Sequence[Passage]:
        library = CompanyLibrary(tenant, redis, OneEmbedder(Mute(embedder)))
        return await library.search(text, limit=DEPTH, threshold=0)

    async def sense(tenant: Tenant, text: str) -> Sequence[Passage]:
        library = CompanyLibrary(tenant, redis, embedders, words_weight=0.0)
        return await library.search(text, limit=DEPTH, threshold=0)

    figures: list[Figure] = []
    for file, held in ((QUESTIONS, ""), (HELD_OUT, "held out, ")):
        ranks: dict[str, dict[str, list[int]]] = {}
        for name, find in (("words", words), ("sense", sense), ("both", hybrid)):
            ranks[name] = await _ranks(directory, questions(file), find)
        for style in ("plain", "chat", "typo", "all"):
            for name, by_style in ranks.items():
                figures += _figures(f"{held}{style}, {name}", by_style[style])
    return figures


async def _ranks(
    directory: JsonDirectory, asked: Sequence[Question], find: Find
) -> dict[str, list[int]]:
    """Return at which place each answer came, 0 for not at all, by style."""
    ranks: dict[str, list[int]] = defaultdict(list)
    for one in asked:
        passages = await find(directory.find(one.company), one.text)
        places = [at for at, passage in enumerate(passages, 1) if one.answer in passage.text]
        for style in (one.style, "all"):
            ranks[style].append(places[0] if places else 0)
    return ranks


def _figures(what: str, ranks: Sequence[int]) -> list[Figure]:
    count = len(ranks)
    recall = {top: sum(0 < rank <= top for rank in ranks) / count for top in (1, 3, 5)}
    mrr = sum(1 / rank for rank in ranks if rank) / count
    return [
        *(
            Figure(what=f"recall@{top} {what} ({count})", value=100 * value, unit="%")
            for top, value in recall.items()
        ),
        Figure(what=f"MRR {what}", value=mrr, unit=""),
    ]
