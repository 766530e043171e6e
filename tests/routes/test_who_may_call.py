"""Every path, every kind of key: the list is taken from the application, so that none is forgotten."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from routes.actions import READING_POSTS, UNTRACED, Action
from tenants.api_keys import ApiKeys
from tenants.audit import DEPLOYMENT, Audit
from tenants.ids import CompanyId
from tests.routes.conftest import ADMIN, BENOVA, Api

OPEN = {
    "/health": "a balancer asks it",
    "/webhook/chatwoot": "a signature proves who sends",
    "/webhook/chatwoot/{webhook_token}": "the address is a secret, and a signature proves who sends",
    "/agenda/ics/{token}.ics": "the address is a secret",
    "/webhook/pagerduty/{company_id}": "a signature proves who sends",
    "/pages/{page_id}/acknowledge": "a signed link proves itself; without one a key is asked for",
    "/pages/{page_id}/called": "a signed link proves itself",
    "/openapi.json": "what the service can do is no secret",
    "/docs": "a page about it",
    "/docs/{name}": "its scripts",
    "/session": "a key begins it, its own cookie shows and ends it",
    "/": "leads browsers to the panel",
    "/panel": "a page without anybody's data",
    "/panel/assets/{name:path}": "its scripts",
    "/panel/{path:path}": "the same page",
}
ADMINISTRATORS = {
    ("POST", "/companies/reload-config"),
    ("POST", "/companies"),
    ("POST", "/companies/import"),
    ("GET", "/companies/inactive"),
    ("DELETE", "/companies/{company_id}"),
    ("POST", "/companies/{company_id}/activate"),
    ("POST", "/companies/{company_id}/deactivate"),
    ("POST", "/companies/{company_id}/clone"),
    ("GET", "/companies/{company_id}/export"),
    ("POST", "/companies/{company_id}/webhook-token/rotate"),
    ("POST", "/companies/{company_id}/onboard"),
    ("POST", "/keys"),
    ("GET", "/keys"),
    ("POST", "/keys/{key_id}/rotate"),
    ("DELETE", "/keys/{key_id}"),
    ("GET", "/audit"),
    ("GET", "/status"),
    ("GET", "/system/info"),
    ("GET", "/diagnostics"),
}
OWN_LISTS = {
    ("GET", "/companies"),
    ("GET", "/companies/health"),
    ("GET", "/health/companies"),
    ("GET", "/health/full"),
}
BODY_FIRST = {("POST", "/webhook/test"), ("POST", "/queue/retry"), ("POST", "/queue/discard")}


def guarded(api: Api) -> list[tuple[str, str]]:
    mount = next(one for one in api.app.routes if isinstance(one, Mount) and one.path == "/api")
    return [
        (method, route.path)
        for route in mount.routes
        if isinstance(route, Route) and route.path not in OPEN
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def writing(api: Api) -> list[tuple[str, str]]:
    return [one for one in guarded(api) if not Action(*one).reads]


def filled(path: str) -> str:
    known = {
        "company_id": "benova",
        "user_id": "ana",
        "key_id": "0",
        "document_id": "doc_1",
        "gap_id": "0",
        "proposal_id": "0",
        "conversation_id": "12",
        "appointment_id": "0",
        "staff_id": "valentina-ruiz",
        "agent": "sales",
        "version": "0",
        "page_id": "0",
    }
    return "/api" + re.sub(r"{(\w+)(?::int)?}", lambda found: known[found[1]], path)


async def call(api: Api, method: str, path: str, **headers: str) -> httpx.Response:
    names_company = "{company_id}" in path or path.startswith(
        ("/companies", "/health", "/keys", "/audit")
    )
    query = "" if names_company else "?company_id=benova"
    return await api.http.request(method, filled(path) + query, headers=headers, content=b"{}")


async def errors_of(api: Api, routes: Iterable[tuple[str, str]], key: str) -> dict[str, set[str]]:
    """Call every route with a key; return the routes by their error's name, or their status."""
    found: dict[str, set[str]] = {}
    for method, path in routes:
        answer = await call(api, method, path, **{"X-API-Key": key} if key else {})
        name = answer.json()["error"] if answer.status_code in {401, 403} else "else"
        found.setdefault(name, set()).add(f"{method} {path}")
    return found


