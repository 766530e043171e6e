"""Front desks, with and without a model."""

from collections.abc import AsyncIterator

import pytest

from integrations.clock import Clock
from integrations.redis import Client
from tests.graph.house import House, guided_house, house_with_model


@pytest.fixture
async def house(redis: Client, clock: Clock) -> AsyncIterator[House]:
    """A front desk that has no model."""
    async with guided_house(redis, clock) as opened:
        yield opened


@pytest.fixture
async def modelled(redis: Client, clock: Clock) -> AsyncIterator[House]:
    """A front desk with a model, a second model and the guided agent."""
    async with house_with_model(redis, clock) as opened:
        yield opened
