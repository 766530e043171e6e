"""A worker is killed at the three worst moments; another takes over; each patient gets one answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.journeys.clinics import BENOVA, THINKING, Clinic
from tests.journeys.house import House, Patient, house, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

PATIENT = Clinic(id="patient", account=40, burst_seconds=2.5)
"""A company that waits long for the end of a burst: time to be killed in."""
QUESTION = "¿Cuál es la clave de los casilleros?"
ANSWER = "La clave de los casilleros es AZUL-7291."
TAKEN_OVER = 25.0  # seconds: the dead worker's locks run out, the sweep finds what is left


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ward(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server without a worker, and companies for each moment."""
    folder = tmp_path_factory.mktemp("crashes")
    async with house(folder, BENOVA, THINKING, PATIENT) as deployment:
        await deployment.serve(worker=False)
        yield deployment


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def survivors(ward: House) -> Mapping[str, Patient]:
    """Three patients whose worker was killed, after the next one is done with them."""
    victim = await ward.work()
    patients = {
        "before the graph": ward.patient(PATIENT),
        "while it thinks": ward.patient(THINKING),
        "after it sent": ward.patient(BENOVA),
    }
    sent = patients["after it sent"]
    ward.chatwoot.fail(sent.messages_path, "stored_then_silent")
    ward.thoughts.stalls["thinker"] = 10
    await asyncio.gather(*(one.writes(QUESTION) for one in patients.values()))
    await sent.reads(1)
    await until(lambda: "thinker" in ward.thoughts.asked, "the model is asked")
    await _all_in_hand(ward)

    await victim.kill()
    ward.thoughts.stalls.clear()
    await ward.work()
    await ward.quiet(TAKEN_OVER)
    return patients


async def _all_in_hand(ward: House) -> None:
    assert (await ward.get("/api/queue"))["running"] == 3


async def test_killed_before_the_graph_the_patient_gets_one_answer(
    survivors: Mapping[str, Patient],
) -> None:
    patient = survivors["before the graph"]

    assert len(patient.sent()) == 1
    assert await patient.transcript() == [QUESTION, *patient.sent()]


async def test_killed_while_it_thinks_the_patient_gets_one_answer(
    survivors: Mapping[str, Patient],
) -> None:
    patient = survivors["while it thinks"]

    assert patient.sent() == ["Con gusto le ayudo, soy thinker."]
    assert await patient.transcript() == [QUESTION, *patient.sent()]


async def test_killed_after_it_sent_the_patient_gets_one_answer(
    survivors: Mapping[str, Patient],
) -> None:
    patient = survivors["after it sent"]

    assert patient.sent() == [ANSWER]
    assert await patient.transcript() == [QUESTION, ANSWER]


async def test_nothing_is_parked_or_left(ward: House, survivors: Mapping[str, Patient]) -> None:
    queue = await ward.get("/api/queue")

    assert queue == {"waiting": 0, "running": 0, "parked": 0, "parked_work": []}


async def test_a_worker_that_is_asked_to_end_finishes_the_turn_in_hand(
    ward: House, survivors: Mapping[str, Patient]
) -> None:
    ward.thoughts.stalls["thinker"] = 1.5
    asked = len(ward.thoughts.asked)
    laura = ward.patient(THINKING)
    await laura.writes(QUESTION)
    await until(lambda: len(ward.thoughts.asked) > asked, "the model is asked")

    code = await asyncio.wait_for(ward.workers[-1].stop(), 10)

    assert code == 0
    assert laura.sent() == ["tarde"]
    assert len(laura.sent()) == 1


async def test_a_server_that_is_asked_to_end_finishes_the_turn_in_hand(
    ward: House, survivors: Mapping[str, Patient]
) -> None:
    server = await ward.serve()
    ward.thoughts.stalls["thinker"] = 1.5
    asked = len(ward.thoughts.asked)
    laura = ward.patient(THINKING)
    await laura.writes(QUESTION)
    await until(lambda: len(ward.thoughts.asked) > asked, "the model is asked")

    code = await asyncio.wait_for(server.program.stop(), 10)

    assert code == 0
    assert laura.sent() == ["tarde"]
