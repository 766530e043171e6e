"""The agenda as the clinic's staff work with it: no notice binds them, every appointment is theirs to change."""

from datetime import timedelta

import pytest

from agenda.appointment import Appointment, Patient
from agenda.calendars import Calendars
from agenda.errors import NotNowError, TooLateError, UnknownAppointmentError
from agenda.front_office import FrontOffice, Wanted
from integrations.redis import Client
from tenants.ids import UserId
from tests.agenda.clinics import SUNDAY, MovingClock, benova, medispa

ANA = UserId("41")
PATIENT = Patient(name="Ana Gómez", phone="+573001234567", notes="primera vez")
WEEK_LATER = SUNDAY + timedelta(days=7)


@pytest.fixture
def calendars(redis: Client, time: MovingClock) -> Calendars:
    return Calendars(redis, time)


@pytest.fixture
def office(calendars: Calendars) -> FrontOffice:
    return calendars.front_office_of(benova())


async def booked(office: FrontOffice, number: int = 0) -> Appointment:
    slots = await office.agenda.free_slots("botox", SUNDAY, WEEK_LATER)
    return await office.book(ANA, slots[number].slot_id, PATIENT)


async def test_staff_cancel_where_a_patient_may_not_any_more(
    office: FrontOffice, calendars: Calendars, time: MovingClock
) -> None:
    made = await booked(office)
    time.pass_by(timedelta(hours=20))

    with pytest.raises(TooLateError):
        await calendars.agenda_of(benova()).cancel(ANA, made.appointment_id)

    assert (await office.cancel(made.appointment_id)).status == "cancelled"


async def test_staff_book_inside_the_notice(office: FrontOffice, time: MovingClock) -> None:
    made = await booked(office)
    time.pass_by(made.start - time() - timedelta(minutes=40))

    soon = await office.agenda.free_slots("botox", time(), WEEK_LATER)
    moved = await office.move(made.appointment_id, soon[0].slot_id)

    assert moved.start - time() < timedelta(hours=2)


async def test_an_absent_patient_is_marked_and_the_mark_taken_back(
    office: FrontOffice, time: MovingClock
) -> None:
    made = await booked(office)
    time.pass_by(timedelta(days=1))

    absent = await office.mark(made.appointment_id, came=False)
    present = await office.mark(made.appointment_id, came=True)

    assert (absent.status, present.status) == ("no_show", "booked")


async def test_nobody_is_absent_before_time_or_after_cancelling(
    office: FrontOffice, time: MovingClock
) -> None:
    made = await booked(office)

    with pytest.raises(NotNowError):
        await office.mark(made.appointment_id, came=False)
    await office.cancel(made.appointment_id)
    time.pass_by(timedelta(days=1))

    with pytest.raises(NotNowError):
        await office.mark(made.appointment_id, came=False)


async def test_a_cancelled_appointment_does_not_move(office: FrontOffice) -> None:
    made = await booked(office)
    free = await office.agenda.free_slots("botox", SUNDAY, WEEK_LATER)
    await office.cancel(made.appointment_id)

    with pytest.raises(NotNowError):
        await office.move(made.appointment_id, free[-1].slot_id)


async def test_an_absent_patients_past_stays_in_the_list(
    office: FrontOffice, time: MovingClock
) -> None:
    made = await booked(office)
    await booked(office, 3)
    time.pass_by(timedelta(days=1))
    await office.mark(made.appointment_id, came=False)

    wanted = Wanted(after=SUNDAY, before=WEEK_LATER, status="no_show")
    total, found = await office.page(wanted, offset=0, limit=10)

    assert (total, [one.appointment_id for one in found]) == (1, [made.appointment_id])


async def test_another_companys_staff_know_nothing_of_it(
    office: FrontOffice, calendars: Calendars
) -> None:
    made = await booked(office)
    theirs = calendars.front_office_of(medispa())

    with pytest.raises(UnknownAppointmentError):
        await theirs.cancel(made.appointment_id)
    with pytest.raises(UnknownAppointmentError):
        await theirs.note(made.appointment_id, "x")

    assert (await theirs.page(Wanted(after=SUNDAY, before=WEEK_LATER), offset=0, limit=9))[0] == 0


async def test_an_appointment_that_was_missed_is_not_cancelled_any_more(
    office: FrontOffice, calendars: Calendars, time: MovingClock
) -> None:
    made = await booked(office)
    time.pass_by(timedelta(days=1))
    missed = await office.mark(made.appointment_id, came=False)

    with pytest.raises(NotNowError):
        await office.cancel(made.appointment_id)
    with pytest.raises(UnknownAppointmentError):
        await calendars.agenda_of(benova()).cancel(ANA, made.appointment_id)

    assert await office.find(made.appointment_id) == missed
    assert await calendars.calendar_of(benova()).find(made.appointment_id) is not None


async def test_a_confirmation_ends_with_the_time_that_it_was_for(office: FrontOffice) -> None:
    made = await booked(office, 20)
    confirmed = await office.confirm(made.appointment_id)
    later = (await office.agenda.free_slots("botox", SUNDAY, WEEK_LATER))[-1]

    moved = await office.move(made.appointment_id, later.slot_id)

    assert (confirmed.confirmed, moved.confirmed) == (True, False)
