"""Companies over REST: made, changed by whom, kept from writing over each other, their secrets never shown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tenants.api_keys import ApiKeys
from tenants.ids import CompanyId
from tests.routes.administered import administered, clinic, emptied
from tests.routes.conftest import ADMIN, BENOVA, MEDISPA, Api

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the deployment of this file keeps its companies."""
    return tmp_path_factory.mktemp("companies")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(redis_url: str, folder: Path) -> AsyncIterator[Api]:
    """One deployment for all tests of this file: each changes companies of its own, or in its own way."""
    async with emptied(redis_url), administered(redis_url, folder) as made:
        yield made


async def patched(api: Api, body: Any, key: str = BENOVA, **headers: str) -> Any:
    return await api.http.patch(
        "/api/companies/benova", json=body, headers={"X-API-Key": key, **headers}
    )


async def patched_plan(api: Api, company: str, plan: Any) -> Any:
    return await api.send("PATCH", f"/api/companies/{company}", {"emergency": plan})


async def test_a_company_that_was_made_is_served_at_once(api: Api) -> None:
    made = await api.send("POST", "/api/companies", clinic("alba"))
    said = await api.say("hola, ¿qué tratamientos tienen?", company="alba")

    assert made.status_code == 201
    assert made.headers["Location"] == "/api/companies/alba"
    assert made.json()["revision"] == (await api.get("/api/companies/alba")).json()["revision"]
    assert made.json()["served"] is True
    assert said.status_code == 200
    assert "Botox" in said.text


async def test_what_is_in_force_has_defaults_and_the_environment_and_tells_what_is_ones_own(
    api: Api,
) -> None:
    await patched(api, {"inbox": {"burst_seconds": 3}, "emergency": {"number": "119"}})

    of_clinic = await api.get("/api/companies/benova/in-force", BENOVA)
    of_operator = (await api.get("/api/companies/benova/in-force")).json()
    of_others = await api.get("/api/companies/benova/in-force", MEDISPA)

    settings = of_clinic.json()["settings"]
    assert settings["inbox"]["burst_seconds"] == 3
    assert settings["inbox"]["burst_limit_seconds"] == 12
    assert settings["emergency"]["number"] == "119"
    assert settings["retention_days"] == 365
    assert "base_url" not in settings["model"]
    assert "webhook_token" not in settings["chatwoot"]
    assert {"emergency", "on_call.steps"} < set(of_clinic.json()["changeable"])
    assert "budget" not in of_clinic.json()["changeable"]
    assert of_operator["changeable"] is None
    assert of_operator["settings"] == settings
    assert of_others.status_code == 404


async def test_a_companys_state_tells_when_somebody_last_wrote(api: Api) -> None:
    before = (await api.get("/api/companies/dental/status")).json()

    await api.say("hola", company="dental")

    after = (await api.get("/api/companies/dental/status")).json()
    assert before["last_message"] is None
    since = api.parts.clock() - datetime.fromisoformat(after["last_message"])
    assert timedelta(0) <= since < timedelta(minutes=1)


async def test_another_process_serves_what_was_written_within_a_second(
    api: Api, redis_url: str, folder: Path
) -> None:
    async with administered(redis_url, folder) as other:
        watching = asyncio.create_task(other.parts.reloads.watch())
        await asyncio.sleep(0.4)  # Until it looked once, on a busy machine too.
        await api.send("POST", "/api/companies", clinic("bela"))
        async with asyncio.timeout(5):
            while (await other.get("/api/companies/bela")).status_code != 200:
                await asyncio.sleep(0.05)
        watching.cancel()


async def test_every_fault_is_told_by_its_field(api: Api) -> None:
    faulty = clinic(
        "faulty",
        color="red",
        treatments=[{"id": "botox", "name": "Botox", "duration_minutes": "long"}],
        chatwoot={"base_url": 7},
    )

    answer = await api.send("POST", "/api/companies", faulty)

    assert answer.status_code == 422
    assert answer.json()["error"] == "InvalidCompanyError"
    assert answer.json()["fields"] == {
        "treatments.0.duration_minutes": "must be a number of minutes",
        "chatwoot.base_url": "must be text",
        "color": "is no field of a company",
    }
    assert (await api.get("/api/companies/faulty")).status_code == 404


