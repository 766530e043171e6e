"""Free slots: hours, staff, notice, horizon, zones, and what is busy."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.opening import Stretch, company_spans, staff_spans
from agenda.slots import Search, free_slots, length_of, occupied, slot_id_of
from tenants.tenant import Tenant
from tests.agenda.clinics import SUNDAY, WEEK, benova, medispa, minutes


def slots_on(
    tenant: Tenant,
    day: date,
    *,
    treatment: str = "botox",
    busy: Mapping[str, Sequence[Stretch]] | None = None,
    now: datetime = SUNDAY,
) -> list[str]:
    """Return the day's free starts with their staff, as `HH:MM staff`."""
    wanted = tenant.treatment(treatment)
    assert wanted
    start = datetime.combine(day, time(), tenant.zone)
    search = Search(treatment=wanted, after=start, before=start + timedelta(days=1))
    found = free_slots(tenant, search, now=now, busy=busy or {}, limit=500)
    return [f"{slot.start:%H:%M} {slot.staff_id}" for slot in found]


def stretch(tenant: Tenant, day: date, start: str, end: str) -> Stretch:
    first, last = (
        datetime.combine(day, time.fromisoformat(text), tenant.zone) for text in (start, end)
    )
    return int(first.timestamp()), int(last.timestamp())


MONDAY = date(2026, 11, 23)


def test_a_day_is_cut_by_granularity_and_lunch() -> None:
    slots = slots_on(benova(), MONDAY)

    assert slots == [
        f"{hour} ruiz"
        for hour in (
            "08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30",
            "14:00", "14:30", "15:00", "15:30", "16:00", "16:30", "17:00", "17:30",
        )
    ]  # fmt: skip


def test_a_long_treatment_ends_before_lunch_and_before_closing() -> None:
    slots = slots_on(benova(), date(2026, 11, 28), treatment="laser")

    assert slots == ["08:00 ruiz", "08:30 ruiz", "09:00 ruiz", "09:30 ruiz", "10:00 ruiz", "10:30 ruiz", "11:00 ruiz"]  # fmt: skip


def test_only_those_who_may_do_it_are_offered() -> None:
    slots = slots_on(benova(), MONDAY)

    assert not [slot for slot in slots if "mora" in slot]


def test_staff_hours_narrow_the_company_s() -> None:
    slots = slots_on(benova(), MONDAY, treatment="laser")

    assert "11:00 mora" in slots
    assert "14:00 ruiz" in slots
    assert "14:00 mora" not in slots


def test_the_buffer_after_an_appointment_stays_free() -> None:
    tenant = benova()
    busy = {"ruiz": [stretch(tenant, MONDAY, "10:00", "10:40")]}

    slots = slots_on(tenant, MONDAY, busy=busy)

    assert "09:00 ruiz" in slots
    assert "09:30 ruiz" not in slots
    assert "10:30 ruiz" not in slots
    assert "11:00 ruiz" in slots


def test_a_busy_device_takes_the_time_of_all_who_need_it() -> None:
    tenant = benova()
    busy = {"laser-1": [stretch(tenant, MONDAY, "08:00", "12:00")]}

    slots = slots_on(tenant, MONDAY, treatment="laser", busy=busy)

    assert slots[0] == "14:00 ruiz"


def test_a_closed_weekday_has_no_slots() -> None:
    assert slots_on(benova(), date(2026, 11, 29)) == []


def test_a_holiday_has_no_slots() -> None:
    immaculate_conception = date(2026, 12, 8)

    assert slots_on(benova(), immaculate_conception) == []


def test_a_holiday_is_a_workday_where_the_company_says_so() -> None:
    open_company = benova(hours={"week": WEEK, "closed_on_holidays": False})

    assert slots_on(open_company, date(2026, 12, 8))


def test_a_special_day_wins_over_a_holiday_for_company_and_staff() -> None:
    special = {"day": "2026-12-08", "spans": [{"start": "09:00", "end": "10:00"}]}
    tenant = benova(hours={"week": WEEK, "special_days": [special]})

    slots = slots_on(tenant, date(2026, 12, 8), treatment="laser")

    assert slots == ["09:00 ruiz", "09:00 mora"]


def test_a_special_day_without_spans_is_closed() -> None:
    tenant = benova(hours={"week": WEEK, "special_days": [{"day": "2026-11-23"}]})

    assert slots_on(tenant, MONDAY) == []


def test_thanksgiving_closes_new_york_and_not_bogota() -> None:
    thanksgiving = date(2026, 11, 26)

    assert slots_on(medispa(), thanksgiving) == []
    assert slots_on(benova(), thanksgiving)


def test_minimum_notice_is_kept() -> None:
    monday_at_nine = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)

    slots = slots_on(benova(), MONDAY, now=monday_at_nine)

    assert slots[0] == "11:00 ruiz"


def test_a_fraction_of_a_second_too_early_is_too_early() -> None:
    just_after_nine = datetime(2026, 11, 23, 14, 0, 0, 1, tzinfo=UTC)

    slots = slots_on(benova(), MONDAY, now=just_after_nine)

    assert slots[0] == "11:30 ruiz"


def test_the_horizon_ends_with_its_last_day() -> None:
    tenant = benova(agenda={"horizon_days": 8})

    assert slots_on(tenant, date(2026, 11, 30))[-1] == "17:30 ruiz"
    assert slots_on(tenant, date(2026, 12, 1)) == []


