"""Booking step by step, in the words of patients."""

from datetime import timedelta

import pytest

from agenda.appointment import Patient
from tenants.ids import UserId
from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def test_a_booking_goes_step_by_step_to_an_appointment(stranger: Talk) -> None:
    assert "¿" in await stranger.says("quiero agendar una cita")
    assert "1. " in await stranger.says("limpieza facial")
    assert "nombre completo" in await stranger.says("el jueves a las 9")
    assert "celular" in await stranger.says("Luis Pérez")
    assert "¿" in await stranger.says("300 123 4567")
    assert await stranger.appointments() == []

    answer = await stranger.says("sí")

    assert await stranger.booked() == "limpieza-facial, 2026-11-26 09:00, Luis Pérez, +573001234567"
    assert "jueves 26 de noviembre, 9:00 a. m." in answer
    assert "Carrera 43A" in answer
    assert "$ 180.000" in answer
    assert "retinol" in answer
    assert "24 horas antes" in answer
    assert stranger.booking == {}


async def test_everything_said_at_once_is_taken_as_far_as_it_goes(stranger: Talk) -> None:
    answer = await stranger.says(
        "quiero una cita de botox el viernes a las 3, soy Ana Gómez, 3001234567"
    )

    assert "viernes 27 de noviembre, 3:00 p. m." in answer
    assert "Ana Gómez" in answer
    assert "300 1234567" in answer
    assert "$ 890.000" in answer
    assert await stranger.appointments() == []


async def test_nothing_is_booked_without_a_yes(ana: Talk) -> None:
    await ana.hears("quiero agendar botox el viernes a las 3", "gracias", "¿y dónde quedan?", "mmm")

    assert await ana.appointments() == []


async def test_a_known_contact_is_asked_for_nothing_but_a_yes(ana: Talk) -> None:
    answer = await ana.says("agéndeme limpieza facial el jueves a las 9 de la mañana")

    assert "A nombre de Ana Gómez" in answer
    assert answer.rstrip().endswith("?")
    await ana.says("sí, por favor")
    assert await ana.booked() == "limpieza-facial, 2026-11-26 09:00, Ana Gómez, +573001234567"


