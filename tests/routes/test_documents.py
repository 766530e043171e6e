"""Documents over REST, as the older system answered and as staff need it."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from integrations.redis import awaitable
from jobs.ingest_documents import IngestDocuments
from knowledge.document import Draft
from knowledge.handed_in import HandedIn
from tenants import keys
from tenants.ids import CompanyId
from tests.knowledge.reading import files
from tests.routes.conftest import ADMIN, BENOVA, MEDISPA, Api

TEXT = {
    "content": "# Cámara hiperbárica\n\nLa sesión de cámara hiperbárica cuesta $ 321.000 y dura 55 minutos.",
    "metadata": {"category": "tratamientos", "subcategory": "oxígeno", "year": 2027},
}


async def upload(
    api: Api, content: bytes, filename: str, *, key: str = BENOVA, **fields: str
) -> httpx.Response:
    return await api.http.post(
        "/api/documents",
        headers={"X-API-Key": key},
        files={"file": (filename, content)},
        data=fields,
    )


async def search(
    api: Api, query: str, key: str = BENOVA, **more: object
) -> list[dict[str, object]]:
    answer = await api.send("POST", "/api/documents/search", {"query": query, **more}, key)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, object]] = answer.json()["results"]
    return results


async def work(api: Api) -> None:
    parts = api.parts
    job = IngestDocuments(parts.redis, parts.knowledge.ingestion, parts.directory, parts.clock)
    while await job.look():
        pass


async def test_a_text_becomes_a_document_that_is_found(api: Api) -> None:
    made = await api.send("POST", "/api/documents", TEXT, BENOVA)
    found = await search(api, "cuánto cuesta la cámara hiperbárica", top_k=1)

    body = made.json()
    assert made.status_code == 201
    assert (body["status"], body["company_id"], body["chunks_created"]) == ("success", "benova", 1)
    assert (body["vectorstore_index"], body["embeddings_created"]) == ("benova_documents", True)
    assert "$ 321.000" in str(found[0]["content"])
    assert found[0]["metadata"] == {**TEXT["metadata"], "document_id": body["document_id"]}  # type: ignore[dict-item] # A dict it is.


async def test_a_file_becomes_a_document_and_is_given_back(api: Api) -> None:
    content = files.ruled_pdf()

    made = await upload(
        api, content, "lista precios.pdf", metadata='{"category": "precios", "subcategory": "x"}'
    )
    name = made.json()["document_id"]
    described = (await api.get(f"/api/documents/{name}", BENOVA)).json()
    original = await api.get(f"/api/documents/{name}/original", BENOVA)

    assert made.status_code == 201, made.text
    assert (described["filename"], described["metadata"]["category"]) == (
        "lista precios.pdf",
        "precios",
    )
    assert (described["state"], described["percent"]) == ("ready", 100)
    assert original.content == content
    assert original.headers["content-type"] == "application/pdf"
    assert original.headers["content-disposition"].startswith("attachment")
    assert "Botox frente" in str(await search(api, "botox frente", filter={"subcategory": "x"}))


async def test_the_same_thing_twice_is_one_document(api: Api) -> None:
    first = await upload(api, files.CSV, "lista.csv")
    second = await upload(api, files.CSV, "lista.csv")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["unchanged"] is True
    assert first.json()["document_id"] == second.json()["document_id"]
    assert (await api.get("/api/documents", BENOVA)).json()["total"] == 1


@pytest.mark.parametrize(
    ("content", "name", "status", "word"),
    [
        (b"", "a.pdf", 422, "empty"),
        (files.zipped(**{"a.txt": b"hola"}), "a.pdf", 422, "archive"),
        (files.bomb(), "a.docx", 422, "unpacks"),
        (b"%PDF-1.7 rubbish", "a.pdf", 422, "damaged"),
        (files.locked_pdf(), "a.pdf", 422, "password"),
        (b"x" * 21_500_000, "a.txt", 413, "20 MB"),
    ],
)  # fmt: skip
async def test_a_bad_file_is_refused_and_nothing_of_it_stays(
    api: Api, content: bytes, name: str, status: int, word: str
) -> None:
    answer = await upload(api, content, name)

    assert answer.status_code == status
    assert word in answer.json()["detail"]
    left = await awaitable(api.parts.redis.keys("benova:*"))
    assert not [one for one in left if "upload" in one or "original" in one or ":chunk:" in one]
    assert (await api.get("/api/documents", BENOVA)).json()["total"] == 0


async def test_what_is_too_large_is_refused_while_it_arrives(api: Api) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            yield b"x" * 1_000_000

    answer = await api.http.post(
        "/api/documents",
        headers={"X-API-Key": BENOVA, "Content-Type": "multipart/form-data; boundary=x"},
        content=pieces(),
    )

    assert answer.status_code == 413


async def test_many_texts_are_found_at_once_and_embedded_later(api: Api) -> None:
    documents = [
        {
            "content": f"El casillero {n} guarda instrumentos de tipo cuarzo{n}.",
            "metadata": {"id": n},
        }
        for n in range(200)
    ]

    made = await api.send("POST", "/api/documents/bulk", {"documents": documents}, BENOVA)
    by_words = await search(api, "cuarzo137", top_k=1)
    before = (await api.get("/api/health/company/benova")).json()
    await work(api)
    name = made.json()["document_ids"][137]
    after = (await api.get(f"/api/documents/{name}", BENOVA)).json()

    assert made.status_code == 201
    assert made.json()["documents_created"] == made.json()["total_chunks"] == 200
    assert by_words[0]["metadata"] == {"id": 137, "document_id": name}
    assert before["vectorstore_healthy"] in {True, False}
    assert (after["state"], after["percent"]) == ("ready", 100)


async def test_of_a_bulk_what_is_wrong_is_named_and_the_rest_kept(api: Api) -> None:
    documents = [{"content": "Una nota buena."}, {"content": " "}, {"content": "x", "id": "../x"}]

    made = await api.send("POST", "/api/documents/bulk", {"documents": documents}, BENOVA)
    none = await api.send("POST", "/api/documents/bulk", {"documents": [{"content": ""}]}, BENOVA)

    assert (made.json()["status"], made.json()["documents_created"]) == ("partial", 1)
    assert [one["index"] for one in made.json()["errors"]] == [1, 2]
    assert none.status_code == 422


async def test_a_replacement_has_a_new_version_and_no_old_words(api: Api) -> None:
    name = (await api.send("POST", "/api/documents", TEXT, BENOVA)).json()["document_id"]
    changed = {**TEXT, "content": str(TEXT["content"]).replace("321.000", "999.000")}

    same = await api.send("PUT", f"/api/documents/{name}", TEXT, BENOVA)
    replaced = await api.send("PUT", f"/api/documents/{name}", changed, BENOVA)
    found = await search(api, "cuánto cuesta la cámara hiperbárica")

    assert (same.status_code, same.json()["unchanged"]) == (200, True)
    assert (replaced.status_code, replaced.json()["version"]) == (200, 2)
    assert "999.000" in str(found)
    assert "321.000" not in str(found)


async def test_a_deleted_document_is_gone_with_its_original(api: Api) -> None:
    name = (await upload(api, files.CSV, "lista.csv")).json()["document_id"]

    deleted = await api.send("DELETE", f"/api/documents/{name}", key=BENOVA)
    again = await api.send("DELETE", f"/api/documents/{name}", key=BENOVA)

    assert deleted.json() == {
        "status": "success",
        "document_id": name,
        "chunks_deleted": 1,
        "vectorstore_cleaned": True,
    }
    assert again.status_code == 404
    assert not await awaitable(api.parts.redis.exists(keys.original(CompanyId("benova"), name)))


async def test_another_companys_document_is_unknown(api: Api) -> None:
    name = (await api.send("POST", "/api/documents", TEXT, BENOVA)).json()["document_id"]

    answers = [
        await api.get(f"/api/documents/{name}", MEDISPA),
        await api.get(f"/api/documents/{name}/original", MEDISPA),
        await api.send("DELETE", f"/api/documents/{name}", key=MEDISPA),
        await api.send("PUT", f"/api/documents/{name}", TEXT, MEDISPA),
        await api.get(f"/api/documents/{name}?company_id=benova", MEDISPA),
    ]

    assert {one.status_code for one in answers} == {404}
    assert await search(api, "cámara hiperbárica", MEDISPA) == []


async def test_a_list_has_pages_with_the_latest_first(api: Api) -> None:
    for number in range(3):
        await api.send(
            "POST", "/api/documents", {"content": f"Nota {number} de la clínica"}, BENOVA
        )

    page = (await api.get("/api/documents?page=2&limit=1", BENOVA)).json()

    assert (page["total"], page["page"], page["limit"], len(page["documents"])) == (3, 2, 1, 1)
    assert {"id", "filename", "category", "chunks", "created_at"} <= page["documents"][0].keys()


async def test_a_company_takes_no_more_than_it_may(api: Api) -> None:
    directory = api.parts.directory
    tenant = directory.find("benova")
    small = tenant.model_copy(
        update={"knowledge": tenant.knowledge.model_copy(update={"max_documents": 2})}
    )
    kept = await api.parts.knowledge.documents.put_documents(
        small, [_draft_of(f"Nota {n}") for n in range(4)]
    )

    assert [type(one).__name__ for one in kept].count("TooManyDocumentsError") == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/documents", {}),
        ("/api/documents", {"content": "x", "metadata": []}),
        ("/api/documents/bulk", {"documents": []}),
        ("/api/documents/search", {"query": ""}),
        ("/api/documents/search", {"query": "x", "top_k": 0}),
    ],
)
async def test_a_wrong_body_is_refused_by_name(api: Api, path: str, body: object) -> None:
    answer = await api.send("POST", path, body, BENOVA)

    assert answer.status_code == 422
    assert answer.json()["error"] == "InvalidRequestError"


async def test_a_form_is_refused_by_name(api: Api) -> None:
    wrong = await upload(api, b"hola", "a.txt", metadata="no json")
    none = await api.http.post(
        "/api/documents", headers={"X-API-Key": BENOVA}, files={"other": ("a", b"x")}
    )

    assert (wrong.status_code, none.status_code) == (422, 422)
    assert "metadata" in wrong.json()["detail"]
    assert "file" in none.json()["detail"]


async def test_an_upload_whose_worker_died_is_finished_by_another(api: Api) -> None:
    await api.parts.knowledge.ingestion.accept(
        api.parts.directory.find("benova"), _handed_in(), who="test", wait=0
    )
    listed = (await api.get("/api/documents", BENOVA)).json()

    await work(api)

    found = await search(api, "botox frente precio")
    assert listed["waiting"][0]["state"] in {"waiting", "reading"}
    assert (listed["total"], (await api.get("/api/documents", BENOVA)).json()["total"]) == (0, 1)
    assert "$450.000" in str(found[0]["content"])


async def test_an_administrator_names_the_company(api: Api) -> None:
    made = await api.http.post(
        "/api/documents",
        headers={"X-API-Key": ADMIN, "X-Company-ID": "dental"},
        content=json.dumps(TEXT),
    )

    assert made.json()["company_id"] == "dental"


def _draft_of(text: str) -> Draft:
    return Draft(document_id=text.replace(" ", "-"), title="", text=text)


def _handed_in() -> HandedIn:
    return HandedIn(content=files.ruled_pdf(), filename="precios.pdf")


async def test_an_answer_shows_the_chunks_that_it_rests_on(api: Api) -> None:
    name = (await api.send("POST", "/api/documents", TEXT, BENOVA)).json()["document_id"]

    said = await api.say("¿cuánto dura la sesión de cámara hiperbárica?")

    lines = (await api.get("/api/conversations/ana", BENOVA)).json()["messages"]
    assert "55 minutos" in said.json()["bot_response"]
    assert f"{name}:0" in lines[-1]["passages"]
    assert "passages" not in lines[0]


async def test_only_a_page_of_the_companys_own_site_is_taken(api: Api) -> None:
    own = {"url": "https://www.benova.example/precios", "follow": 3}
    taken = await api.send("POST", "/api/documents", own, BENOVA)
    strange = await api.send("POST", "/api/documents", {"url": "https://otra.example/"}, BENOVA)
    endless = await api.send("POST", "/api/documents", {**own, "follow": 51}, BENOVA)
    listed = (await api.get("/api/documents", BENOVA)).json()["waiting"]

    assert (taken.status_code, taken.json()["processing"]["state"]) == (202, "waiting")
    assert (strange.status_code, endless.status_code) == (422, 422)
    assert "not the company's website" in strange.json()["detail"]
    assert [one["url"] for one in listed] == ["https://www.benova.example/precios"]
