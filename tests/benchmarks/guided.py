"""How long a patient waits for the guided agent: whole conversations of many patients, turn by turn."""

import itertools
import time
from collections.abc import Sequence
from typing import Any, cast

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, MessagesState, StateGraph

from jobs.parts import Parts
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.parts import letters, parts_in, turn_of, with_documents
from tests.benchmarks.patients import company_id
from tests.benchmarks.stage import redis_in, workshop

PATIENTS = 20
CONVERSATIONS: Sequence[Sequence[tuple[str, str]]] = (
    (
        ("a greeting", "Hola, soy {name}"),
        ("a price", "¿Cuánto vale la limpieza facial? Es para {name}"),
        ("a question for the documents", "¿Qué cuidados debe tener {name} después de un peeling?"),
        ("a wish for a human", "{name} quiere hablar con una persona del equipo"),
    ),
    (
        ("free times", "Quiero agendar una limpieza facial para {name} la otra semana"),
        ("a chosen time, held", "la primera"),
        ("a name", "Ana {name} Mora"),
        ("a confirmed booking", "sí, por favor"),
        ("the own appointments", "¿cuándo es la cita de {name}?"),
    ),
    (("an emergency", "{name} no puede respirar desde que le pusieron el relleno"),),
)


async def talked(parts: Parts, tenant: Tenant) -> dict[str, list[float]]:
    """Let every patient have every conversation; return the milliseconds of each kind of turn."""
    took: dict[str, list[float]] = {}
    # The first patient only warms up.
    for number in range(PATIENTS + 1):
        for place, conversation in enumerate(CONVERSATIONS):
            for kind, text in conversation:
                turn = turn_of(tenant, f"{place}-{number}", text.format(name=letters(number)))
                begun = time.perf_counter()
                reply = await parts.answering.front_desk.answer(tenant, turn)
                spent = (time.perf_counter() - begun) * 1000
                assert reply.model in {"guided", "fixed"}, reply
                if number:
                    took.setdefault(kind, []).append(spent)
    return took


async def bare(parts: Parts, tenant: Tenant) -> list[float]:
    """Return the milliseconds of turns in a graph of one node that says a word, with our saver."""

    async def answer(_state: Any) -> dict[str, Any]:
        return {"messages": [AIMessage("Hola")]}

    graph: StateGraph[MessagesState, Any, MessagesState, MessagesState] = StateGraph(MessagesState)
    graph.add_node("answer", cast("Any", answer))
    graph.add_edge(START, "answer")
    graph.add_edge("answer", END)
    compiled = graph.compile(checkpointer=parts.answering.checkpoints.of(tenant))
    took = []
    for number in itertools.chain([0], range(PATIENTS * 4)):
        thread = keys.thread_id(tenant.company_id, UserId(f"bare-{number % PATIENTS}"))
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        begun = time.perf_counter()
        asked = {"messages": [HumanMessage("Hola")]}
        await compiled.ainvoke(cast("Any", asked), config, durability="exit")
        took.append((time.perf_counter() - begun) * 1000)
    return took[1:]


async def run() -> Sequence[Figure]:
    """Measure in this process, with a Redis beside it and no model anywhere."""
    with workshop() as folder:
        async with redis_in(folder) as redis, parts_in(folder, redis[0], 1, {}) as parts:
            tenant = parts.directory.find(company_id(0))
            await with_documents(parts, tenant)
            plain = await bare(parts, tenant)
            took = await talked(parts, tenant)
    figures = []
    for kind, times in took.items():
        figures += [
            Figure(
                what=f"{kind}, p50",
                value=median(times),
                baseline=median(plain),
                of="one bare node",
            ),
            Figure(what=f"{kind}, p95", value=percentile(times, 95)),
        ]
    return figures
