"""What patients do with an agenda, in a word each."""

from datetime import UTC, datetime, timedelta

from agenda.appointment import Patient, Slot
from agenda.booked_agenda import BookedAgenda
from agenda.errors import SlotTakenError
from agenda.local_agenda import LocalAgenda
from tenants.ids import UserId
from tests.agenda.clinics import SUNDAY

ANA = UserId("41")
LUIS = UserId("42")
PATIENT = Patient(name="Ana Gómez", phone="+573001234567")
WEEK_LATER = SUNDAY + timedelta(days=7)


async def first_slot(agenda: LocalAgenda, treatment: str = "botox") -> Slot:
    """Return the first time from Sunday on."""
    return (await agenda.free_slots(treatment, SUNDAY, WEEK_LATER))[0]


async def tuesday_slot(agenda: LocalAgenda) -> Slot:
    """Return the first time of Tuesday."""
    tuesday = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    return (await agenda.free_slots("botox", tuesday, tuesday + timedelta(days=1)))[0]


async def offered(agenda: LocalAgenda) -> set[str]:
    """Return the slots that are offered in a week."""
    return {slot.slot_id for slot in await agenda.free_slots("botox", SUNDAY, WEEK_LATER)}


async def outcome(agenda: BookedAgenda, user: int, slot: Slot) -> str:
    """Book, and return `booked` or `taken`."""
    try:
        await agenda.book(UserId(str(user)), slot.slot_id, PATIENT)
    except SlotTakenError:
        return "taken"
    return "booked"
