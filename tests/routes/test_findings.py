"""The doctor looks at calendars that lie outside, and says what to do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agenda.calendars import Calendars
from integrations.google_threads import GoogleThreads
from integrations.redis import Client
from routes.findings import of_calendars, of_emergency_number
from tests.agenda.clinics import MovingClock, benova, medispa
from tests.agenda.google_scene import MORA, RUIZ, with_google
from tests.fakes.google_calendar import FakeGoogle
from tests.fakes.serve import serve


@pytest.fixture
async def calendars(redis: Client) -> AsyncIterator[Calendars]:
    threads = GoogleThreads(timeout=2)
    yield Calendars(redis, MovingClock(), threads)
    await asyncio.to_thread(threads.close)


async def test_a_calendar_that_answers_is_well(calendars: Calendars) -> None:
    fake = FakeGoogle(RUIZ, MORA)
    async with serve(fake.app) as url:
        (found,) = await of_calendars([with_google(fake, url)], calendars, MovingClock())

    assert (found.state, found.says) == ("ok", "google, 2 people")


async def test_a_calendar_that_is_not_shared_is_named(calendars: Calendars) -> None:
    fake = FakeGoogle(RUIZ)
    async with serve(fake.app) as url:
        (found,) = await of_calendars([with_google(fake, url)], calendars, MovingClock())

    assert found.state == "wrong"
    assert "notFound" in found.says
    assert "shared" in found.todo


async def test_missing_credentials_and_addresses_are_named(calendars: Calendars) -> None:
    staff = [{"id": "ruiz", "name": "Dr. Ruiz", "calendar_id": RUIZ}]
    google = medispa(staff=staff, agenda={"calendar": "google"})
    http = benova(agenda={"calendar": "http"})

    first, second = await of_calendars([google, http], calendars, MovingClock())

    assert "no credentials" in first.says
    assert "SCHEDULE_SERVICE_URL" in second.says


async def test_calendars_here_need_no_look(calendars: Calendars) -> None:
    assert await of_calendars([benova()], calendars, MovingClock()) == []


def test_another_countrys_emergency_number_is_wrong() -> None:
    here, there = benova(), benova(country="MX")

    (found,) = of_emergency_number(there)

    assert of_emergency_number(here) == []
    assert (found.state, found.says) == ("wrong", "Colombia's 123, in MX")
