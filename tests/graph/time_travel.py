"""What a checkpointer must be able to do, as stories that any checkpointer can act out.

A story returns a trace without ids or times, so that two checkpointers' traces can be compared.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from operator import add
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Send, StateSnapshot, interrupt

Saver = BaseCheckpointSaver[Any]
Story = Callable[[Saver], Awaitable[Any]]
THREAD = "0b5b0b0e-0000-5000-8000-000000000001"


class Talk(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    destination: str
    notes: Annotated[list[str], add]


Graph = CompiledStateGraph[Talk, None, Talk, Talk]


def thread(**more: Any) -> RunnableConfig:
    return {"configurable": {"thread_id": THREAD, **more}, "metadata": {"company_id": "benova"}}


def said(text: str, name: str) -> Talk:
    return {"messages": [HumanMessage(text, id=name)]}


async def _router(state: Talk) -> Talk:
    return {"destination": "sales" if "precio" in state["messages"][-1].text else "support"}


async def _agent(state: Talk) -> Talk:
    last = state["messages"][-1]
    return {
        "messages": [AIMessage(f"{state['destination']}: {last.text}", id=f"re-{last.id}")],
        "notes": [str(state["destination"])],
    }


def two_steps(saver: Saver) -> Graph:
    builder = StateGraph(Talk)
    builder.add_node("router", _router)
    builder.add_node("agent", _agent)
    builder.add_edge(START, "router")
    builder.add_edge("router", "agent")
    builder.add_edge("agent", END)
    return builder.compile(checkpointer=saver)


def trace(snapshots: list[StateSnapshot]) -> list[dict[str, Any]]:
    """Return what is comparable of snapshots; ids become their places in the order of time."""
    ids = sorted(str(one.config["configurable"]["checkpoint_id"]) for one in snapshots)
    place = {one: number for number, one in enumerate(ids)}

    def place_of(config: RunnableConfig | None) -> int | None:
        return place.get(config["configurable"]["checkpoint_id"], -1) if config else None

    return [
        {
            "id": place_of(one.config),
            "parent": place_of(one.parent_config),
            "space": one.config["configurable"]["checkpoint_ns"].partition(":")[0],
            "values": one.values,
            "next": one.next,
            "source": (one.metadata or {}).get("source"),
            "step": (one.metadata or {}).get("step"),
            "company": (one.metadata or {}).get("company_id"),
            "interrupts": [task.value for task in one.interrupts],
            "errors": [bool(task.error) for task in one.tasks],
        }
        for one in snapshots
    ]


async def history(graph: Graph, config: RunnableConfig, **how: Any) -> list[StateSnapshot]:
    return [one async for one in graph.aget_state_history(config, **how)]


async def turns_kept_by_step(saver: Saver) -> Any:
    graph = two_steps(saver)
    for number in range(3):
        await graph.ainvoke(said(f"precio {number}", f"h{number}"), thread(), durability="async")
    return trace(await history(graph, thread()))


async def turns_kept_at_their_end(saver: Saver) -> Any:
    graph = two_steps(saver)
    for number in range(3):
        await graph.ainvoke(said(f"hola {number}", f"h{number}"), thread(), durability="exit")
    return trace(await history(graph, thread())), trace([await graph.aget_state(thread())])


async def history_in_pages(saver: Saver) -> Any:
    graph = two_steps(saver)
    for number in range(4):
        await graph.ainvoke(said(f"hola {number}", f"h{number}"), thread(), durability="sync")
    first = await history(graph, thread(), limit=3)
    second = await history(graph, thread(), limit=3, before=first[-1].config)
    inputs = await history(graph, thread(), filter={"source": "input"}, limit=2)
    theirs = await history(graph, thread(), filter={"company_id": "medispa"})
    return trace(first), trace(second), trace(inputs), trace(theirs)


async def state_at_a_checkpoint(saver: Saver) -> Any:
    graph = two_steps(saver)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="sync")
    past = await history(graph, thread())
    return trace([await graph.aget_state(one.config) for one in past])


async def replay_from_the_middle(saver: Saver) -> Any:
    graph = two_steps(saver)
    await graph.ainvoke(said("precio", "h0"), thread(), durability="sync")
    past = await history(graph, thread())
    before_agent = next(one for one in past if one.next == ("agent",))
    again = await graph.ainvoke(None, before_agent.config, durability="sync")
    return again, trace(await history(graph, thread()))


async def the_last_turn_again(saver: Saver) -> Any:
    graph = two_steps(saver)
    await graph.ainvoke(said("precio", "h0"), thread(), durability="exit")
    first = await graph.aget_state(thread())
    await graph.ainvoke(said("hola", "h1"), thread(), durability="exit")
    again = await graph.ainvoke(said("precio dos", "h1"), first.config, durability="exit")
    return again, trace(await history(graph, thread()))


async def fork_by_an_update(saver: Saver) -> Any:
    graph = two_steps(saver)
    await graph.ainvoke(said("precio", "h0"), thread(), durability="sync")
    past = await history(graph, thread())
    before_agent = next(one for one in past if one.next == ("agent",))
    branch = await graph.aupdate_state(
        before_agent.config, {"destination": "emergency"}, as_node="router"
    )
    forked = await graph.ainvoke(None, branch)
    return forked, trace(await history(graph, thread()))


async def a_message_edited_and_one_removed(saver: Saver) -> Any:
    graph = two_steps(saver)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="exit")
    await graph.aupdate_state(
        thread(), {"messages": [AIMessage("mejor así", id="re-h0")]}, as_node="agent"
    )
    await graph.aupdate_state(thread(), {"messages": [RemoveMessage("h0")]}, as_node="agent")
    return trace(await history(graph, thread()))


async def a_thread_begun_by_a_person(saver: Saver) -> Any:
    graph = two_steps(saver)
    await graph.aupdate_state(
        thread(), {"messages": [AIMessage("Soy Ana, de la clínica", id="a0")]}, as_node="agent"
    )
    return trace(await history(graph, thread()))


async def _asks(state: Talk) -> Talk:
    answer = interrupt({"question": "¿Confirmo la cita?"})
    return {"notes": [f"answered {answer}"]}


async def _notes(state: Talk) -> Talk:
    return {"notes": ["noted"]}


def asking(saver: Saver) -> Graph:
    builder = StateGraph(Talk)
    builder.add_node("asks", _asks)
    builder.add_node("notes", _notes)
    builder.add_edge(START, "asks")
    builder.add_edge(START, "notes")
    return builder.compile(checkpointer=saver)


async def interrupt_and_resume(saver: Saver) -> Any:
    graph = asking(saver)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="exit")
    waiting = await graph.aget_state(thread())
    resume: Command[Any] = Command(resume={waiting.interrupts[0].id: "sí"})
    done = await graph.ainvoke(resume, thread(), durability="exit")
    return trace([waiting]), done, trace(await history(graph, thread()))


async def interrupt_and_resume_by_step(saver: Saver) -> Any:
    graph = asking(saver)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="async")
    waiting = await graph.aget_state(thread())
    resume: Command[Any] = Command(resume="no")
    done = await graph.ainvoke(resume, thread(), durability="async")
    return trace([waiting]), done, trace(await history(graph, thread()))


async def a_message_instead_of_an_answer(saver: Saver) -> Any:
    graph = asking(saver)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="exit")
    await graph.ainvoke(said("otra cosa", "h1"), thread(), durability="exit")
    return trace(await history(graph, thread()))


def failing_beside_another(saver: Saver, failures: list[str]) -> Graph:
    async def fails(state: Talk) -> Talk:
        if failures:
            raise ValueError(failures.pop())
        return {"notes": ["mended"]}

    async def works(state: Talk) -> Talk:
        return {"notes": ["worked"]}

    builder = StateGraph(Talk)
    builder.add_node("fails", fails)
    builder.add_node("works", works)
    builder.add_edge(START, "fails")
    builder.add_edge(START, "works")
    return builder.compile(checkpointer=saver)


async def a_failed_sibling_again(saver: Saver) -> Any:
    graph = failing_beside_another(saver, ["boom"])
    with contextlib.suppress(ValueError):
        await graph.ainvoke(said("hola", "h0"), thread(), durability="sync")
    broken = await graph.aget_state(thread())
    mended = await graph.ainvoke(None, thread(), durability="sync")
    return trace([broken]), mended, trace(await history(graph, thread()))


async def _hangs(state: Talk) -> Talk:
    await asyncio.sleep(30)
    return {"notes": ["never"]}


async def a_cancelled_turn(saver: Saver) -> Any:
    builder = StateGraph(Talk)
    builder.add_node("router", _router)
    builder.add_node("hangs", _hangs)
    builder.add_edge(START, "router")
    builder.add_edge("router", "hangs")
    graph = builder.compile(checkpointer=saver)
    reached = asyncio.Event()

    async def run() -> None:
        async for _ in graph.astream(
            said("hola", "h0"), thread(), stream_mode="updates", durability="exit"
        ):
            reached.set()

    turn = asyncio.create_task(run())
    await reached.wait()
    turn.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await turn
    return trace(await history(graph, thread()))


def nested(saver: Saver, *, lasting: bool) -> Graph:
    inner = StateGraph(Talk)
    inner.add_node("notes", _notes)
    inner.add_node("asks", _asks)
    inner.add_edge(START, "notes")
    inner.add_edge("notes", "asks")
    outer = StateGraph(Talk)
    outer.add_node("router", _router)
    outer.add_node("inner", inner.compile(checkpointer=True if lasting else None))
    outer.add_edge(START, "router")
    outer.add_edge("router", "inner")
    return outer.compile(checkpointer=saver)


async def a_graph_within_a_graph(saver: Saver) -> Any:
    graph = nested(saver, lasting=False)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="sync")
    root = await history(graph, thread())
    waiting = await graph.aget_state(thread(), subgraphs=True)
    inner = waiting.tasks[0].state
    assert isinstance(inner, StateSnapshot)
    inside = await history(graph, inner.config)
    done = await graph.ainvoke(Command(resume="sí"), thread(), durability="sync")
    return trace(root), trace(inside), done, trace(await history(graph, thread()))


async def a_lasting_graph_within_a_graph(saver: Saver) -> Any:
    graph = nested(saver, lasting=True)
    for number in range(2):
        await graph.ainvoke(said("hola", f"h{number}"), thread(), durability="sync")
        await graph.ainvoke(Command(resume="sí"), thread(), durability="sync")
    return trace(await history(graph, thread(checkpoint_ns="inner")))


async def many_at_once(saver: Saver) -> Any:
    async def spread(state: Talk) -> list[Send]:
        return [Send("one", {"notes": [str(number)]}) for number in range(4)]

    async def one(state: Talk) -> Talk:
        return {"notes": [f"one {state['notes'][0]}"]}

    builder = StateGraph(Talk)
    builder.add_node("one", one)
    builder.add_conditional_edges(START, spread, ["one"])
    graph = builder.compile(checkpointer=saver)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="sync")
    return trace(await history(graph, thread()))


async def every_checkpoint_of_every_namespace(saver: Saver) -> Any:
    graph = nested(saver, lasting=True)
    await graph.ainvoke(said("hola", "h0"), thread(), durability="sync")
    kept = [one async for one in saver.alist({"configurable": {"thread_id": THREAD}})]
    return [
        (one.config["configurable"]["checkpoint_ns"], one.metadata["source"], one.metadata["step"])
        for one in kept
    ]


STORIES: tuple[Story, ...] = (
    turns_kept_by_step,
    turns_kept_at_their_end,
    history_in_pages,
    state_at_a_checkpoint,
    replay_from_the_middle,
    the_last_turn_again,
    fork_by_an_update,
    a_message_edited_and_one_removed,
    a_thread_begun_by_a_person,
    interrupt_and_resume,
    interrupt_and_resume_by_step,
    a_message_instead_of_an_answer,
    a_failed_sibling_again,
    a_cancelled_turn,
    a_graph_within_a_graph,
    a_lasting_graph_within_a_graph,
    many_at_once,
    every_checkpoint_of_every_namespace,
)
