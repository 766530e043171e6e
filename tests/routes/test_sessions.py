"""Sessions of the panel: a cookie that stands for a key, no longer and for no more than the key itself."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from integrations.redis import Client
from routes.panel_requests import COOKIE, give_cookie
from tenants import keys
from tenants.api_keys import digest_of
from tenants.sessions import IDLE, LONGEST, MOST, Sessions
from tests.routes.conftest import ADMIN, BENOVA, MEDISPA, Api

PANEL = {"X-Clinicdesk-Panel": "1"}
OWN = {**PANEL, "Origin": "http://test", "Sec-Fetch-Site": "same-origin"}
KEYS = "/api/companies/benova/keys"


async def sign_in(api: Api, key: str, **headers: str) -> httpx.Response:
    return await api.http.post("/api/session", json={"api_key": key}, headers=headers)


async def session_of(api: Api, key: str) -> dict[str, str]:
    """Sign in, and return what a browser then sends with each change."""
    answer = await sign_in(api, key)
    api.http.cookies.clear()
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}", **OWN}


async def test_a_session_stands_for_its_key(api: Api) -> None:
    session = await session_of(api, BENOVA)

    told = (await api.http.get("/api/session", headers=session)).json()
    made = await api.http.post(KEYS, json={"name": "tablet"}, headers=session)
    trail = (await api.http.get("/api/companies/benova/audit", headers=session)).json()["changes"]

    assert made.status_code == 201
    assert (told["scope"], told["company_id"]) == ("company", "benova")
    assert [one["company_id"] for one in told["companies"]] == ["benova"]
    assert [(one["actor"], one["action"]) for one in trail] == [
        (told["who"], "POST /companies/{company_id}/keys"),
        (told["who"], "POST /session"),
    ]


async def test_half_a_character_is_a_wrong_key(api: Api) -> None:
    answer = await api.http.post("/api/session", content=rb'{"api_key": "\ud800"}')

    assert (answer.status_code, answer.json()["error"]) == (401, "WrongKeyError")


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_pages(api: Api) -> None:
    cookie = (await sign_in(api, BENOVA)).headers["set-cookie"]

    flags = {one.strip().lower() for one in cookie.split(";")[1:]}
    assert flags == {"httponly", "samesite=strict", "path=/api", "secure", "max-age=43200"}
    assert BENOVA not in cookie


@pytest.mark.parametrize(
    ("url", "https", "secure"),
    [("http://test", False, False), ("https://test", False, True), ("http://test", True, True)],
)
def test_the_cookie_travels_by_https_wherever_there_is_https(
    url: str, *, https: bool, secure: bool
) -> None:
    scheme, host = url.split("://")
    request = Request(
        {"type": "http", "scheme": scheme, "headers": [], "path": "/", "server": (host, 80)}
    )
    answer = Response()

    give_cookie(request, answer, "token", https=https)

    assert ("Secure" in answer.headers["set-cookie"]) == secure


async def test_redis_holds_neither_the_token_nor_the_key(api: Api) -> None:
    cookie = (await session_of(api, BENOVA))["Cookie"].partition("=")[2]

    (name,) = [one async for one in api.parts.redis.scan_iter(f"{keys.SESSION}*")]
    kept = f"{name} {await api.parts.redis.get(name)}"

    assert not [one for one in (cookie, BENOVA, digest_of(BENOVA)) if one in kept]


async def test_a_companys_session_finds_nothing_of_another_company(api: Api) -> None:
    session = await session_of(api, MEDISPA)

    answers = [
        await api.http.get("/api/companies/benova", headers=session),
        await api.http.get("/api/appointments?company_id=benova", headers=session),
        await api.http.get("/api/conversations", headers={**session, "X-Company-ID": "benova"}),
        await api.http.post(KEYS, json={"name": "a"}, headers=session),
    ]
    companies = (await api.http.get("/api/companies", headers=session)).json()["companies"]

    assert {one.status_code for one in answers} == {404}
    assert [one["company_id"] for one in companies] == ["medispa"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://test"},
        {**PANEL, "Origin": "https://evil.example"},
        {**PANEL, "Origin": "null"},
        {**PANEL, "Origin": "http://test.evil.example"},
        {**PANEL, "Sec-Fetch-Site": "cross-site"},
        {**PANEL, "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_what_another_page_makes_a_browser_send_changes_nothing(
    api: Api, headers: dict[str, str]
) -> None:
    cookie = {"Cookie": (await session_of(api, BENOVA))["Cookie"]}

    changes = [
        await api.http.post(KEYS, json={"name": "a"}, headers={**cookie, **headers}),
        await api.http.delete("/api/session", headers={**cookie, **headers}),
        await api.http.get(
            "/api/conversations/ana/stream?message=x", headers={**cookie, **headers}
        ),
    ]

    assert {one.status_code for one in changes} == {403}
    assert (await api.get(KEYS)).json()["total"] == 0
    assert (await api.http.get("/api/session", headers=cookie)).status_code == 200


async def test_nobody_is_signed_in_by_a_strangers_page(api: Api) -> None:
    answer = await sign_in(api, BENOVA, Origin="https://evil.example")

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_behind_a_proxy_that_hides_our_name_the_public_one_is_ours(api: Api) -> None:
    session = await session_of(api, BENOVA)
    proxied = {**session, "Host": "10.0.0.7:8080", "Origin": "https://clinicdesk.example"}

    made = await api.http.post(KEYS, json={"name": "a"}, headers=proxied)

    assert made.status_code == 201


async def test_a_session_ends_with_its_key(api: Api) -> None:
    revoked = (await api.send("POST", KEYS, {"name": "a"})).json()
    rotated = (await api.send("POST", KEYS, {"name": "b"})).json()
    sessions = [await session_of(api, one["api_key"]) for one in (revoked, rotated)]
    before = [await api.http.get("/api/session", headers=one) for one in sessions]

    await api.send("DELETE", f"{KEYS}/{revoked['key_id']}")
    await api.send("POST", f"{KEYS}/{rotated['key_id']}/rotate", {"grace_minutes": 0})
    after = [await api.http.get("/api/session", headers=one) for one in sessions]

    assert [(one.status_code, one.json()["key_name"]) for one in before] == [(200, "a"), (200, "b")]
    assert [one.json()["error"] for one in after] == ["SessionEndedError", "ExpiredKeyError"]


async def test_who_signs_out_or_signs_in_anew_leaves_no_session(api: Api) -> None:
    first = await session_of(api, BENOVA)
    anew = await api.http.post("/api/session", json={"api_key": MEDISPA}, headers=first)
    second = {**first, "Cookie": f"{COOKIE}={anew.cookies[COOKIE]}"}
    ended = await api.http.get("/api/session", headers=first)
    out = await api.http.delete("/api/session", headers=second)

    assert (anew.status_code, ended.status_code) == (201, 401)
    assert [one async for one in api.parts.redis.scan_iter(f"{keys.SESSION}*")] == []
    assert 'clinicdesk_session=""' in out.headers["set-cookie"]
    assert (await api.http.get("/api/session", headers=second)).status_code == 401


async def test_a_reading_keys_session_reads_changes_nothing_and_can_sign_out(api: Api) -> None:
    key = (await api.send("POST", KEYS, {"name": "a", "scope": "read"})).json()["api_key"]
    session = await session_of(api, key)

    read = await api.http.get(KEYS, headers=session)
    written = await api.http.post(KEYS, json={"name": "b"}, headers=session)
    out = await api.http.delete("/api/session", headers=session)

    assert [one.status_code for one in (read, written, out)] == [200, 403, 200]


async def test_an_answer_kept_for_one_session_is_told_to_no_other(api: Api) -> None:
    mine, others = [{**await session_of(api, BENOVA), "Idempotency-Key": "1"} for _ in range(2)]

    first = await api.http.post(KEYS, json={"name": "a"}, headers=mine)
    again = await api.http.post(KEYS, json={"name": "a"}, headers=mine)
    another = await api.http.post(KEYS, json={"name": "a"}, headers=others)

    assert again.json()["api_key"] == first.json()["api_key"]
    assert another.json()["api_key"] != first.json()["api_key"]


async def test_keys_cannot_be_tried_out_without_end(api: Api) -> None:
    tries = [await sign_in(api, f"wrong-{number}") for number in range(101)]

    assert {one.json()["error"] for one in tries[:100]} == {"WrongKeyError"}
    assert tries[100].status_code == 429
    assert tries[100].headers["retry-after"] == "300"


async def test_what_is_sent_as_a_key_is_not_said_again(api: Api) -> None:
    answer = await api.http.post("/api/session", json={"api_key": "x" * 501})

    assert answer.status_code == 422
    assert "xx" not in answer.text


async def test_a_key_has_no_more_sessions_than_a_clinic_has_people(redis: Client) -> None:
    sessions = Sessions(redis, lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
    another = await sessions.begin(digest_of(MEDISPA), "medispa")

    tokens = [await sessions.begin(digest_of(BENOVA), "benova") for _ in range(MOST + 1)]

    kept = [await sessions.key_digest(one) for one in (tokens[0], tokens[1], tokens[-1], another)]
    assert kept == [None, digest_of(BENOVA), digest_of(BENOVA), digest_of(MEDISPA)]


async def test_a_session_that_is_used_lives_on_but_not_for_ever(redis: Client) -> None:
    moment = [datetime(2026, 11, 24, 12, tzinfo=UTC)]
    sessions = Sessions(redis, lambda: moment[0])
    token = await sessions.begin(digest_of(ADMIN), "administrator")
    (name,) = [one async for one in redis.scan_iter(f"{keys.SESSION}*")]

    await redis.expire(name, 60)
    used = await sessions.key_digest(token)
    left = await redis.ttl(name)
    moment[0] += LONGEST - timedelta(seconds=1)
    late = await sessions.key_digest(token)
    moment[0] += timedelta(seconds=1)
    over = await sessions.key_digest(token)

    assert used == late == digest_of(ADMIN)
    assert left > IDLE.total_seconds() - 60
    assert over is None
    assert await sessions.key_digest("../" + token[3:]) is None
