"""Bookings as they go in life: names beside phones, changed minds, other times, dropped plans."""

import pytest

from nodes.guided import person
from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def test_a_name_before_a_phone_is_the_patients(stranger: Talk) -> None:
    answer = await stranger.says(
        "quiero cita para limpieza facial el martes a las 10, Ana Pérez 3001234567"
    )

    assert "A nombre de Ana Pérez" in answer


@pytest.mark.parametrize(
    "text",
    ["quiero mover mi cita para el viernes", "necesito saber el precio", "espere un momento"],
)
async def test_a_sentence_is_no_name(stranger: Talk, text: str) -> None:
    await stranger.hears("quiero cita para limpieza facial el martes a las 10", text)

    assert not stranger.booking.get("name")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Emily O'Brien", "Emily O'Brien"),
        ("Ñáñez Quiñones, José-María", "José-María Ñáñez Quiñones"),
        ("soy María del Mar Peláez", "María del Mar Peláez"),
    ],
)
def test_unusual_names_are_kept_whole(text: str, name: str) -> None:
    assert person.name_answered(text) == name
    assert person.looks_whole(name)


def test_a_phone_dictated_digit_by_digit_is_understood() -> None:
    said = "tres cero uno cuatro cinco seis siete ocho nueve cero"

    assert person.phone_said(said, "CO") == "+573014567890"


async def test_a_name_can_be_corrected_when_the_phone_is_asked_for(stranger: Talk) -> None:
    answer = await stranger.hears(
        "cita de limpieza facial el martes a las 9", "Juan Pérez", "no, es Juan Pablo Pérez Toro"
    )

    assert stranger.booking.get("name") == "Juan Pablo Pérez Toro"
    assert "celular" in answer


async def test_another_treatment_keeps_the_time_that_was_held(stranger: Talk) -> None:
    answer = await stranger.hears(
        "quiero hidrafacial el jueves a las 9 am", "mejor limpieza facial"
    )

    assert "jueves 26 de noviembre, 9:00 a. m." in answer
    assert stranger.booking.get("treatment_id") == "limpieza-facial"


async def test_the_hour_that_was_said_is_not_turned_into_morning(stranger: Talk) -> None:
    answer = await stranger.hears("quiero una limpieza facial en la noche", "a las 8 pm")

    assert "8:00 a. m." not in answer


async def test_another_week_is_searched_not_asked_for(stranger: Talk) -> None:
    answer = await stranger.hears("cita para limpieza facial el viernes", "la otra semana")

    assert stranger.names_called == ["find_slots"]
    assert "30 de noviembre" in answer


async def test_later_than_a_whole_days_list_is_the_afternoon(stranger: Talk) -> None:
    answer = await stranger.hears("cita para limpieza facial el viernes", "más tarde")

    assert "viernes 27 de noviembre, 1:30 p. m." in answer
    assert "a. m." not in answer


async def test_the_same_list_is_not_shown_twice(stranger: Talk) -> None:
    answer = await stranger.hears("cita para limpieza facial el viernes", "otra hora")

    assert "1." not in answer
    assert "hora" in answer


async def test_an_ordinal_before_a_weekday_is_a_day(stranger: Talk) -> None:
    answer = await stranger.hears("cita para limpieza facial", "el primer sábado que tenga")

    assert "sábado" in answer
    assert "Le aparté" not in answer


async def test_a_time_said_before_the_treatment_was_clear_is_kept(begin: Begin) -> None:
    talk = begin("wellness")

    answer = await talk.hears("book me for botox tuesday at 2pm", "the first one")

    assert "Tuesday, November 24, 2:00 PM" in answer


async def test_a_dropped_booking_gives_its_time_back(begin: Begin) -> None:
    first, second = begin("benova", user="u1"), begin("benova", user="u2")
    await first.says("quiero limpieza facial el martes a las 10")

    await first.says("mejor no, gracias")

    assert first.state["booking"] is None
    assert "Le aparté" in await second.says("quiero limpieza facial el martes a las 10")


async def test_a_no_to_a_person_with_a_wish_goes_on_with_the_wish(stranger: Talk) -> None:
    answer = await stranger.hears(
        "¿venden criptomonedas?", "no gracias, quiero agendar limpieza facial"
    )

    assert "Limpieza facial profunda" in answer


async def test_a_number_that_came_with_the_channel_is_not_read_back_whole(ana: Talk) -> None:
    answer = await ana.says("quiero cita para limpieza facial el martes a las 10")

    assert "terminado en 4567" in answer


@pytest.mark.parametrize("text", ["cambiar cita", "mover cita", "correr mi cita"])
async def test_a_bare_wish_to_change_is_understood(stranger: Talk, text: str) -> None:
    assert "No le encuentro citas" in await stranger.says(text)


async def test_the_one_at_an_hour_that_was_not_offered_is_looked_up(stranger: Talk) -> None:
    answer = await stranger.hears("cita para limpieza facial el viernes", "la de 11")

    assert "viernes 27 de noviembre, 11:00 a. m." in answer


async def test_a_second_family_name_is_added_when_the_phone_is_asked_for(stranger: Talk) -> None:
    await stranger.hears("cita de limpieza facial el martes a las 9", "Jorge Iván", "Castaño")

    assert stranger.booking.get("name") == "Jorge Iván Castaño"


async def test_a_treatment_is_chosen_from_the_list_that_was_shown_last(begin: Begin) -> None:
    talk = begin("wellness")

    await talk.hears(
        "how much is lip filler", "difference between hydrafacial and deep cleansing?", "the second"
    )

    assert talk.booking.get("treatment_id") == "deep-cleansing-facial"


async def test_cuotas_name_no_treatment(begin: Begin) -> None:
    talk = begin("dental")

    await talk.hears("cuánto vale una endodoncia", "puedo pagar por cuotas", "agéndeme")

    assert talk.booking.get("treatment_id") == "endodoncia"


async def test_hours_that_were_bounded_hold_for_another_day(ana: Talk) -> None:
    await ana.says("agendar limpieza facial, cualquier día menos lunes, después de las 4")
    first = [one["start"] for one in ana.booking["slots"]]

    await ana.says("el jueves")

    assert not [one for one in first if one.startswith("2026-11-30")]
    assert all(one["start"][:13] >= "2026-11-26T16" for one in ana.booking["slots"])


async def test_half_past_is_no_doctor_and_no_day(ana: Talk) -> None:
    await ana.hears("cita para peeling el 9 de diciembre", "a las 10 y media")

    assert ana.booking["treatment_id"] == "peeling-quimico"
    assert "2026-12-09T10:30" in str(ana.booking["slots"])


async def test_another_one_after_a_booking_is_of_the_same_treatment(ana: Talk) -> None:
    await ana.hears("limpieza facial para mi mamá el jueves a las 9 am", "Rosa Elena Díaz", "sí")

    await ana.says("y otra para mí el mismo día")

    assert ana.booking["treatment_id"] == "limpieza-facial"
    assert ana.booking["slots"][0]["start"].startswith("2026-11-26T10")


async def test_one_s_own_appointment_is_cancelled_in_the_middle_of_a_booking(ana: Talk) -> None:
    await ana.hears("láser axilas el viernes a las 3 pm", "sí", "y un peeling el martes")

    answer = await ana.says("cancela la del viernes")

    assert "Depilación láser, axilas, viernes 27" in answer
