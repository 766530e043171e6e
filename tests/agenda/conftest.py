"""Agendas of Benova, embedded and at Google, with a clock that a test can move."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agenda.calendars import Calendars
from agenda.local_agenda import LocalAgenda
from integrations.google_threads import GoogleThreads
from integrations.redis import Client
from tests.agenda.clinics import MovingClock, benova
from tests.agenda.google_scene import MORA, RUIZ, Scene, with_google
from tests.fakes.google_calendar import FakeGoogle
from tests.fakes.serve import serve


@pytest.fixture
def time() -> MovingClock:
    return MovingClock()


@pytest.fixture
def agenda(redis: Client, time: MovingClock) -> LocalAgenda:
    return LocalAgenda(redis, benova(), time)


@pytest.fixture
async def scene(redis: Client) -> AsyncIterator[Scene]:
    fake, time, threads = FakeGoogle(RUIZ, MORA), MovingClock(), GoogleThreads(timeout=2)
    async with serve(fake.app) as url:
        tenant, calendars = with_google(fake, url), Calendars(redis, time, threads)
        yield Scene(fake, url, tenant, calendars, calendars.agenda_of(tenant), time)
    await asyncio.to_thread(threads.close)
