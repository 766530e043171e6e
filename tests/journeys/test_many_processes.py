"""Two servers and two workers on one Redis under load; one of each dies; nothing is lost, nothing said twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sequence[Patient]]:
    """Patients who wrote two messages each while a server and a worker were killed, when all is done."""
    async with house(tmp_path_factory.mktemp("many"), BENOVA, MEDISPA) as deployment:
        doomed, server = await asyncio.gather(
            deployment.serve(worker=False), deployment.serve(worker=False)
        )
        victim, _ = await asyncio.gather(deployment.work(), deployment.work())
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
        await deployment.quiet(DONE)
        yield patients


class Balancer:
    """Stands before two servers: what the first did not take goes to the second."""

    def __init__(self, deployment: House, *servers: Server) -> None:
        self.taken = 0
        self._deployment = deployment
        self._servers = servers

    async def deliver(self, patient: Patient, *texts: str) -> None:
        """Deliver what a patient writes, one message after the other."""
        for text in texts:
            body = raw(self._deployment.chatwoot.written(patient.kept.place, text))
            address = httpx.URL(self._deployment.chatwoot.webhooks[patient.place.account])
            try:
                await self._post(self._servers[0], address.path, body, patient)
            except httpx.TransportError:
                await self._post(self._servers[1], address.path, body, patient)

    async def _post(self, server: Server, path: str, body: bytes, patient: Patient) -> None:
        headers = signed(body, patient.clinic.secret, datetime.now(UTC))
        answer = await self._deployment.http.post(server.url + path, content=body, headers=headers)
        answer.raise_for_status()
        self.taken += 1


def _of_both_companies(deployment: House) -> list[Patient]:
    of_benova = [deployment.patient(BENOVA) for _ in range(PATIENTS)]
    of_medispa = [deployment.at(MEDISPA, one.elsewhere(MEDISPA)) for one in of_benova]
    return [*of_benova, *of_medispa]


async def test_every_message_is_answered_exactly_once(crowd: Sequence[Patient]) -> None:
    answered = [one.answered() for one in crowd]

    assert answered == [[HELLO, QUESTION]] * len(crowd)


async def test_no_reply_is_sent_twice(crowd: Sequence[Patient]) -> None:
    keys = [(one.clinic.id, key) for one in crowd for key in one.reply_keys()]

    assert len(keys) == len(set(keys))


async def test_no_company_hears_anothers_words(crowd: Sequence[Patient]) -> None:
    of_benova = "\n".join(text for one in crowd[:PATIENTS] for text in one.sent())
    of_medispa = "\n".join(text for one in crowd[PATIENTS:] for text in one.sent())

    assert of_benova.count("AZUL-7291") == PATIENTS
    assert of_medispa.count("ROJO-5810") == PATIENTS
    assert "ROJO" not in of_benova
    assert "AZUL" not in of_medispa


async def test_what_was_said_is_kept_once_and_in_order(crowd: Sequence[Patient]) -> None:
    transcripts = [await one.transcript() for one in crowd]

    written = [[text for text in one if text in {HELLO, QUESTION}] for one in transcripts]
    assert written == [[HELLO, QUESTION]] * len(crowd)
