"""Companies as a whole over REST: copied, taken out, brought in; and a webhook's address that changes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from integrations.redis import awaitable
from jobs.onboarding import SETTLED
from tenants import keys
from tenants.ids import CompanyId, ConversationId, UserId
from tests.fakes.chatwoot_payloads import Contact, Place, incoming, raw
from tests.routes.administered import administered, clinic, emptied
from tests.routes.conftest import BENOVA, Api

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the deployment of this file keeps its companies."""
    return tmp_path_factory.mktemp("companies")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(redis_url: str, folder: Path) -> AsyncIterator[Api]:
    """One deployment for all tests of this file: each has companies of its own."""
    variables = {"CHATWOOT_WEBHOOK_TOKEN_WELLNESS": "a-token-of-the-environment"}
    async with emptied(redis_url), administered(redis_url, folder, variables) as made:
        yield made


async def test_a_copy_has_the_offer_and_none_of_the_secrets(api: Api) -> None:
    staff = [{"id": "ana", "name": "Ana", "calendar_id": "ana@group.example"}]
    chatwoot = {
        "api_key": "bot-secret-1",
        "account_id": 91,
        "webhook_secrets": ["s", "t"],
        "team_id": 4,
    }
    source = clinic("alba", staff=staff, chatwoot=chatwoot, agenda={"calendar": "google"})
    await api.send("POST", "/api/companies", source)
    await api.send("PUT", "/api/companies/alba/prompts/sales", {"text": "Sin regaños."})
    document = {"content": "# Parqueo\n\nHay parqueadero gratis.", "metadata": {"lang": "es"}}
    await api.send("POST", "/api/documents?company_id=alba", document)

    made = await api.send(
        "POST",
        "/api/companies/alba/clone",
        {"company_id": "alba-norte", "company_name": "Alba Norte", "documents": True},
    )

    assert (made.status_code, made.json()["documents_copied"]) == (201, 1)
    copy = made.json()["definition"]
    assert copy["treatments"] == source["treatments"]
    assert (copy["staff"], copy["agenda"]) == (
        [{"id": "ana", "name": "Ana"}],
        {"calendar": "local"},
    )
    assert copy["agents"]["sales"]["wishes"] == "Sin regaños."
    assert copy.get("chatwoot", {}) == {}
    assert (await api.get("/api/documents?company_id=alba-norte")).json()["total"] == 1
    assert api.parts.directory.find("alba-norte").chatwoot.account_id is None


async def test_what_was_taken_out_comes_in_under_another_name_with_its_versions(api: Api) -> None:
    chatwoot = {"api_key": "bot-secret-2", "account_id": 92}
    await api.send("POST", "/api/companies", clinic("bela", chatwoot=chatwoot))
    await api.send("PUT", "/api/companies/bela/prompts/sales", {"text": "Uno."})
    await api.send("PUT", "/api/companies/bela/prompts/sales", {"text": "Dos."})
    export = await api.get("/api/companies/bela/export")
    whole = export.json()
    whole["definition"] |= {"company_id": "bela-dos", "company_name": "Bela Dos"}
    whole["definition"]["chatwoot"]["account_id"] = 93

    tried = await api.send("POST", "/api/companies/import?dry_run=true", whole)
    nothing = await api.get("/api/companies/bela-dos")
    made = await api.send("POST", "/api/companies/import", whole)

    assert "bot-secret-2" not in export.text
    assert 'filename="bela.clinicdesk.json"' in export.headers["Content-Disposition"]
    assert (tried.status_code, tried.json()["dry_run"], nothing.status_code) == (200, True, 404)
    assert made.status_code == 201
    assert made.json()["warnings"]["chatwoot.api_key"] == "was not taken along; set it here"
    versions = (await api.get("/api/companies/bela-dos/prompts/sales/versions")).json()["versions"]
    assert [one["text"] for one in versions] == ["Dos.", "Uno."]
    assert api.parts.directory.find("bela-dos").wishes_for("sales").wishes == "Dos."


