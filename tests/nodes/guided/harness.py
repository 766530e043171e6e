"""A conversation with the guided agent: the company's own graph on a real agenda and real documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from agenda.agenda import Agenda
from agenda.appointment import Appointment
from agenda.local_agenda import LocalAgenda
from graph.build import Means, build
from graph.emergencies import OpenEmergencies
from integrations.local_embedder import LocalEmbedder
from integrations.metrics import Metrics
from integrations.redis import Client
from knowledge.passage import Passage
from knowledge.query import STOP_WORDS
from knowledge.record import digest_of
from knowledge.scoring import ENOUGH, Scale
from knowledge.shipped_vectors import shipped_vectors
from knowledge.splitting import split
from nodes.finish import Finished
from nodes.guided.model import GuidedModel
from nodes.history import SHOWN
from nodes.models import Models
from nodes.nearest_agent import NearestAgent
from nodes.state import Booking, State
from nodes.words import words_of
from safety.red_flags import RedFlags
from tenants.ids import UserId
from tenants.shipped_documents import shipped_documents
from tenants.tenant import Tenant
from tools.context import Context
from tools.desk import Desk

MONDAY = "2026-11-23T10:00:00-05:00"
SCALE = Scale(threshold=0.84, words_weight=0.08)
"""Of plain cosines."""


class Shelf:
    """The shipped documents in memory, ranked as the real library ranks them."""

    def __init__(self, tenant: Tenant, embedder: LocalEmbedder) -> None:
        self._embedder = embedder
        self._limit = tenant.knowledge.max_retrieved
        ready = shipped_vectors(embedder.model)
        self._chunks: list[Passage] = []
        vectors = []
        for document in shipped_documents(tenant.company_id):
            for number, text in enumerate(split(document.title, document.text)):
                if (vector := ready.get(digest_of(text))) is None:
                    continue
                vectors.append(np.frombuffer(vector, np.float16).astype(np.float32))
                self._chunks.append(
                    Passage(
                        chunk_id=f"{document.document_id}:{number}",
                        document_id=document.document_id,
                        title=document.title,
                        text=text,
                        score=0.0,
                    )
                )
        self._matrix = (
            np.stack(vectors) if vectors else np.zeros((0, embedder.dimensions), np.float32)
        )
        self.asked: list[str] = []

    async def search(
        self,
        query: str,
        *,
        limit: int | None = None,
        filters: Mapping[str, str] | None = None,
        asked_by: UserId | None = None,
    ) -> Sequence[Passage]:
        self.asked.append(query)
        if not self._chunks:
            return []
        cosines = self._matrix @ (await self._embedder.questions([query]))[0]
        asked = {word for word in words_of(query) if word not in STOP_WORDS}
        scored = []
        for cosine, chunk in zip(cosines, self._chunks, strict=True):
            share = len(asked & set(words_of(chunk.text))) / max(1, len(asked))
            score = SCALE.score(float(cosine) + SCALE.words_weight * share)
            if score >= ENOUGH:
                scored.append((score, chunk))
        best = sorted(scored, key=lambda one: -one[0])[: limit or self._limit]
        return [
            Passage(
                chunk_id=one.chunk_id,
                document_id=one.document_id,
                title=one.title,
                text=one.text,
                score=score,
            )
            for score, one in best
        ]


@dataclass(kw_only=True)
class Shared:
    """What all conversations of a test run share."""

    embedder: LocalEmbedder
    nearest: NearestAgent
    flags: RedFlags
    shelves: dict[str, Shelf] = field(default_factory=dict)

    def shelf(self, tenant: Tenant) -> Shelf:
        """Return a company's documents, read once."""
        if tenant.company_id not in self.shelves:
            self.shelves[tenant.company_id] = Shelf(tenant, self.embedder)
        return self.shelves[tenant.company_id]


class Talk:
    """One patient's conversation with one company."""

    def __init__(
        self,
        tenant: Tenant,
        redis: Client,
        means: Shared,
        now: datetime,
        context: Context,
        agenda: Agenda | None = None,
    ) -> None:
        self.now = now
        self.tenant = tenant
        self.context = context
        self.desk = Desk(
            tenant=tenant,
            library=means.shelf(tenant),
            agenda=agenda or LocalAgenda(redis, tenant, self._clock),
            clock=self._clock,
        )
        self.state: State = State(messages=[], booking=None)
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.transcript: list[str] = []
        shared = Means(
            screen=means.flags,
            nearest=means.nearest,
            emergencies=OpenEmergencies(redis, self._clock),
            finished=Finished(),
            metrics=Metrics(),
        )
        models = Models(self.desk, GuidedModel(self.desk), None)
        self._graph = build(self.desk, models, shared).compile()

    async def says(self, *texts: str, shown: str = "") -> str:
        """Send one or more messages of the patient as one turn and return the answer.

        `shown` tells of a photo that came with the last.
        """
        number = len(self.transcript)
        written: list[AnyMessage] = [
            HumanMessage(text, id=f"{number}.{place}") for place, text in enumerate(texts)
        ]
        if shown:
            text = "\n".join(one for one in (texts[-1], shown) if one)
            marks = {SHOWN: shown}
            written[-1] = HumanMessage(text, id=written[-1].id, additional_kwargs=marks)
        begun = {
            **self.state,
            "messages": [*self.state["messages"], *written],
            "turn_id": str(number),
        }
        self.state = cast(
            "State", await self._graph.ainvoke(cast("State", begun), context=self.context)
        )
        messages = self.state["messages"]
        start = next(place for place, one in enumerate(messages) if one.id == f"{number}.0")
        calls = [one.tool_calls for one in messages[start:] if isinstance(one, AIMessage)]
        self.called = [(call["name"], call["args"]) for each in calls for call in each]
        answer = messages[-1].text
        self.transcript += [f"P> {' / '.join(texts)}", f"[{self.agent}] {answer}"]
        return answer

    async def hears(self, *turns: str) -> str:
        """Send several turns, one after another, and return the last answer."""
        answer = ""
        for text in turns:
            answer = await self.says(text)
        return answer

    async def appointments(self) -> Sequence[Appointment]:
        """Return what the agenda keeps for the patient."""
        return await self.desk.agenda.appointments_of(UserId(self.context.user_id))

    @property
    def agent(self) -> str:
        """Who answered last."""
        return self.state["destination"]

    async def booked(self) -> str:
        """Return the patient's only appointment as `treatment, local start, name, phone`."""
        (one,) = await self.appointments()
        start = one.start.astimezone(self.tenant.zone)
        return (
            f"{one.treatment_id}, {start:%Y-%m-%d %H:%M}, {one.patient.name}, {one.patient.phone}"
        )

    @property
    def booking(self) -> Booking:
        """What is being arranged; empty when nothing is."""
        return self.state.get("booking") or Booking()

    @property
    def names_called(self) -> list[str]:
        """The tools of the last turn, in order."""
        return [name for name, _ in self.called]

    def _clock(self) -> datetime:
        return self.now


def moment(text: str) -> datetime:
    """Return an ISO moment in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
