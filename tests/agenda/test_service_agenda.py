"""The same rules of booking on a scheduling service of the clinic's own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from agenda.appointment import Patient, Slot
from agenda.booked_agenda import BookedAgenda
from agenda.calendars import Calendars
from agenda.errors import CalendarAwayError
from integrations.redis import Client
from tenants.ids import UserId
from tests.agenda.clinics import MovingClock, benova, medispa
from tests.agenda.patients import outcome
from tests.fakes.in_process import InProcess
from tests.fakes.schedule_service import FakeScheduleService

ANA = UserId("41")
PATIENT = Patient(name="Ana Gómez", phone="+573001234567", notes="primera vez")
TUESDAY = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = {"calendar": "http", "service_url": "http://schedule.example"}


@dataclass(frozen=True)
class Scene:
    fake: FakeScheduleService
    calendars: Calendars
    agenda: BookedAgenda
    time: MovingClock

    async def slots(self, treatment: str = "botox") -> list[Slot]:
        return list(await self.agenda.free_slots(treatment, TUESDAY, TUESDAY + DAY))


@pytest.fixture
async def scene(redis: Client) -> AsyncIterator[Scene]:
    fake, time = FakeScheduleService(), MovingClock()
    transport = InProcess(fake.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://schedule.example") as http:
        calendars = Calendars(redis, time, http=http)
        yield Scene(fake, calendars, calendars.agenda_of(benova(agenda=RULES)), time)


async def test_what_the_service_calls_busy_is_not_offered(scene: Scene) -> None:
    scene.fake.enter("benova", "ruiz", "2026-11-24T08:00:00-05:00", "2026-11-24T11:10:00-05:00")

    assert (await scene.slots())[0].start.strftime("%H:%M") == "11:30"


async def test_an_appointment_is_entered_moved_and_removed_there(scene: Scene) -> None:
    first, *_, last = await scene.slots()

    booked = await scene.agenda.book(ANA, first.slot_id, PATIENT)
    entered = len(scene.fake.events)
    moved = await scene.agenda.move(ANA, booked.appointment_id, last.slot_id)
    await scene.agenda.cancel(ANA, booked.appointment_id)

    assert (entered, moved.start) == (1, last.start)
    assert scene.fake.events == {}


async def test_what_was_booked_comes_back_as_it_was(scene: Scene) -> None:
    slot = (await scene.slots("laser"))[0]

    first = await scene.agenda.book(ANA, slot.slot_id, PATIENT)
    again = await scene.agenda.book(ANA, slot.slot_id, PATIENT)

    ((_, event),) = scene.fake.events.items()
    assert again == first
    assert set(event["names"]) == {slot.staff_id, "laser-1"}


async def test_of_fifty_who_race_for_one_slot_exactly_one_wins(scene: Scene) -> None:
    slot = (await scene.slots())[0]

    outcomes = await asyncio.gather(*(outcome(scene.agenda, user, slot) for user in range(50)))

    assert outcomes.count("booked") == 1
    assert len(scene.fake.events) == 1


async def test_who_was_faster_in_the_service_has_the_time(scene: Scene) -> None:
    slot = (await scene.slots())[0]
    await scene.agenda.hold(ANA, slot.slot_id)
    scene.fake.enter("benova", "ruiz", "2026-11-24T08:00:00-05:00", "2026-11-24T08:30:00-05:00")

    assert await outcome(scene.agenda, 41, slot) == "taken"


async def test_two_companies_share_the_service_and_nothing_else(scene: Scene) -> None:
    theirs = scene.calendars.agenda_of(medispa(agenda=RULES))
    before = await theirs.free_slots("botox", TUESDAY, TUESDAY + DAY)

    await scene.agenda.book(ANA, (await scene.slots())[0].slot_id, PATIENT)

    assert await theirs.free_slots("botox", TUESDAY, TUESDAY + DAY) == before


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (401, b"{}"), (429, b"{}"), (200, b"<html>"), (200, b"{}")]
)
async def test_a_service_that_answers_wrongly_promises_nothing(
    scene: Scene, status: int, body: bytes
) -> None:
    scene.fake.status, scene.fake.body = status, body

    with pytest.raises(CalendarAwayError):
        await scene.slots()


async def test_a_booking_that_the_service_lost_leaves_nothing_behind(scene: Scene) -> None:
    slot = (await scene.slots())[0]
    await scene.agenda.hold(ANA, slot.slot_id)
    scene.fake.status = 503
    with pytest.raises(CalendarAwayError):
        await scene.agenda.book(ANA, slot.slot_id, PATIENT)
    scene.fake.status = 0
    scene.time.pass_by(timedelta(minutes=20))

    await scene.calendars.mending_of(benova(agenda=RULES)).run()

    assert scene.fake.events == {}
    assert await scene.agenda.appointments_of(ANA) == []
    assert slot in await scene.slots()


async def test_without_an_address_nothing_is_promised(redis: Client) -> None:
    agenda = Calendars(redis, MovingClock()).agenda_of(benova(agenda={"calendar": "http"}))

    with pytest.raises(CalendarAwayError, match="SCHEDULE_SERVICE_URL"):
        await agenda.free_slots("botox", TUESDAY, TUESDAY + DAY)