async def test_a_slip_that_is_allowed_is_told_as_a_warning(api: Api) -> None:
    made = await api.send("POST", "/api/companies", clinic("celia", staff=[]))

    assert made.json()["warnings"] == {
        "treatments.0": "fits into nobody's hours and could never be booked"
    }


async def test_another_countrys_emergency_number_is_a_warning(api: Api) -> None:
    made = await api.send("POST", "/api/companies", clinic("dalia", country="MX"))
    right = await patched_plan(api, "dalia", {"number": "911"})

    assert "Colombia's 123" in made.json()["warnings"]["emergency.number"]
    assert "emergency.number" not in right.json()["warnings"]


async def test_an_id_is_new_and_fits_into_keys(api: Api) -> None:
    ids: list[Any] = ["benova", "clinicdesk", "import", "../x", 7, None]

    answers = [await api.send("POST", "/api/companies", clinic(one)) for one in ids]

    rule = "must match [a-z0-9][a-z0-9-]{1,38}"
    assert [(one.status_code, one.json()["fields"]["company_id"]) for one in answers] == [
        (409, "is taken"),
        (422, "is reserved"),
        (422, "is reserved"),
        (422, rule),
        (422, rule),
        (422, "is missing"),
    ]


async def test_an_account_or_token_belongs_to_one_company(api: Api) -> None:
    theirs = {"account_id": 7, "webhook_token": "a-token-of-benova"}
    await api.send("PATCH", "/api/companies/benova", {"chatwoot": theirs})

    account = await api.send("POST", "/api/companies", clinic("dora", chatwoot={"account_id": 7}))
    token = await api.send(
        "POST", "/api/companies", clinic("dora", chatwoot={"webhook_token": "a-token-of-benova"})
    )

    assert set(account.json()["fields"]) == {"chatwoot.account_id"}
    assert set(token.json()["fields"]) == {"chatwoot.webhook_token"}
    assert {account.status_code, token.status_code} <= {409, 422}
    assert "a-token-of-benova" not in token.text


async def test_two_who_change_the_same_state_do_not_write_over_each_other(api: Api) -> None:
    tag = (await api.get("/api/companies/benova/definition")).headers["ETag"]

    answers = await asyncio.gather(
        patched(api, {"agent_name": "Luz"}, **{"If-Match": tag}),
        patched(api, {"agent_name": "Sol"}, **{"If-Match": tag}),
    )

    assert sorted(one.status_code for one in answers) == [200, 412]
    won = next(one for one in answers if one.status_code == 200)
    shown = await api.get("/api/companies/benova/definition")
    assert shown.json()["definition"]["agent_name"] == won.json()["definition"]["agent_name"]
    assert shown.headers["ETag"] == won.headers["ETag"] != tag


