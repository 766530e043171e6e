"""The agenda: how long a search takes as staff, events and days grow; bookings a second when all want the same."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from agenda.appointment import Patient, Slot
from agenda.booked_agenda import BookedAgenda
from agenda.calendars import Calendars
from agenda.errors import SlotTakenError
from agenda.opening import Stretch
from agenda.slots import Search, free_slots
from integrations import redis as redis_connection
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.stage import redis_in, workshop

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
RUNS = 30
EVERY = 100_000  # slots: no search ends before its last day
PATIENTS = 200
WEEK = {
    day: [{"start": "08:00", "end": "12:00"}, {"start": "13:00", "end": "19:00"}]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
}
SIZES = ((1, 0, 7), (1, 200, 60), (10, 2_000, 60), (30, 6_000, 60), (10, 2_000, 180))
"""Members of the staff, events, days that a search looks at."""
PATIENT = Patient(name="Ana Mora", phone="+573001234567")


def clinic(staff: int, days: int) -> Tenant:
    """Return a company of so many people that is booked so far ahead."""
    return Tenant.model_validate(
        {
            "company_id": "bench",
            "company_name": "Clínica",
            "hours": {"week": WEEK},
            "staff": [{"id": f"staff-{one}", "name": f"Dra. {one}"} for one in range(staff)],
            "treatments": [
                {
                    "id": "botox",
                    "name": "Toxina",
                    "duration": timedelta(minutes=45),
                    "buffer_after": timedelta(minutes=15),
                }
            ],
            "agenda": {"horizon_days": days, "granularity": timedelta(minutes=15)},
        }
    )


def busy(staff: int, events: int, days: int) -> dict[str, list[Stretch]]:
    """Return events spread over people and days, sorted by their end."""
    chance = random.Random(7)
    found: dict[str, list[Stretch]] = {f"staff-{one}": [] for one in range(staff)}
    for number in range(events):
        start = int(NOW.timestamp()) + chance.randrange(days * 96) * 900
        found[f"staff-{number % staff}"].append((start, start + chance.choice((1800, 2700, 3600))))
    return {name: sorted(times, key=lambda one: one[1]) for name, times in found.items()}


def searched(staff: int, events: int, days: int) -> list[float]:
    """Return the milliseconds of searches for every free start of a stretch of days."""
    tenant, taken = clinic(staff, days), busy(staff, events, days)
    search = Search(
        treatment=tenant.treatments[0],
        after=NOW,
        before=NOW + timedelta(days=days),
        each_start_once=True,
    )
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        free_slots(tenant, search, now=NOW, busy=taken, limit=EVERY)
        took.append((time.perf_counter() - begun) * 1000)
    return took


async def whole(agenda: BookedAgenda) -> list[float]:
    """Return the milliseconds of searches with Redis: busy times read, offers remembered."""
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        await agenda.free_slots(
            "botox", NOW, NOW + timedelta(days=14), limit=600, each_start_once=True
        )
        took.append((time.perf_counter() - begun) * 1000)
    return took


async def raced(agenda: BookedAgenda, slots: Sequence[Slot]) -> tuple[int, float]:
    """Let every patient want every slot, one after another; return bookings and seconds."""
    won = 0

    async def wants(user: UserId, slot: Slot) -> int:
        try:
            await agenda.book(user, slot.slot_id, PATIENT)
        except SlotTakenError:
            return 0
        return 1

    begun = time.perf_counter()
    for slot in slots:
        won += sum(
            await asyncio.gather(
                *(wants(UserId(f"{slot.slot_id}-{one}"), slot) for one in range(PATIENTS))
            )
        )
    return won, time.perf_counter() - begun


async def booked(agenda: BookedAgenda, slots: Sequence[Slot]) -> float:
    """Return the seconds that bookings of different slots by different patients take at once."""
    begun = time.perf_counter()
    await asyncio.gather(
        *(agenda.book(UserId(f"v{one}"), slot.slot_id, PATIENT) for one, slot in enumerate(slots))
    )
    return time.perf_counter() - begun


async def run() -> Sequence[Figure]:
    """Measure."""
    figures = [
        Figure(
            what=f"search: {staff} staff, {events:,} events, {days} days (p50)",
            value=median(searched(staff, events, days)),
            aim=20 if (staff, events, days) == (10, 2_000, 60) else None,
        )
        for staff, events, days in SIZES
    ]
    with workshop() as folder:
        async with redis_in(folder) as (url, _):
            redis = redis_connection.connect(url)
            agenda = Calendars(redis, lambda: NOW).agenda_of(clinic(10, 60))
            took = await whole(agenda)
            figures.append(
                Figure(what="search with Redis: 10 staff, 14 days (p50)", value=median(took))
            )
            free = await agenda.free_slots(
                "botox", NOW + timedelta(days=2), NOW + timedelta(days=60), limit=4000
            )
            apart = [one for one in free if one.start.minute == 0]
            won, seconds = await raced(agenda, apart[:10])
            assert won == 10, won
            figures.append(
                Figure(
                    what=f"{PATIENTS} patients want the same slot: all answered in",
                    value=seconds * 1000 / 10,
                )
            )
            others = apart[20:220]
            seconds = await booked(agenda, others)
            figures.append(
                Figure(
                    what="bookings of different slots at once",
                    value=len(others) / seconds,
                    unit="/s",
                    more_is_better=True,
                )
            )
            await redis_connection.close(redis)
    return figures
