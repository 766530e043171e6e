"""Connecting a company with Chatwoot: once, twice, half-way, against an older one, with the wrong token."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from jobs.onboarding import Onboarding, Wanted
from routes.company_paths import administration_of, onboarding_means
from tenants.administration import Author
from tests.fakes.chatwoot_office import ACCOUNT, ADMINISTRATOR, PERSON, FakeOffice
from tests.fakes.serve import serve
from tests.routes.administered import administered, clinic, emptied
from tests.routes.conftest import BENOVA, Api

PUBLIC = "https://clinicdesk.example"
pytestmark = pytest.mark.asyncio(loop_scope="module")

ORDER = [
    "chatwoot",
    "token",
    "webhook_address",
    "company",
    "agent_bot",
    "account_webhook",
    "definition",
    "bot_token",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """One deployment for all tests of this file: each connects a company of its own."""
    folder: Path = tmp_path_factory.mktemp("companies")
    async with emptied(redis_url), administered(redis_url, folder) as made:
        yield made


async def connect(api: Api, office: FakeOffice, company: str, **more: Any) -> dict[str, Any]:
    """Connect a company; `steps` of the answer is made a mapping of states."""
    if (await api.get(f"/api/companies/{company}")).status_code == 404:
        await api.send("POST", "/api/companies", clinic(company))
    async with serve(office.app) as url:
        office.reach = api.http
        body = {"base_url": url, "account_id": ACCOUNT, "admin_token": ADMINISTRATOR, **more}
        answer = await api.send("POST", f"/api/companies/{company}/onboard", body)
    assert answer.status_code == 200, answer.text
    await api.send("POST", f"/api/companies/{company}/deactivate", {})
    said: dict[str, Any] = answer.json()
    said["states"] = {one["step"]: one["state"] for one in said["steps"]}
    return said


async def active(api: Api, company: str) -> None:
    await api.send("POST", f"/api/companies/{company}/activate", {})


async def test_a_company_is_connected_and_a_message_comes_through(api: Api) -> None:
    office = FakeOffice()
    inbox = office.add_inbox("WhatsApp")

    said = await connect(api, office, "alba", inbox_ids=[inbox])

    assert said["done"] is True
    assert said["states"] == {
        **dict.fromkeys(ORDER, "done"),
        "account_webhook": "skipped",
        f"inbox {inbox}": "done",
        "message": "done",
    }
    assert said["steps"][-1]["detail"] == "a message came through, signed"
    bot = next(iter(office.bots.values()))
    assert office.inboxes == {inbox: {**office.inboxes[inbox], "bot": bot["id"]}}
    assert office.contacts == {}
    kept = (await api.get("/api/companies/alba/definition")).json()["definition"]["chatwoot"]
    assert kept == {
        "base_url": kept["base_url"],
        "account_id": ACCOUNT,
        "api_key": "***",
        "webhook_token": "***",
        "webhook_secrets": ["***"],
    }


async def test_connecting_again_changes_nothing(api: Api) -> None:
    office = FakeOffice()
    inbox = office.add_inbox("WhatsApp")
    async with serve(office.app) as url:
        await api.send("POST", "/api/companies", clinic("bela"))
        office.reach = api.http
        body = {"base_url": url, "account_id": ACCOUNT, "admin_token": ADMINISTRATOR}
        path = "/api/companies/bela/onboard"
        await api.send("POST", path, {**body, "inbox_ids": [inbox], "check": False})
        before = (await api.get("/api/companies/bela/definition")).headers["ETag"]
        again = (await api.send("POST", path, {**body, "inbox_ids": [inbox]})).json()
        after = (await api.get("/api/companies/bela/definition")).headers["ETag"]
    await api.send("POST", "/api/companies/bela/deactivate", {})

    states = {one["step"]: one["state"] for one in again["steps"]}
    assert {states[one] for one in ("agent_bot", "definition", f"inbox {inbox}")} == {"already"}
    assert (len(office.bots), after) == (1, before)


async def test_what_fails_half_way_is_told_and_goes_on_when_called_again(api: Api) -> None:
    office = FakeOffice()
    inbox = office.add_inbox("WhatsApp")
    connecting = f"POST /inboxes/{inbox}/set_agent_bot"
    office.failing["POST /agent_bots"] = 500

    first = await connect(api, office, "celia", inbox_ids=[inbox], check=False)
    office.failing = {connecting: 500}
    await active(api, "celia")
    second = await connect(api, office, "celia", inbox_ids=[inbox], check=False)
    office.failing = {}
    await active(api, "celia")
    third = await connect(api, office, "celia", inbox_ids=[inbox])

    assert (first["done"], first["steps"][-1]["step"]) == (False, "agent_bot")
    assert "HTTP 500" in first["steps"][-1]["detail"]
    assert second["states"][f"inbox {inbox}"] == "failed"
    assert second["states"]["bot_token"] == "done"
    assert third["done"] is True
    assert len(office.bots) == 1


async def test_an_older_chatwoot_gets_an_account_webhook_too(api: Api) -> None:
    office = FakeOffice(version="4.12.1", signs=False)

    said = await connect(api, office, "dora")

    assert said["states"]["account_webhook"] == "done"
    assert said["states"]["inboxes"] == "skipped"
    assert said["steps"][-1]["detail"] == "a message came through, unsigned"
    webhook = next(iter(office.webhooks.values()))
    assert webhook["url"] == next(iter(office.bots.values()))["outgoing_url"]
    assert "message_created" not in webhook["subscriptions"]


async def test_another_bot_keeps_its_inbox_unless_it_may_be_replaced(api: Api) -> None:
    office = FakeOffice()
    other = office.add_bot("Captain", "https://elsewhere.example/hook")
    inbox = office.add_inbox("WhatsApp", bot=other)

    refused = await connect(api, office, "elsa", inbox_ids=[inbox], check=False)
    await active(api, "elsa")
    left = office.inboxes[inbox]["bot"]
    taken = await connect(api, office, "elsa", inbox_ids=[inbox], check=False, replace_bots=True)

    assert (refused["states"][f"inbox {inbox}"], left) == ("failed", other)
    assert "Captain" in str(refused["steps"])
    assert taken["states"][f"inbox {inbox}"] == "done"


async def test_a_message_that_does_not_come_is_told(api: Api) -> None:
    await api.send("POST", "/api/companies", clinic("fina"))
    hurried = replace(
        onboarding_means(api.parts, administration_of(api.parts), PUBLIC),
        patience=timedelta(milliseconds=50),
        settling=timedelta(0),
    )
    office = FakeOffice(reach=None)

    async with serve(office.app) as url:
        wanted = Wanted(base_url=url, account_id=ACCOUNT, token=SecretStr(ADMINISTRATOR))
        tenant = api.parts.directory.find("fina")
        steps = await Onboarding(hurried).connect(tenant, wanted, Author(name="test"))

    await api.send("POST", "/api/companies/fina/deactivate", {})
    assert (steps[-1].step, steps[-1].state) == ("message", "failed")
    assert "PUBLIC_URL" in steps[-1].detail
    assert list(office.inboxes.values()) == []


async def test_a_token_that_is_no_administrators_stops_before_anything_is_made(api: Api) -> None:
    office = FakeOffice()

    agents = await connect(api, office, "gala", admin_token=PERSON)
    await active(api, "gala")
    unknown = await connect(api, office, "gala", admin_token="nobody-knows-it")

    assert agents["steps"][-1]["step"] == unknown["steps"][-1]["step"] == "token"
    assert (agents["done"], unknown["done"], office.bots) == (False, False, {})


async def test_the_administrators_token_is_nowhere_afterwards(
    api: Api, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    said = await connect(api, FakeOffice(), "hera", check=False)

    kept = [
        one.read_text(errors="replace") for one in tmp_path_factory.getbasetemp().rglob("*.json")
    ]
    dumped = [await api.parts.redis.dump(key) for key in await api.parts.redis.keys("*")]
    printed = capfd.readouterr()
    assert ADMINISTRATOR not in f"{said}{kept}{dumped}{printed.out}{printed.err}"


async def test_an_account_that_is_another_companys_is_found_before_anything_is_made(
    api: Api,
) -> None:
    office = FakeOffice()
    await api.send("POST", "/api/companies", clinic("iris", chatwoot={"account_id": ACCOUNT}))

    said = await connect(api, office, "juno")

    await api.send("POST", "/api/companies/iris/deactivate", {})
    assert (said["steps"][-1]["step"], said["done"]) == ("company", False)
    assert "chatwoot.account_id" in said["steps"][-1]["detail"]
    assert office.bots == {}


async def test_only_an_administrator_connects_and_only_by_http(api: Api) -> None:
    path = "/api/companies/benova/onboard"
    good = {"account_id": ACCOUNT, "admin_token": ADMINISTRATOR}

    theirs = await api.send("POST", path, good, BENOVA)
    files = await api.send("POST", path, {**good, "base_url": "file:///etc/passwd"})
    secret = await api.send("POST", path, {**good, "base_url": "https://user:pass@x.example"})
    nothing = await api.send("POST", path, {})

    assert theirs.status_code == 403
    assert {files.status_code, secret.status_code, nothing.status_code} == {422}
    assert "base_url" in files.json()["detail"]
    assert ADMINISTRATOR not in files.text
