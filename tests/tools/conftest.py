"""Patients at the desks of two companies, with a clock that a test can move."""

import pytest

from integrations.redis import Client
from tests.agenda.clinics import MovingClock, benova, medispa
from tests.tools.front_desk import Conversation, desk_of


@pytest.fixture
def time() -> MovingClock:
    return MovingClock()


@pytest.fixture
def ana(redis: Client, time: MovingClock) -> Conversation:
    return Conversation(desk_of(redis, benova(), time), "41")


@pytest.fixture
def luis(redis: Client, time: MovingClock) -> Conversation:
    return Conversation(desk_of(redis, benova(), time), "42")


@pytest.fixture
def mary(redis: Client, time: MovingClock) -> Conversation:
    return Conversation(desk_of(redis, medispa(), time), "41")
