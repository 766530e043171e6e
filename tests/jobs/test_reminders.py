"""Reminders: at their time, once, where the patient wrote; and what the patient answers to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agenda.appointment import Appointment, Patient
from graph.emergencies import OpenEmergencies
from integrations.redis import awaitable
from jobs.reminder_words import answer_in
from jobs.reminders import Reminders
from nodes.state import RaisedAlarm
from tenants import keys
from tenants.ids import CompanyId, UserId
from tests.agenda.clinics import benova
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, House

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def with_agenda(house: House, **more: Any) -> None:
    clinic = benova(**more)
    names = ("treatments", "staff", "resources", "hours", "agenda", "address")
    house.companies.change(BENOVA, **{name: getattr(clinic, name) for name in names})


async def booked(house: House, days: int = 3, conversation: int = 101) -> Appointment:
    """Book Laura's appointment at ten o'clock, some days from now."""
    agenda = house.calendars.agenda_of(house.companies.find(BENOVA))
    ten = house.clock() + days * DAY
    slot = (await agenda.free_slots("botox", ten, ten + DAY))[0]
    patient = Patient(
        name="Laura Mejía",
        phone="+573001234567",
        conversation_id=conversation,
        channel="whatsapp",
        language="es",
    )
    return await agenda.book(LAURA, slot.slot_id, patient)


async def kept(house: House, appointment: Appointment) -> Appointment:
    """Return an appointment as it stands."""
    office = house.calendars.front_office_of(house.companies.find(BENOVA))
    return await office.find(appointment.appointment_id)


async def round_at(house: House, appointment: Appointment, before: timedelta) -> int:
    """Go round so long before an appointment."""
    house.clock.forward((appointment.start - before - house.clock()).total_seconds())
    return await house.reminders.send_due(house.companies.find(BENOVA))


@pytest.fixture
async def appointment(house: House) -> Appointment:
    with_agenda(house)
    return await booked(house)


async def test_a_patient_is_reminded_a_day_before_and_two_hours_before(
    house: House, appointment: Appointment
) -> None:
    went = [
        await round_at(house, appointment, before)
        for before in (25 * HOUR, 24 * HOUR, 23 * HOUR, 3 * HOUR, 2 * HOUR, 1 * HOUR)
    ]

    assert went == [0, 1, 0, 0, 1, 0]
    assert len(house.chatwoot.sent()) == 2


async def test_a_reminder_says_what_when_where_and_how_to_prepare(
    house: House, appointment: Appointment
) -> None:
    await round_at(house, appointment, DAY)

    (said,) = house.chatwoot.sent()
    assert "Hola, Laura." in said
    assert "Toxina botulínica" in said
    assert "miércoles 25 de noviembre, 10:00 a. m." in said
    assert "Calle 93 # 14-20" in said
    assert "aspirina" in said
    assert "Confirmo" in said
    assert house.transcript.of(BENOVA)[0][0] == "assistant"
    assert house.desk.remembered[0][1] == "fixed"


async def test_our_own_reminder_is_not_taken_for_a_persons_words(
    house: House, appointment: Appointment, writes: Writing
) -> None:
    await round_at(house, appointment, DAY)
    await writes("¿y dónde parqueo?")

    await house.answer()

    assert house.chatwoot.sent()[-1] == "eco: ¿y dónde parqueo?"


async def test_a_cancelled_or_moved_appointment_is_not_reminded_of(
    house: House, appointment: Appointment
) -> None:
    agenda = house.calendars.agenda_of(house.companies.find(BENOVA))
    await agenda.cancel(LAURA, appointment.appointment_id)

    assert await round_at(house, appointment, DAY) == 0


async def test_who_booked_a_moment_ago_needs_no_reminder_of_a_day(house: House) -> None:
    with_agenda(house)
    soon = await booked(house, days=1)

    assert await round_at(house, soon, 20 * HOUR) == 0
    assert await round_at(house, soon, 2 * HOUR) == 1


async def test_who_did_not_book_by_chat_is_not_written_to(house: House) -> None:
    with_agenda(house)
    appointment = await booked(house, conversation=0)

    assert await round_at(house, appointment, DAY) == 0


async def test_a_company_may_remind_nobody(house: House) -> None:
    with_agenda(house, agenda={"reminder_hours": ()})
    appointment = await booked(house)

    assert await round_at(house, appointment, DAY) == 0


async def test_nobody_is_woken(house: House, appointment: Appointment) -> None:
    house.clock.forward((appointment.start - 6 * HOUR - house.clock()).total_seconds())

    assert await house.reminders.send_due(house.companies.find(BENOVA)) == 0


async def test_a_reminder_that_failed_is_sent_in_the_next_round(
    house: House, appointment: Appointment
) -> None:
    house.chatwoot.fail("POST /conversations/101/messages", "stored_then_silent")

    first = await round_at(house, appointment, DAY)
    second = await house.reminders.send_due(house.companies.find(BENOVA))

    assert (first, second) == (0, 1)
    assert len(house.chatwoot.sent()) == 1


async def test_a_process_that_ended_before_it_noted_the_reminder_sends_none_twice(
    house: House, appointment: Appointment
) -> None:
    await round_at(house, appointment, DAY)
    key = keys.reminder(
        BENOVA, appointment.appointment_id, int(appointment.start.timestamp()), "24"
    )
    await awaitable(house.redis.set(key, "begun"))

    await house.reminders.send_due(house.companies.find(BENOVA))

    assert len(house.chatwoot.sent()) == 1


async def test_past_the_channels_window_the_people_are_asked_to_call(
    house: House, appointment: Appointment
) -> None:
    house.chatwoot.kept[7, 101].place = replace(HERE, can_reply=False)

    await round_at(house, appointment, DAY)

    assert house.chatwoot.sent() == []
    assert "Llámelo" in house.chatwoot.notes()[0]


async def test_past_the_window_an_approved_template_goes_out(
    house: House, appointment: Appointment
) -> None:
    inbox = house.companies.find(BENOVA).inbox
    template = inbox.model_copy(update={"reminder_template": "recordatorio_cita"})
    house.companies.change(BENOVA, inbox=template)
    house.chatwoot.kept[7, 101].place = replace(HERE, can_reply=False)

    await round_at(house, appointment, DAY)

    stored = house.chatwoot.kept[7, 101].messages[-1]
    assert stored["additional_attributes"]["template_params"] == {
        "name": "recordatorio_cita",
        "category": "UTILITY",
        "language": "es",
        "processed_params": {
            "body": {
                "1": "Laura",
                "2": "Toxina botulínica",
                "3": "miércoles 25 de noviembre",
                "4": "10:00 a. m.",
            }
        },
    }


async def test_an_appointment_that_is_cancelled_while_reminders_go_out_is_not_reminded_of(
    house: House, appointment: Appointment
) -> None:
    agenda = house.calendars.agenda_of(house.companies.find(BENOVA))

    class CancelsMeanwhile(OpenEmergencies):
        """Asked between looking and sending."""

        async def is_open(self, company: CompanyId, user: UserId) -> bool:
            await agenda.cancel(LAURA, appointment.appointment_id)
            return False

    reminders = Reminders(
        house.redis,
        calendars=house.calendars,
        unasked=house.unasked,
        emergencies=CancelsMeanwhile(house.redis, house.clock, house.usage),
        clock=house.clock,
    )
    house.clock.forward((appointment.start - DAY - house.clock()).total_seconds())

    sent = await reminders.send_due(house.companies.find(BENOVA))

    assert sent == 0
    assert house.chatwoot.sent() == []


async def test_staff_s_bookings_remind_whoever_wrote_to_us_before(
    house: House, appointment: Appointment
) -> None:
    office = house.calendars.front_office_of(house.companies.find(BENOVA))
    after = appointment.start + DAY
    slot = (await office.agenda.free_slots("laser", after, after + DAY))[0]

    by_staff = await office.book(LAURA, slot.slot_id, Patient(name="Laura Mejía", phone=""))

    assert by_staff.patient.conversation_id == 101
    assert by_staff.patient.language == "es"


async def test_a_patient_in_danger_is_not_reminded(house: House, appointment: Appointment) -> None:
    alarm = RaisedAlarm(group="vision", level="emergency", evidence=[], source="rules")
    await house.emergencies.open(BENOVA, LAURA, alarm)

    assert await round_at(house, appointment, DAY) == 0


async def test_a_yes_confirms_without_asking_any_model(
    house: House, appointment: Appointment, writes: Writing
) -> None:
    await round_at(house, appointment, DAY)
    await writes("Sí, confirmo, gracias")

    await house.answer()

    assert (await kept(house, appointment)).confirmed
    assert "queda confirmada" in house.chatwoot.sent()[-1]
    assert house.desk.turns == []


async def test_cancelling_by_answer_frees_the_time(
    house: House, appointment: Appointment, writes: Writing
) -> None:
    await round_at(house, appointment, 24 * HOUR)
    await writes("Cancelar")

    await house.answer()

    assert (await kept(house, appointment)).status == "cancelled"
    assert "queda cancelada" in house.chatwoot.sent()[-1]


async def test_too_late_to_cancel_goes_to_a_person(
    house: House, appointment: Appointment, writes: Writing
) -> None:
    await round_at(house, appointment, 2 * HOUR)
    await writes("no puedo ir")

    await house.answer()

    assert (await kept(house, appointment)).status == "booked"
    assert "persona del equipo" in house.chatwoot.sent()[-1]
    assert house.chatwoot.kept[7, 101].place.status == "open"


async def test_only_the_first_words_after_a_reminder_answer_it(
    house: House, appointment: Appointment, writes: Writing
) -> None:
    await round_at(house, appointment, DAY)
    await writes("¿aceptan tarjeta?")
    await house.answer()
    await writes("sí")

    await house.answer()

    assert house.chatwoot.sent()[-1] == "eco: sí"


async def test_danger_in_an_answer_comes_first(
    house: House, appointment: Appointment, writes: Writing
) -> None:
    await round_at(house, appointment, DAY)
    await writes("cancelar, no veo")

    await house.answer()

    assert "llame al 123" in house.chatwoot.sent()[-1]
    assert (await kept(house, appointment)).status == "booked"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Sí", "confirm"),
        ("si señora, allá estaré", "confirm"),
        ("Confirmo", "confirm"),
        ("ok gracias!", "confirm"),
        ("Yes, I'll be there", "confirm"),
        ("cancelar", "cancel"),
        ("Cancelar la cita", "cancel"),
        ("no puedo ir", "cancel"),
        ("I can't make it", "cancel"),
        ("gracias", None),
        ("no", None),
        ("sí, pero ¿puedo ir a las 5?", None),
        ("sí me duele mucho", None),
        ("no cancelar", None),
        ("¿cuánto cuesta cancelar?", None),
        ("", None),
    ],
)
def test_only_a_plain_answer_is_one(text: str, answer: str | None) -> None:
    assert answer_in(text) == answer
