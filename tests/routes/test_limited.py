"""How often a key may call, and what is told of it."""

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from integrations.rate_limits import RateLimits
from integrations.redis import Client
from routes.access import Caller
from routes.errors import NotFoundError, TooManyRequestsError
from routes.limited import Limited
from tenants.allowance import Limits
from tenants.ids import CompanyId
from tenants.tenant import Tenant
from tests.graph.parts import TwoCompanies
from tests.routes.conftest import ADMIN, BENOVA, Api


class Strict(TwoCompanies):
    """Both companies, three requests a minute for each key."""

    def find(self, company_id: str) -> Tenant:
        return super().find(company_id).model_copy(update={"limits": Limits(requests_per_minute=3)})


@pytest.fixture
def limited(redis: Client) -> Limited:
    return Limited(RateLimits(redis, "limits"), Strict())


def caller(company: str, key: str = "k1") -> Caller:
    return Caller(company_id=CompanyId(company), scope="company", key_id=key)


async def fine(_request: Request, _caller: Caller) -> Response:
    return JSONResponse({})


async def missing(_request: Request, _caller: Caller) -> Response:
    raise NotFoundError("There is no such thing.")


REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": []})


async def test_a_key_that_calls_too_often_is_told_when_to_come_again(limited: Limited) -> None:
    left = [
        (await limited(REQUEST, caller("benova"), fine)).headers["RateLimit-Remaining"]
        for _ in range(3)
    ]

    with pytest.raises(TooManyRequestsError) as refused:
        await limited(REQUEST, caller("benova"), fine)

    assert left == ["2", "1", "0"]
    assert refused.value.headers["RateLimit-Policy"] == "3;w=60"
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 60


async def test_another_key_and_another_company_call_on(limited: Limited) -> None:
    for _ in range(3):
        await limited(REQUEST, caller("benova"), fine)

    own = await limited(REQUEST, caller("benova", "k2"), fine)
    theirs = await limited(REQUEST, caller("medispa"), fine)

    assert own.headers["RateLimit-Remaining"] == theirs.headers["RateLimit-Remaining"] == "2"


async def test_all_keys_of_a_company_share_a_limit(limited: Limited) -> None:
    for number in range(9):
        await limited(REQUEST, caller("benova", f"k{number}"), fine)

    with pytest.raises(TooManyRequestsError):
        await limited(REQUEST, caller("benova", "another"), fine)


async def test_an_error_tells_of_the_limit_too(limited: Limited) -> None:
    with pytest.raises(NotFoundError) as error:
        await limited(REQUEST, caller("benova"), missing)

    assert error.value.headers["RateLimit-Remaining"] == "2"


async def test_without_redis_nobody_is_refused() -> None:
    away = Limited(RateLimits(Client(unix_socket_path="/nowhere/redis.sock"), "limits"), Strict())

    answers = [await away(REQUEST, caller("benova"), fine) for _ in range(5)]

    assert [one.status_code for one in answers] == [200] * 5


async def test_the_api_tells_of_its_limits_and_answers_429(api: Api) -> None:
    first = await api.get("/api/companies/benova", key=BENOVA)
    name = "clinicdesk:requests:administrator"
    await api.parts.limits.allowed(name, 6_000, 60, times=6_000)

    refused = await api.get("/api/companies/benova", key=ADMIN)

    assert first.headers["RateLimit-Limit"] == "600"
    assert (refused.status_code, refused.json()["error"]) == (429, "TooManyRequestsError")
    assert "Retry-After" in refused.headers


async def test_webhooks_are_never_refused_by_a_limit(api: Api) -> None:
    await api.parts.limits.allowed("clinicdesk:requests:administrator", 6_000, 60, times=6_000)
    path = next(
        one.chatwoot.webhook_token.get_secret_value()
        for one in api.parts.directory.companies()
        if one.company_id == "benova" and one.chatwoot.webhook_token
    )

    answers = [
        await api.http.post(f"/api/webhook/chatwoot/{path}", json={"event": "contact_created"})
        for _ in range(20)
    ]

    assert 429 not in {one.status_code for one in answers}
