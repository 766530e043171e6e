"""The company's model fails in every way a model can; the patient hears one answer, and soon."""

import pytest

from tests.journeys.clinics import BUSY, CRASHING, CUT, DOWN, GARBLED, SILENT, Failing
from tests.journeys.house import House

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

IN_TIME = 8.0  # seconds; the second model or the guided agent has long answered
SECOND = [
    pytest.param(BUSY, id="too many requests"),
    pytest.param(CRASHING, id="server error"),
    pytest.param(GARBLED, id="no JSON"),
    pytest.param(CUT, id="cut off"),
]


@pytest.mark.parametrize("failing", SECOND)
async def test_when_the_model_fails_the_second_answers(clinic: House, failing: Failing) -> None:
    laura = clinic.patient(failing.clinic)

    answer = await laura.hears("¿tienen parqueadero?", IN_TIME)
    await clinic.quiet()

    assert answer == f"Con gusto le ayudo, soy second-{failing.clinic.id}."
    assert len(laura.sent()) == 1


@pytest.mark.parametrize(
    "failing", [pytest.param(SILENT, id="silence"), pytest.param(DOWN, id="server errors")]
)
async def test_when_both_models_fail_the_guided_agent_answers(
    clinic: House, failing: Failing
) -> None:
    laura = clinic.patient(failing.clinic)

    answer = await laura.hears("¿cuánto vale el hidrafacial?", IN_TIME + 5)
    await clinic.quiet()

    assert "$ 320.000" in answer
    assert len(laura.sent()) == 1


async def test_a_model_that_is_silent_delays_only_the_first_patient(clinic: House) -> None:
    await clinic.patient(SILENT.clinic).hears("¿cuánto vale el hidrafacial?", IN_TIME + 5)
    ana = clinic.patient(SILENT.clinic)

    answer = await ana.hears("¿cuánto vale el hidrafacial?", 3)

    assert "$ 320.000" in answer
