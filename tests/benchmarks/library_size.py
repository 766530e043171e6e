"""What a large library costs: how long a search takes, what a graph misses, memory, and taking documents in.

The vectors are made up, so that 50,000 of them take minutes and not hours; they lie as those of the
shipped model do, all in one direction and closer where they speak of the same. A question's own
embedding comes on top: some 13 ms.
"""

import asyncio
import random
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median, quantiles

import numpy as np
from numpy.typing import NDArray

from integrations.clock import utc_now
from integrations.embedded_redis import embedded_redis
from integrations.embedder import Vectors
from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.index import serving_of
from knowledge.library import CompanyLibrary
from knowledge.rebuilding import LARGE, Rebuilding
from tenants.ids import CompanyId
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure

SIZES = (1_000, 10_000, 50_000)
SEARCHES = 100
TOGETHER = 500  # documents
EMBEDDED = 40  # chunks that taking in is measured with
ASKED_MEANWHILE = 30
WORDS_IN_ALL = 8_000
WORDS = 110  # of a chunk
SUBJECTS = 400
DEPTH = 5


class MadeUp:
    """Vectors at once: a part that all share, one of their subject and one of their own."""

    model, dimensions, threshold, words_weight = "made-up", 384, -1.0, 0.1

    def __init__(self) -> None:
        chance = np.random.default_rng(7)
        self._common = _unit(chance.normal(size=self.dimensions))
        self._subjects = _unit(chance.normal(size=(SUBJECTS, self.dimensions)))

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    questions = passages

    def _vector(self, text: str) -> Vectors:
        name = zlib.crc32(text.encode())
        own = _unit(np.random.default_rng(name).normal(size=self.dimensions))
        mixed = self._common + 0.35 * self._subjects[name % SUBJECTS] + 0.35 * own
        return _unit(mixed.astype(np.float64))


