"""Rules between one person's visits: days between sessions, what comes first, a longer first time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agenda.appointment import Appointment, Patient
from agenda.errors import AgendaError, TooCloseError, VisitNeededError
from agenda.local_agenda import LocalAgenda
from agenda.visits import Terms, Visitor
from integrations.redis import Client
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.agenda.clinics import SUNDAY, MovingClock, benova, minutes

ANA = UserId("41")
LUIS = UserId("42")
ANA_GOMEZ = Patient(name="Ana Gómez", phone="+573001234567")
ROSA = Patient(name="Rosa Díaz", phone="+573001234567")
FAR = SUNDAY + timedelta(days=38)
TREATMENTS = [
    {"id": "visit", "name": "Valoración", "duration": minutes(30)},
    {
        "id": "laser",
        "name": "Láser",
        "duration": minutes(30),
        "minimum_gap_days": 14,
        "comes_after": ["visit"],
    },
    {
        "id": "peel",
        "name": "Peeling",
        "duration": minutes(30),
        "minimum_gap_days": 3,
        "first_visit_duration": minutes(60),
    },
]


def ruled(**changes: object) -> Tenant:
    staff = [{"id": "ruiz", "name": "Dra. Ruiz"}]
    return benova(**{"treatments": TREATMENTS, "staff": staff, **changes})


@pytest.fixture
def agenda(redis: Client, time: MovingClock) -> LocalAgenda:
    return LocalAgenda(redis, ruled(), time)


async def days(agenda: LocalAgenda, treatment: str, visitor: Visitor) -> list[str]:
    found = await agenda.free_slots(treatment, SUNDAY, FAR, limit=2000, visitor=visitor)
    return sorted({f"{slot.start:%m-%d}" for slot in found})


async def booked(
    agenda: LocalAgenda, treatment: str, day: int, patient: Patient = ANA_GOMEZ
) -> Appointment:
    """Book the first free time of a day so many days after Sunday, whatever the rules say."""
    after = SUNDAY + timedelta(days=day - 0.4)
    slot = (await agenda.free_slots(treatment, after, after + timedelta(days=1)))[0]
    return await agenda.book(ANA, slot.slot_id, patient, exempt=True)


async def test_what_comes_first_hides_the_times_before_it(agenda: LocalAgenda) -> None:
    nothing = await days(agenda, "laser", Visitor(user=ANA))
    await booked(agenda, "visit", 3)

    later = await days(agenda, "laser", Visitor(user=ANA))

    assert nothing == []
    assert later[0] == "11-25"
    assert await days(agenda, "laser", Visitor(user=LUIS)) == []


async def test_a_person_s_sessions_keep_their_distance_before_and_after(
    agenda: LocalAgenda,
) -> None:
    await booked(agenda, "peel", 8)

    found = await days(agenda, "peel", Visitor(user=ANA))

    assert "11-27" in found
    assert not {"11-28", "11-30", "12-01", "12-02"} & set(found)
    assert "12-03" in found


async def test_another_person_of_the_same_contact_has_no_sessions(agenda: LocalAgenda) -> None:
    await booked(agenda, "peel", 8)

    mother = await days(agenda, "peel", Visitor(user=ANA, somebody_else=True))
    by_name = await days(agenda, "peel", Visitor(user=ANA, name="Rosa Díaz"))
    herself = await days(agenda, "peel", Visitor(user=ANA, name="Ana María Gómez"))

    assert mother == by_name
    assert "11-30" in mother
    assert "11-30" not in herself


async def test_a_booking_checks_the_rules_again_and_staff_may_exempt(agenda: LocalAgenda) -> None:
    await booked(agenda, "peel", 8)
    after = SUNDAY + timedelta(days=8)
    slot = (await agenda.free_slots("peel", after, after + timedelta(days=3)))[0]

    with pytest.raises(TooCloseError) as too_close:
        await agenda.hold(ANA, slot.slot_id, Visitor(user=ANA))
    with pytest.raises(TooCloseError):
        await agenda.book(ANA, slot.slot_id, ANA_GOMEZ)
    rosa = await agenda.book(ANA, slot.slot_id, ROSA)

    assert too_close.value.args == ("peel", "2026-12-03")
    assert rosa.start == slot.start


async def test_a_treatment_that_needs_another_visit_cannot_be_booked_before_it(
    agenda: LocalAgenda,
) -> None:
    slot = (await agenda.free_slots("laser", SUNDAY, FAR))[0]

    with pytest.raises(VisitNeededError) as needed:
        await agenda.book(ANA, slot.slot_id, ANA_GOMEZ)
    exempted = await agenda.book(ANA, slot.slot_id, ANA_GOMEZ, exempt=True)

    assert needed.value.args == ("visit",)
    assert exempted.treatment_id == "laser"


async def test_a_visit_that_was_cancelled_or_missed_counts_for_nothing(
    agenda: LocalAgenda,
) -> None:
    kept = await booked(agenda, "visit", 3)
    await agenda.cancel(ANA, kept.appointment_id)

    assert await days(agenda, "laser", Visitor(user=ANA)) == []


async def test_moving_checks_the_other_sessions_and_not_the_moved_one(agenda: LocalAgenda) -> None:
    moved = await booked(agenda, "peel", 8)
    await booked(agenda, "peel", 15)
    visitor = Visitor(user=ANA, giving_up=moved.appointment_id)
    all_times = await agenda.free_slots("peel", SUNDAY, FAR, limit=2000)
    near_the_other = next(one for one in all_times if f"{one.start:%m-%d}" == "12-05")

    found = await days(agenda, "peel", visitor)
    with pytest.raises(TooCloseError):
        await agenda.move(ANA, moved.appointment_id, near_the_other.slot_id)

    assert "12-01" in found
    assert "12-05" not in found


async def test_a_first_visit_lasts_longer_and_takes_that_long(agenda: LocalAgenda) -> None:
    slots = await agenda.free_slots("peel", SUNDAY, FAR, limit=2000, visitor=Visitor(user=ANA))
    plain = await agenda.free_slots("peel", SUNDAY, FAR, limit=2000)

    first = await agenda.book(ANA, slots[0].slot_id, ANA_GOMEZ)

    assert first.end - first.start == minutes(60)
    assert len(slots) < len(plain)
    left = await agenda.free_slots("peel", SUNDAY, FAR)
    assert left[0].start == first.end
    again = await agenda.free_slots("peel", first.end, FAR, visitor=Visitor(user=ANA))
    assert again[0].end - again[0].start == minutes(30)


async def test_a_company_s_first_visit_is_of_a_certain_kind(
    redis: Client, time: MovingClock
) -> None:
    agenda = LocalAgenda(redis, ruled(agenda={"first_visit": ["visit"]}), time)
    nobody_yet = await days(agenda, "peel", Visitor(user=ANA))
    await booked(agenda, "visit", 3)

    assert nobody_yet == []
    assert (await days(agenda, "peel", Visitor(user=ANA)))[0] == "11-25"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"comes_after": ["nothing"]}, "laser comes after unknown treatments: nothing"),
        ({"comes_after": ["laser"]}, "cannot come after itself"),
        ({"comes_after": ["second"]}, "cannot be booked first: second"),
    ],
)
def test_what_could_never_be_booked_is_refused(changes: dict[str, object], words: str) -> None:
    second = {"id": "second", "name": "B", "duration": minutes(30), "comes_after": ["laser"]}
    first = {"id": "laser", "name": "A", "duration": minutes(30), **changes}

    with pytest.raises(ValidationError, match=words):
        benova(treatments=[first, second])


HOURS = st.integers(0, 60 * 24)
VISITS = st.lists(st.tuples(st.sampled_from(["visit", "laser", "peel"]), HOURS), max_size=6)


@settings(max_examples=80, deadline=None)
@given(visits=VISITS, treatment=st.sampled_from(["laser", "peel"]), hour=HOURS)
def test_what_a_search_leaves_out_is_what_a_booking_refuses(
    visits: list[tuple[str, int]], treatment: str, hour: int
) -> None:
    tenant = ruled()
    wanted = tenant.treatment(treatment)
    assert wanted
    terms = Terms(tenant, wanted, [visit_at(kind, at) for kind, at in visits])
    moment = SUNDAY + timedelta(hours=hour)
    window = int(SUNDAY.timestamp()), int((SUNDAY + timedelta(days=70)).timestamp())

    allowed = [
        lasting
        for (first, last), lasting in terms.pieces(window)
        if first <= moment.timestamp() < last
    ]

    assert allowed == answers(terms, moment)


def answers(terms: Terms, moment: datetime) -> list[object]:
    try:
        return [terms.at(moment)]
    except AgendaError:
        return []


def visit_at(kind: str, hour: int) -> Appointment:
    start = SUNDAY + timedelta(hours=hour)
    return Appointment(
        appointment_id=f"{kind}{hour}",
        slot_id="s",
        user_id=ANA,
        treatment_id=kind,
        staff_id="ruiz",
        start=start,
        end=start + minutes(30),
        patient=ANA_GOMEZ,
        status="booked",
        created_at=SUNDAY,
    )
