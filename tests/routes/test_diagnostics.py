"""Looking at a deployment from afar."""

import structlog

from integrations.recent_log import RecentLog
from tests.routes.conftest import BENOVA, Api


async def test_a_company_is_told_what_it_lacks(api: Api) -> None:
    answer = await api.get("/api/diagnostics/benova", BENOVA)

    found = {one["what"]: one for one in answer.json()["findings"]}
    assert answer.status_code == 200
    assert found["model"]["says"].startswith("guided")
    assert "CHATWOOT_API_KEY_BENOVA" in found["chatwoot"]["todo"]
    assert found["webhook"]["says"].startswith("https://clinicdesk.example/api/webhook/")


async def test_another_companys_diagnostics_are_unknown(api: Api) -> None:
    answer = await api.get("/api/diagnostics/medispa", BENOVA)

    assert answer.status_code == 404


async def test_the_deployments_state_is_the_administrators(api: Api) -> None:
    paths = ("/api/status", "/api/system/info", "/api/diagnostics", "/metrics")

    refused = [(await api.get(path, BENOVA)).status_code for path in paths]
    given = [(await api.get(path)).status_code for path in paths]

    assert refused == [403] * 4
    assert given == [200] * 4


async def test_what_waits_is_told_while_redis_answers(api: Api) -> None:
    told = (await api.get("/api/status")).json()

    assert told["status"] == "operational"
    assert told["queue"] == {"waiting": 0, "running": 0, "parked": 0}
    assert told["redis_memory_bytes"] > 0


async def test_a_turn_shows_in_the_numbers(api: Api) -> None:
    await api.say("¿cuánto cuesta el botox?")

    written = (await api.get("/metrics")).text

    assert 'clinicdesk_turns_total{agent="sales",company="benova"} 1.0' in written
    assert "clinicdesk_redis_up 1.0" in written
    assert 'route="/conversations/{user_id}/test"' in written
    assert "botox" not in written


def test_the_last_faults_are_kept_by_company() -> None:
    recent = RecentLog()
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[recent, _dropped])

    log.info("message_answered", company_id="benova")
    log.warning("model_failed", company_id="benova", model="small")
    log.error("turn_parked", company_id="medispa")

    assert [one.event for one in recent.of()] == ["turn_parked", "model_failed"]
    assert [one.facts for one in recent.of("benova")] == [{"model": "small"}]


def _dropped(_logger: object, _method: str, _event: object) -> str:
    return ""