def named(routes: Iterable[tuple[str, str]]) -> set[str]:
    return {f"{method} {path}" for method, path in routes}


async def made_key(api: Api, **wishes: Any) -> str:
    key, _ = await ApiKeys(api.parts.redis, api.parts.clock).create(name="test", **wishes)
    return key


async def test_without_a_key_nothing_is_answered(api: Api) -> None:
    found = await errors_of(api, guarded(api), "")

    assert len(guarded(api)) > 40
    assert found == {"MissingKeyError": named(guarded(api))}


async def test_with_a_wrong_key_nothing_is_answered(api: Api) -> None:
    found = {}
    for number, route in enumerate(guarded(api)):
        # Each from an address of its own: who fails often has to wait.
        transport = httpx.ASGITransport(api.app, client=(f"10.0.0.{number}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            answer = await call(replace(api, http=http), *route, Authorization="Bearer wrong")
        found[route] = answer.json()["error"]

    assert set(found.values()) == {"WrongKeyError"}


async def test_with_an_expired_key_nothing_is_answered(api: Api) -> None:
    past = api.parts.clock() - timedelta(seconds=1)
    key = await made_key(api, company=CompanyId("benova"), expires_at=past)

    found = await errors_of(api, guarded(api), key)

    assert found == {"ExpiredKeyError": named(guarded(api))}


async def test_a_key_that_reads_changes_nothing(api: Api) -> None:
    key = await made_key(api, company=CompanyId("benova"), scope="read")

    found = await errors_of(api, guarded(api), key)

    assert found.pop("NotAllowedError") == named({*writing(api), *ADMINISTRATORS})
    assert set(found) == {"else"}
    assert await Audit(api.parts.redis, api.parts.clock).of(CompanyId("benova"), limit=1) == []


async def test_a_reading_key_of_the_deployment_reads_every_company_and_no_secret(api: Api) -> None:
    key = await made_key(api, company=None, scope="read")

    found = await errors_of(api, guarded(api), key)

    assert found["NotAllowedError"] == named({*writing(api), *ADMINISTRATORS})
    assert (await api.get("/api/companies", key)).json()["total"] == 4
    assert "webhook_url" not in (await api.get("/api/companies/benova", key)).json()


@pytest.mark.parametrize("scope", ["company", "read"])
async def test_another_companys_key_finds_nothing(api: Api, scope: str) -> None:
    key = await made_key(api, company=CompanyId("medispa"), scope=scope)
    others = {one for one in guarded(api) if scope == "company" or Action(*one).reads}

    answers = {
        route: await call(api, *route, **{"X-API-Key": key})
        for route in others - OWN_LISTS - ADMINISTRATORS
    }

    bodies_first = {route for route, one in answers.items() if one.status_code == 422}
    assert {one.status_code for one in answers.values()} <= {404, 422}
    assert bodies_first <= BODY_FIRST


async def test_a_company_does_everything_of_its_own_and_nothing_of_the_deployment(api: Api) -> None:
    found = await errors_of(api, guarded(api), BENOVA)

    assert found["NotAllowedError"] == named(ADMINISTRATORS)
    assert found["else"] == named(guarded(api)) - named(ADMINISTRATORS)


async def test_an_administrator_does_everything_and_every_change_is_in_the_trail(api: Api) -> None:
    answers = {
        route: await call(api, *route, **{"X-API-Key": ADMIN, "X-Request-ID": "r-1"})
        for route in guarded(api)
    }

    assert not [one for one in answers.values() if one.status_code in {401, 403}]
    audit = Audit(api.parts.redis, api.parts.clock)
    trails = [*await audit.of(CompanyId("benova"), limit=500), *await audit.of(DEPLOYMENT, limit=9)]
    done = {route for route, one in answers.items() if one.status_code < 400}
    assert {one.action for one in trails} == named(one for one in done if Action(*one).traced)
    assert {(one.actor, one.request_id) for one in trails} == {("administrator", "r-1")}
    assert len(trails) > 3


async def test_what_stands_outside_of_the_api_is_guarded_too(api: Api) -> None:
    roots = [one.path for one in api.app.routes if isinstance(one, Route) and one.path not in OPEN]
    reader = await made_key(api, company=None, scope="read")
    under_api = {path for _, path in guarded(api)}

    kinds = {"none": "", "wrong": "wrong", "company": BENOVA, "reader": reader, "admin": ADMIN}
    found = {
        kind: {(await api.get(path, key)).status_code for path in roots if path not in under_api}
        for kind, key in kinds.items()
    }

    assert found == {
        "none": {401},
        "wrong": {401},
        "company": {403},
        "reader": {200},
        "admin": {200},
    }


async def test_what_is_not_traced_or_only_reads_is_a_path_that_there_is(api: Api) -> None:
    assert set(UNTRACED) | READING_POSTS <= set(guarded(api))
    assert all(UNTRACED.values())


async def test_lists_show_a_companys_key_that_company_only(api: Api) -> None:
    for path in ("/api/companies", "/api/health/companies", "/api/health/full"):
        answer = await api.get(path, BENOVA)

        assert "benova" in answer.text
        assert "medispa" not in answer.text


async def test_a_companys_key_needs_not_name_the_company(api: Api) -> None:
    answer = await api.get("/api/conversations", BENOVA)

    told = {"total": 0, "waiting": 0, "page": 1, "limit": 50, "conversations": []}
    assert answer.json() == told


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": ADMIN},
        {"Authorization": f"Bearer {ADMIN}"},
        {"authorization": f"bearer {ADMIN}"},
    ],
)
async def test_a_key_comes_in_either_header(api: Api, headers: dict[str, str]) -> None:
    answer = await api.http.get("/api/v1/companies/benova", headers=headers)

    assert answer.status_code == 200


