"""An answer that a person gave is known to nobody until it is approved."""

from tests.routes.conftest import BENOVA, MEDISPA, Api

ANSWER = {
    "question": "¿Hacen ozonoterapia?",
    "answer": "La ozonoterapia se hace los martes y cuesta $ 234.000.",
}


async def found(api: Api) -> str:
    body = {"query": "ozonoterapia", "top_k": 3}
    return (await api.send("POST", "/api/documents/search", body, BENOVA)).text


async def test_an_answer_becomes_a_document_when_it_is_approved(api: Api) -> None:
    proposed = await api.send("POST", "/api/documents/proposals", ANSWER, BENOVA)
    name = proposed.json()["id"]
    before = await found(api)

    approved = await api.send("POST", f"/api/documents/proposals/{name}/approve", key=BENOVA)

    assert (proposed.status_code, approved.status_code) == (201, 201)
    assert "234.000" not in before
    assert "234.000" in await found(api)
    assert (await api.get("/api/documents/proposals", BENOVA)).json()["total"] == 0


async def test_an_approved_answer_closes_its_question(api: Api) -> None:
    tenant = api.parts.directory.find("benova")
    await api.parts.knowledge.gaps.note(tenant, "ozonoterapia")
    (gap,) = (await api.get("/api/documents/gaps", BENOVA)).json()["gaps"]
    body = {**ANSWER, "gap_id": gap["id"]}
    name = (await api.send("POST", "/api/documents/proposals", body, BENOVA)).json()["id"]

    await api.send("POST", f"/api/documents/proposals/{name}/approve", key=BENOVA)

    assert (await api.get("/api/documents/gaps", BENOVA)).json()["total"] == 0


async def test_a_rejected_answer_is_forgotten(api: Api) -> None:
    name = (await api.send("POST", "/api/documents/proposals", ANSWER, BENOVA)).json()["id"]
    path = f"/api/documents/proposals/{name}"

    foreign = await api.send("DELETE", path, key=MEDISPA)
    rejected = await api.send("DELETE", path, key=BENOVA)
    approved = await api.send("POST", f"{path}/approve", key=BENOVA)

    assert [one.status_code for one in (foreign, rejected, approved)] == [404, 200, 404]
    assert "234.000" not in await found(api)
