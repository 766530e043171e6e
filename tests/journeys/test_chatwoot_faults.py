"""Chatwoot refuses, breaks or is silent: nothing is lost in silence, nothing is sent twice."""

import asyncio
from collections.abc import Mapping

import pytest
import pytest_asyncio

from tests.fakes.chatwoot import Fault
from tests.journeys.clinics import BENOVA, MEDISPA
from tests.journeys.house import House, Patient, until

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

QUESTION = "¿Cuál es la clave de los casilleros?"
ANSWER = "La clave de los casilleros es AZUL-7291."
FOR_GOOD: Mapping[Fault, str] = {
    "401": "chatwoot: HTTP 401: Invalid Access Token",
    "404": "chatwoot: HTTP 404: Resource could not be found",
    "422": "chatwoot: HTTP 422: Validation failed: Content is too long (maximum is 150000 characters)",
}
PASSING: tuple[Fault, ...] = ("429", "500", "503", "silent", "stored_then_silent")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def met(clinic: House) -> Mapping[Fault, Patient]:
    """A patient for each fault, whose answer met it and was then left alone until all was done."""
    patients = {fault: clinic.patient(BENOVA) for fault in (*FOR_GOOD, *PASSING)}
    for fault, patient in patients.items():
        clinic.chatwoot.fail(patient.messages_path, fault)
    await asyncio.gather(*(one.writes(QUESTION) for one in patients.values()))
    await clinic.quiet(30)
    return patients


@pytest.mark.parametrize("fault", PASSING)
async def test_what_passes_is_tried_again_until_it_is_sent_once(
    met: Mapping[Fault, Patient], fault: Fault
) -> None:
    assert met[fault].sent() == [ANSWER]


@pytest.mark.parametrize("fault", FOR_GOOD)
async def test_what_does_not_pass_is_parked_with_its_reason(
    clinic: House, met: Mapping[Fault, Patient], fault: Fault
) -> None:
    patient = clinic.patient(BENOVA)
    clinic.chatwoot.fail(patient.messages_path, fault)
    await patient.writes(QUESTION)
    await clinic.quiet()

    parked = await clinic.parked(patient)

    assert patient.sent() == []
    assert [one["reason"] for one in parked] == [FOR_GOOD[fault]]
    assert parked[0]["company_id"] == "benova"
    assert "casilleros" not in str(parked)


@pytest.mark.parametrize("fault", FOR_GOOD)
async def test_parked_work_that_is_tried_again_is_sent_once(
    clinic: House, met: Mapping[Fault, Patient], fault: Fault
) -> None:
    patient = met[fault]
    parked = await clinic.parked(patient)

    taken = await clinic.ask("POST", "/api/queue/retry", json={"id": parked[0]["id"]})
    await patient.reads(1)
    await clinic.quiet()

    assert taken.status_code == 202
    assert patient.sent() == [ANSWER]
    assert await clinic.parked(patient) == []


async def test_parked_work_of_one_company_is_not_shown_to_another(
    clinic: House, met: Mapping[Fault, Patient]
) -> None:
    patient = clinic.patient(BENOVA)
    clinic.chatwoot.fail(patient.messages_path, "404")
    await patient.writes(QUESTION)
    await clinic.quiet()
    work = (await clinic.parked(patient))[0]["id"]
    made = await clinic.ask("POST", f"/api/companies/{MEDISPA.id}/keys", json={"name": "journey"})
    key = {"X-API-Key": made.json()["api_key"]}

    seen = await clinic.ask("GET", "/api/queue", headers=key)
    taken = await clinic.ask("POST", "/api/queue/retry", json={"id": work}, headers=key)

    assert work not in seen.text
    assert taken.status_code == 404


async def test_a_message_behind_one_that_waits_keeps_its_place(clinic: House) -> None:
    laura = clinic.patient(BENOVA)
    clinic.chatwoot.fail(laura.messages_path, "500")
    await laura.writes(QUESTION)
    await until(
        lambda: laura.messages_path in clinic.chatwoot.paths(), "the answer meets the fault"
    )

    await laura.writes("¿cuánto vale el hidrafacial?")
    await laura.reads(2)
    await clinic.quiet()

    assert laura.sent()[0] == ANSWER
    assert "$ 320.000" in laura.sent()[1]
    assert len(laura.sent()) == 2
