"""Availability, appointments and calendar feeds over REST, as a clinic's own people use them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.routes.conftest import BENOVA, MEDISPA, Api

PATIENT = {"name": "Ana Gómez", "phone": "300 123 4567"}


async def slots(api: Api, query: str = "", company: str = "benova") -> list[dict[str, Any]]:
    after = (datetime.now(UTC) + timedelta(days=2)).date()
    answer = await api.get(
        f"/api/availability?company_id={company}&treatment=valoracion&from={after}{query}"
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["slots"]
    return found


async def book(api: Api, slot: dict[str, Any], user: str = "41") -> httpx.Response:
    body = {"slot_id": slot["slot_id"], "user_id": user, "patient": PATIENT}
    return await api.send("POST", "/api/appointments", body, BENOVA)


async def booked(api: Api) -> dict[str, Any]:
    answer = await book(api, (await slots(api))[0])
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_free_slots_say_when_with_whom_and_in_words(api: Api) -> None:
    found = await slots(api)

    assert set(found[0]) == {"slot_id", "start", "end", "staff_id", "staff", "label"}
    assert found == sorted(found, key=lambda one: one["start"])
    assert found[0]["start"].endswith("-05:00")


async def test_slots_are_found_by_the_treatments_name_and_by_words(api: Api) -> None:
    answer = await api.get(
        "/api/availability?company_id=benova&treatment=consulta de valoración"
        "&when=la otra semana en la tarde"
    )

    told = answer.json()
    assert answer.status_code == 200
    assert told["treatment_id"] == "valoracion"
    assert told["understood"]["part"] == "afternoon"
    assert told["exact"] is True
    assert all(int(one["start"][11:13]) >= 12 for one in told["slots"])


async def test_slots_of_one_person_only(api: Api) -> None:
    found = await slots(api, "&staff=valentina-ruiz")

    assert {one["staff_id"] for one in found} == {"valentina-ruiz"}


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("treatment=valoracion&from=tomorrow", 422, "from:"),
        ("treatment=valoracion&from=2099-01-02&to=2099-01-01", 422, "to:"),
        ("treatment=valoracion&staff=nobody", 422, "staff:"),
        ("treatment=valoracion&when=azul", 422, "when:"),
        ("treatment=valoracion&when=mañana&from=2026-11-24", 422, "when:"),
        ("treatment=", 422, "treatment:"),
        ("treatment=trasplante de corazón", 404, "treatment"),
    ],
)
async def test_a_search_that_cannot_be_is_refused_by_name(
    api: Api, query: str, status: int, said: str
) -> None:
    answer = await api.get(f"/api/availability?company_id=benova&{query}")

    assert answer.status_code == status
    assert said in answer.json()["detail"]


async def test_a_booked_slot_is_listed_and_no_longer_free(api: Api) -> None:
    slot = (await slots(api))[0]

    made = await book(api, slot)

    assert made.status_code == 201
    assert made.json()["patient"]["phone"] == "+573001234567"
    assert made.json()["start"] == slot["start"]
    assert slot["slot_id"] not in {one["slot_id"] for one in await slots(api)}
    listed = (await api.get("/api/appointments", BENOVA)).json()
    assert listed["total"] == 1
    assert listed["appointments"][0] == made.json()


async def test_the_same_booking_twice_is_one_appointment(api: Api) -> None:
    slot = (await slots(api))[0]

    first, second = await book(api, slot), await book(api, slot)

    assert first.json() == second.json()
    assert (await api.get("/api/appointments", BENOVA)).json()["total"] == 1


async def test_of_two_hundred_requests_for_one_slot_exactly_one_wins(api: Api) -> None:
    slot = (await slots(api))[0]

    answers = await asyncio.gather(*(book(api, slot, f"user-{one}") for one in range(200)))

    statuses = [one.status_code for one in answers]
    assert statuses.count(201) == 1
    assert statuses.count(409) == 199
    assert (await api.get("/api/appointments", BENOVA)).json()["total"] == 1


async def test_a_slot_that_was_never_listed_cannot_be_booked(api: Api) -> None:
    answer = await book(api, {"slot_id": "abcdefgh23456777"})

    assert answer.status_code == 404
    assert answer.json()["error"] == "UnknownSlotError"


async def test_a_patient_without_a_contact_is_known_by_telephone(api: Api) -> None:
    slot = (await slots(api))[0]

    made = await api.send(
        "POST", "/api/appointments", {"slot_id": slot["slot_id"], "patient": PATIENT}, BENOVA
    )

    assert made.json()["user_id"] == "tel-573001234567"


@pytest.mark.parametrize(
    ("patient", "said"),
    [
        ({"name": "Ana", "phone": "12"}, "patient.phone"),
        ({"name": "A"}, "patient.name"),
        ({"name": "Ana"}, "user_id"),
    ],
)
async def test_a_booking_that_lacks_something_is_refused_by_name(
    api: Api, patient: dict[str, str], said: str
) -> None:
    slot = (await slots(api))[0]

    answer = await api.send(
        "POST", "/api/appointments", {"slot_id": slot["slot_id"], "patient": patient}, BENOVA
    )

    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_an_appointment_moves_to_another_slot(api: Api) -> None:
    made = await booked(api)
    later = (await slots(api))[-1]

    moved = await api.send(
        "PATCH", f"/api/appointments/{made['appointment_id']}", {"slot_id": later["slot_id"]}
        , BENOVA,
    )  # fmt: skip

    assert moved.json()["start"] == later["start"]
    assert moved.json()["appointment_id"] == made["appointment_id"]
    assert made["slot_id"] in {one["slot_id"] for one in await slots(api)}


async def test_notes_are_replaced(api: Api) -> None:
    made = await booked(api)
    path = f"/api/appointments/{made['appointment_id']}"

    await api.send("PATCH", path, {"notes": "Llega tarde"}, BENOVA)

    assert (await api.get(path, BENOVA)).json()["patient"]["notes"] == "Llega tarde"


async def test_nobody_is_absent_before_the_appointment_begins(api: Api) -> None:
    made = await booked(api)

    answer = await api.send(
        "PATCH", f"/api/appointments/{made['appointment_id']}", {"status": "no_show"}, BENOVA
    )

    assert answer.status_code == 409
    assert answer.json()["error"] == "NotNowError"


@pytest.mark.parametrize("body", [{}, {"status": "cancelled"}, {"slot_id": "*"}])
async def test_a_change_that_is_none_is_refused(api: Api, body: dict[str, str]) -> None:
    made = await booked(api)

    answer = await api.send("PATCH", f"/api/appointments/{made['appointment_id']}", body, BENOVA)

    assert answer.status_code == 422


async def test_a_cancelled_appointment_frees_its_time_and_stays_in_the_list(api: Api) -> None:
    made = await booked(api)
    path = f"/api/appointments/{made['appointment_id']}"

    first = await api.send("DELETE", path, key=BENOVA)
    second = await api.send("DELETE", path, key=BENOVA)

    assert first.json() == second.json()
    assert first.json()["status"] == "cancelled"
    assert made["slot_id"] in {one["slot_id"] for one in await slots(api)}
    cancelled = await api.get("/api/appointments?status=cancelled", BENOVA)
    standing = await api.get("/api/appointments?status=booked", BENOVA)
    assert (cancelled.json()["total"], standing.json()["total"]) == (1, 0)


async def test_appointments_are_listed_in_pages_by_patient_and_by_day(api: Api) -> None:
    free = await slots(api, "&staff=valentina-ruiz")
    for user, slot in (("41", free[0]), ("42", free[4]), ("42", free[8])):
        await book(api, slot, user)

    second = (await api.get("/api/appointments?limit=2&page=2", BENOVA)).json()
    of_one = (await api.get("/api/appointments?user_id=42", BENOVA)).json()
    none = (await api.get("/api/appointments?from=2099-01-01", BENOVA)).json()

    assert (second["total"], len(second["appointments"])) == (3, 1)
    assert {one["user_id"] for one in of_one["appointments"]} == {"42"}
    assert (of_one["total"], none["total"]) == (2, 0)


async def test_another_companys_appointment_is_unknown(api: Api) -> None:
    made = await booked(api)
    path = f"/api/appointments/{made['appointment_id']}"

    answers = [
        await api.get(path, MEDISPA),
        await api.send("PATCH", path, {"notes": "x"}, MEDISPA),
        await api.send("DELETE", path, key=MEDISPA),
    ]

    assert {one.status_code for one in answers} == {404}
    assert (await api.get("/api/appointments", MEDISPA)).json()["total"] == 0


async def test_the_agendas_rules_are_shown_with_their_units_and_no_secret(api: Api) -> None:
    shown = (await api.get("/api/agenda/config", BENOVA)).json()

    assert shown["integration_type"] == "local"
    assert shown["rules"]["minimum_notice_minutes"] == 120
    assert "credentials" not in str(shown)
    assert shown["treatments"][0]["duration_minutes"] == 30


async def test_days_say_when_somebody_is_there_and_why_not(api: Api) -> None:
    eve, new_year = (
        await api.get("/api/agenda/days?from=2026-12-24&to=2027-01-01", BENOVA)
    ).json()["days"][::8]

    assert (eve["reason"], eve["spans"]) == ("Nochebuena", [{"start": "08:00", "end": "12:00"}])
    assert eve["staff"]["andres-mejia"] == [{"start": "08:00", "end": "12:00"}]
    assert eve["staff"]["natalia-ospina"] == [{"start": "10:00", "end": "12:00"}]
    assert (new_year["closed"], new_year["spans"]) == ("holiday", [])


@pytest.mark.parametrize("to", ["2026-12-23", "2027-12-24", "nunca"])
async def test_no_days_or_too_many_are_refused(api: Api, to: str) -> None:
    answer = await api.get(f"/api/agenda/days?from=2026-12-24&to={to}", BENOVA)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("to:")


async def test_only_what_is_to_be_told_is_noted_for_the_patient(api: Api) -> None:
    found = await slots(api)
    quiet, moved, ended = [
        (await book(api, one, user)).json()["appointment_id"]
        for one, user in zip(found[::8][:3], ("41", "42", "43"), strict=True)
    ]

    await api.send("DELETE", f"/api/appointments/{quiet}", key=BENOVA)
    await api.send("DELETE", f"/api/appointments/{ended}?tell=true", key=BENOVA)
    body = {"slot_id": found[4]["slot_id"], "tell": True}
    answer = await api.send("PATCH", f"/api/appointments/{moved}", body, BENOVA)

    assert answer.status_code == 200, answer.text
    edits = api.parts.calendars.staff_edits_of(api.parts.directory.find("benova"))
    assert set(await edits.noted()) == {moved, ended}


async def opened(api: Api, staff: str) -> str:
    answer = await api.send("POST", f"/api/agenda/feeds/{staff}", key=BENOVA)
    assert answer.status_code == 201
    url = str(answer.json()["url"])
    return url.removeprefix("https://clinicdesk.example")


async def test_a_feed_shows_one_persons_appointments_to_whoever_has_its_link(api: Api) -> None:
    made = await booked(api)
    link = await opened(api, made["staff_id"])

    feed = await api.http.get(link)

    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    assert [str(one["summary"]) for one in events] == ["Valoración médica, Ana Gómez"]
    assert events[0].decoded("dtstart") == datetime.fromisoformat(made["start"])
    assert "+57300" not in feed.text


async def test_a_feed_of_another_person_is_empty_of_it(api: Api) -> None:
    made = await booked(api)
    other = {"valentina-ruiz": "andres-mejia"}.get(made["staff_id"], "valentina-ruiz")

    feed = await api.http.get(await opened(api, other))

    assert "VEVENT" not in feed.text


async def test_a_new_link_ends_the_one_before_and_a_revoked_one_ends(api: Api) -> None:
    first = await opened(api, "valentina-ruiz")
    second = await opened(api, "valentina-ruiz")

    assert (await api.http.get(first)).status_code == 404
    assert (await api.http.get(second)).status_code == 200

    await api.send("DELETE", "/api/agenda/feeds/valentina-ruiz", key=BENOVA)

    assert (await api.http.get(second)).status_code == 404
    assert (await api.get("/api/agenda/feeds", BENOVA)).json()["feeds"][0]["url"] is None


async def test_links_are_long_and_only_the_companys_own_are_listed(api: Api) -> None:
    link = await opened(api, "valentina-ruiz")

    listed = (await api.get("/api/agenda/feeds", BENOVA)).json()["feeds"]

    assert len(link.split("/")[-1]) > 40
    assert [one["staff_id"] for one in listed if one["url"]] == ["valentina-ruiz"]
    assert link.split("/")[-1] not in (await api.get("/api/agenda/feeds", MEDISPA)).text


async def test_whoever_finds_a_slot_taken_gets_the_next_ones(api: Api) -> None:
    wanted = (await slots(api, "&staff=valentina-ruiz"))[0]
    await book(api, wanted)

    lost = await book(api, wanted, user="42")
    instead = await book(api, lost.json()["next_slots"][0], user="42")

    assert lost.status_code == 409
    assert lost.json()["error"] == "SlotTakenError"
    assert wanted["slot_id"] not in {one["slot_id"] for one in lost.json()["next_slots"]}
    assert instead.status_code == 201


async def test_staff_may_book_against_the_rules_between_visits_when_they_say_so(api: Api) -> None:
    after = (datetime.now(UTC) + timedelta(days=2)).date()
    where = f"/api/availability?company_id=benova&treatment=rinomodelacion&from={after}"
    slot = (await api.get(where)).json()["slots"][0]
    body = {"slot_id": slot["slot_id"], "user_id": "41", "patient": PATIENT}

    for_ana = (await api.get(f"{where}&user_id=41")).json()["slots"]
    refused = await api.send("POST", "/api/appointments", body, BENOVA)
    exempted = await api.send("POST", "/api/appointments", {**body, "exempt": True}, BENOVA)

    assert for_ana == []
    assert (refused.status_code, refused.json()["error"]) == (409, "VisitNeededError")
    assert exempted.status_code == 201
