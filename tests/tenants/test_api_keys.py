"""Keys are kept as digests, end when they should, and belong to one company."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations.redis import Client, awaitable
from tenants import keys
from tenants.api_keys import ApiKeys, digest_of
from tenants.errors import TooManyKeysError, UnknownKeyError
from tenants.ids import CompanyId

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def api_keys(redis: Client, hands: Hands) -> ApiKeys:
    return ApiKeys(redis, hands)


async def test_a_key_is_found_and_never_stored(api_keys: ApiKeys, redis: Client) -> None:
    key, made = await api_keys.create(BENOVA, name="panel", scope="read", created_by="ana")

    found = await api_keys.find(digest_of(key))

    assert found is not None
    assert (found.company_id, found.scope, found.name) == (BENOVA, "read", "panel")
    assert found.key_id == made.key_id
    assert key not in str(await awaitable(redis.hgetall(keys.api_keys())))
    assert await api_keys.find(digest_of(key + "x")) is None


async def test_keys_are_listed_by_company(api_keys: ApiKeys) -> None:
    await api_keys.create(BENOVA, name="one")
    await api_keys.create(MEDISPA, name="other")
    await api_keys.create(None, name="operator", scope="admin")

    assert [one.name for one in await api_keys.of(BENOVA)] == ["one"]
    assert [one.name for one in await api_keys.of(None)] == ["operator"]


async def test_a_rotated_key_ends_after_its_grace(api_keys: ApiKeys, hands: Hands) -> None:
    old, made = await api_keys.create(BENOVA, name="panel", scope="read")

    new, next_one = await api_keys.rotate(BENOVA, made.key_id, grace=timedelta(hours=1))

    before = await api_keys.find(digest_of(old))
    assert before is not None
    assert not before.expired(hands.now)
    hands.now += timedelta(hours=1)
    after, fresh = await api_keys.find(digest_of(old)), await api_keys.find(digest_of(new))
    assert after is not None
    assert fresh is not None
    assert (after.expired(hands.now), fresh.expired(hands.now)) == (True, False)
    assert (next_one.name, next_one.scope) == ("panel", "read")


async def test_a_grace_does_not_lengthen_a_life(api_keys: ApiKeys, hands: Hands) -> None:
    end = hands.now + timedelta(minutes=5)
    _, made = await api_keys.create(BENOVA, name="short", expires_at=end)

    await api_keys.rotate(BENOVA, made.key_id, grace=timedelta(days=1))

    old = next(one for one in await api_keys.of(BENOVA) if one.key_id == made.key_id)
    assert old.expires_at == end.isoformat()


@pytest.mark.parametrize("company", [MEDISPA, None])
async def test_nobody_else_can_end_or_rotate_a_key(
    api_keys: ApiKeys, company: CompanyId | None
) -> None:
    key, made = await api_keys.create(BENOVA, name="panel")

    with pytest.raises(UnknownKeyError):
        await api_keys.revoke(company, made.key_id)
    with pytest.raises(UnknownKeyError):
        await api_keys.rotate(company, made.key_id, grace=timedelta(0))

    assert await api_keys.find(digest_of(key)) is not None


async def test_a_companys_keys_end_with_it(api_keys: ApiKeys, redis: Client) -> None:
    keys_of_benova = [(await api_keys.create(BENOVA, name=str(one)))[0] for one in range(3)]
    other, _ = await api_keys.create(MEDISPA, name="other")

    assert await api_keys.revoke_all(BENOVA) == 3

    assert [await api_keys.find(digest_of(one)) for one in keys_of_benova] == [None] * 3
    assert await api_keys.find(digest_of(other)) is not None


async def test_the_last_use_is_written_once_a_minute(
    api_keys: ApiKeys, hands: Hands, redis: Client
) -> None:
    key, _ = await api_keys.create(BENOVA, name="panel")
    first = hands.now

    for _ in range(3):
        await api_keys.find(digest_of(key))
        hands.now += timedelta(seconds=20)
    early = (await api_keys.of(BENOVA))[0].last_used_at
    await api_keys.find(digest_of(key))

    assert early == first.isoformat()
    assert (await api_keys.of(BENOVA))[0].last_used_at == hands.now.isoformat()


async def test_a_key_of_the_first_days_is_a_companys(api_keys: ApiKeys, redis: Client) -> None:
    record = {"company_id": "benova", "name": "panel", "created_at": "2026-11-01T00:00:00+00:00"}
    await awaitable(redis.hset(keys.api_keys(), digest_of("cd_old"), json.dumps(record)))

    found = await api_keys.find(digest_of("cd_old"))

    assert found is not None
    assert (found.company_id, found.scope, found.expires_at) == (BENOVA, "company", "")
    assert [one.name for one in await api_keys.of(BENOVA)] == ["panel"]


async def test_a_company_has_not_more_keys_than_it_can_look_after(
    api_keys: ApiKeys, redis: Client
) -> None:
    await awaitable(redis.sadd(keys.api_keys_of(BENOVA), *(str(one) for one in range(100))))

    with pytest.raises(TooManyKeysError):
        await api_keys.create(BENOVA, name="one too many")
