"""Two servers and three workers on one Redis under load; one of each is killed, a worker is asked to end."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio

from tests.fakes.chatwoot_payloads import raw, signed
from tests.journeys.clinics import BENOVA, MEDISPA
from tests.journeys.house import House, Patient, Server, house, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

PATIENTS = 30
"""Of each company; with the same contacts and conversations in both."""
DONE = 60.0  # seconds
HELLO = "Hola"
QUESTION = "¿Cuál es la clave de los casilleros?"


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is left when all is done."""

    deployment: House
    patients: Sequence[Patient]
    ended: int
    """The exit code of the worker that was asked to end."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crowd]:
    """Patients who wrote two messages each to both servers while processes went, when all is done."""
    async with house(tmp_path_factory.mktemp("many"), BENOVA, MEDISPA) as deployment:
        doomed, server = await asyncio.gather(
            deployment.serve(worker=False), deployment.serve(worker=False)
        )
        victim, leaver, _ = await asyncio.gather(*(deployment.work() for _ in range(3)))
        await deployment.connect(server)
        balancer = Balancer(deployment, doomed, server)
        patients = _of_both_companies(deployment)

        async with asyncio.TaskGroup() as group:
            for patient in patients:
                group.create_task(balancer.deliver(patient, HELLO, QUESTION))
            await until(lambda: balancer.taken >= PATIENTS, "some messages are taken")
            await doomed.program.kill()
            await until(lambda: any(one.sent() for one in patients), "the first answer")
            await victim.kill()
            ended = await leaver.stop()
        await deployment.quiet(DONE)
        yield Crowd(deployment, patients, ended)


class Balancer:
    """Stands before two servers: patients are spread over both; what one did not take the other gets."""

    def __init__(self, deployment: House, *servers: Server) -> None:
        self.taken = 0
        self._deployment = deployment
        self._turns = itertools.cycle([servers, servers[::-1]])

    async def deliver(self, patient: Patient, *texts: str) -> None:
        """Deliver what a patient writes, one message after the other."""
        for text in texts:
            first, second = next(self._turns)
            body = raw(self._deployment.chatwoot.written(patient.kept.place, text))
            address = httpx.URL(self._deployment.chatwoot.webhooks[patient.place.account])
            try:
                await self._post(first, address.path, body, patient)
            except httpx.TransportError:
                await self._post(second, address.path, body, patient)

    async def _post(self, server: Server, path: str, body: bytes, patient: Patient) -> None:
        headers = signed(body, patient.clinic.secret, datetime.now(UTC))
        answer = await self._deployment.http.post(server.url + path, content=body, headers=headers)
        answer.raise_for_status()
        self.taken += 1


def _of_both_companies(deployment: House) -> list[Patient]:
    of_benova = [deployment.patient(BENOVA) for _ in range(PATIENTS)]
    of_medispa = [deployment.at(MEDISPA, one.elsewhere(MEDISPA)) for one in of_benova]
    return [*of_benova, *of_medispa]


async def test_every_message_is_answered_exactly_once_and_in_order(crowd: Crowd) -> None:
    answered = [one.answered() for one in crowd.patients]

    assert answered == [[HELLO, QUESTION]] * len(crowd.patients)


async def test_no_reply_is_sent_twice(crowd: Crowd) -> None:
    keys = [(one.clinic.id, key) for one in crowd.patients for key in one.reply_keys()]

    assert len(keys) == len(set(keys))


async def test_nothing_is_parked_or_left(crowd: Crowd) -> None:
    queue = await crowd.deployment.get("/api/queue")

    assert queue == {"waiting": 0, "running": 0, "parked": 0, "parked_work": []}


async def test_the_worker_that_was_asked_to_end_ended_well(crowd: Crowd) -> None:
    assert crowd.ended == 0


async def test_no_company_hears_anothers_words(crowd: Crowd) -> None:
    of_benova = "\n".join(text for one in crowd.patients[:PATIENTS] for text in one.sent())
    of_medispa = "\n".join(text for one in crowd.patients[PATIENTS:] for text in one.sent())

    assert of_benova.count("AZUL-7291") == PATIENTS
    assert of_medispa.count("ROJO-5810") == PATIENTS
    assert "ROJO" not in of_benova
    assert "AZUL" not in of_medispa


async def test_what_was_said_is_kept_once_and_in_order(crowd: Crowd) -> None:
    transcripts = [await one.transcript() for one in crowd.patients]

    written = [[text for text in one if text in {HELLO, QUESTION}] for one in transcripts]
    assert written == [[HELLO, QUESTION]] * len(crowd.patients)
