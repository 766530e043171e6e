"""A run that broke off or a node that failed: the thread goes on and the patient hears of it."""

import asyncio
import contextlib
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from tests.fakes.openai import Fault, calls, says
from tests.graph.house import ANA, House, turn


async def test_a_run_that_was_cancelled_is_taken_up_where_its_tools_left_off(
    modelled: House,
) -> None:
    modelled.server.script.extend(
        [
            calls("search_knowledge", query="x"),
            Fault(kind="stall", seconds=5),
            says("Cuatro meses."),
        ]
    )
    tenant = modelled.benova(timeout_seconds=10)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(modelled.desk.answer(tenant, turn("t1", "¿Cuánto dura?")), 0.6)

    reply = await modelled.desk.answer(tenant, turn("t1", "¿Cuánto dura?"))

    roles = [one["role"] for one in modelled.server.requests[-1]["messages"]]
    assert reply.text == "Cuatro meses."
    assert roles == ["system", "user", "assistant", "tool"]
    assert reply.passages == ("benova-1",)


async def test_a_failed_node_ends_in_an_apology_and_a_human(house: House) -> None:
    house.guided.thought = _fail

    reply = await house.desk.answer(house.benova(), turn("t1", "Hola"))

    assert reply.text.startswith("Disculpe")
    assert reply.handoff is not None
    assert reply.handoff["reason"] == "failure"


async def test_the_turn_after_a_failed_one_is_answered(house: House) -> None:
    thought = house.guided.thought
    house.guided.thought = _fail
    await house.desk.answer(house.benova(), turn("t1", "Hola"))
    house.guided.thought = thought

    reply = await house.desk.answer(house.benova(), turn("t2", "Hola"))

    assert reply.text == "support: Hola"
    assert reply.handoff is None


async def test_an_apology_is_in_the_patients_language(house: House) -> None:
    house.guided.thought = _fail

    reply = await house.desk.answer(
        house.medispa(), turn("t1", "Hello, how are you?", company="medispa")
    )

    assert reply.text.startswith("Sorry")


async def test_a_router_that_fails_ends_in_an_apology(house: House) -> None:
    house.flags.broken = True

    reply = await house.desk.answer(
        house.medispa(), turn("t1", "Hello, how are you?", company="medispa")
    )

    assert reply.text.startswith("Sorry")
    assert (reply.agent, reply.reason, reply.language) == ("support", "failure", "en")


async def test_a_router_that_fails_misses_no_emergency(house: House) -> None:
    house.flags.broken = True

    reply = await house.desk.answer(house.benova(), turn("t1", "No puedo respirar"))

    assert (reply.agent, reply.red_flag) == ("emergency", "breathing")


async def test_what_a_turn_left_behind_is_not_blamed_on_the_next(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "No puedo respirar"))
    await house.desk.close_emergency(house.benova(), ANA)
    house.flags.broken = True

    reply = await house.desk.answer(house.benova(), turn("t2", "Hola"))

    assert (reply.agent, reply.red_flag, reply.acted) == ("support", "", False)


async def test_what_the_guided_agent_notes_of_a_booking_is_kept(house: House) -> None:
    noted = {"goal": "book", "waiting_for": "treatment", "since": "2026-11-22T15:00:00+00:00"}
    house.guided.thought = lambda _messages: AIMessage(
        "¿Qué tratamiento?", additional_kwargs={"booking": noted, "guided": {"asked": "treatment"}}
    )

    await house.desk.answer(house.benova(), turn("t1", "Quiero agendar"))

    state = await house.state(house.benova())
    assert state["booking"] == noted
    assert state["messages"][-1].additional_kwargs == {"guided": {"asked": "treatment"}}


async def test_a_guided_agent_that_never_ends_is_brought_to_an_end(house: House) -> None:
    house.guided.thought = _search_again

    reply = await house.desk.answer(house.benova(), turn("t1", "¿Cuánto cuesta?"))

    assert reply.handoff is not None
    assert reply.handoff["reason"] == "unfinished"
    assert len(reply.tools_used) == 5


def _fail(_messages: Sequence[BaseMessage]) -> AIMessage:
    raise RuntimeError("A defect.")


def _search_again(messages: Sequence[BaseMessage]) -> AIMessage:
    number = sum(1 for one in messages if isinstance(one, ToolMessage))
    call = {"name": "search_knowledge", "args": {"query": "más"}, "id": f"call-{number}"}
    return AIMessage("", tool_calls=[call])
