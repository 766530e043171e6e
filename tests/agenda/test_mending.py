"""Crashes at the worst moment: nothing is lost, nothing is doubled, whoever comes back or not."""

from datetime import timedelta

import pytest

from agenda.appointment import Patient, Slot
from agenda.booked_agenda import BookedAgenda
from agenda.calendar import Event
from agenda.calendars import Calendars
from agenda.event_ids import event_id_of
from agenda.holds import Holds
from agenda.ledger import Entry, Ledger
from agenda.local_calendar import LocalCalendar
from agenda.mending import Mending
from agenda.offered_slots import OfferedSlots
from agenda.unfinished import Unfinished
from integrations.redis import Client
from tenants.ids import UserId
from tests.agenda.clinics import SUNDAY, MovingClock, benova

ANA = UserId("41")
PATIENT = Patient(name="Ana Gómez", phone="+573001234567")
WEEK_LATER = SUNDAY + timedelta(days=7)
LATER = timedelta(minutes=20)


class KilledError(Exception):
    """The process ended here."""


class DiesAfterInsert(LocalCalendar):
    """A calendar after whose insert the process is gone."""

    async def insert(self, event: Event, *, instead_of: str = "") -> None:
        await super().insert(event, instead_of=instead_of)
        raise KilledError


class DiesBeforeDelete(LocalCalendar):
    """A calendar before whose delete the process is gone."""

    async def delete(self, event_id: str) -> None:
        raise KilledError


class House:
    """One company's agenda, in a process that lives and in one that dies."""

    def __init__(self, redis: Client, time: MovingClock) -> None:
        self.redis, self.time, self.tenant = redis, time, benova()
        self.agenda = Calendars(redis, time).agenda_of(self.tenant)
        self.ledger = Ledger(redis, self.tenant, time)

    def on(self, kind: type[LocalCalendar]) -> BookedAgenda:
        redis, tenant, time = self.redis, self.tenant, self.time
        return BookedAgenda(
            tenant,
            time,
            calendar=kind(redis, tenant, time),
            offered=OfferedSlots(redis, tenant, time),
            holds=Holds(redis, tenant.company_id, time),
            ledger=self.ledger,
            unfinished=Unfinished(redis, tenant.company_id, time),
        )

    def mending(self) -> Mending:
        return Calendars(self.redis, self.time).mending_of(self.tenant)

    async def slots(self) -> list[Slot]:
        tuesday = SUNDAY + timedelta(days=2)
        return list(await self.agenda.free_slots("botox", tuesday, WEEK_LATER))

    async def killed_while_booking(self) -> Slot:
        slot = (await self.slots())[0]
        with pytest.raises(KilledError):
            await self.on(DiesAfterInsert).book(ANA, slot.slot_id, PATIENT)
        return slot

    async def free(self, slot: Slot) -> bool:
        return slot in await self.slots()


@pytest.fixture
def house(redis: Client) -> House:
    return House(redis, MovingClock())


async def test_a_booking_cut_off_after_the_insert_is_recorded_by_the_sweep(house: House) -> None:
    slot = await house.killed_while_booking()
    before = await house.agenda.appointments_of(ANA)
    house.time.pass_by(LATER)

    settled = await house.mending().run()

    (found,) = await house.agenda.appointments_of(ANA)
    assert (before, settled) == ([], 1)
    assert (found.slot_id, found.patient) == (slot.slot_id, PATIENT)
    assert not await house.free(slot)


async def test_the_same_turn_run_again_and_the_sweep_make_one_appointment(house: House) -> None:
    slot = await house.killed_while_booking()

    booked = await house.agenda.book(ANA, slot.slot_id, PATIENT)
    house.time.pass_by(LATER)
    settled = await house.mending().run()

    assert settled == 0
    assert await house.agenda.appointments_of(ANA) == [booked]


async def test_what_is_still_being_done_is_left_alone(house: House) -> None:
    await house.killed_while_booking()

    assert await house.mending().run() == 0
    assert await house.agenda.appointments_of(ANA) == []


async def test_a_sweep_twice_is_once(house: House) -> None:
    await house.killed_while_booking()
    house.time.pass_by(LATER)

    assert [await house.mending().run(), await house.mending().run()] == [1, 0]
    assert len(await house.agenda.appointments_of(ANA)) == 1


async def test_a_booking_that_never_came_to_the_calendar_is_forgotten(house: House) -> None:
    slot = (await house.slots())[0]
    event_id = event_id_of(house.tenant.company_id, slot.slot_id, 0)
    await Unfinished(house.redis, house.tenant.company_id, house.time).begin(event_id, event_id)
    house.time.pass_by(LATER)

    await house.mending().run()

    assert await house.agenda.appointments_of(ANA) == []
    assert await house.free(slot)


async def test_a_cancellation_cut_off_before_the_delete_frees_the_time(house: House) -> None:
    slot = (await house.slots())[0]
    booked = await house.agenda.book(ANA, slot.slot_id, PATIENT)
    with pytest.raises(KilledError):
        await house.on(DiesBeforeDelete).cancel(ANA, booked.appointment_id)
    house.time.pass_by(LATER)

    await house.mending().run()

    assert await house.agenda.appointments_of(ANA) == []
    assert await house.free(slot)


async def test_a_move_cut_off_after_the_insert_leaves_the_old_time(house: House) -> None:
    old, *_, new = await house.slots()
    booked = await house.agenda.book(ANA, old.slot_id, PATIENT)
    with pytest.raises(KilledError):
        await house.on(DiesAfterInsert).move(ANA, booked.appointment_id, new.slot_id)
    house.time.pass_by(LATER)

    await house.mending().run()

    assert await house.agenda.appointments_of(ANA) == [booked]
    assert await house.free(new)
    assert not await house.free(old)


async def test_a_move_cut_off_before_the_old_time_was_freed_frees_it(house: House) -> None:
    old, *_, new = await house.slots()
    booked = await house.agenda.book(ANA, old.slot_id, PATIENT)
    with pytest.raises(KilledError):
        await house.on(DiesBeforeDelete).move(ANA, booked.appointment_id, new.slot_id)
    house.time.pass_by(LATER)

    await house.mending().run()

    (found,) = await house.agenda.appointments_of(ANA)
    entry = await house.ledger.find(ANA, booked.appointment_id)
    assert found.start == new.start
    assert await house.free(old)
    assert isinstance(entry, Entry)
    assert entry.leaving == ""
