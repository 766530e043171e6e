"""What was heard, not read, is read back before it is booked."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from integrations.redis import Client
from tests.agenda.clinics import MovingClock, benova
from tests.tools.calling import call
from tests.tools.front_desk import Conversation, desk_of
from tools.book_appointment import book_appointment
from tools.context import Context
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot
from tools.spoken import SPOKEN, spoken_in, was_read_back

PHONE = "+573001234567"
HEARD = HumanMessage("Soy Ana Gómez, 300 123 4567.", additional_kwargs={SPOKEN: "unsure"})
READ_BACK = AIMessage("Ana Gomez, teléfono terminado en 4567, el lunes a las 9. ¿Confirmo?")


async def booked(redis: Client, *told: AnyMessage) -> dict[str, Any]:
    """Book after some talk, and return what the tool answered."""
    ana = Conversation(desk_of(redis, benova(), MovingClock()), "41")
    found = await ana.use(find_slots, treatment="botox", when="mañana")
    await ana.use(hold_slot, slot_id=found["slots"][0]["slot_id"])
    args = {"name": "Ana Gómez", "phone": PHONE}
    asked = AIMessage("", tool_calls=[{"name": "book_appointment", "args": args, "id": "c"}])
    state = {**ana.state, "messages": [*told, asked]}
    context = Context(company_id="benova", user_id="41")
    after = await call(book_appointment(ana.desk), args, context, **state)
    artifact: dict[str, Any] = after["messages"][-1].artifact
    return artifact


async def test_a_spoken_name_is_not_booked_before_it_was_read_back(redis: Client) -> None:
    assert "refused" in await booked(redis, HEARD, AIMessage("¿Confirmo la cita?"))


async def test_a_spoken_name_is_booked_once_it_was_read_back(redis: Client) -> None:
    assert "appointment" in await booked(redis, HEARD, READ_BACK, HumanMessage("sí"))


async def test_a_written_name_is_booked_at_once(redis: Client) -> None:
    assert "appointment" in await booked(redis, HumanMessage("Soy Ana Gómez"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANA GÓMEZ, 300 123 4567", True),
        ("Ana Gómez, terminado en 4567", True),
        ("Ana Gómez, 300 123 4568", False),
        ("Juana Gómez, 300 123 4567", False),
        ("su teléfono termina en 4567", False),
    ],
)
def test_reading_back_names_the_person_and_the_phone(text: str, expected: bool) -> None:
    assert was_read_back([AIMessage(text)], "Ana Gómez", PHONE) is expected


def test_an_old_voice_note_counts_no_more() -> None:
    assert spoken_in([HEARD, HumanMessage("x")]) == "unsure"
    assert spoken_in([HEARD, *[HumanMessage("x")] * 8]) == ""
