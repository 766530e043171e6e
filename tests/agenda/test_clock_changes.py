"""Clocks that change: twice a year by law, and at any moment when somebody sets a machine's."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.holds import Holds
from agenda.opening import company_spans
from agenda.slots import Search, free_slots, length_of
from integrations.clock import Clock, utc_now
from integrations.redis import Client
from integrations.shared_clock import SharedClock
from tenants.hours import WEEKDAYS
from tenants.ids import CompanyId, UserId
from tenants.tenant import Tenant
from tests.agenda.clinics import medispa, minutes

CHANGES = {
    "America/Santiago": (date(2026, 4, 4), date(2026, 4, 5), date(2026, 9, 5), date(2026, 9, 6)),
    "Europe/Madrid": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
}
"""Days on which the clocks change; in Chile at midnight, so that two days have to do with it."""
SPANS = (("00:00", "05:00"), ("00:00", "23:59"), ("09:00", "18:00"), ("22:00", "23:45"))
BENOVA = CompanyId("benova")
ANA, LUIS = UserId("41"), UserId("42")


def clinic(zone: str, span: tuple[str, str], step: int, length: int) -> Tenant:
    """Return a clinic that is open every day at those hours, holidays too."""
    week = {day: [{"start": span[0], "end": span[1]}] for day in WEEKDAYS}
    return medispa(
        time_zone=zone,
        hours={"week": week, "closed_on_holidays": False},
        treatments=[{"id": "any", "name": "Any", "duration": minutes(length)}],
        agenda={"granularity": minutes(step), "minimum_notice": minutes(0), "horizon_days": 365},
    )


SCENES = st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days])


@settings(max_examples=120, deadline=None)
@given(
    scene=SCENES,
    span=st.sampled_from(SPANS),
    step=st.sampled_from([15, 20, 30, 60]),
    length=st.integers(5, 60),
)
def test_around_a_change_of_clocks_every_slot_exists_and_can_be_kept(
    scene: tuple[str, date], span: tuple[str, str], step: int, length: int
) -> None:
    zone, day = scene
    tenant = clinic(zone, span, step, length)
    treatment = tenant.treatments[0]
    start = datetime.combine(day - timedelta(days=1), time(), tenant.zone)
    search = Search(treatment=treatment, after=start, before=start + timedelta(days=3))

    slots = free_slots(tenant, search, now=datetime(2026, 1, 1, tzinfo=UTC), busy={}, limit=999)

    moments = [slot.start.timestamp() for slot in slots]
    assert slots
    assert all(after > before for before, after in pairwise(moments))
    assert len({slot.slot_id for slot in slots}) == len(slots)
    for slot in slots:
        # An hour that the clocks leave out is nobody's: it would come back as another.
        assert slot.start.astimezone(UTC).astimezone(tenant.zone).time() == slot.start.time()
        assert slot.end.timestamp() - slot.start.timestamp() == length_of(treatment).total_seconds()
        (opened,) = company_spans(tenant, slot.start.date())
        assert opened.start <= slot.start.time() < opened.end
        assert slot.end.date() == slot.start.date()
        assert slot.end.time() <= opened.end


@pytest.mark.parametrize(
    ("zone", "day", "span", "starts"),
    [
        ("America/Santiago", date(2026, 9, 6), ("00:00", "03:00"), "01:00 01:30 02:00 02:30"),
        ("America/Santiago", date(2026, 4, 4), ("22:00", "23:59"), "22:00 22:30 23:00 23:30"),
        ("Europe/Madrid", date(2026, 3, 29), ("00:00", "04:00"), "00:00 00:30 01:00 01:30 03:00 03:30"),
        ("America/New_York", date(2026, 11, 1), ("00:00", "02:00"), "00:00 00:30 01:00 01:30 01:00 01:30"),
        ("America/New_York", date(2026, 3, 8), ("09:00", "11:00"), "09:00 09:30 10:00 10:30"),
    ],
    ids=["no midnight", "an hour that comes again after closing", "spring", "a night twice", "by day"],
)  # fmt: skip
def test_the_hours_of_a_day_on_which_clocks_change(
    zone: str, day: date, span: tuple[str, str], starts: str
) -> None:
    tenant = clinic(zone, span, 30, 29)
    before = datetime.combine(day, time(12), tenant.zone) - timedelta(days=1)
    search = Search(treatment=tenant.treatments[0], after=before, before=before + timedelta(days=2))

    slots = free_slots(tenant, search, now=datetime(2026, 1, 1, tzinfo=UTC), busy={}, limit=999)

    found = [f"{slot.start:%H:%M}" for slot in slots if slot.start.date() == day]
    assert " ".join(found) == starts


def set_wrong(by: timedelta) -> Clock:
    """Return the clock of a machine that somebody set wrong."""
    return lambda: utc_now() + by


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-3)], ids=["on", "back"])
async def test_a_machine_whose_clock_jumps_neither_frees_nor_prolongs_a_hold(
    redis: Client, jump: timedelta
) -> None:
    right = Holds(redis, BENOVA, utc_now)
    wrong = Holds(redis, BENOVA, set_wrong(jump), set_wrong(jump))
    time = (1_800_000_000, 1_800_001_800)
    await right.take(ANA, "s1", ["ruiz"], time, timedelta(minutes=10))

    taken = await wrong.take(LUIS, "s2", ["ruiz"], time, timedelta(minutes=10))
    await right.release(ANA)
    held = await wrong.take(LUIS, "s2", ["ruiz"], time, timedelta(minutes=10))

    assert (taken, held) == (False, True)
    until = (await right.live())[LUIS].until
    assert timedelta(minutes=9) < until - utc_now() < timedelta(minutes=11)


async def test_the_shared_clock_is_rediss_own(redis: Client) -> None:
    wrong = set_wrong(timedelta(days=400))

    now = await SharedClock(redis, wrong, wrong).now()

    assert abs(now - utc_now()) < timedelta(minutes=1)
