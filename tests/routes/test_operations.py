"""Companies, health, the queue and who speaks, as an operator sees them."""

import pytest

from tests.routes.conftest import BENOVA, Api


async def test_companies_are_listed_in_pages(api: Api) -> None:
    answer = (await api.get("/api/companies?limit=2&page=2")).json()

    assert answer["total"] == 4
    assert [one["company_id"] for one in answer["companies"]] == ["medispa", "wellness"]


async def test_a_page_that_is_none_is_refused_by_name(api: Api) -> None:
    answer = await api.get("/api/companies?page=0")

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("page:")


async def test_an_administrator_sees_where_the_webhook_is(api: Api) -> None:
    described = (await api.get("/api/companies/benova")).json()

    address = described["webhook_url"]
    assert address.startswith("https://clinicdesk.example/api/webhook/chatwoot/")
    assert len(address.rsplit("/", 1)[1]) >= 20
    assert described["account_id"] == 7
    assert described["model_name"] == "guided"
    assert described["agents"][0]["name"] == "router"


async def test_a_companys_key_does_not(api: Api) -> None:
    described = (await api.get("/api/companies/benova", BENOVA)).json()

    assert "webhook_url" not in described


async def test_reloading_tells_how_many_there_are(api: Api) -> None:
    answer = (await api.send("POST", "/api/companies/reload-config")).json()

    assert answer["status"] == "success"
    assert answer["companies_reloaded"] == 4
    assert answer["changed"] == []


async def test_health_needs_no_key_and_names_no_company(api: Api) -> None:
    answer = await api.http.get("/health")

    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert answer.json()["companies_configured"] == 4
    assert answer.json()["model"] == "guided"
    assert "benova" not in answer.text
    assert (await api.http.get("/api/health")).json()["redis_healthy"] is True


async def test_a_stored_company_that_cannot_be_served_is_told_to_whom_it_concerns(api: Api) -> None:
    medispa = api.parts.directory.find("medispa").company_id
    broken = {"company_id": "medispa", "currency": "pesos"}
    await api.parts.companies.store.write(medispa, broken, actor="a hand", expected=None)
    await api.parts.reloads.refresh()

    everybody = (await api.http.get("/health")).json()
    administrator = (await api.get("/api/health/companies")).json()
    other = (await api.get("/api/health/companies", BENOVA)).json()

    assert everybody["companies_from"] == "json"
    assert (everybody["postgresql_healthy"], everybody["companies_faulty"]) == (None, 1)
    assert everybody["companies_configured"] == 4
    assert "currency" in administrator["faulty"]["medispa"]
    assert other["faulty"] == {}


async def test_a_companys_health_is_honest_about_each_part(api: Api) -> None:
    await api.parts.knowledge.loading.load_all([api.parts.directory.find("benova")])

    answer = (await api.get("/api/health/company/benova")).json()

    assert answer["status"] == "healthy"
    assert answer["vectorstore_index"] == "benova_documents"
    assert answer["documents_indexed"] == 11
    assert answer["agents_available"] == 6
    assert answer["chatwoot"] == "not configured"


async def test_all_companies_are_seen_at_once(api: Api) -> None:
    await api.parts.knowledge.loading.load_all([api.parts.directory.find("benova")])
    await api.get("/api/health/company/benova")

    answer = (await api.get("/api/health/companies")).json()

    assert answer["total_companies"] == 4
    assert answer["companies"]["benova"]["documents"] == 11
    assert answer["companies"]["medispa"]["documents"] == 0


async def test_what_nobody_looked_at_yet_is_looked_at_for_the_overview(api: Api) -> None:
    await api.parts.knowledge.loading.load_all(api.parts.directory.companies())

    answer = (await api.get("/api/health/companies")).json()

    assert answer["healthy_companies"] == 4
    assert answer["companies"]["medispa"]["documents"] == 10


async def test_an_operator_silences_the_bot_and_lets_it_speak(api: Api) -> None:
    path = "/api/bot-status/12?company_id=benova"

    silenced = (await api.send("PUT", path, {"active": False})).json()
    heard = (await api.send("PUT", path, {"active": True})).json()

    assert (silenced["active"], silenced["paused_by"]) == (False, "operator")
    assert (heard["active"], heard["paused_by"]) == (True, None)
    assert (await api.get("/api/bot-status/12?company_id=medispa")).json()["active"] is True


async def test_an_empty_queue_is_empty(api: Api) -> None:
    answer = (await api.get("/api/queue")).json()

    assert answer == {"waiting": 0, "running": 0, "parked": 0, "parked_work": []}


async def test_unknown_work_cannot_be_retried(api: Api) -> None:
    for work_id in ("benova:1:2", "*", "a|b", "x"):
        answer = await api.send("POST", "/api/queue/retry", {"id": work_id})

        assert answer.status_code == 404
        assert answer.json()["error"] == "UnknownWorkError"


async def test_an_unknown_path_is_answered_in_the_usual_shape(api: Api) -> None:
    answer = await api.get("/api/nothing")

    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "detail"}


async def test_a_wrong_method_says_which_are_right(api: Api) -> None:
    answer = await api.send("PATCH", "/api/companies")

    assert answer.status_code == 405
    assert answer.json()["error"] == "MethodNotAllowedError"
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_every_answer_has_a_request_id(api: Api) -> None:
    own = await api.http.get("/health", headers={"X-Request-ID": "from-balancer"})
    new = await api.http.get("/health")

    assert own.headers["x-request-id"] == "from-balancer"
    assert len(new.headers["x-request-id"]) == 32


@pytest.mark.parametrize("path", ["companies", "conversations", "documents", "appointments"])
async def test_a_page_that_no_list_can_have_is_a_wrong_request(api: Api, path: str) -> None:
    answer = await api.get(f"/api/{path}?company_id=benova&page=99999999999999999999")

    assert answer.status_code == 422, answer.text
    assert "page" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["appointments?", "availability?treatment=valoracion&"])
async def test_a_day_after_which_none_can_be_counted_is_a_wrong_request(
    api: Api, query: str
) -> None:
    answer = await api.get(f"/api/{query}company_id=benova&from=9999-12-31")

    assert answer.status_code == 422, answer.text
