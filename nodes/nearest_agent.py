"""Which agent answers, without a model: the one whose example utterances are nearest, by sense and by words.

Each opinion (vectors, words, cues) is a weight per agent; they are multiplied. Without the embedder
the other two decide.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from integrations.embedder import Embedder, Vectors
from integrations.errors import IntegrationError
from nodes.example_vectors import ANSWERING, FILE, FOLDER, digest_of, examples, ready_vectors
from nodes.example_words import ExampleWords, word_shares
from nodes.routing_cues import cued
from nodes.state import Agent
from nodes.words import words_of
from safety.reading import COMPARED, plainly, read
from tenants.ids import CompanyId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

NEIGHBOURS = 12
SPREAD = 0.02  # of cosine: a neighbour that is so much farther has a third of the say
DOUBT = 0.02  # weight of an agent without a neighbour
CUE = 3.0  # weight of an agent whose cue was said
OWN = 40  # examples of one agent that a company may add
EMBEDDING_WAIT = 1  # seconds
BATCH = 16

# Words of treatments' names that say what a patient wants all the same.
_TELLING = frozenset(
    {"cita", "citas", "consulta", "control", "primera", "turno"}
    | {"appointment", "consultation", "visit", "first", "follow"}
)


@dataclass(frozen=True, slots=True)
class _Examples:
    """Utterances with vectors, where there are any: `kinds` are places in ANSWERING."""

    vectors: Vectors
    kinds: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Own:
    """What one company adds."""

    tenant: Tenant
    near: _Examples | None
    words: ExampleWords
    topics: frozenset[str]


class NearestAgent:
    """Choose by the shipped examples and the company's own."""

    def __init__(self, embedder: Embedder, folder: Path = FOLDER, file: Path = FILE) -> None:
        """Read the examples and their ready vectors; blocks on files, for start only."""
        self._embedder = embedder
        self._utterances = [(text, ANSWERING.index(agent)) for text, agent in examples(folder)]
        self._ready = ready_vectors(embedder.model, file)
        self._words = ExampleWords(self._utterances, len(ANSWERING))
        self._near = self._with_vectors()
        self._own: dict[CompanyId, _Own] = {}

    async def warm(self) -> None:
        """Embed the examples that have no ready vector: nothing to do as shipped, else 13 ms each.

        Until it is done they count by their words. Raises IntegrationError.
        """
        missing = [text for text, _ in self._utterances if digest_of(text) not in self._ready]
        for start in range(0, len(missing), BATCH):
            texts = missing[start : start + BATCH]
            vectors = (await self._embedder.questions(texts)).astype(np.float16)
            for text, vector in zip(texts, vectors, strict=True):
                self._ready[digest_of(text)] = vector.tobytes()
        self._near = self._with_vectors()

    async def choose(
        self, tenant: Tenant, text: str, candidates: Collection[Agent]
    ) -> tuple[Agent, float]:
        """Return who should answer and how sure that is, from 0 to 1; never the emergency agent."""
        allowed = [agent for agent in ANSWERING if agent in candidates] or ["support"]
        fallback: Agent = "support" if "support" in allowed else allowed[0]
        if len(allowed) == 1 or not words_of(text):
            return fallback, float(len(allowed) == 1)
        own = await self._own_of(tenant)
        weights = np.array(word_shares([self._words, own.words], text, own.topics))
        cues = cued(text)
        weights *= [CUE if agent in cues else 1.0 for agent in ANSWERING]
        # As the screen for danger compared it: what is embedded once is remembered.
        question = await self._embedded([plainly(read(text[: 2 * COMPARED]))])
        if question is not None:
            weights *= _nearest(question[0], [self._near, own.near])
        weights *= [float(agent in allowed) for agent in ANSWERING]
        best = int(weights.argmax())
        return ANSWERING[best], float(weights[best] / weights.sum())

    def _with_vectors(self) -> _Examples | None:
        embedded = [pair for pair in self._utterances if digest_of(pair[0]) in self._ready]
        if not embedded:
            return None
        rows = [np.frombuffer(self._ready[digest_of(text)], np.float16) for text, _ in embedded]
        vectors = np.stack(rows).astype(np.float32)
        return _Examples(vectors, np.array([kind for _, kind in embedded]))

    async def _own_of(self, tenant: Tenant) -> _Own:
        kept = self._own.get(tenant.company_id)
        if kept is not None and kept.tenant is tenant:
            return kept
        utterances = [
            (text, kind)
            for kind, agent in enumerate(ANSWERING)
            for text in tenant.wishes_for(agent).examples[:OWN]
        ]
        vectors = await self._embedded([text for text, _ in utterances]) if utterances else None
        own = _Own(
            tenant=tenant,
            near=None
            if vectors is None
            else _Examples(vectors, np.array([kind for _, kind in utterances])),
            words=ExampleWords(utterances, len(ANSWERING)),
            topics=_topics(tenant),
        )
        if vectors is not None or not utterances:
            self._own[tenant.company_id] = own
        return own

    async def _embedded(self, texts: Sequence[str]) -> Vectors | None:
        try:
            async with asyncio.timeout(EMBEDDING_WAIT):
                return await self._embedder.questions(texts)
        except (IntegrationError, TimeoutError) as error:
            logger.warning("message_not_embedded", error=type(error).__name__)
            return None


def _nearest(question: NDArray[np.float32], known: Sequence[_Examples | None]) -> Vectors:
    """Return the say of each agent's examples among the nearest ones."""
    there = [one for one in known if one is not None]
    shares = np.full(len(ANSWERING), DOUBT, np.float32)
    if not there:
        return shares
    cosines = np.concatenate([one.vectors @ question for one in there])
    kinds = np.concatenate([one.kinds for one in there])
    nearest = np.argsort(-cosines)[:NEIGHBOURS]
    say = np.exp((cosines[nearest] - cosines[nearest[0]]) / SPREAD)
    np.add.at(shares, kinds[nearest], say)
    return shares


def _topics(tenant: Tenant) -> frozenset[str]:
    """Return the words that name treatments: they say what it is about, not what is wanted."""
    names = (name for one in tenant.treatments for name in (one.name, *one.aliases))
    return frozenset(word for name in names for word in words_of(name) if len(word) > 3) - _TELLING
