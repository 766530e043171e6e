"""What our turn costs beside a bare LangGraph graph: same saver, same model calls, same stand-in.

The bare graph asks the same model for the same structured choice, then for an answer with the same
tools and the same instructions, and keeps everything. It screens nothing, checks nothing, forgets
nothing and knows no turn twice. Words that nobody wrote before cost us a look by likeness for red
flags, on this processor; so they are measured apart.
"""

import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableConfig
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agenda.local_agenda import LocalAgenda
from integrations.local_embedder import LocalEmbedder
from integrations.metrics import Metrics
from integrations.model_connections import connections
from jobs.parts import Parts
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from nodes.prompt import Prompt, router_prompt
from nodes.router import Choice
from nodes.support import SUPPORT
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.parts import parts_in, said, turn_of, with_documents
from tests.benchmarks.patients import company_id
from tests.benchmarks.stage import redis_in, stub, workshop
from tools.context import Context
from tools.declared import described
from tools.desk import Desk

ROUNDS = 12  # of both, one after the other
TURNS = 12  # a round
AIM = 1.3
QUESTION = "¿Dónde queda el consultorio?"

Run = Callable[[str], Awaitable[Any]]
Bare = CompiledStateGraph[MessagesState, Context, MessagesState, MessagesState]


@dataclass(slots=True)
class Cost:
    """Milliseconds of turns, as means of each round."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    async def of(self, run: Run, patients: Sequence[str]) -> None:
        """Add a round."""
        cpu, wall = time.process_time(), time.perf_counter()
        for patient in patients:
            await run(patient)
        self.cpu.append((time.process_time() - cpu) * 1000 / len(patients))
        self.wall.append((time.perf_counter() - wall) * 1000 / len(patients))


def bare_graph(parts: Parts, tenant: Tenant, desk: Desk, http: Any) -> Bare:
    """Return a graph of two thoughts."""
    model = ChatOpenAI(
        model=tenant.model.name,
        api_key=tenant.model.api_key,
        base_url=tenant.model.base_url,
        temperature=tenant.model.temperature,
        max_completion_tokens=tenant.model.max_tokens,
        timeout=tenant.model.timeout_seconds,
        http_async_client=http,
    )
    chooser = model.bind_tools([Choice], tool_choice="Choice", parallel_tool_calls=False)
    thinker = model.bind_tools([described(make(desk)) for make in SUPPORT.tools])
    told = router_prompt(tenant)
    nobody = Context(company_id=tenant.company_id, user_id="nobody")
    system = SystemMessage(Prompt(desk, "support").briefing(cast("Any", {}), nobody, "es").text)

    async def router(state: MessagesState) -> dict[str, list[AnyMessage]]:
        chosen = await chooser.ainvoke([told, *state["messages"][-6:]])
        Choice.model_validate(chosen.tool_calls[0]["args"])
        return {"messages": []}

    async def agent(state: MessagesState) -> dict[str, list[AnyMessage]]:
        return {"messages": [await thinker.ainvoke([system, *state["messages"][-20:]])]}

    graph: StateGraph[MessagesState, Context, MessagesState, MessagesState] = StateGraph(
        MessagesState, context_schema=Context
    )
    graph.add_node("router", router)
    graph.add_node("agent", agent)
    graph.add_edge(START, "router")
    graph.add_edge("router", "agent")
    graph.add_edge("agent", END)
    return graph.compile(checkpointer=parts.answering.checkpoints.of(tenant))


async def compared(parts: Parts, tenant: Tenant, desk: Desk) -> Sequence[Cost]:
    """Let the bare graph, then us with known and with new words answer in turns; return their costs."""
    costs = (Cost(), Cost(), Cost())
    numbers = itertools.count()
    async with connections(Metrics().outside) as http:
        graph = bare_graph(parts, tenant, desk, http)

        async def by_graph(patient: str) -> None:
            thread = keys.thread_id(tenant.company_id, UserId(f"bare-{patient}"))
            config: RunnableConfig = {"configurable": {"thread_id": thread}}
            asked = [HumanMessage(said(next(numbers)))]
            await graph.ainvoke(cast("Any", {"messages": asked}), config, durability="exit")

        async def by_us(patient: str) -> None:
            await answered(f"known-{patient}", QUESTION)

        async def by_us_in_new_words(patient: str) -> None:
            await answered(f"new-{patient}", said(next(numbers)))

        async def answered(patient: str, text: str) -> None:
            reply = await parts.answering.front_desk.answer(tenant, turn_of(tenant, patient, text))
            assert reply.model == tenant.model.name, reply

        for number in range(ROUNDS + 1):
            patients = [f"{number // 5}-{patient}" for patient in range(TURNS)]
            for cost, run in zip(costs, (by_graph, by_us, by_us_in_new_words), strict=True):
                await cost.of(run, patients)
    # The first round warmed all up.
    return [Cost(cost.cpu[1:], cost.wall[1:]) for cost in costs]


def desk_of(parts: Parts, tenant: Tenant) -> Desk:
    """Return a desk, for its tools' descriptions."""
    return Desk(
        tenant=tenant,
        library=CompanyLibrary(tenant, parts.redis, OneEmbedder(LocalEmbedder())),
        agenda=LocalAgenda(parts.redis, tenant, parts.clock),
        clock=parts.clock,
    )


async def run() -> Sequence[Figure]:
    """Measure both in this process."""
    with workshop() as folder:
        async with stub("model_stub") as (model, _), redis_in(folder) as redis:
            variables = {"OPENAI_API_KEY": "sham", "OPENAI_BASE_URL": f"{model}/v1"}
            async with parts_in(folder, redis[0], 1, variables) as parts:
                tenant = parts.directory.find(company_id(0))
                await with_documents(parts, tenant)
                bare, known, new = await compared(parts, tenant, desk_of(parts, tenant))
    return [
        Figure(
            what=f"a turn, {words} words, {name}",
            value=median(mine),
            baseline=median(plain),
            of="bare graph",
            aim=AIM,
            ratio_is_aimed_at=True,
        )
        for words, ours in (("known", known), ("new", new))
        for name, mine, plain in (
            ("processor time", ours.cpu, bare.cpu),
            ("wall time", ours.wall, bare.wall),
        )
    ]
