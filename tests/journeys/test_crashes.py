"""A worker is killed at the three worst moments, or asked to end; each patient gets one answer."""

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
ENDED = 12.0  # seconds; a turn in hand may take longer, this one does not
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
    assert (await ward.get("/api/queue"))["running"] == 3

    await victim.kill()
    ward.thoughts.stalls.clear()
    await ward.work()
    await ward.quiet(TAKEN_OVER)
    return patients


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ended_worker(ward: House, survivors: Mapping[str, Patient]) -> tuple[int, Patient]:
    """The exit code of a worker that was asked to end while a model thought, and the patient."""
    laura = await _in_thought(ward)
    code = await asyncio.wait_for(ward.workers[-1].stop(), ENDED)
    return code, laura


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ended_server(ward: House, ended_worker: object) -> tuple[int, Patient]:
    """The same of a server, when it has the only worker."""
    staying, server = ward.server, await ward.serve()
    laura = await _in_thought(ward)
    code = await asyncio.wait_for(server.program.stop(), ENDED)
    assert staying is not None
    await ward.connect(staying)
    return code, laura


async def _in_thought(ward: House) -> Patient:
    ward.thoughts.stalls["thinker"] = 1.5
    asked = len(ward.thoughts.asked)
    patient = ward.patient(THINKING)
    await patient.writes(QUESTION)
    await until(lambda: len(ward.thoughts.asked) > asked, "the model is asked")
    return patient


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
    ended_worker: tuple[int, Patient],
) -> None:
    code, laura = ended_worker

    assert code == 0
    assert laura.sent() == ["tarde"]


async def test_a_server_that_is_asked_to_end_finishes_the_turn_in_hand(
    ended_server: tuple[int, Patient],
) -> None:
    code, laura = ended_server

    assert code == 0
    assert laura.sent() == ["tarde"]
