"""Pages over HTTP: links that prove themselves, buttons that only people press, a try-out."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.pagerduty_webhook import signature_of
from integrations.redis import Client
from jobs.page import Page
from jobs.shipped import Shipped
from tenants.ids import CompanyId, ConversationId, UserId
from tests.fakes.on_call import SECRET, FakeOnCall
from tests.fakes.serve import serve
from tests.routes.administered import administered
from tests.routes.conftest import BENOVA, MEDISPA, Api

LAURA = UserId("418")


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeOnCall, str]]:
    """Whoever is woken, and where."""
    fake = FakeOnCall()
    async with serve(fake.app) as url:
        yield fake, url


@pytest.fixture
async def sealing(
    redis: Client, redis_url: str, tmp_path: Path, ready: Shipped
) -> AsyncIterator[Api]:
    """An API that keeps secrets."""
    async with administered(redis_url, tmp_path, ready=ready) as api:
        yield api


async def paged(api: Api) -> Page:
    """Return a page of Laura's at benova."""
    pages = api.parts.paging.pages
    page = pages.new(CompanyId("benova"), LAURA, ConversationId(101), "vision")
    assert await pages.open(page, "101-9001-1", due=page.opened_at)
    return page


def link(page: Page, what: str = "acknowledge", step: int = 0) -> str:
    return f"/api/pages/{page.page_id}/{what}?step={step}&token={page.signature(step)}"


async def state(api: Api, page: Page) -> str:
    return str((await api.get(f"/api/pages/{page.page_id}")).json()["state"])


async def test_who_looks_at_a_link_acknowledges_nothing_and_the_button_does(api: Api) -> None:
    page = await paged(api)

    looked = await api.http.get(link(page))
    after_looking = await state(api, page)
    pressed = await api.http.post(link(page))
    again = await api.http.post(link(page))

    assert (looked.status_code, after_looking) == (200, "open")
    assert '<form method="post">' in looked.text
    assert "form-action 'self'" in looked.headers["content-security-policy"]
    assert "418" not in looked.text
    assert "Queda confirmado" in pressed.text
    assert await state(api, page) == "acknowledged"
    assert "Ya estaba confirmado" in again.text
    assert "<form" not in (await api.http.get(link(page))).text


async def test_a_link_that_was_made_up_or_is_another_pages_proves_nothing(api: Api) -> None:
    page = await paged(api)
    wrong = (
        f"/api/pages/{page.page_id}/acknowledge?step=0&token={page.signature(1)}",
        f"/api/pages/{page.page_id}/acknowledge?step=0&token=ñ",
        f"/api/pages/{'0' * 32}/acknowledge?step=0&token={page.signature(0)}",
        f"/api/pages/{page.page_id}/called?step=0&token=",
    )

    answers = [(await api.http.post(one)).status_code for one in wrong]
    without = await api.http.post(f"/api/pages/{page.page_id}/acknowledge")

    assert answers == [404] * 4
    assert without.json()["error"] == "MissingKeyError"
    assert await state(api, page) == "open"


async def test_a_key_that_is_pressed_in_a_call_acknowledges_and_another_does_not(api: Api) -> None:
    page = await paged(api)

    silent = await api.http.post(link(page, "called"), data={"Digits": "7"})
    before = await state(api, page)
    pressed = await api.http.post(link(page, "called"), data={"Digits": "1"})

    assert (silent.text, before) == ("<Response/>", "open")
    assert pressed.headers["content-type"].startswith("application/xml")
    assert '<Say language="es-MX">Gracias' in pressed.text
    assert await state(api, page) == "acknowledged"


async def test_a_company_sees_and_acknowledges_its_own_pages_only(api: Api) -> None:
    page = await paged(api)
    path = f"/api/pages/{page.page_id}"

    foreign = [
        (await api.get(path, MEDISPA)).status_code,
        (await api.send("POST", f"{path}/acknowledge", key=MEDISPA)).status_code,
        len((await api.get("/api/pages", MEDISPA)).json()["pages"]),
    ]
    listed = (await api.get("/api/pages", BENOVA)).json()
    done = await api.send("POST", f"{path}/acknowledge", key=BENOVA)
    again = await api.send("POST", f"{path}/acknowledge", key=BENOVA)

    assert foreign == [404, 404, 0]
    assert [one["page_id"] for one in listed["pages"]] == [page.page_id]
    assert (done.status_code, again.status_code) == (200, 409)
    assert (await api.get("/api/pages", BENOVA)).json()["total"] == 0
    trail = (await api.get("/api/companies/benova/audit")).json()
    assert {"page acknowledged", "POST /pages/{page_id}/acknowledge"} <= {
        one["action"] for one in trail["changes"]
    }


