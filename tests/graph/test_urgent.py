"""Something urgent that is no emergency: told first, people called, and the agents go on where the clinic wants it."""

import pytest

from tenants.tenant import EmergencyPlan, Tenant
from tests.fakes.openai import calls
from tests.graph.house import ANA, House, turn

TOOTH = "me duele muchísimo la muela, no aguanto"
WORSE = "ahora no puedo respirar"


def going_on(house: House, *groups: str) -> Tenant:
    """Return Benova, whose agents go on after these groups."""
    benova = house.benova()
    plan = {**benova.emergency.model_dump(), "agents_go_on": groups or ("toothache",)}
    return benova.model_copy(update={"emergency": EmergencyPlan.model_validate(plan)})


async def test_the_approved_text_comes_first_and_people_are_told(house: House) -> None:
    reply = await house.desk.answer(going_on(house), turn("t1", TOOTH))

    assert (reply.agent, reply.red_flag, reply.red_flag_level) == (
        "emergency",
        "toothache",
        "urgent",
    )
    assert "no espere: vaya a urgencias" in reply.text
    assert "cita más próxima" in reply.text
    assert reply.handoff is not None
    assert reply.handoff["urgent"]


async def test_the_agents_go_on_knowing_of_it_and_sell_nothing(house: House) -> None:
    tenant = going_on(house)
    await house.desk.answer(tenant, turn("t1", TOOTH))

    booking = await house.desk.answer(tenant, turn("t2", "quiero agendar una cita para mañana"))
    asked = await house.desk.answer(tenant, turn("t3", "¿cuánto cuesta la toxina?"))
    again = await house.desk.answer(tenant, turn("t4", TOOTH))

    assert (booking.agent, asked.agent) == ("schedule", "support")
    assert again.red_flag == ""
    assert "Urgent: our people have been alerted" in str(house.guided.seen[0][0].text)


async def test_the_model_that_wants_to_sell_is_not_heard(modelled: House) -> None:
    modelled.server.respond = lambda request: calls("Choice", agent="sales")
    tenant = going_on(modelled)
    await modelled.desk.answer(tenant, turn("t1", TOOTH))

    reply = await modelled.desk.answer(tenant, turn("t2", "¿qué promociones hay?"))

    assert reply.agent == "support"


async def test_whatever_gets_worse_is_an_emergency_and_stays_one(house: House) -> None:
    tenant = going_on(house)
    await house.desk.answer(tenant, turn("t1", TOOTH))

    worse = await house.desk.answer(tenant, turn("t2", WORSE))
    tooth = await house.desk.answer(tenant, turn("t3", TOOTH))
    after = await house.desk.answer(tenant, turn("t4", "quiero agendar una cita"))

    assert (worse.red_flag, worse.red_flag_level) == ("breathing", "emergency")
    assert tooth.reason == "red_flag"
    assert (after.agent, after.reason) == ("emergency", "open_emergency")


async def test_another_urgent_danger_is_told_too(house: House) -> None:
    tenant = going_on(house, "toothache", "infection")
    await house.desk.answer(tenant, turn("t1", TOOTH))

    reply = await house.desk.answer(tenant, turn("t2", "me salió pus de los puntos"))

    assert reply.red_flag == "infection"


@pytest.mark.parametrize("text", ["no puedo abrir la boca desde la extracción", TOOTH])
async def test_without_the_clinics_word_nobody_goes_on(house: House, text: str) -> None:
    tenant = going_on(house, "burn")
    await house.desk.answer(tenant, turn("t1", text))

    reply = await house.desk.answer(tenant, turn("t2", "quiero agendar una cita"))

    assert reply.reason == "open_emergency"
    assert house.benova().emergency.agents_go_on == ()


async def test_an_urgent_danger_that_a_person_closed_is_told_anew(house: House) -> None:
    tenant = going_on(house)
    await house.desk.answer(tenant, turn("t1", TOOTH))
    await house.desk.close_emergency(tenant, ANA)

    reply = await house.desk.answer(tenant, turn("t2", TOOTH))

    assert reply.red_flag == "toothache"


async def test_what_is_added_to_an_emergency_makes_it_no_smaller(house: House) -> None:
    tenant = house.benova()
    await house.desk.answer(tenant, turn("t1", "no puedo respirar y se me hinchó el cuello"))

    more = await house.desk.answer(tenant, turn("t2", "me salió pus de los puntos"))

    assert more.red_flag_level == "emergency"
    assert "Esto puede ser una emergencia" in more.text
    known = await house.emergencies.find(tenant.company_id, ANA)
    assert known is not None
    assert known["level"] == "emergency"
