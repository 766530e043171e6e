"""Who answers, and why: the order in which it is decided."""

from datetime import datetime, timedelta

import pytest

from graph.build import STEPS
from integrations.clock import Clock
from nodes.state import Booking, State
from tenants import keys
from tenants.tenant import AgentWishes, Tenant
from tests.fakes.openai import Fault, calls
from tests.graph.house import ANA, House, turn


async def book_half(house: House, tenant: Tenant, since: datetime, waiting: str = "slot") -> None:
    """Leave the patient in the middle of a booking."""
    booking = Booking(
        goal="book",
        treatment_id="botox",
        waiting_for=waiting,  # type: ignore[typeddict-item] # The tests name the steps.
        since=since.isoformat(),
    )
    graph = await house.graphs.of(tenant)
    thread = keys.thread_id(tenant.company_id, ANA)
    await graph.aupdate_state(
        {"configurable": {"thread_id": thread}}, State(booking=booking), as_node="finish"
    )


@pytest.mark.parametrize("text", ["a las 3", "la segunda", "sí", "Laura Gómez", "3001234567"])
async def test_an_answer_to_the_booking_stays_in_schedule(
    modelled: House, clock: Clock, text: str
) -> None:
    await book_half(modelled, modelled.benova(), clock(), waiting="name")

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", text))

    assert (reply.agent, reply.reason) == ("schedule", "booking")


async def test_a_side_question_is_answered_and_the_booking_goes_on(
    house: House, clock: Clock
) -> None:
    await book_half(house, house.benova(), clock())

    aside = await house.desk.answer(house.benova(), turn("t1", "¿y cuánto cuesta?"))
    back = await house.desk.answer(house.benova(), turn("t2", "la segunda"))

    assert (aside.agent, back.agent) == ("sales", "schedule")
    assert house.guided.seen[0][0].additional_kwargs["briefing"]["booking"]["waiting_for"] == "slot"


async def test_asking_for_times_within_a_booking_stays_in_schedule(
    modelled: House, clock: Clock
) -> None:
    await book_half(modelled, modelled.benova(), clock())
    modelled.server.respond = lambda request: calls("Choice", agent="availability")

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿la doctora es buena?"))

    assert (reply.agent, reply.reason) == ("schedule", "booking")


async def test_a_red_flag_comes_before_the_booking(house: House, clock: Clock) -> None:
    await book_half(house, house.benova(), clock())

    reply = await house.desk.answer(house.benova(), turn("t1", "a las 3, pero no puedo respirar"))

    assert (reply.agent, reply.reason) == ("emergency", "red_flag")
    assert (await house.state(house.benova()))["booking"] is not None


async def test_an_open_emergency_comes_before_the_booking(house: House, clock: Clock) -> None:
    await house.desk.answer(house.benova(), turn("t1", "no puedo respirar"))
    await book_half(house, house.benova(), clock())

    reply = await house.desk.answer(house.benova(), turn("t2", "a las 3"))

    assert (reply.agent, reply.reason) == ("emergency", "open_emergency")


async def test_a_red_flag_in_an_open_emergency_is_answered_as_one(house: House) -> None:
    await house.desk.answer(house.benova(), turn("t1", "no puedo respirar"))

    reply = await house.desk.answer(house.benova(), turn("t2", "sigo igual, no puedo respirar"))

    assert reply.reason == "red_flag"


async def test_a_stale_booking_is_dropped(house: House, clock: Clock) -> None:
    await book_half(house, house.benova(), clock() - timedelta(days=2))

    reply = await house.desk.answer(house.benova(), turn("t1", "la segunda"))

    assert reply.agent == "support"
    assert (await house.state(house.benova()))["booking"] is None


async def test_the_model_decides_before_the_examples(modelled: House) -> None:
    modelled.server.respond = lambda request: calls("Choice", agent="availability")

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "¿Cuánto cuesta?"))

    assert (reply.agent, reply.reason) == ("availability", "model")


@pytest.mark.parametrize(
    "answer",
    [
        calls("Choice", agent="boss"),
        calls("Choice"),
        Fault(kind="not_json"),
        Fault(kind="bad_arguments"),
        Fault(kind="status", status=500),
    ],
)
async def test_the_examples_decide_when_the_model_does_not(modelled: House, answer: Fault) -> None:
    modelled.server.respond = lambda request: answer

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Quiero agendar"))

    assert (reply.agent, reply.reason) == ("schedule", "examples")


async def test_the_model_may_raise_an_alarm_that_the_rules_did_not(modelled: House) -> None:
    modelled.server.respond = lambda request: calls("Choice", agent="emergency")

    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "Me siento muy rara"))

    assert (reply.agent, reply.red_flag) == ("emergency", "help")


async def test_the_model_cannot_lower_an_alarm(modelled: House) -> None:
    reply = await modelled.desk.answer(modelled.benova(), turn("t1", "No puedo respirar"))

    assert reply.agent == "emergency"
    assert modelled.server.requests == []


async def test_support_stands_in_for_an_agent_that_is_switched_off(modelled: House) -> None:
    modelled.server.respond = lambda request: calls("Choice", agent="sales")
    off = AgentWishes(enabled=False)
    tenant = modelled.benova().model_copy(update={"agents": {"sales": off}})

    reply = await modelled.desk.answer(tenant, turn("t1", "¿Cuánto cuesta?"))

    assert reply.agent == "support"


async def test_the_emergency_agent_cannot_be_switched_off(house: House) -> None:
    off = AgentWishes(enabled=False)
    tenant = house.benova().model_copy(update={"agents": {"emergency": off, "support": off}})

    reply = await house.desk.answer(tenant, turn("t1", "No puedo respirar"))

    assert reply.agent == "emergency"


async def test_an_emergency_is_answered_in_the_patients_language_not_the_companys(
    house: House,
) -> None:
    reply = await house.desk.answer(house.benova(), turn("t1", "Help, I can't breathe"))
    await house.desk.close_emergency(house.benova(), ANA)
    after = await house.desk.answer(house.benova(), turn("t2", "ok"))

    assert (reply.language, after.language) == ("en", "es")


async def test_a_turn_has_room_for_five_calls_and_an_answer() -> None:
    router, calls_and_thoughts, last_thought, finish = 1, 10, 1, 1

    assert router + calls_and_thoughts + last_thought + finish < STEPS