async def test_a_company_that_is_there_is_replaced_only_when_told_and_keeps_its_secrets(
    api: Api,
) -> None:
    await api.send("POST", "/api/companies", clinic("celia", chatwoot={"api_key": "bot-secret-3"}))
    whole = (await api.get("/api/companies/celia/export")).json()
    whole["definition"]["phone"] = "+57 604 555 0100"

    refused = await api.send("POST", "/api/companies/import", whole)
    replaced = await api.send("POST", "/api/companies/import?replace=true", whole)

    assert (refused.status_code, refused.json()["fields"]) == (409, {"company_id": "is taken"})
    assert replaced.json()["changed"] == ["phone"]
    key = api.parts.directory.find("celia").chatwoot.api_key
    assert key is not None
    assert key.get_secret_value() == "bot-secret-3"


async def test_every_shipped_company_goes_out_and_comes_in_whole(api: Api) -> None:
    whole = (await api.get("/api/companies/medispa/export")).json()
    whole["definition"] |= {"company_id": "medispa-dos"}
    whole["definition"].get("chatwoot", {}).pop("account_id", None)

    made = await api.send("POST", "/api/companies/import", whole)

    assert made.status_code == 201, made.text
    assert made.json()["definition"] == whole["definition"]


async def test_faults_of_what_comes_are_told_and_nothing_is_stored(api: Api) -> None:
    faulty = {
        "definition": clinic("dora", treatments=[{"id": "x"}]),
        "prompts": {"sales": [{"text": "${API_KEY}"}]},
    }

    tried = await api.send("POST", "/api/companies/import?dry_run=true", faulty)
    faulty["prompts"] = {}
    definition = await api.send("POST", "/api/companies/import", faulty)

    assert set(tried.json()["fields"]) == {"prompts.sales.0.text"}
    assert set(definition.json()["fields"]) == {
        "treatments.0.name",
        "treatments.0.duration_minutes",
    }
    assert (await api.get("/api/companies/dora/definition")).status_code == 404


async def test_moving_companies_is_the_administrators(api: Api) -> None:
    answers = [
        await api.get("/api/companies/benova/export", BENOVA),
        await api.send("POST", "/api/companies/benova/clone", {}, BENOVA),
        await api.send("POST", "/api/companies/import", {}, BENOVA),
    ]

    assert {one.status_code for one in answers} == {403}


async def test_a_company_that_is_deleted_leaves_nothing_and_its_neighbour_everything(
    api: Api, folder: Path
) -> None:
    for company in ("fina", "fina-dos"):
        await api.send("POST", "/api/companies", clinic(company))
        await api.send("PUT", f"/api/companies/{company}/prompts/sales", {"text": "Uno."})
        await api.send("POST", f"/api/companies/{company}/keys", {"name": "panel"})
        await api.send("POST", f"/api/documents?company_id={company}", {"content": "# A\n\nB."})
        await api.say("hola", company=company)
        await someone_waits(api, company)
    neighbour = await owned(api, "fina-dos")

    unsure = await api.send("DELETE", "/api/companies/fina")
    gone = await api.send("DELETE", "/api/companies/fina?confirm=fina")

    assert (unsure.status_code, gone.status_code) == (422, 200)
    assert gone.json()["removed"]["keys of the API"] == 1
    assert await owned(api, "fina") == set()
    assert await owned(api, "fina-dos") == neighbour
    assert {one for one, _ in await api.parts.paging.pages.due(9)} == {"fina-dos"}
    assert len([one async for one in api.parts.redis.scan_iter(keys.page_owner("*"))]) == 1
    assert (await api.get("/api/companies/fina/definition")).status_code == 404
    assert (await api.get("/api/companies/fina-dos")).status_code == 200
    assert not list((folder / "companies" / "fina" / "prompts").glob("*.json"))
    assert (await api.send("POST", "/api/companies", clinic("fina"))).status_code == 201
    versions = (await api.get("/api/companies/fina/prompts/sales/versions")).json()["versions"]
    assert [one["version"] for one in versions] == [0]


async def test_the_addresses_of_a_deleted_company_never_lead_to_another_of_its_name(
    api: Api,
) -> None:
    await api.send("POST", "/api/companies", clinic("fina"))
    first = (await api.get("/api/companies/fina")).json()["webhook_url"]
    second = (await rotated(api, "fina", 600)).json()["webhook_url"]
    await api.send("DELETE", "/api/companies/fina?confirm=fina")

    await api.send("POST", "/api/companies", clinic("fina"))

    third = (await api.get("/api/companies/fina")).json()["webhook_url"]
    taken = [await delivered(api, url, number) for number, url in enumerate((first, second, third))]
    assert taken == [404, 404, 200]