async def run() -> Sequence[Figure]:
    """Return how long searches take by size, what a graph finds of what is there, memory and ingestion."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_redis(Path(folder)) as url:
            redis = connect(url)
            try:
                return [*await _ingestion(redis), *await _sizes(redis)]
            finally:
                await close(redis)


async def _ingestion(redis: Client) -> list[Figure]:
    """Take documents in with the shipped model, and ask it questions meanwhile."""
    tenant, embedder = _tenant("ingestion"), LocalEmbedder()
    documents = Documents(redis, OneEmbedder(embedder), utc_now)
    drafts = [_draft(number) for number in range(EMBEDDED)]
    await embedder.warm()
    alone = [await _asked(embedder, number) for number in range(ASKED_MEANWHILE)]
    began = time.perf_counter()
    await documents.put_documents(tenant, drafts)
    kept = time.perf_counter() - began
    began, processor = time.perf_counter(), time.process_time()
    names = [one.document_id for one in drafts]
    working = asyncio.create_task(_embedded(documents, tenant, names))
    beside = [await _asked(embedder, -1 - number) for number in range(ASKED_MEANWHILE)]
    await working
    took, cost = time.perf_counter() - began, time.process_time() - processor
    embedder.close()
    return [
        Figure(what="documents kept, found by words", value=EMBEDDED / kept, unit="/s"),
        Figure(what=f"chunks of {WORDS} words embedded", value=EMBEDDED / took, unit="/s"),
        Figure(what="processor time of a chunk", value=1000 * cost / EMBEDDED),
        Figure(what="a question embedded alone, p50", value=median(alone)),
        Figure(what="a question embedded while passages are, p50", value=median(beside)),
    ]


async def _embedded(documents: Documents, tenant: Tenant, names: Sequence[str]) -> None:
    left = list(names)
    while left:
        await documents.embedding.documents(tenant.company_id, left)
        left = list(await documents.pending(tenant.company_id, len(names)))


async def _asked(embedder: LocalEmbedder, number: int) -> float:
    began = time.perf_counter()
    await embedder.questions([f"¿cuánto cuesta el tratamiento {number} y qué cuidados tiene?"])
    return 1000 * (time.perf_counter() - began)


async def _sizes(redis: Client) -> list[Figure]:
    tenant, embedders = _tenant("large"), OneEmbedder(MadeUp())
    documents = Documents(redis, embedders, utc_now)
    library = CompanyLibrary(tenant, redis, embedders)
    exact = CompanyLibrary(tenant, redis, embedders, words_weight=0.0)
    before = await _memory(redis)
    figures: list[Figure] = []
    there = 0
    for size in SIZES:
        for start in range(there, size, TOGETHER):
            drafts = [_draft(number) for number in range(start, start + TOGETHER)]
            await documents.put_documents(tenant, drafts)
            await _embedded(documents, tenant, [one.document_id for one in drafts])
        there = size
        figures += await _timed(library, f"{size:,} chunks")
        if size < LARGE:
            used = (await _memory(redis) - before) / size / 1000
            figures.append(Figure(what=f"memory a chunk, {size:,} chunks", value=used, unit="kB"))
    nearest = [await _nearest(exact, number) for number in range(SEARCHES)]
    figures.append(Figure(what="graph built beside what serves", value=await _graph(redis, tenant)))
    figures += await _timed(library, f"{there:,} chunks, graph")
    found = [await _nearest(exact, number) for number in range(SEARCHES)]
    share = mean(len(one & two) / len(one) for one, two in zip(nearest, found, strict=True))
    used = (await _memory(redis) - before) / there / 1000
    return [
        *figures,
        Figure(what=f"nearest {DEPTH} that the graph finds", value=100 * share, unit="%"),
        Figure(what=f"memory a chunk, {there:,} chunks, graph", value=used, unit="kB"),
    ]


async def _graph(redis: Client, tenant: Tenant) -> float:
    """Let the index become a graph as a worker does; return after how many milliseconds it answers."""
    embedders = OneEmbedder(MadeUp())
    rebuilding = Rebuilding(redis, Documents(redis, embedders, utc_now), embedders)
    began = time.perf_counter()
    while await rebuilding.advance(tenant):
        serving = await serving_of(redis, tenant.company_id)
        if serving is not None and serving.shape.algorithm == "HNSW":
            break
    return 1000 * (time.perf_counter() - began)


async def _timed(library: CompanyLibrary, what: str) -> list[Figure]:
    took: list[float] = []
    for number in range(SEARCHES):
        question = " ".join(random.Random(number).choices(_WORDS[:3000], k=7))
        began = time.perf_counter()
        await library.search(question, limit=DEPTH)
        took.append(1000 * (time.perf_counter() - began))
    return [
        Figure(what=f"search among {what}, p50", value=median(took)),
        Figure(what=f"search among {what}, p95", value=quantiles(took, n=20)[-1]),
    ]


async def _nearest(library: CompanyLibrary, number: int) -> set[str]:
    found = await library.search(f"pregunta {number}", limit=DEPTH, threshold=-2)
    return {one.chunk_id for one in found}


async def _memory(redis: Client) -> int:
    return int((await redis.info("memory"))["used_memory"])


def _tenant(name: str) -> Tenant:
    rules = Tenant(company_id=CompanyId(name), company_name=name).knowledge
    roomy = rules.model_copy(update={"max_documents": 10**6, "max_megabytes": 10**5})
    return Tenant(company_id=CompanyId(name), company_name=name, knowledge=roomy)


def _unit(rows: NDArray[np.float64]) -> Vectors:
    unit: Vectors = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return unit


def _words() -> list[str]:
    chance = random.Random(1)
    syllables = [one + other for one in "bcdfglmnprst" for other in "aeiou"]
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(WORDS_IN_ALL)]


_WORDS = _words()
_OFTEN = [1 / (at + 10) for at in range(WORDS_IN_ALL)]


def _draft(number: int) -> Draft:
    text = " ".join(random.Random(number).choices(_WORDS, weights=_OFTEN, k=WORDS))
    return Draft(document_id=f"d{number}", title="", text=text)
