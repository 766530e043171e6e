"""Google Calendar's client against a stand-in that answers as Google does."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from integrations.errors import IntegrationError
from integrations.google_calendar import GoogleCalendars
from integrations.google_errors import EventChangedError, EventExistsError, SyncExpiredError
from integrations.google_threads import GoogleThreads
from tests.fakes.discovery import faults
from tests.fakes.google_calendar import AWAY, RATE, TOO_MANY, FakeGoogle, RefusalError
from tests.fakes.serve import serve

RUIZ, MORA = "ruiz@benova.example", "mora@benova.example"
TEN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
BODY = {
    "id": "abc123",
    "summary": "Toxina, Ana",
    "start": {"dateTime": "2026-11-24T10:00:00-05:00", "timeZone": "America/Bogota"},
    "end": {"dateTime": "2026-11-24T10:30:00-05:00", "timeZone": "America/Bogota"},
    "extendedProperties": {"private": {"clinicdesk": "benova"}},
}


@dataclass(frozen=True)
class Scene:
    fake: FakeGoogle
    url: str
    threads: GoogleThreads
    google: GoogleCalendars

    def with_credentials(self, text: str) -> GoogleCalendars:
        return GoogleCalendars(SecretStr(text), f"{self.url}/calendar/v3/", self.threads)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    fake, threads = FakeGoogle(RUIZ, MORA), GoogleThreads(threads=4, timeout=2)
    async with serve(fake.app) as url:
        key = SecretStr(fake.tokens.service_account(url))
        yield Scene(fake, url, threads, GoogleCalendars(key, f"{url}/calendar/v3/", threads))
    await asyncio.to_thread(threads.close)


async def day(google: GoogleCalendars, calendar: str = RUIZ) -> list[str]:
    found = await google.between(calendar, TEN - timedelta(hours=9), TEN + timedelta(hours=9))
    return [str(one["id"]) for one in found]


async def test_an_event_is_entered_found_and_deleted(scene: Scene) -> None:
    made = await scene.google.insert(RUIZ, BODY)
    found = await scene.google.get(RUIZ, "abc123")
    await scene.google.delete(RUIZ, "abc123")
    await scene.google.delete(RUIZ, "abc123")
    gone = await scene.google.get(RUIZ, "abc123")

    assert found == made
    assert gone is not None
    assert gone["status"] == "cancelled"
    assert await day(scene.google) == []


async def test_what_was_never_there_is_none(scene: Scene) -> None:
    assert await scene.google.get(RUIZ, "nothing") is None
    await scene.google.delete(RUIZ, "nothing")


async def test_one_id_is_entered_once_even_after_it_was_deleted(scene: Scene) -> None:
    await scene.google.insert(RUIZ, BODY)

    with pytest.raises(EventExistsError):
        await scene.google.insert(RUIZ, BODY)
    await scene.google.delete(RUIZ, "abc123")
    with pytest.raises(EventExistsError):
        await scene.google.insert(RUIZ, BODY)


async def test_an_event_that_others_changed_is_not_overwritten(scene: Scene) -> None:
    made = await scene.google.insert(RUIZ, BODY)
    await scene.google.patch(RUIZ, "abc123", {"summary": "Otra"}, made["etag"])

    with pytest.raises(EventChangedError):
        await scene.google.patch(RUIZ, "abc123", {"summary": "Mía"}, made["etag"])


async def test_every_page_of_a_list_is_read(scene: Scene) -> None:
    scene.fake.page = 3
    for number in range(8):
        await scene.google.insert(RUIZ, {**BODY, "id": f"abc{number:03}"})

    assert len(await day(scene.google)) == 8


async def test_only_what_changed_since_a_token_is_read(scene: Scene) -> None:
    await scene.google.insert(RUIZ, BODY)
    everything, token = await scene.google.changes(RUIZ, "")
    scene.fake.remove(RUIZ, "abc123")

    changed, next_token = await scene.google.changes(RUIZ, token)
    nothing, _ = await scene.google.changes(RUIZ, next_token)

    assert [one["status"] for one in everything] == ["confirmed"]
    assert [one["status"] for one in changed] == ["cancelled"]
    assert nothing == []


async def test_a_token_that_is_too_old_is_told_apart(scene: Scene) -> None:
    _, token = await scene.google.changes(RUIZ, "")
    scene.fake.oldest_sync = 1_000

    with pytest.raises(SyncExpiredError):
        await scene.google.changes(RUIZ, token)


async def test_busy_times_of_several_calendars_come_in_one_request(scene: Scene) -> None:
    await scene.google.insert(RUIZ, BODY)
    before = len(scene.fake.requests)

    found = await scene.google.busy([RUIZ, MORA], TEN, TEN + timedelta(hours=1))

    assert found == {RUIZ: [(TEN, TEN + timedelta(minutes=30))], MORA: []}
    assert len(scene.fake.requests) == before + 1


async def test_a_calendar_that_is_not_shared_with_us_is_an_error(scene: Scene) -> None:
    with pytest.raises(IntegrationError, match="notFound") as told:
        await scene.google.busy([RUIZ, "nobody@x.example"], TEN, TEN + timedelta(hours=1))

    assert told.value.permanent


@pytest.mark.parametrize("refusal", [RATE, TOO_MANY, AWAY])
async def test_what_passes_is_tried_again(scene: Scene, refusal: RefusalError) -> None:
    scene.fake.refusals.append(refusal)

    await scene.google.insert(RUIZ, BODY)

    assert await day(scene.google) == ["abc123"]


async def test_a_retry_after_is_heeded(scene: Scene) -> None:
    scene.fake.refusals.append(TOO_MANY)
    begun = time.monotonic()

    await day(scene.google)

    assert time.monotonic() - begun >= 1


async def test_who_asks_for_a_longer_pause_is_not_waited_for(scene: Scene) -> None:
    scene.fake.refusals.append(RefusalError(429, "rateLimitExceeded", "Slow", retry_after="60"))

    with pytest.raises(IntegrationError) as told:
        await day(scene.google)

    assert not told.value.permanent
    assert told.value.retry_after == timedelta(seconds=60)


async def test_what_is_forbidden_is_not_tried_again(scene: Scene) -> None:
    scene.fake.refusals.append(RefusalError(403, "forbidden", "Forbidden"))

    with pytest.raises(IntegrationError) as told:
        await day(scene.google)

    assert told.value.permanent
    assert len(scene.fake.requests) == 1


async def test_a_google_that_is_away_is_worth_another_try_later(scene: Scene) -> None:
    key = scene.fake.tokens.service_account(scene.url)
    nowhere = GoogleCalendars(SecretStr(key), "http://127.0.0.1:9/calendar/v3/", scene.threads)

    with pytest.raises(IntegrationError) as told:
        await day(nowhere)

    assert not told.value.permanent


async def test_a_google_that_gives_no_answer_is_left_alone_for_a_while(scene: Scene) -> None:
    key = scene.fake.tokens.service_account(scene.url)
    nowhere = GoogleCalendars(SecretStr(key), "http://127.0.0.1:9/calendar/v3/", scene.threads)
    with pytest.raises(IntegrationError):
        await day(nowhere)
    begun = time.monotonic()

    with pytest.raises(IntegrationError, match="a moment ago"):
        await day(nowhere)

    assert time.monotonic() - begun < 0.5


async def test_a_persons_consent_opens_the_calendar_too(scene: Scene) -> None:
    google = scene.with_credentials(scene.fake.tokens.authorized_user(scene.url))

    await google.insert(RUIZ, BODY)

    assert scene.fake.tokens.grants == ["refresh_token"]


async def test_a_consent_that_was_withdrawn_is_no_passing_error(scene: Scene) -> None:
    google = scene.with_credentials(
        scene.fake.tokens.authorized_user(scene.url, refresh_token="withdrawn")
    )

    with pytest.raises(IntegrationError, match="refused") as told:
        await day(google)

    assert told.value.permanent


async def test_a_grant_that_another_key_signed_is_refused(scene: Scene) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    google = scene.with_credentials(scene.fake.tokens.service_account(scene.url, key=other))

    with pytest.raises(IntegrationError, match="refused"):
        await day(google)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"type": "service_account"}'])
async def test_credentials_that_are_none_say_so_without_showing_them(
    scene: Scene, text: str
) -> None:
    with pytest.raises(IntegrationError, match="the credentials") as told:
        await day(scene.with_credentials(text))

    assert told.value.permanent


async def test_many_calls_at_once_need_one_token(scene: Scene) -> None:
    await asyncio.gather(*(day(scene.google) for _ in range(20)))

    assert len(scene.fake.tokens.given) == 1


async def test_the_event_loop_goes_on_while_google_thinks(scene: Scene) -> None:
    scene.fake.answers_inserts.clear()

    waiting = asyncio.create_task(scene.google.insert(RUIZ, BODY))
    await scene.fake.stored.wait()
    scene.fake.answers_inserts.set()

    assert (await waiting)["id"] == "abc123"


async def test_the_stand_in_answers_what_googles_schema_allows(scene: Scene) -> None:
    made = await scene.google.insert(RUIZ, BODY)
    scene.fake.enter(RUIZ, "2026-11-25", "2026-11-26", summary="Vacaciones")
    token = next(iter(scene.fake.tokens.given))
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        events = f"{scene.url}/calendar/v3/calendars/{RUIZ}/events"
        listed = (await http.get(events)).json()
        asked = {"timeMin": "2026-11-24T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z"}
        busy = await http.post(
            f"{scene.url}/calendar/v3/freeBusy",
            json={**asked, "items": [{"id": RUIZ}, {"id": "x"}]},
        )

    assert faults(made, "Event") == []
    assert faults(listed, "Events") == []
    assert faults(busy.json(), "FreeBusyResponse") == []
    assert made["etag"].strip('"').isdecimal()
    assert len(made["etag"]) == 18


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"start": BODY["start"]}, "Missing end time."),
        ({**BODY, "id": "XYZ"}, "Invalid resource id value."),
    ],
)
async def test_the_stand_in_refuses_what_google_refuses(
    scene: Scene, body: dict[str, object], said: str
) -> None:
    await day(scene.google)
    token = next(iter(scene.fake.tokens.given))
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        answer = await http.post(f"{scene.url}/calendar/v3/calendars/{RUIZ}/events", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == said


EVENT = {
    "created", "creator", "end", "etag", "eventType", "htmlLink", "iCalUID", "id", "kind",
    "organizer", "reminders", "sequence", "start", "status", "updated",
}  # fmt: skip
"""What every event of Google's has, as its answers were recorded; words and guests come on top."""
OCCURRENCE = EVENT | {"originalStartTime", "recurringEventId"}
LIST = {
    "accessRole", "defaultReminders", "description", "etag", "items", "kind", "summary",
    "timeZone", "updated",
}  # fmt: skip
FORMS = {
    "etag": r'"\d{16}"',
    "created": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z",
    "updated": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "htmlLink": r"https://www\.google\.com/calendar/event\?eid=\w+",
    "iCalUID": r"[a-v0-9]+@google\.com",
}


async def test_the_fakes_answers_look_like_those_that_google_gave(scene: Scene) -> None:
    """Compare names and forms with recorded answers, which are summed up above."""
    made = await scene.google.insert(RUIZ, BODY)
    scene.fake.enter(
        RUIZ,
        "2026-11-24T14:00:00-05:00",
        "2026-11-24T15:00:00-05:00",
        recurrence=["RRULE:FREQ=DAILY;COUNT=2"],
    )

    token = next(iter(scene.fake.tokens.given))
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        events = f"{scene.url}/calendar/v3/calendars/{RUIZ}/events"
        listed = (await http.get(events, params={"singleEvents": "true"})).json()
    one_of_two = listed["items"][-1]

    assert made.keys() >= EVENT
    assert listed.keys() >= LIST
    assert one_of_two.keys() >= OCCURRENCE
    assert "recurrence" not in one_of_two
    assert re.fullmatch(r"byhand\d+_20261125T190000Z", one_of_two["id"])
    assert [name for name, form in FORMS.items() if not re.fullmatch(form, made[name])] == []
    assert faults(listed, "Events") == []
