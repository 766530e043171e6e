"""A booking through the graph's own tools: what was done is told, whatever fails after it."""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from tests.graph.house import ANA, House, turn


def books(messages: Sequence[BaseMessage]) -> AIMessage:
    """Find a time, hold it, book it, say so."""
    done = {one.name: one for one in messages if isinstance(one, ToolMessage)}
    if "find_slots" not in done:
        return _calls("find_slots", treatment="botox", when="mañana a las 9")
    if "hold_slot" not in done:
        return _calls("hold_slot", slot_id=done["find_slots"].artifact["slots"][0]["slot_id"])
    if "book_appointment" not in done:
        return _calls("book_appointment", name="Laura Gómez", phone="3001234567")
    return AIMessage("Listo, Laura.")


def books_and_fails(messages: Sequence[BaseMessage]) -> AIMessage:
    """Do the same and fail before a word is said."""
    thought = books(messages)
    if not thought.tool_calls:
        raise RuntimeError("A defect.")
    return thought


def _calls(name: str, /, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call-{name}"}])


async def test_a_booking_is_made_and_said(house: House) -> None:
    house.guided.thought = books

    reply = await house.desk.answer(house.benova(), turn("t1", "Quiero una cita de botox mañana"))

    assert reply.text == "Listo, Laura."
    assert reply.acted
    assert reply.tools_used == ("find_slots", "hold_slot", "book_appointment")
    assert (await house.state(house.benova()))["booking"] is None


async def test_a_booking_is_told_even_if_the_agent_fails_after_it(house: House) -> None:
    house.guided.thought = books_and_fails

    reply = await house.desk.answer(house.benova(), turn("t1", "Quiero una cita de botox mañana"))

    assert reply.text.startswith("Su cita quedó agendada: Toxina botulínica, lunes 23")
    assert "Calle 93 # 14-20" in reply.text
    assert reply.acted
    assert reply.handoff is None


async def test_a_turn_that_booked_is_not_booked_again(house: House) -> None:
    house.guided.thought = books
    asked = turn("t1", "Quiero una cita de botox mañana")
    first = await house.desk.answer(house.benova(), asked)
    thoughts = len(house.guided.seen)

    again = await house.desk.answer(house.benova(), asked)

    assert len(house.guided.seen) == thoughts
    assert (again.text, again.acted, again.tools_used) == (first.text, True, first.tools_used)


async def test_what_was_booked_with_one_company_is_unknown_to_another(house: House) -> None:
    house.guided.thought = books

    await house.desk.answer(house.benova(), turn("t1", "Quiero una cita de botox mañana"))

    assert len(await house.agenda(house.benova()).appointments_of(ANA)) == 1
    assert await house.agenda(house.medispa()).appointments_of(ANA) == []
