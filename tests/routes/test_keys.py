"""Keys over REST: made, used, rotated, revoked, and never shown again."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from integrations.redis import awaitable
from routes.attempts import MOST, FailedAttempts
from routes.errors import TooManyAttemptsError
from tenants import keys
from tenants.ids import CompanyId, UserId, subject_of
from tests.routes.conftest import ADMIN, BENOVA, Api

DENTALS = "/api/companies/dental/keys"


async def test_a_made_key_works_until_it_is_revoked(api: Api) -> None:
    made = await api.send("POST", DENTALS, {"name": "panel"})
    key, key_id = made.json()["api_key"], made.json()["key_id"]

    assert made.status_code == 201
    assert (await api.get("/api/companies/dental", key)).status_code == 200
    assert (await api.get("/api/companies/benova", key)).status_code == 404
    listed = await api.get(DENTALS)
    assert key not in listed.text
    assert listed.json()["keys"][0]["last_used_at"]
    assert key not in str(await awaitable(api.parts.redis.hgetall(keys.api_keys())))

    gone = await api.send("DELETE", f"{DENTALS}/{key_id}")

    assert gone.status_code == 200
    assert (await api.get("/api/companies/dental", key)).status_code == 401


async def test_a_rotated_key_works_beside_the_new_one_for_a_while(api: Api) -> None:
    made = (await api.send("POST", DENTALS, {"name": "panel", "scope": "read"})).json()
    path = f"{DENTALS}/{made['key_id']}/rotate"

    gentle = (await api.send("POST", path, {"grace_minutes": 5})).json()
    both = [(await api.get(DENTALS, one["api_key"])).status_code for one in (made, gentle)]
    hard = (await api.send("POST", path, {"grace_minutes": 0})).json()
    old = await api.get(DENTALS, made["api_key"])

    assert (gentle["scope"], gentle["name"]) == ("read", "panel")
    assert both == [200, 200]
    assert (old.status_code, old.json()["error"]) == (401, "ExpiredKeyError")
    assert (await api.get(DENTALS, hard["api_key"])).status_code == 200


async def test_the_administrators_key_can_be_replaced_while_the_server_runs(api: Api) -> None:
    made = (await api.send("POST", "/api/keys", {"name": "operator"})).json()

    reloaded = await api.send("POST", "/api/companies/reload-config", key=made["api_key"])
    trail = (await api.get("/api/audit", made["api_key"])).json()["changes"]

    assert (made["scope"], made["company_id"]) == ("admin", None)
    assert reloaded.status_code == 200
    assert [(one["actor"], one["action"]) for one in trail] == [
        (f"key {made['key_id']}", "POST /companies/reload-config"),
        ("administrator", "POST /keys"),
    ]
    assert made["api_key"] not in str(trail)


async def test_a_company_makes_keys_of_its_own_and_no_stronger_ones(api: Api) -> None:
    own = await api.send("POST", "/api/companies/benova/keys", {"name": "a", "scope": "read"}, BENOVA)  # fmt: skip
    stronger = await api.send("POST", "/api/companies/benova/keys", {"name": "a", "scope": "admin"}, BENOVA)  # fmt: skip
    others = await api.send("POST", "/api/companies/medispa/keys", {"name": "a"}, BENOVA)
    deployments = await api.send("POST", "/api/keys", {"name": "a"}, BENOVA)
    of_a_reader = await api.send("POST", "/api/companies/benova/keys", {"name": "a"}, own.json()["api_key"])  # fmt: skip

    refused = (stronger, others, deployments, of_a_reader)
    assert own.json()["scope"] == "read"
    assert [one.status_code for one in refused] == [422, 404, 403, 403]
    assert stronger.json()["detail"].startswith("scope:")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "expires_at": "tomorrow"}, "expires_at"),
    ],
)
async def test_a_wish_that_is_none_is_refused_by_name(
    api: Api, wish: dict[str, str], field: str
) -> None:
    answer = await api.send("POST", DENTALS, wish)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"{field}:")


async def test_the_same_wish_sent_twice_makes_one_key(api: Api) -> None:
    headers = {"X-API-Key": ADMIN, "Idempotency-Key": "panel-1"}
    first, again = [
        await api.http.post(DENTALS, json={"name": "panel"}, headers=headers) for _ in range(2)
    ]

    assert again.json()["api_key"] == first.json()["api_key"]
    assert (await api.get(DENTALS)).json()["total"] == 1
    assert len((await api.get("/api/companies/dental/audit")).json()["changes"]) == 1


async def test_a_trail_is_read_in_pages(api: Api) -> None:
    for number in range(3):
        await api.send("POST", DENTALS, {"name": str(number)})

    first = (await api.get("/api/companies/dental/audit?limit=2")).json()
    rest = (await api.get(f"/api/companies/dental/audit?limit=2&before={first['before']}")).json()

    assert [len(first["changes"]), len(rest["changes"]), rest["before"]] == [2, 1, None]
    assert first["changes"][0]["changes"]["scope"] == "company"
    assert (await api.get("/api/companies/dental/audit?before=x")).status_code == 422


async def test_a_trail_names_what_was_made_and_no_telephone(api: Api) -> None:
    user = UserId("tel-573015550199")
    await api.say("hola", user=user)
    await api.send("DELETE", f"/api/conversations/{user}?company_id=benova")
    made = await api.send(
        "POST",
        "/api/documents?company_id=benova",
        {"content": "# Parqueo\n\nHay parqueo.", "document_id": "parqueo"},
    )

    trail = (await api.get("/api/companies/benova/audit")).json()["changes"]

    assert made.status_code in {201, 202}
    assert [(one["action"], one["target"]) for one in trail] == [
        ("POST /documents", "parqueo"),
        ("DELETE /conversations/{user_id}", subject_of(CompanyId("benova"), user)),
    ]


async def test_who_sends_wrong_keys_for_long_has_to_wait_and_nobody_else(api: Api) -> None:
    for _ in range(MOST):
        await api.get("/api/companies", "wrong")
    elsewhere = httpx.ASGITransport(api.app, client=("10.0.0.9", 1))

    waiting = await api.get("/api/companies", ADMIN)
    webhook = await api.http.post("/api/webhook/chatwoot/none", content=b"{}")
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://test") as http:
        other = await http.get("/api/companies", headers={"X-API-Key": ADMIN})

    assert (waiting.status_code, waiting.json()["error"]) == (429, "TooManyAttemptsError")
    assert 0 < int(waiting.headers["retry-after"]) <= 300
    assert webhook.status_code == 404
    assert other.status_code == 200


async def test_a_key_that_nobody_guesses_works_on_beside_somebody_who_guesses(api: Api) -> None:
    made = await api.send("POST", "/api/companies/benova/keys", {"name": "office"})
    known = made.json()["api_key"]
    await api.get("/api/conversations", known)
    for _ in range(MOST):
        await api.get("/api/companies", "wrong")

    answer = await api.get("/api/conversations", known)
    guessed = await api.get("/api/conversations", "cd_" + "x" * 43)

    assert (answer.status_code, guessed.status_code) == (200, 429)


def test_a_network_of_ipv6_is_one_caller_and_a_wait_ends() -> None:
    now = [datetime(2026, 11, 22, 15, 0, tzinfo=UTC)]
    attempts = FailedAttempts(lambda: now[0])
    for number in range(MOST):
        attempts.note(f"2001:db8::{number:x}")

    with pytest.raises(TooManyAttemptsError):
        attempts.admit("2001:db8::ffff")
    attempts.admit("2001:db8:1::1")
    now[0] += timedelta(minutes=5)
    attempts.admit("2001:db8::ffff")
