"""A conversation with the guided agent: its think-act loop on real tools, a real agenda, real documents."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool
from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.runtime import Runtime

from agenda.appointment import Appointment
from agenda.local_agenda import LocalAgenda
from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client
from knowledge.passage import Passage
from knowledge.query import STOP_WORDS
from knowledge.record import digest_of
from knowledge.shipped_vectors import shipped_vectors
from knowledge.splitting import split
from nodes.availability import AVAILABILITY
from nodes.booking_answer import fresh, reading_of
from nodes.guided.model import GuidedModel
from nodes.history import said, shown
from nodes.nearest_agent import NearestAgent
from nodes.router import SURE
from nodes.sales import SALES
from nodes.schedule import SCHEDULE
from nodes.speciality import Speciality
from nodes.state import Agent, Booking, State
from nodes.support import SUPPORT
from nodes.words import words_of
from tenants.ids import UserId
from tenants.shipped_documents import shipped_documents
from tenants.tenant import Tenant
from tools.context import Context
from tools.desk import Desk

SPECIALITIES: tuple[Speciality, ...] = (SALES, SUPPORT, SCHEDULE, AVAILABILITY)
MONDAY = "2026-11-23T10:00:00-05:00"
ASIDE: tuple[Agent, ...] = ("sales", "support")


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
        self, query: str, *, limit: int | None = None, filters: Mapping[str, str] | None = None
    ) -> Sequence[Passage]:
        self.asked.append(query)
        if not self._chunks:
            return []
        cosines = self._matrix @ (await self._embedder.questions([query]))[0]
        asked = {word for word in words_of(query) if word not in STOP_WORDS}
        scored = []
        for cosine, chunk in zip(cosines, self._chunks, strict=True):
            share = len(asked & set(words_of(chunk.text))) / max(1, len(asked))
            score = float(cosine) + 0.08 * share
            if score >= self._embedder.threshold:
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


class Talk:
    """One patient's conversation with one company."""

    def __init__(
        self,
        tenant: Tenant,
        redis: Client,
        embedder: LocalEmbedder,
        nearest: NearestAgent,
        now: datetime,
        context: Context,
    ) -> None:
        self.now = now
        self.tenant = tenant
        self.context = context
        agenda = LocalAgenda(redis, tenant, lambda: self.now)
        self.shelf = Shelf(tenant, embedder)
        self._nearest = nearest
        self.desk = Desk(tenant=tenant, library=self.shelf, agenda=agenda, clock=lambda: self.now)
        self.state: State = State(
            messages=[], booking=None, language=context.language or tenant.language
        )
        self.agent: Agent = "support"
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.transcript: list[str] = []
        model = GuidedModel(self.desk)
        self._graphs = {
            one.agent: self._graph(one.agent, model, [make(self.desk) for make in one.tools])
            for one in SPECIALITIES
        }

    def _graph(self, agent: str, model: GuidedModel, tools: list[BaseTool]) -> Any:
        bound = model.bind_tools(tools)

        async def think(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
            briefing = {
                "agent": agent,
                "language": state.get("language"),
                "now": self.now.astimezone(self.tenant.zone).isoformat(),
                "booking": state.get("booking"),
                "patient_name": runtime.context.patient_name,
                "patient_phone": runtime.context.patient_phone,
                "channel": runtime.context.channel,
            }
            first = SystemMessage("prompt", additional_kwargs={"briefing": briefing})
            thought = await bound.ainvoke(
                [first, *shown(state["messages"], self.tenant.max_context_messages)]
            )
            update: dict[str, Any] = {"messages": [thought]}
            if "booking" in thought.additional_kwargs:
                update["booking"] = thought.additional_kwargs["booking"]
            return update

        async def more(state: State) -> str:
            last = state["messages"][-1]
            return "act" if isinstance(last, AIMessage) and last.tool_calls else END

        graph = StateGraph(State, context_schema=Context)
        graph.add_node("think", think)
        graph.add_node("act", ToolNode(tools))
        graph.add_edge(START, "think")
        graph.add_conditional_edges("think", more, ["act", END])
        graph.add_edge("act", "think")
        return graph.compile()

    async def says(self, *texts: str, agent: Agent | None = None) -> str:
        """Send one or more messages of the patient and return the answer."""
        self.agent = agent or await self._route("\n".join(texts))
        before: list[AnyMessage] = list(self.state["messages"])
        begun: State = {
            **self.state,
            "messages": [*before, *(HumanMessage(one) for one in texts)],
            "handoff": None,
            "acted": False,
            "options": [],
            "passages": [],
        }
        self.state = await self._graphs[self.agent].ainvoke(begun, context=self.context)
        new = self.state["messages"][len(before) :]
        self.called = [
            (call["name"], call["args"])
            for one in new
            if isinstance(one, AIMessage)
            for call in one.tool_calls
        ]
        kept = [one for one in self.state["messages"] if isinstance(one, HumanMessage) or said(one)]
        self.state["messages"] = kept
        answer = kept[-1].text
        self.transcript += [f"P> {' / '.join(texts)}", f"[{self.agent}] {answer}", ""]
        return answer

    async def hears(self, *turns: str) -> str:
        """Send several turns, one after another, and return the last answer."""
        answer = ""
        for text in turns:
            answer = await self.says(text)
        return answer

    async def _route(self, text: str) -> Agent:
        """Route as the router does without a model."""
        booking = self.state.get("booking")
        booking = booking if fresh(booking, self.now) else None
        reading = reading_of(text, booking) if booking else None
        if reading == "answer":
            return "schedule"
        among: Sequence[Agent] = (
            ASIDE if reading == "aside" else [one.agent for one in SPECIALITIES]
        )
        agent, score = await self._nearest.choose(self.tenant, text, among)
        if reading == "unsure" and score < SURE:
            return "schedule"
        return "schedule" if booking and agent == "availability" else agent

    @property
    def booking(self) -> Booking:
        return self.state.get("booking") or Booking()

    @property
    def names_called(self) -> list[str]:
        return [name for name, _ in self.called]

    async def appointments(self) -> Sequence[Appointment]:
        return await self.desk.agenda.appointments_of(UserId(self.context.user_id))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
