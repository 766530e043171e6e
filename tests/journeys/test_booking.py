"""From the wish for an appointment to the appointment, by webhook, in both languages."""

import pytest

from tests.journeys.clinics import BENOVA, WELLNESS
from tests.journeys.house import House

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]


async def test_an_appointment_is_booked_in_spanish(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await laura.hears("Hola, quiero una cita de valoración")
    title, _ = laura.options()[2]
    checked = await laura.hears(title)
    booked = await laura.hears("sí, confirmo")
    mine = await laura.hears("¿qué citas tengo?")

    assert "Valoración médica" in checked
    assert "Laura Gómez" in checked
    assert f"terminado en {laura.place.contact.id:04d}" in checked
    assert "quedó confirmada" in booked
    assert "Carrera 43A # 7-50" in booked
    assert "Valoración médica" in mine


async def test_an_appointment_is_booked_in_english_with_the_widgets_buttons(clinic: House) -> None:
    jane = clinic.patient(WELLNESS, name="Jane Miller", channel="Channel::WebWidget")

    await jane.hears("Hi, I'd like to book a new patient consultation")
    await jane.presses(1)
    await jane.reads(2)
    await jane.hears("305 555 0123")
    booked = await jane.hears("yes")
    mine = await jane.hears("What appointments do I have?")

    assert "Your appointment is confirmed" in booked
    assert "1010 Brickell Plaza" in booked
    assert "$75" in booked
    assert "New patient consultation" in mine


async def test_a_booked_time_is_not_offered_to_the_next_patient(clinic: House) -> None:
    laura, ana = clinic.patient(BENOVA), clinic.patient(BENOVA, name="Ana Ríos")
    await laura.hears("quiero una cita para hidrafacial")
    taken = laura.options()[0]
    await laura.hears(taken[0])
    await laura.hears("sí")

    await ana.hears("quiero una cita para hidrafacial")

    assert taken not in ana.options()


async def test_an_appointment_is_cancelled(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    await laura.hears("quiero una cita para limpieza facial")
    await laura.hears(laura.options()[5][0])
    await laura.hears("sí")

    await laura.hears("quiero cancelar mi cita")
    cancelled = await laura.hears("sí")

    assert "cancelada" in cancelled
