"""What staff move and delete in Google is followed here."""

from datetime import datetime

from tests.agenda.google_scene import ANA, LUIS, PATIENT, RUIZ, Scene
from tests.fakes.google_calendar import AWAY


async def test_an_event_that_staff_deleted_never_becomes_another_patients_under_its_name(
    scene: Scene,
) -> None:
    first = await scene.booked_by(ANA)
    scene.fake.remove(RUIZ, first.appointment_id)

    second = await scene.booked_by(LUIS)

    assert second.start == first.start
    assert [one.user_id for one in await scene.agenda.appointments_of(LUIS)] == [LUIS]
    assert second.appointment_id != first.appointment_id


async def test_an_appointment_that_staff_deleted_in_google_is_cancelled_here(scene: Scene) -> None:
    booked = await scene.booked_by(ANA)
    before = await scene.follow()
    scene.fake.remove(RUIZ, booked.appointment_id)

    followed = await scene.follow()

    assert (before, followed) == (0, 1)
    assert await scene.agenda.appointments_of(ANA) == []
    assert (await scene.slot()).start == booked.start


async def test_an_appointment_that_staff_moved_in_google_is_moved_here(scene: Scene) -> None:
    booked = await scene.booked_by(ANA)
    scene.fake.move(
        RUIZ, booked.appointment_id, "2026-11-24T15:00:00-05:00", "2026-11-24T15:30:00-05:00"
    )

    followed = await scene.follow()
    (noted,) = (await scene.calendars.staff_edits_of(scene.tenant).noted()).values()

    assert noted.start == booked.start
    (moved,) = await scene.agenda.appointments_of(ANA)
    assert followed == 1
    assert moved.start.isoformat() == "2026-11-24T15:00:00-05:00"
    assert moved.appointment_id == booked.appointment_id
    assert (await scene.booked_by(LUIS)).start == booked.start
    await scene.agenda.cancel(ANA, booked.appointment_id)
    assert len(scene.fake.live(RUIZ)) == 1


async def test_what_we_did_ourselves_is_no_news(scene: Scene) -> None:
    booked = await scene.booked_by(ANA)
    await scene.agenda.move(ANA, booked.appointment_id, (await scene.slot(4)).slot_id)

    assert [await scene.follow(), await scene.follow()] == [0, 0]


async def test_a_token_that_ran_out_means_reading_everything_anew(scene: Scene) -> None:
    booked = await scene.booked_by(ANA)
    await scene.follow()
    scene.fake.remove(RUIZ, booked.appointment_id)
    scene.fake.oldest_sync = 1_000

    assert await scene.follow() == 1
    assert await scene.agenda.appointments_of(ANA) == []


async def test_staffs_own_events_are_nobodys_appointments(scene: Scene) -> None:
    scene.fake.enter(RUIZ, "2026-11-24T08:00:00-05:00", "2026-11-24T09:00:00-05:00")

    assert await scene.follow() == 0


async def test_a_time_whose_event_staff_deleted_can_be_moved_to(scene: Scene) -> None:
    first = await scene.booked_by(ANA)
    later = await scene.agenda.book(LUIS, (await scene.slot(4)).slot_id, PATIENT)
    scene.fake.remove(RUIZ, first.appointment_id)

    moved = await scene.agenda.move(LUIS, later.appointment_id, first.slot_id)

    (event,) = scene.fake.live(RUIZ)
    assert moved.start == first.start
    assert datetime.fromisoformat(event["start"]["dateTime"]) == first.start
    assert [one.user_id for one in await scene.agenda.appointments_of(LUIS)] == [LUIS]


async def test_a_cancellation_frees_also_the_time_that_a_move_could_not_free(scene: Scene) -> None:
    booked = await scene.booked_by(ANA)
    scene.fake.refuses = lambda method, _path: AWAY if method == "DELETE" else None
    await scene.agenda.move(ANA, booked.appointment_id, (await scene.slot(4)).slot_id)
    left = len(scene.fake.live(RUIZ))
    scene.fake.refuses = lambda _method, _path: None

    await scene.agenda.cancel(ANA, booked.appointment_id)

    assert left == 2
    assert scene.fake.live(RUIZ) == []