def test_clocks_that_change_leave_the_wall_clock_alone() -> None:
    before_dst = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
    tenant = medispa()

    friday = slots_on(tenant, date(2027, 3, 12), now=before_dst)
    monday = slots_on(tenant, date(2027, 3, 15), now=before_dst)

    assert friday == monday
    assert monday[0] == "08:00 ruiz"


def test_an_opening_across_the_missing_hour_loses_it() -> None:
    night = {"sunday": [{"start": "00:00", "end": "04:00"}]}
    tenant = medispa(hours={"week": night})

    slots = slots_on(tenant, date(2027, 3, 14), now=datetime(2027, 3, 12, tzinfo=UTC))

    assert slots == [f"{hour} ruiz" for hour in ("00:00", "00:30", "01:00", "01:30", "03:00", "03:30")]  # fmt: skip


def test_an_unknown_country_has_no_holidays() -> None:
    assert slots_on(benova(country="XX"), date(2026, 12, 8))


def test_a_slot_s_id_hangs_on_company_treatment_staff_and_start() -> None:
    start = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    bogota = benova()
    same_moment = start.astimezone(bogota.zone)

    ids = {
        slot_id_of(bogota.company_id, "botox", "ruiz", start),
        slot_id_of(bogota.company_id, "botox", "ruiz", same_moment),
        slot_id_of(medispa().company_id, "botox", "ruiz", start),
        slot_id_of(bogota.company_id, "laser", "ruiz", start),
        slot_id_of(bogota.company_id, "botox", "mora", start),
        slot_id_of(bogota.company_id, "botox", "ruiz", start + minutes(30)),
    }

    assert len(ids) == 5


def test_a_start_may_be_asked_for_once() -> None:
    tenant = benova()
    laser = tenant.treatment("laser")
    assert laser
    start = datetime.combine(MONDAY, time(), tenant.zone)
    search = Search(treatment=laser, after=start, before=start + timedelta(days=1), each_start_once=True)  # fmt: skip
    busy = {"ruiz": [stretch(tenant, MONDAY, "08:00", "09:00")]}

    slots = free_slots(tenant, search, now=SUNDAY, busy=busy, limit=3)

    assert [f"{slot.start:%H:%M} {slot.staff_id}" for slot in slots] == ["08:00 mora", "08:30 mora", "09:00 ruiz"]  # fmt: skip


BUSY = st.dictionaries(
    st.sampled_from(["ruiz", "mora", "laser-1"]),
    st.lists(
        st.tuples(st.integers(0, 10 * 24 * 60), st.integers(1, 300)).map(
            lambda pair: (
                int(SUNDAY.timestamp()) + pair[0] * 60,
                int(SUNDAY.timestamp()) + (pair[0] + pair[1]) * 60,
            )
        ),
        max_size=25,
    ),
)


def clinic(granularity: int, before: int, length: int, after: int) -> Tenant:
    treatment = {
        "id": "any",
        "name": "Any",
        "duration": minutes(length),
        "buffer_before": minutes(before),
        "buffer_after": minutes(after),
        "resources": ["laser-1"],
    }
    return benova(treatments=[treatment], agenda={"granularity": minutes(granularity)})


CLINICS = st.builds(
    clinic,
    st.sampled_from([0, 5, 15, 20, 30, 45, 60]),
    st.integers(0, 45),
    st.integers(1, 200),
    st.integers(0, 45),
)


@settings(max_examples=120, deadline=None)
@given(tenant=CLINICS, busy=BUSY)
def test_no_slot_ever_meets_a_busy_time_or_leaves_the_hours(
    tenant: Tenant, busy: dict[str, list[Stretch]]
) -> None:
    treatment = tenant.treatments[0]
    search = Search(treatment=treatment, after=SUNDAY, before=SUNDAY + timedelta(days=10))

    slots = free_slots(tenant, search, now=SUNDAY, busy=busy, limit=5000)

    staff = {member.id: member for member in tenant.staff}
    for slot in slots:
        taken = [*busy.get(slot.staff_id, []), *busy.get("laser-1", [])]
        start, end = occupied(treatment, slot.start)
        assert not [one for one in taken if one[0] < end and start < one[1]]
        spans = staff_spans(tenant, staff[slot.staff_id], slot.start.date())
        for place in (spans, company_spans(tenant, slot.start.date())):
            assert [
                span for span in place
                if span.start <= slot.start.time() and slot.end.time() <= span.end
            ]  # fmt: skip
        assert slot.end - slot.start == length_of(treatment)
        assert slot.start >= SUNDAY + tenant.agenda.minimum_notice
    assert slots == sorted(slots, key=lambda slot: slot.start)
    assert len({slot.slot_id for slot in slots}) == len(slots)


@settings(max_examples=60, deadline=None)
@given(tenant=CLINICS, busy=BUSY)
def test_a_search_of_parts_finds_what_the_whole_search_finds(
    tenant: Tenant, busy: dict[str, list[Stretch]]
) -> None:
    treatment = tenant.treatments[0]
    middle, end = SUNDAY + timedelta(days=2, hours=3), SUNDAY + timedelta(days=5)

    whole, first, second = (
        free_slots(
            tenant,
            Search(treatment=treatment, after=after, before=before),
            now=SUNDAY, busy=busy, limit=5000,
        )
        for after, before in ((SUNDAY, end), (SUNDAY, middle), (middle, end))
    )  # fmt: skip

    assert first + second == whole
