"""Showing, moving and cancelling one's own appointments."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


@pytest.fixture
async def patient(ana: Talk) -> Talk:
    """Ana, with a facial on Thursday at nine."""
    await ana.hears("quiero agendar limpieza facial el jueves a las 9", "sí")
    return ana


@pytest.fixture
async def regular(patient: Talk) -> Talk:
    """Ana, with botox on Friday at three besides."""
    await patient.hears("quiero agendar botox el viernes a las 3", "sí")
    return patient


async def starts(talk: Talk) -> Sequence[str]:
    found = await talk.appointments()
    return [
        f"{one.treatment_id} {one.start.astimezone(talk.tenant.zone):%m-%d %H:%M}" for one in found
    ]


async def test_an_appointment_is_shown(patient: Talk) -> None:
    answer = await patient.says("¿cuándo es mi cita?")

    assert "Limpieza facial profunda" in answer
    assert "jueves 26 de noviembre, 9:00 a. m." in answer


async def test_who_has_none_is_told_so(ana: Talk) -> None:
    answer = await ana.says("¿qué citas tengo?")

    assert "No le encuentro citas" in answer


async def test_an_appointment_is_cancelled_after_a_yes(patient: Talk) -> None:
    answer = await patient.says("quiero cancelar mi cita")
    assert "jueves 26 de noviembre" in answer
    assert await starts(patient) == ["limpieza-facial 11-26 09:00"]

    answer = await patient.says("sí")

    assert "cancelada" in answer
    assert await starts(patient) == []


async def test_a_no_keeps_it(patient: Talk) -> None:
    answer = await patient.hears("quiero cancelar mi cita", "no, mejor no")

    assert "sigue" in answer
    assert await starts(patient) == ["limpieza-facial 11-26 09:00"]


async def test_one_of_two_is_cancelled_by_name(regular: Talk) -> None:
    await regular.hears("cancelar la cita de botox", "sí")

    assert await starts(regular) == ["limpieza-facial 11-26 09:00"]


async def test_which_of_two_is_asked(regular: Talk) -> None:
    answer = await regular.says("quiero cancelar una cita")

    assert "1. " in answer
    assert "2. " in answer
    await regular.hears("la segunda", "sí")
    assert await starts(regular) == ["limpieza-facial 11-26 09:00"]


async def test_an_appointment_is_moved_after_a_yes(patient: Talk) -> None:
    answer = await patient.says("necesito cambiar mi cita para el viernes a las 10")
    assert "jueves 26 de noviembre, 9:00 a. m." in answer
    assert "viernes 27 de noviembre, 10:00 a. m." in answer
    assert await starts(patient) == ["limpieza-facial 11-26 09:00"]

    answer = await patient.says("sí")

    assert "viernes 27 de noviembre, 10:00 a. m." in answer
    assert await starts(patient) == ["limpieza-facial 11-27 10:00"]


async def test_a_move_asks_for_the_new_time(patient: Talk) -> None:
    answer = await patient.says("quiero reprogramar mi cita")

    assert "qué día y hora" in answer
    await patient.hears("el viernes a las 10", "sí")
    assert await starts(patient) == ["limpieza-facial 11-27 10:00"]


async def test_the_old_and_the_new_day_are_told_apart(regular: Talk) -> None:
    await regular.hears("quiero pasar mi cita del jueves para el sábado a las 9", "sí")

    assert await starts(regular) == ["toxina-botulinica 11-27 15:00", "limpieza-facial 11-28 09:00"]


async def test_a_day_that_only_names_the_appointment_is_not_the_new_time(patient: Talk) -> None:
    answer = await patient.says("quiero mover la cita del jueves")

    assert "qué día y hora" in answer


async def test_a_slot_offered_for_a_move_is_picked_by_number(patient: Talk) -> None:
    await patient.says("quiero mover mi cita para el viernes")
    slot = patient.booking["slots"][1]

    await patient.hears("la 2", "sí")

    (kept,) = await patient.appointments()
    assert kept.slot_id == slot["slot_id"]


async def test_who_has_none_to_move_is_offered_a_person(ana: Talk) -> None:
    answer = await ana.says("quiero mover mi cita")

    assert "No le encuentro citas" in answer
    assert "hand_to_human" not in ana.names_called
    await ana.says("sí por favor")
    assert "hand_to_human" in ana.names_called


async def test_too_late_goes_to_a_person(patient: Talk) -> None:
    patient.now += timedelta(days=2, hours=10)

    answer = await patient.says("quiero cancelar mi cita")

    assert "menos de 24 horas" in answer
    assert "hand_to_human" in patient.names_called
    assert await starts(patient) == ["limpieza-facial 11-26 09:00"]


async def test_another_patient_s_appointment_is_not_seen(patient: Talk, begin: Begin) -> None:
    other = begin("benova", user="u2")

    answer = await other.says("¿qué citas tengo?")

    assert "No le encuentro citas" in answer


async def test_a_cancel_in_the_middle_of_a_booking_drops_only_the_booking(patient: Talk) -> None:
    await patient.hears("quiero agendar botox el viernes a las 3", "cancele")

    assert await starts(patient) == ["limpieza-facial 11-26 09:00"]
    assert patient.state["booking"] is None


@pytest.mark.parametrize(
    "wish", ["se puede cambiar para el lunes?", "muévala al lunes a la misma hora"]
)
async def test_a_change_is_understood_right_after_the_booking(ana: Talk, wish: str) -> None:
    await ana.hears("limpieza facial el viernes a las 9 am", "sí")

    await ana.says(wish)

    assert ana.booking["goal"] == "move"
    assert any(one["start"].startswith("2026-11-30T") for one in ana.booking["slots"])


async def test_the_same_hour_of_another_day_is_held_at_once(ana: Talk) -> None:
    await ana.hears("limpieza facial el viernes a las 9 am", "sí")

    answer = await ana.says("quiero moverla al lunes a la misma hora")

    assert "lunes 30 de noviembre, 9:00 a. m." in answer
    assert ana.booking["waiting_for"] == "confirm"


async def test_a_wish_to_cancel_is_understood_as_it_is_typed(ana: Talk) -> None:
    await ana.hears("limpieza facial el viernes a las 9 am", "sí")

    await ana.hears("mejor cancelame esa cita", "sí")

    assert await ana.appointments() == []


async def test_a_moved_session_keeps_no_distance_from_itself(ana: Talk) -> None:
    await ana.hears(
        "quiero hidrafacial el sábado a las 9", "Pedro Ospina, 315 777 8899", "sí, confirmo"
    )

    answer = await ana.says("necesito cambiarla para el lunes")

    assert "14 días" not in answer
    assert "lunes 30 de noviembre" in answer