async def test_closing_the_emergency_ends_the_page(api: Api) -> None:
    page = await paged(api)

    closed = await api.send("DELETE", "/api/conversations/418/emergency?company_id=benova")

    assert closed.status_code == 200
    assert await state(api, page) == "resolved"


async def test_a_clinic_tries_its_ways_and_is_told_what_is_wrong_with_them(
    sealing: Api, fake: tuple[FakeOnCall, str]
) -> None:
    api, (receiver, url) = sealing, fake
    none = await api.send("POST", "/api/companies/benova/on-call/test", key=BENOVA)
    before = (await api.get("/api/diagnostics/benova")).json()["findings"]
    plan = {
        "pagerduty_routing_key": "key",
        "pagerduty_endpoint": url,
        "webhook_url": f"{url}/hook",
        "webhook_secret": SECRET,
    }
    changed = await api.send("PATCH", "/api/companies/benova", {"on_call": plan})

    tried = await api.send("POST", "/api/companies/benova/on-call/test", key=BENOVA)
    soon = await api.send("POST", "/api/companies/benova/on-call/test", key=BENOVA)

    after = (await api.get("/api/diagnostics/benova")).json()["findings"]
    health = (await api.get("/api/health/company/benova")).json()["on_call"]
    assert (none.status_code, changed.status_code, soon.status_code) == (409, 200, 409)
    assert "PAGERDUTY_ROUTING_KEY_BENOVA" in finding(before)["todo"]
    assert [(one["way"], one["result"]) for one in tried.json()["results"]] == [
        ("pagerduty", "sent"),
        ("webhook", "failed"),
    ]
    assert receiver.incidents[0]["links"][-1]["href"].startswith("http://127.0.0.1:8080/api/pages/")
    assert finding(after)["state"] == "wrong"
    assert "webhook failed" in finding(after)["says"]
    assert "private address" in finding(after)["says"]
    assert health["ways"] == ["pagerduty", "webhook"]
    assert (health["unanswered_pages"], health["failing"][0]["way"]) == (0, "webhook")


async def test_whoever_acknowledges_in_pagerduty_has_answered_here_too(sealing: Api) -> None:
    api, secret = sealing, "of-the-subscription"
    plan = {"pagerduty_routing_key": "key", "pagerduty_webhook_secret": secret}
    await api.send("PATCH", "/api/companies/benova", {"on_call": plan})
    page = await paged(api)
    data = {"incident_key": f"clinicdesk-{page.page_id}", "status": "acknowledged"}
    body = json.dumps({"event": {"event_type": "incident.acknowledged", "data": data}}).encode()

    async def told(company: str, signature: str) -> int:
        headers = {"X-PagerDuty-Signature": signature}
        path = f"/api/webhook/pagerduty/{company}"
        return (await api.http.post(path, content=body, headers=headers)).status_code

    good = signature_of(secret, body)
    refused = [
        await told("benova", ""),
        await told("benova", signature_of("another", body)),
        await told("medispa", good),
        await told("nobody", good),
    ]
    await api.send("PATCH", "/api/companies/medispa", {"on_call": {"pagerduty_webhook_secret": ""}})
    refused.append(await told("medispa", signature_of("", body)))
    before = await state(api, page)
    taken = await told("benova", f"v1=0000, {good}")

    assert (refused, before) == ([401] * 5, "open")
    assert (taken, await state(api, page)) == (200, "acknowledged")


async def test_a_company_says_who_is_on_call_and_only_an_administrator_how_that_is_paid(
    api: Api,
) -> None:
    steps = [{"way": "call", "to": "+573001112233"}]

    own = await api.send("PATCH", "/api/companies/benova", {"on_call": {"steps": steps}}, BENOVA)
    foreign = await api.send(
        "PATCH", "/api/companies/benova", {"on_call": {"webhook_url": "https://x.example"}}, BENOVA
    )
    wrong = await api.send(
        "PATCH", "/api/companies/benova", {"on_call": {"steps": [{"way": "sms"}]}}
    )

    assert (own.status_code, foreign.status_code, wrong.status_code) == (200, 403, 422)
    assert "on_call.steps.0" in str(wrong.json()["fields"])


def finding(found: list[dict[str, str]]) -> dict[str, str]:
    return next(one for one in found if one["what"] == "on call")
