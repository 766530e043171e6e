"""A price list goes in by REST and out to patients: the new price when it is replaced, none when it is deleted."""

from typing import Any

import pytest

from tests.fakes.chatwoot_payloads import AGENT, message
from tests.journeys.clinics import MEDISPA
from tests.journeys.house import House, Patient
from tests.knowledge.reading.files import ruled_pdf

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

HEAD = ("Tratamiento", "Duración", "Precio")
QUESTION = "¿cuánto cuesta la terapia zafirina capilar?"
OF_MEDISPA = {"company_id": MEDISPA.id}


def price_list(price: str) -> dict[str, Any]:
    rows = [
        HEAD,
        ("Terapia zafirina capilar", "40 min", price),
        ("Masaje ambarino", "60 min", "$95.000"),
    ]
    return {"file": ("precios.pdf", ruled_pdf(rows), "application/pdf")}


async def answer_to(laura: Patient) -> str:
    """Return what a patient is answered, in all its messages."""
    before = len(laura.sent())
    await laura.hears(QUESTION)
    await laura.house.quiet()
    return "\n".join(laura.sent()[before:])


async def test_a_price_list_is_quoted_replaced_and_forgotten(clinic: House) -> None:
    made = await clinic.ask(
        "POST", "/api/documents", params=OF_MEDISPA, files=price_list("$432.100")
    )
    path = f"/api/documents/{made.json()['document_id']}"
    laura = clinic.patient(MEDISPA)
    first = await answer_to(laura)
    talk = await clinic.get(f"/api/conversations/{laura.place.contact.id}", **OF_MEDISPA)

    replaced = await clinic.ask("PUT", path, params=OF_MEDISPA, files=price_list("$567.800"))
    second = await answer_to(clinic.patient(MEDISPA))
    deleted = await clinic.ask("DELETE", path, params=OF_MEDISPA)
    third = await answer_to(clinic.patient(MEDISPA))

    assert [made.status_code, replaced.status_code, deleted.status_code] == [201, 200, 200]
    assert "432.100" in first
    assert any(made.json()["document_id"] in one for one in talk["messages"][-1]["passages"])
    assert "567.800" in second
    assert "432.100" not in second
    assert "432.100" not in third
    assert "567.800" not in third


async def test_what_a_person_answers_is_proposed_and_known_once_it_is_approved(
    clinic: House,
) -> None:
    laura = clinic.patient(MEDISPA)
    await laura.hears("¿hacen terapia turquesina con cuarzos?")
    await clinic.quiet()
    told = "Hola Laura, sí: la terapia turquesina con cuarzos se hace los martes y dura una hora."
    body = message(laura.kept.place, number=990_001, content=told, kind="outgoing", sender=AGENT)
    await clinic.chatwoot.deliver(MEDISPA.account, body)

    waiting = await clinic.get("/api/documents/proposals", **OF_MEDISPA)
    (proposal,) = [one for one in waiting["proposals"] if "turquesina" in one["answer"]]
    approve = f"/api/documents/proposals/{proposal['id']}/approve"
    approved = await clinic.ask("POST", approve, params=OF_MEDISPA)
    answer = await clinic.patient(MEDISPA).hears("¿hacen terapia turquesina con cuarzos?")

    assert "Laura" not in proposal["answer"]
    assert approved.status_code == 201
    assert "los martes" in answer
