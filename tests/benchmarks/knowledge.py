"""What a company's documents cost and how well they are found: by words, by sense, by both.

The questions are asked as patients write: in full, in chat wording without accents, with typing
errors. A passage counts when it says what the line names; several may.
"""

import asyncio
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import numpy as np

from integrations.clock import utc_now
from integrations.embedded_redis import embedded_redis
from integrations.embedder import Embedder, Vectors
from integrations.errors import IntegrationError
from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from knowledge.loading import Loading
from knowledge.passage import Passage
from knowledge.shipped_vectors import shipped_vectors
from tenants.company_files import CompanyFiles
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.shipped_documents import shipped_documents
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure

DATA = Path(__file__).parent / "data"
QUESTIONS = DATA / "questions.txt"
HELD_OUT = DATA / "questions_held_out.txt"
"""Asked of what had been chosen with the others in view."""
DEPTH = 5
SIZES = (1_000, 10_000, 50_000)
SEARCHES = 100
EMBEDDED = 40  # chunks that ingestion is measured with
WORDS_IN_ALL = 8_000
WORDS = 110  # of a chunk


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


class Anywhere:
    """Vectors without sense, at once: for the time that an index takes."""

    model, dimensions, threshold, words_weight = "anywhere", 384, -1.0, 0.1

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)

    async def questions(self, texts: Sequence[str]) -> Vectors:
        rows = self._random.normal(size=(len(texts), self.dimensions)).astype(np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    passages = questions


def questions(file: Path = QUESTIONS) -> list[Question]:
    """Return a set."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    return [Question(*(cell.strip() for cell in row)) for row in rows]


async def run() -> Sequence[Figure]:
    """Return recall, speed of search by size, and speed of ingestion."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_redis(Path(folder)) as url:
            redis = connect(url)
            embedder = LocalEmbedder()
            try:
                await embedder.warm()
                found = await _quality(redis, embedder)
                return [*found, *await _ingestion(redis, embedder), *await _sizes(redis)]
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


async def _ingestion(redis: Client, embedder: LocalEmbedder) -> list[Figure]:
    tenant = _tenant("ingestion")
    documents = Documents(redis, OneEmbedder(embedder), utc_now)
    drafts = [_draft(number) for number in range(EMBEDDED)]
    began = time.perf_counter()
    await documents.put_documents(tenant, drafts)
    kept = time.perf_counter() - began
    began = time.perf_counter()
    await asyncio.gather(
        *(documents.embed_document(tenant.company_id, one.document_id) for one in drafts)
    )
    embedded = time.perf_counter() - began
    return [
        Figure(what="documents kept, found by words", value=EMBEDDED / kept, unit="/s"),
        Figure(what="chunks of 110 words embedded", value=EMBEDDED / embedded, unit="/s"),
    ]


async def _sizes(redis: Client) -> list[Figure]:
    tenant, embedder = _tenant("large"), Anywhere()
    documents = Documents(redis, OneEmbedder(embedder), utc_now)
    library = CompanyLibrary(tenant, redis, OneEmbedder(embedder))
    before = int((await redis.info("memory"))["used_memory"])
    figures: list[Figure] = []
    there = 0
    for size in SIZES:
        for start in range(there, size, 500):
            drafts = [_draft(number) for number in range(start, start + 500)]
            await documents.put_documents(tenant, drafts)
            await asyncio.gather(
                *(documents.embed_document(tenant.company_id, one.document_id) for one in drafts)
            )
        there = size
        took = [await _timed(library, number) for number in range(SEARCHES)]
        figures += [
            Figure(what=f"search among {size:,} chunks, p50", value=median(took)),
            Figure(what=f"search among {size:,} chunks, p95", value=quantiles(took, n=20)[-1]),
        ]
    used = int((await redis.info("memory"))["used_memory"]) - before
    return [
        *figures,
        Figure(what="memory of Redis per chunk", value=used / there / 1000, unit="kB"),
    ]


async def _timed(library: CompanyLibrary, number: int) -> float:
    question = " ".join(random.Random(number).choices(_WORDS[:3000], k=7))
    began = time.perf_counter()
    await library.search(question, limit=DEPTH)
    return 1000 * (time.perf_counter() - began)


def _tenant(name: str) -> Tenant:
    rules = Tenant(company_id=CompanyId(name), company_name=name).knowledge
    roomy = rules.model_copy(update={"max_documents": 10**6, "max_megabytes": 10**5})
    return Tenant(company_id=CompanyId(name), company_name=name, knowledge=roomy)


def _words() -> list[str]:
    chance = random.Random(1)
    syllables = [one + other for one in "bcdfglmnprst" for other in "aeiou"]
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(WORDS_IN_ALL)]


_WORDS = _words()
_OFTEN = [1 / (at + 10) for at in range(WORDS_IN_ALL)]


def _draft(number: int) -> Draft:
    text = " ".join(random.Random(number).choices(_WORDS, weights=_OFTEN, k=WORDS))
    return Draft(document_id=f"d{number}", title="", text=text)