async def test_a_state_that_is_known_is_not_sent_again(api: Api) -> None:
    path = "/api/companies/benova/definition"
    tag = (await api.get(path, BENOVA)).headers["ETag"]

    again = await api.http.get(path, headers={"X-API-Key": BENOVA, "If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


async def test_secrets_are_never_shown_and_survive_being_written_back(api: Api) -> None:
    secrets = {"api_key": "bot-secret-1", "webhook_secrets": ["sign-1", "sign-2"]}
    await api.send("POST", "/api/companies", clinic("elsa", chatwoot=secrets))
    path = "/api/companies/elsa"

    shown = (await api.get(f"{path}/definition")).json()["definition"]
    back = await api.send("PUT", path, {**shown, "phone": "+57 604 555 0101"})

    assert shown["chatwoot"] == {"api_key": "***", "webhook_secrets": ["***", "***"]}
    assert back.status_code == 200
    assert back.json()["changed"] == ["phone"]
    chatwoot = api.parts.directory.find("elsa").chatwoot
    assert [one.get_secret_value() for one in chatwoot.webhook_secrets] == ["sign-1", "sign-2"]
    assert chatwoot.api_key is not None
    assert chatwoot.api_key.get_secret_value() == "bot-secret-1"
    assert "bot-secret-1" not in back.text


async def test_secrets_lie_sealed_on_the_disk(api: Api, folder: Path) -> None:
    await api.send("POST", "/api/companies", clinic("fina", chatwoot={"api_key": "bot-secret-2"}))

    written = [one.read_text() for one in (folder / "companies").rglob("*.json")]

    assert written
    assert "bot-secret-2" not in "".join(written)


async def test_a_mask_where_nothing_is_hidden_is_a_fault(api: Api) -> None:
    answer = await api.send("POST", "/api/companies", clinic("gala", chatwoot={"api_key": "***"}))

    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"chatwoot.api_key"}


async def test_a_company_changes_what_is_its_own(api: Api) -> None:
    shown = (await api.get("/api/companies/benova/definition", BENOVA)).json()["definition"]
    shown["treatments"][0]["price"] = 95000
    shown["staff"][0]["name"] = "Valentina R."
    shown["agenda"] = {**shown.get("agenda", {}), "horizon_days": 30}

    answer = await api.send("PUT", "/api/companies/benova", shown, BENOVA)

    assert answer.status_code == 200
    tenant = api.parts.directory.find("benova")
    assert tenant.treatments[0].price == 95000
    assert tenant.agenda.horizon_days == 30


async def test_a_company_with_secrets_changes_its_own_and_keeps_them(api: Api) -> None:
    secrets = {"api_key": "bot-secret-9", "webhook_secrets": ["sign-9", "${NAME_OF_HUGO}"]}
    await api.send("POST", "/api/companies", clinic("hugo", chatwoot={"api_key": "bot-secret-9"}))
    key, _ = await ApiKeys(api.parts.redis, api.parts.clock).create(CompanyId("hugo"), name="own")
    path = "/api/companies/hugo"
    shown = (await api.get(f"{path}/definition", key)).json()["definition"]

    part = await api.send("PATCH", path, {"phone": "+57 604 555 0102"}, key)
    whole = await api.send("PUT", path, {**shown, "phone": "+57 604 555 0103"}, key)
    other = await api.send("PUT", path, {**shown, "chatwoot": secrets}, key)

    assert (part.json()["changed"], whole.json()["changed"]) == (["phone"], ["phone"])
    assert other.status_code in {403, 422}
    kept = api.parts.directory.find("hugo").chatwoot.api_key
    assert kept is not None
    assert kept.get_secret_value() == "bot-secret-9"


async def test_a_company_cannot_change_what_costs_connects_or_reaches_others(api: Api) -> None:
    before = api.parts.directory.find("benova")
    stranger = {"id": "eva", "name": "Eva", "calendar_id": "medispa@group.example"}
    patches: dict[str, Any] = {
        "chatwoot": {"chatwoot": {"base_url": "http://169.254.169.254"}},
        "model": {"model": {"base_url": "http://10.0.0.1/v1"}},
        "agenda.service_url": {"agenda": {"service_url": "http://10.0.0.1"}},
        "agents.sales.model": {"agents": {"sales": {"model": "the-dearest"}}},
        "knowledge.max_documents": {"knowledge": {"max_documents": 9}},
        "retention_days": {"retention_days": 9000},
        "subscription_tier": {"subscription_tier": "unlimited"},
        "active": {"active": False},
        "staff.0.calendar_id": {"staff": [stranger], "treatments": None},
    }

    answers = {field: await patched(api, patch) for field, patch in patches.items()}

    assert {one.status_code for one in answers.values()} == {403}
    assert all(field in one.json()["fields"] for field, one in answers.items())
    assert api.parts.directory.find("benova") is before


async def test_no_text_is_read_from_the_environment_or_cannot_be_stored(api: Api) -> None:
    texts = ["${API_KEY}", "Calle ${OPENAI_API_KEY_BENOVA}", "a\\u0000b", "\\ud800"]

    answers = [
        await api.http.patch(
            "/api/companies/benova",
            content=f'{{"address": "{text}"}}',
            headers={"X-API-Key": key},
        )
        for text in texts
        for key in (BENOVA, ADMIN)
    ]

    assert {one.status_code for one in answers} == {422}
    assert {tuple(one.json()["fields"]) for one in answers} == {("address",)}


async def test_a_company_reaches_no_other(api: Api) -> None:
    path = "/api/companies/benova"

    answers = [
        await api.get(f"{path}/definition", MEDISPA),
        await api.send("PATCH", path, {"agent_name": "Eve"}, MEDISPA),
        await api.send("PUT", path, clinic("benova"), MEDISPA),
        await api.send("PATCH", f"{path}/agents/sales", {"enabled": False}, MEDISPA),
    ]

    assert {one.status_code for one in answers} == {404}


async def test_a_key_that_reads_sees_a_definition_and_changes_nothing(api: Api) -> None:
    keys = ApiKeys(api.parts.redis, api.parts.clock)
    key, _ = await keys.create(CompanyId("benova"), name="reader", scope="read")

    assert (await api.get("/api/companies/benova/definition", key)).status_code == 200
    assert (await patched(api, {"agent_name": "Eve"}, key)).status_code == 403


async def test_a_company_that_is_switched_off_is_kept_and_comes_back(api: Api) -> None:
    path = "/api/companies/benova"

    off = await api.send("POST", f"{path}/deactivate", {})
    gone = await api.say("hola")
    kept = await api.get(f"{path}/definition")
    listed = await api.get("/api/companies/inactive")
    hidden = await api.get(f"{path}/definition", BENOVA)
    on = await api.send("POST", f"{path}/activate", {})

    assert (off.json()["revision"], off.json()["active"]) == ("", False)
    assert (gone.status_code, hidden.status_code) == (404, 404)
    assert kept.json()["active"] is False
    assert [one["company_id"] for one in listed.json()["companies"]] == ["benova"]
    assert on.json()["revision"]
    assert (await api.say("hola")).status_code == 200


async def test_an_agent_is_switched_off_and_given_a_model(api: Api) -> None:
    path = "/api/companies/benova/agents/availability"

    answer = await api.send("PATCH", path, {"enabled": False, "temperature": 0.2})

    assert answer.status_code == 200
    listed = (await api.get("/api/companies/benova/agents")).json()["agents"]
    assert {one["name"]: one["status"] for one in listed}["availability"] == "disabled"
    assert api.parts.directory.find("benova").wishes_for("availability").temperature == 0.2


async def test_what_sees_and_answers_danger_has_no_switch(api: Api) -> None:
    agents = "/api/companies/benova/agents"

    router = await api.send("PATCH", f"{agents}/router", {"enabled": False})
    emergency = await api.send("PATCH", f"{agents}/emergency", {"enabled": False})

    assert (router.status_code, emergency.status_code) == (422, 422)
    assert "danger" in router.json()["fields"]["agents.router.enabled"]
    assert "danger" in emergency.json()["fields"]["agents.emergency.enabled"]


async def test_nothing_is_written_when_nothing_changes(api: Api) -> None:
    shown = await api.get("/api/companies/benova/definition")
    tag, name = shown.headers["ETag"], shown.json()["definition"]["agent_name"]

    answer = await patched(api, {"agent_name": name})

    assert (answer.json()["changed"], answer.headers["ETag"]) == ([], tag)


async def test_the_trail_tells_from_what_to_what(api: Api) -> None:
    shown = (await api.get("/api/companies/benova/definition")).json()["definition"]
    treatments = shown["treatments"]
    first, price = treatments[0]["id"], treatments[0]["price"]
    dearer = [{**treatments[0], "price": 999000}, *reversed(treatments[1:])]

    await patched(api, {"treatments": dearer})

    trail = (await api.get("/api/companies/benova/audit")).json()
    told = trail["changes"][0]["changes"]
    assert told["fields"] == ["treatments"]
    assert told["differences"] == [
        {"field": f"treatments.{first}.price", "from": price, "to": 999000}
    ]


async def test_no_link_of_a_company_can_run_in_a_browser(api: Api) -> None:
    answer = await patched(api, {"chatwoot": {"base_url": "javascript:alert(1)//"}}, ADMIN)

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["chatwoot.base_url"]
