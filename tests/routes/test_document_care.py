"""How documents are, told exactly, and mended on request."""

from integrations.redis import awaitable
from knowledge.index import drop_index
from tenants import keys
from tenants.ids import CompanyId
from tests.routes.conftest import BENOVA, MEDISPA, Api

COMPANY = CompanyId("benova")
TEXT = "# Cámara hiperbárica\n\n## Precio\n\nCuesta $ 321.000.\n\n## Duración\n\nDura 55 minutos."


async def made(api: Api, key: str = BENOVA, **more: object) -> str:
    body = {"content": TEXT, "metadata": {"category": "tratamientos"}, **more}
    answer = await api.send("POST", "/api/documents", body, key)
    return str(answer.json()["document_id"])


async def diagnosed(api: Api) -> dict[str, object]:
    body: dict[str, object] = (await api.get("/api/documents/diagnostics", BENOVA)).json()
    return body


async def test_stats_count_by_category(api: Api) -> None:
    await made(api)
    await made(api, content="Otra nota", metadata={})

    stats = (await api.get("/api/documents/stats", BENOVA)).json()

    assert (stats["company_id"], stats["total_documents"], stats["total_chunks"]) == (
        "benova",
        2,
        3,
    )
    assert stats["categories"] == {"tratamientos": 1, "": 1}


async def test_a_document_is_shown_chunk_by_chunk(api: Api) -> None:
    name = await made(api)

    debug = (await api.get(f"/api/documents/{name}/debug", BENOVA)).json()
    vectors = (await api.get(f"/api/documents/{name}/vectors?query=duración", BENOVA)).json()

    assert (debug["document_id"], debug["vectorstore_status"]) == (name, "indexed")
    assert (debug["embeddings_count"], len(debug["chunks_detail"])) == (2, 2)
    assert (vectors["total"], len(vectors["vectors"])) == (2, 2)
    assert {"id", "content", "score"} == vectors["vectors"][0].keys()
    assert vectors["vectors"][1]["score"] > vectors["vectors"][0]["score"]


async def test_orphans_and_losses_are_told_and_mended(api: Api) -> None:
    name = await made(api)
    redis = api.parts.redis
    await awaitable(redis.hset(keys.chunk(COMPANY, "gone:0"), "folded", "huerfano"))
    await awaitable(redis.hset(keys.chunk(COMPANY, f"{name}:7"), "folded", "huerfano"))
    await awaitable(redis.delete(keys.chunk(COMPANY, f"{name}:0")))

    before = await diagnosed(api)
    cleaned = (await api.send("POST", "/api/documents/cleanup", key=BENOVA)).json()
    after = await diagnosed(api)

    assert (before["vectorstore_healthy"], before["orphaned_vectors"]) == (False, 2)
    assert before["missing_chunks"] == 1
    assert (cleaned["status"], cleaned["orphaned_vectors_deleted"]) == ("success", 2)
    assert (after["vectorstore_healthy"], after["orphaned_vectors"]) == (True, 0)
    assert after["missing_chunks"] == 0


async def test_another_companys_chunks_are_left_alone(api: Api) -> None:
    name = await made(api, MEDISPA)

    cleaned = (await api.send("POST", "/api/documents/cleanup", key=BENOVA)).json()

    assert cleaned["orphaned_vectors_deleted"] == 0
    assert await awaitable(api.parts.redis.exists(keys.chunk(CompanyId("medispa"), f"{name}:0")))


async def test_an_index_is_made_anew_without_embedding(api: Api) -> None:
    await made(api)
    await drop_index(api.parts.redis, keys.chunk_index(COMPANY))
    missing = await diagnosed(api)

    again = (await api.send("POST", "/api/documents/reindex", key=BENOVA)).json()

    assert missing["vectorstore_status"] == "missing"
    assert (again["documents_reindexed"], again["total_chunks"]) == (1, 2)
    assert (await diagnosed(api))["vectorstore_healthy"] is True
    assert (await diagnosed(api))["chunks_without_vectors"] == 0


async def test_who_changed_what_is_traced_beyond_the_end(api: Api) -> None:
    name = await made(api)
    await api.send("PUT", f"/api/documents/{name}", {"content": "Nada más."}, BENOVA)
    await api.send("DELETE", f"/api/documents/{name}?company_id=benova")

    trail = (await api.get(f"/api/documents/{name}/changes", BENOVA)).json()["changes"]
    latest = (await api.get("/api/documents/changes?limit=1", BENOVA)).json()["changes"]

    assert [one["action"] for one in trail] == ["created", "replaced", "deleted"]
    assert [one["who"] for one in trail][2] == "administrator"
    assert trail[0]["who"].startswith("key ")
    assert trail[0]["content_hash"] != trail[1]["content_hash"]
    assert latest == trail[-1:]
    assert (await api.get(f"/api/documents/{name}/changes", MEDISPA)).status_code == 404


async def test_a_refused_file_is_traced_with_its_reason(api: Api) -> None:
    await api.http.post(
        "/api/documents",
        headers={"X-API-Key": BENOVA},
        files={"file": ("precios.pdf", b"%PDF-1.7 rubbish")},
    )

    (refused,) = (await api.get("/api/documents/changes", BENOVA)).json()["changes"]

    assert (refused["action"], refused["filename"]) == ("refused", "precios.pdf")
    assert "damaged" in refused["reason"]