async def test_another_treatment_in_the_middle_starts_over_with_it(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves a las 9")

    answer = await ana.says("mejor hidrafacial")

    assert "Hidrafacial" in answer
    assert ana.booking["treatment_id"] == "hidrafacial"


async def test_a_name_can_be_corrected(ana: Talk) -> None:
    answer = await ana.hears(
        "quiero agendar limpieza facial el jueves a las 9", "a nombre de Rosa Díaz por favor"
    )

    assert "A nombre de Rosa Díaz" in answer
    await ana.says("sí")
    assert "Rosa Díaz" in await ana.booked()


async def test_for_somebody_else_the_contact_s_name_is_not_taken(ana: Talk) -> None:
    answer = await ana.says("quiero agendar limpieza facial para mi mamá el jueves a las 9")

    assert "Ana Gómez" not in answer
    assert "nombre completo" in answer


async def test_a_single_name_is_asked_for_the_family_name_once(stranger: Talk) -> None:
    await stranger.says("quiero agendar limpieza facial el jueves a las 9")

    assert "apellido" in await stranger.says("Luis")
    assert "celular" in await stranger.says("Pérez")
    assert stranger.booking["name"] == "Luis Pérez"


async def test_a_number_that_cannot_be_called_is_asked_again(stranger: Talk) -> None:
    answer = await stranger.hears(
        "quiero agendar limpieza facial el jueves a las 9", "Luis Pérez", "300 12 34"
    )

    assert "no me parece" in answer
    assert "phone" not in stranger.booking or not stranger.booking["phone"]


async def test_a_question_in_the_middle_is_answered_and_the_booking_goes_on(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves a las 9")

    answer = await ana.says("¿y cuánto cuesta?")

    assert "$ 180.000" in answer
    assert "jueves 26 de noviembre, 9:00 a. m." in answer
    assert answer.rstrip().endswith("?")
    await ana.says("sí")
    assert "2026-11-26 09:00" in await ana.booked()


async def test_a_question_from_the_documents_in_the_middle_does_not_lose_the_booking(
    ana: Talk,
) -> None:
    await ana.says("quiero agendar botox el jueves a las 9")

    answer = await ana.says("¿duele?")

    assert "pinchazos" in answer
    assert "¿la confirmo?" in answer


@pytest.mark.parametrize(
    "goodbye", ["no gracias", "mejor después", "ya no quiero", "lo voy a pensar", "olvídelo"]
)
async def test_a_change_of_heart_is_taken_politely(ana: Talk, goodbye: str) -> None:
    await ana.says("quiero agendar limpieza facial el jueves a las 9")

    answer = await ana.says(goodbye)

    assert ana.state["booking"] is None
    assert "?" not in answer
    assert await ana.appointments() == []


async def test_a_slot_that_somebody_took_brings_the_next_ones(begin: Begin) -> None:
    ana = begin("benova", name="Ana Gómez", phone="+573001234567")
    await ana.says("quiero agendar hidrafacial el jueves")
    slot = ana.booking["slots"][0]
    rival = Patient(name="Otra", phone="+573009999999")
    await ana.desk.agenda.book(UserId("rival"), slot["slot_id"], rival)

    answer = await ana.says("la primera")

    assert "ya no está disponible" in answer
    assert slot["slot_id"] not in [one["slot_id"] for one in ana.booking["slots"]]


async def test_a_hold_that_ran_out_is_taken_again_before_it_is_booked(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves a las 9")
    ana.now += timedelta(hours=1)

    await ana.says("sí")

    assert "2026-11-26 09:00" in await ana.booked()


async def test_a_slot_lost_while_the_patient_was_away_is_said_before_booking(begin: Begin) -> None:
    ana = begin("benova", name="Ana Gómez", phone="+573001234567")
    await ana.says("quiero agendar hidrafacial el jueves a las 9")
    ana.now += timedelta(hours=1)
    slot_id = ana.booking["slot_id"]
    await ana.desk.agenda.book(UserId("rival"), slot_id, Patient(name="Otra", phone=""))

    answer = await ana.says("sí")

    assert "ya no está disponible" in answer
    assert await ana.appointments() == []


async def test_several_treatments_are_asked_one_by_one(ana: Talk) -> None:
    answer = await ana.says("quiero agendar botox y limpieza facial")

    assert "primero" in answer
    assert "2. " in answer
    assert "Limpieza facial" in await ana.says("la segunda")


async def test_words_that_fit_several_treatments_are_asked(ana: Talk) -> None:
    answer = await ana.says("quiero cita para depilación láser mañana")

    assert "axilas" in answer
    assert "piernas" in answer
    answer = await ana.says("axilas")
    assert "24 de noviembre" in answer or "Lo más cercano" in answer


async def test_a_treatment_with_typos_is_understood(ana: Talk) -> None:
    await ana.says("kiero ajendar una cita de limpiesa fasial")

    assert ana.booking["treatment_id"] == "limpieza-facial"


async def test_who_cannot_do_a_treatment_is_said(ana: Talk) -> None:
    answer = await ana.says("quiero cita de labios con el doctor Andrés el jueves")

    assert "Valentina Ruiz" in answer
    assert "Andrés Mejía\n" not in answer


async def test_the_one_asked_for_is_the_one_offered(ana: Talk) -> None:
    await ana.says("quiero cita de botox con el doctor Andrés el jueves")

    assert all("Andrés Mejía" in one["label"] for one in ana.booking["slots"])


async def test_a_treatment_that_comes_after_a_valuation_begins_with_it(ana: Talk) -> None:
    answer = await ana.says("quiero agendar rinomodelación")

    assert "Antes de Rinomodelación con ácido hialurónico se hace una cita de Valoración" in answer
    assert ana.booking["treatment_id"] == "valoracion"


async def test_who_had_the_valuation_already_goes_to_a_person(ana: Talk) -> None:
    await ana.says("quiero agendar rinomodelación")

    answer = await ana.says("ya la tuve con ustedes hace un mes")

    assert "revisa su historia" in answer
    assert ana.names_called == ["hand_to_human"]


async def test_who_booked_the_valuation_books_the_treatment_after_it(ana: Talk) -> None:
    await ana.hears("una valoración el miércoles a las 9 am", "sí")

    answer = await ana.says("ahora rinomodelación el martes")

    assert "hace falta su otra cita antes" in answer
    assert all(one["start"] > "2026-11-25T09:30" for one in ana.booking["slots"])


async def test_sessions_keep_their_distance_and_another_person_is_another(ana: Talk) -> None:
    await ana.hears("hidrafacial el jueves a las 9 am", "sí")

    again = await ana.says("otra hidrafacial el viernes")
    for_mother = await ana.says("no, es una hidrafacial para mi mamá el viernes")

    assert "al menos 14 días" in again
    assert "10 de diciembre" in again
    assert "días" not in for_mother
    assert ana.booking["slots"][0]["start"].startswith("2026-11-27")


async def test_the_agenda_gets_the_patient_s_own_words_and_no_time(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves a las 9")

    found = [arguments for name, arguments in ana.called if name == "find_slots"]
    assert [one["when"] for one in found] == ["el jueves a las 9"]


async def test_free_times_are_shown_and_one_is_booked(ana: Talk) -> None:
    answer = await ana.says("¿qué horarios tienen libres el jueves para limpieza facial?")

    assert "jueves 26 de noviembre" in answer
    await ana.hears("la primera", "sí")
    assert "limpieza-facial, 2026-11-26" in await ana.booked()


async def test_a_price_that_was_asked_leads_to_a_booking(ana: Talk) -> None:
    await ana.hears("¿cuánto cuesta la limpieza facial?", "sí", "el jueves a las 9", "sí")

    assert await ana.booked() == "limpieza-facial, 2026-11-26 09:00, Ana Gómez, +573001234567"


async def test_two_companies_agendas_never_meet(begin: Begin) -> None:
    benova = begin("benova", name="Ana Gómez", phone="+573001234567")
    medispa = begin("medispa", name="Ana Gómez", phone="+573001234567")

    await benova.hears("quiero agendar limpieza facial el jueves a las 9", "sí")

    assert await medispa.appointments() == []
    assert "No le encuentro" in await medispa.says("¿qué citas tengo?")
