"""Every path, every kind of key: the list is taken from the application, so that none is forgotten."""

import re

import httpx
import pytest
from starlette.routing import Mount, Route

from integrations.redis import awaitable
from tenants.keys import api_keys
from tests.routes.conftest import ADMIN, BENOVA, MEDISPA, Api

OPEN = {
    "/health",
    "/webhook/chatwoot",
    "/webhook/chatwoot/{webhook_token}",
    "/agenda/ics/{token}.ics",
}
ADMINISTRATORS = {
    ("POST", "/companies/reload-config"),
    ("POST", "/companies/{company_id}/keys"),
    ("GET", "/companies/{company_id}/keys"),
    ("DELETE", "/companies/{company_id}/keys/{key_id}"),
}


def guarded(api: Api) -> list[tuple[str, str]]:
    mount = next(one for one in api.app.routes if isinstance(one, Mount) and one.path == "/api")
    return [
        (method, route.path)
        for route in mount.routes
        if isinstance(route, Route) and route.path not in OPEN
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


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
    }
    return "/api" + re.sub(r"{(\w+)(?::int)?}", lambda found: known[found[1]], path)


async def call(api: Api, method: str, path: str, **headers: str) -> httpx.Response:
    names_company = "{company_id}" in path or path.startswith(("/companies", "/health"))
    query = "" if names_company else "?company_id=benova"
    return await api.http.request(method, filled(path) + query, headers=headers, content=b"{}")


async def test_without_a_key_nothing_is_answered(api: Api) -> None:
    answers = [await call(api, method, path) for method, path in guarded(api)]

    assert len(answers) > 20
    assert {one.status_code for one in answers} == {401}
    assert {one.json()["error"] for one in answers} == {"MissingKeyError"}


async def test_with_a_wrong_key_nothing_is_answered(api: Api) -> None:
    answers = [
        await call(api, method, path, Authorization="Bearer wrong") for method, path in guarded(api)
    ]

    assert {one.json()["error"] for one in answers} == {"WrongKeyError"}


async def test_another_companys_key_finds_nothing(api: Api) -> None:
    own_lists = {("GET", "/companies"), ("GET", "/companies/health"), ("GET", "/health/companies")}
    others = [one for one in guarded(api) if one not in own_lists | ADMINISTRATORS]
    answers = {
        (method, path): await call(api, method, path, **{"X-API-Key": MEDISPA})
        for method, path in others
    }

    bodies_first = {key: one for key, one in answers.items() if one.status_code == 422}
    assert {one.status_code for one in answers.values()} <= {404, 422}
    assert set(bodies_first) <= {
        ("POST", "/webhook/test"),
        ("POST", "/queue/retry"),
        ("POST", "/queue/discard"),
    }


async def test_lists_show_a_companys_key_that_company_only(api: Api) -> None:
    for path in ("/api/companies", "/api/health/companies"):
        answer = await api.get(path, BENOVA)

        assert "benova" in answer.text
        assert "medispa" not in answer.text


async def test_only_an_administrator_administrates(api: Api) -> None:
    answers = [
        await call(api, method, path, **{"X-API-Key": BENOVA})
        for method, path in sorted(ADMINISTRATORS)
    ]

    assert {one.status_code for one in answers} == {403}
    assert set(guarded(api)) >= ADMINISTRATORS


async def test_a_companys_key_needs_not_name_the_company(api: Api) -> None:
    answer = await api.get("/api/conversations", BENOVA)

    assert answer.json() == {"total": 0, "page": 1, "limit": 50, "conversations": []}


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


async def test_keys_are_kept_as_digests(api: Api) -> None:
    key = (await api.send("POST", "/api/companies/dental/keys", {"name": "x"})).json()["api_key"]

    stored = await awaitable(api.parts.redis.hgetall(api_keys()))

    assert stored
    assert key not in str(stored)


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
