"""Counters by company and by the company's own day."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from integrations.redis import Client, awaitable, close, connect
from tenants import keys
from tenants.ids import CompanyId
from tenants.usage import FIELD, MOST_FIELDS, Usage, by

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")
SUNDAY = date(2026, 11, 22)
ZONES = {BENOVA: ZoneInfo("America/Bogota"), MEDISPA: ZoneInfo("Europe/Madrid")}


class Hands:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands(datetime(2026, 11, 23, 4, 30, tzinfo=UTC))


@pytest.fixture
def usage(redis: Client, hands: Hands) -> Usage:
    return Usage(redis, hands, ZONES.__getitem__)


async def test_a_day_begins_by_the_companys_own_clock(usage: Usage, hands: Hands) -> None:
    await usage.count(BENOVA, {"messages": 1})
    await usage.count(MEDISPA, {"messages": 1})
    hands.now += timedelta(hours=1)
    await usage.count(BENOVA, {"messages": 5})

    benova = await usage.between(BENOVA, SUNDAY, SUNDAY + timedelta(days=1))
    medispa = await usage.between(MEDISPA, SUNDAY, SUNDAY + timedelta(days=1))

    assert [one.get("messages") for one in benova.values()] == [1, 5]
    assert [one.get("messages") for one in medispa.values()] == [None, 1]


async def test_what_was_counted_once_is_not_counted_again(usage: Usage) -> None:
    first = await usage.add(BENOVA, SUNDAY, {"turns": 1}, once="12-5-1", patient="ana")
    again = await usage.add(BENOVA, SUNDAY, {"turns": 1}, once="12-5-1", patient="ana")
    theirs = await usage.add(MEDISPA, SUNDAY, {"turns": 1}, once="12-5-1")

    assert (first, again, theirs) == (True, False, True)
    assert await usage.between(BENOVA, SUNDAY, SUNDAY) == {SUNDAY: {"turns": 1}}


async def test_the_counters_of_a_day_are_bounded(redis: Client, usage: Usage) -> None:
    many = {f"tokens_in:sales:model-{number}": 1 for number in range(MOST_FIELDS + 50)}

    await usage.add(BENOVA, SUNDAY, many)

    counts = (await usage.between(BENOVA, SUNDAY, SUNDAY))[SUNDAY]
    assert len(counts) == MOST_FIELDS + 1
    assert counts["tokens_in:other"] == 50
    assert await awaitable(redis.ttl(keys.usage(BENOVA, "2026-11-22"))) > 399 * 86_400


async def test_money_is_kept_by_day_and_by_month(redis: Client, usage: Usage) -> None:
    await usage.add(BENOVA, SUNDAY, {"cost_micros": 300})
    await usage.add(BENOVA, SUNDAY - timedelta(days=5), {"cost_micros": 40, "messages": 2})

    month = await awaitable(redis.hgetall(keys.usage(BENOVA, "2026-11")))

    assert month == {"cost_micros": "340"}


async def test_patients_are_counted_and_not_named(redis: Client, usage: Usage) -> None:
    for patient in ("573001112233", "ana", "ana", "luis"):
        await usage.add(BENOVA, SUNDAY, {"messages": 1}, patient=patient)

    assert await usage.patients(BENOVA, SUNDAY - timedelta(days=6), SUNDAY) == 3
    held = await awaitable(redis.getrange(keys.patients(BENOVA, "2026-11-22"), 0, 4))
    assert held.startswith("HYLL")


async def test_counts_wait_in_memory_until_they_are_written(usage: Usage) -> None:
    usage.later(BENOVA, SUNDAY, {"tokens_in:sales:m": 7})
    usage.later(BENOVA, SUNDAY, {"tokens_in:sales:m": 5})
    usage.later(MEDISPA, SUNDAY, {"tokens_in:sales:m": 1})

    await usage.flush(BENOVA)

    assert await usage.between(BENOVA, SUNDAY, SUNDAY) == {SUNDAY: {"tokens_in:sales:m": 12}}
    assert await usage.between(MEDISPA, SUNDAY, SUNDAY) == {SUNDAY: {}}


async def test_counts_are_kept_while_redis_is_away(
    usage: Usage, redis: Client, tmp_path: Path
) -> None:
    client = connect(f"unix://{tmp_path}/none.sock")
    away = Usage(client, lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda _: UTC)
    await away.count(BENOVA, {"messages": 3})
    there = redis.connection_pool.connection_kwargs["path"]
    (tmp_path / "none.sock").symlink_to(there)

    await away.flush()

    assert await usage.between(BENOVA, SUNDAY, SUNDAY) == {SUNDAY: {"messages": 3}}
    await close(client)


@pytest.mark.parametrize("field", ["", "Tokens", "a b", "tokens_in:x:y\n", "x:" + "y" * 81])
async def test_a_counter_has_a_name_of_ours(usage: Usage, field: str) -> None:
    with pytest.raises(ValueError, match="no counter"):
        await usage.add(BENOVA, SUNDAY, {field: 1})


def test_what_is_counted_by_is_made_a_part_of_a_name() -> None:
    assert by("tokens_in", "sales", "ft:gpt 4o") == "tokens_in:sales:ft:gpt_4o"
    assert FIELD.fullmatch(by("calls", "a:b", "x" * 200))