async def test_a_turn_in_hand_ends_before_its_company_is_deleted(api: Api) -> None:
    await api.send("POST", "/api/companies", clinic("fina"))
    redis, fina, ana = api.parts.redis, CompanyId("fina"), UserId("ana")
    await redis.set(keys.thread_lock(fina, ana), "a worker's", px=8000)

    deleting = asyncio.create_task(api.send("DELETE", "/api/companies/fina?confirm=fina"))
    await asyncio.sleep(SETTLED.total_seconds() + 0.5)
    await awaitable(redis.rpush(keys.conversation(fina, ana), "what the turn came to"))
    await redis.delete(keys.thread_lock(fina, ana))

    assert (await deleting).status_code == 200
    assert await owned(api, "fina") == set()


async def test_a_shipped_company_can_be_deleted_too(api: Api) -> None:
    gone = await api.send("DELETE", "/api/companies/dental?confirm=dental")
    await api.send("POST", "/api/companies/reload-config", {})

    assert gone.status_code == 200
    assert (await api.get("/api/companies/dental")).status_code == 404
    assert await owned(api, "dental") == set()


async def someone_waits(api: Api, company: str) -> None:
    """Have people paged for a patient for the second time."""
    pages, user = api.parts.paging.pages, UserId("55")
    await api.parts.waiting_room().enter(
        api.parts.directory.find(CompanyId(company)), user, "emergency"
    )
    for turn in ("1-1-1", "1-2-1"):
        page = pages.new(CompanyId(company), user, ConversationId(1), "breathing")
        assert await pages.open(page, turn, due=page.opened_at)
        await pages.change(CompanyId(company), user, "acknowledged", by="key 1")


async def owned(api: Api, company: str) -> set[str]:
    """Return the keys in Redis that are a company's; those of `fina` are none of `fina-dos`."""
    return set(await awaitable(api.parts.redis.keys(f"{company}[:_]*")))


async def rotated(api: Api, company: str, minutes: int = 0) -> httpx.Response:
    path = f"/api/companies/{company}/webhook-token/rotate"
    return await api.send("POST", path, {"grace_minutes": minutes})


async def delivered(api: Api, url: str, number: int, account: int = 8) -> int:
    place = Place(account=account, conversation=number, contact=Contact(id=number))
    body = raw(incoming(place, number, "hola"))
    return (await api.http.post(url, content=body)).status_code


async def address(api: Api, company: str) -> str:
    return str((await api.get(f"/api/companies/{company}")).json()["webhook_url"])


async def test_no_event_is_refused_while_an_address_changes(
    api: Api, redis_url: str, folder: Path
) -> None:
    old = await address(api, "medispa")
    async with administered(redis_url, folder) as other:
        during: list[Any] = [delivered(api, old, number) for number in range(1, 20)]
        answer, *taken = await asyncio.gather(rotated(api, "medispa", 10), *during)
        new = answer.json()["webhook_url"]
        # The other process has not read anything again.
        both = [await delivered(other, new, 30), await delivered(other, old, 31)]

    assert set(taken) == {200}
    assert (new != old, both) == (True, [200, 200])
    assert await delivered(api, old, 40) == 200
    assert await address(api, "medispa") == new


async def test_without_a_grace_the_old_address_ends_at_once(api: Api) -> None:
    token = {"webhook_token": "a-token-in-the-definition"}
    await api.send("POST", "/api/companies", clinic("elsa", chatwoot=token))
    old = await address(api, "elsa")

    answer = await rotated(api, "elsa")

    assert answer.json()["old_valid_until"] is None
    assert await delivered(api, old, 50) == 404
    assert await delivered(api, answer.json()["webhook_url"], 51) == 200
    shown = (await api.get("/api/companies/elsa/definition")).json()["definition"]
    assert shown["chatwoot"]["webhook_token"] == "***"


async def test_an_address_that_the_environment_sets_is_changed_there(api: Api) -> None:
    old = await address(api, "wellness")

    answer = await rotated(api, "wellness")

    assert answer.status_code == 409
    assert "CHATWOOT_WEBHOOK_TOKEN" in answer.json()["detail"]
    assert await address(api, "wellness") == old