async def test_a_made_key_works_until_it_is_revoked(api: Api) -> None:
    made = await api.send("POST", "/api/companies/dental/keys", {"name": "panel"})
    key, key_id = made.json()["api_key"], made.json()["key_id"]

    assert made.status_code == 201
    assert (await api.get("/api/companies/dental", key)).status_code == 200
    assert (await api.get("/api/companies/benova", key)).status_code == 404
    assert key not in (await api.get("/api/companies/dental/keys")).text

    gone = await api.send("DELETE", f"/api/companies/dental/keys/{key_id}")

    assert gone.status_code == 200
    assert (await api.get("/api/companies/dental", key)).status_code == 401


async def test_company_named_twice_differently_is_refused(api: Api) -> None:
    answer = await api.http.get(
        "/api/conversations?company_id=benova",
        headers={"X-API-Key": ADMIN, "X-Company-ID": "medispa"},
    )

    assert answer.status_code == 422
    assert "company_id" in answer.json()["detail"]


@pytest.mark.parametrize("company", ["a|b", "*", "..%2Fx", "BENOVA", "benova%00", "ñandú"])
async def test_ids_that_are_none_are_unknown(api: Api, company: str) -> None:
    answer = await api.get(f"/api/conversations?company_id={company}")

    assert answer.status_code == 404
    assert answer.json()["error"] == "UnknownCompanyError"


@pytest.mark.parametrize("user", ["a|b", "*", "a%20b", "%7Bx%7D", "x" * 129, "..%2Fx"])
async def test_users_that_can_be_none_are_refused(api: Api, user: str) -> None:
    answer = await api.get(f"/api/conversations/{user}?company_id=benova")

    assert answer.status_code in {404, 422}
    assert answer.json()["error"] in {"InvalidRequestError", "NotFoundError"}
