"""One deployment for every journey that breaks none of our processes: a server with its worker."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.fakes.openai import Fault
from tests.journeys.clinics import BENOVA, FAILING, MEDISPA, NIGHT, THINKING, WELLNESS
from tests.journeys.house import House, house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A running deployment; every test brings patients of its own."""
    folder = tmp_path_factory.mktemp("journeys")
    failing = [one.clinic for one in FAILING]
    async with house(folder, BENOVA, MEDISPA, WELLNESS, THINKING, NIGHT, *failing) as deployment:
        for one in FAILING:
            deployment.openai.broken |= {name: Fault(**one.fault) for name in one.broken}
        await deployment.serve()
        yield deployment
