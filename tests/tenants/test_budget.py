"""Money that is kept back before a call and settled after it, by many at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.redis import Client, awaitable, close, connect
from tenants import keys
from tenants.allowance import BudgetRules
from tenants.budget import LAPSE, Budget
from tenants.ids import CompanyId
from tenants.prices import Prices, PricesError
from tenants.tenant import Tenant
from tenants.usage import Usage


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def company(daily: str | None = None, monthly: str | None = None) -> Tenant:
    return Tenant(
        company_id=CompanyId("benova"),
        company_name="Benova",
        budget=BudgetRules.model_validate({"daily": daily, "monthly": monthly}),
    )


@pytest.fixture
def hands() -> Hands:
    return Hands()


def budget_of(redis: Client, hands: Hands) -> Budget:
    return Budget(redis, hands, Prices.load(), Usage(redis, hands, lambda _: UTC))


async def test_fifty_calls_that_race_for_the_last_cent_do_not_overspend(
    redis: Client, hands: Hands
) -> None:
    processes = [budget_of(redis, hands) for _ in range(5)]
    benova = company(daily="0.05")
    await processes[0].usage.add(benova.company_id, hands.now.date(), {"cost_micros": 40_000})

    async def call(number: int) -> bool:
        budget = processes[number % 5]
        grant = await budget.reserve(benova, [3_000])
        if grant is None:
            return False
        await asyncio.sleep(0)
        await budget.settle(grant, 2_900, {"calls": 1})
        return True

    made = await asyncio.gather(*(call(number) for number in range(50)))

    standing = await processes[0].standing(benova)
    assert any(made)
    assert standing.spent_today == 40_000 + 2_900 * sum(made)
    assert standing.spent_today + standing.reserved <= 50_000


async def test_what_is_reserved_and_not_settled_is_not_there_for_others(
    redis: Client, hands: Hands
) -> None:
    budget = budget_of(redis, hands)

    first = await budget.reserve(company(daily="0.01"), [6_000])
    second = await budget.reserve(company(daily="0.01"), [6_000])

    assert first is not None
    assert second is None


async def test_the_reservation_of_a_killed_process_lapses(redis: Client, hands: Hands) -> None:
    budget = budget_of(redis, hands)
    await budget.reserve(company(daily="0.01"), [6_000])
    hands.now += LAPSE + timedelta(seconds=1)

    granted = await budget.reserve(company(daily="0.01"), [6_000])

    assert granted is not None
    assert (await budget.standing(company(daily="0.01"))).reserved == 6_000


async def test_a_month_ends_later_than_a_day(redis: Client, hands: Hands) -> None:
    budget = budget_of(redis, hands)
    await budget.usage.add(CompanyId("benova"), hands.now.date() - timedelta(days=1), SPENT)

    by_day = await budget.reserve(company(daily="0.01"), [1_000])
    by_month = await budget.reserve(company(monthly="0.01"), [1_000])
    hands.now += timedelta(hours=2)
    next_month = await budget.reserve(company(monthly="0.01"), [1_000])

    assert by_day is not None
    assert by_month is None
    assert next_month is not None


async def test_a_cheaper_call_is_made_when_the_preferred_no_longer_fits(
    redis: Client, hands: Hands
) -> None:
    granted = await budget_of(redis, hands).reserve(company(daily="0.01"), [20_000, 3_000])

    assert granted is not None
    assert (granted.chosen, granted.estimate) == (1, 3_000)


async def test_a_budget_of_nothing_allows_nothing(redis: Client, hands: Hands) -> None:
    assert await budget_of(redis, hands).reserve(company(daily="0"), [1]) is None


async def test_without_a_budget_redis_is_not_asked(redis: Client, hands: Hands) -> None:
    budget = budget_of(redis, hands)
    before = (await awaitable(redis.info("stats")))["total_commands_processed"]

    grant = await budget.reserve(company(), [])
    assert grant is not None
    await budget.settle(grant, 500, {"calls": 1})

    after = (await awaitable(redis.info("stats")))["total_commands_processed"]
    assert after == before + 1


async def test_a_call_is_allowed_while_redis_is_away_and_that_is_said(
    redis: Client, hands: Hands, tmp_path: Path
) -> None:
    client = connect(f"unix://{tmp_path}/none.sock")
    budget = budget_of(client, hands)

    grant = await budget.reserve(company(daily="0.01"), [6_000])

    assert grant is not None
    assert budget.blind_since == hands.now
    await budget.settle(grant, 5_000, {"calls": 1})
    (tmp_path / "none.sock").symlink_to(redis.connection_pool.connection_kwargs["path"])
    await budget.usage.flush()
    assert (await budget.standing(company(daily="0.01"))).spent_today == 5_000
    await close(client)


async def test_what_a_call_cost_is_counted_although_redis_went_before_it_was_settled(
    redis: Client, hands: Hands, tmp_path: Path
) -> None:
    door, real = tmp_path / "redis.sock", redis.connection_pool.connection_kwargs["path"]
    door.symlink_to(real)
    client = connect(f"unix://{door}")
    budget, tenant = budget_of(client, hands), company(daily="0.01")
    grant = await budget.reserve(tenant, [6_000])
    door.unlink()
    await client.connection_pool.disconnect()

    assert grant is not None
    await budget.settle(grant, 5_000, {"calls": 1})
    blind_since = budget.blind_since
    door.symlink_to(real)
    await budget.usage.flush()
    hands.now += LAPSE + timedelta(seconds=1)

    assert blind_since is not None
    assert (await budget.standing(tenant)).spent_today == 5_000
    assert await budget.reserve(tenant, [5_001]) is None
    assert await budget.reserve(tenant, [5_000]) is not None
    await close(client)


async def test_reservations_stand_in_the_companys_own_keys(redis: Client, hands: Hands) -> None:
    await budget_of(redis, hands).reserve(company(daily="1"), [6_000])

    assert await awaitable(redis.zcard(keys.reservations(CompanyId("benova")))) == 1
    assert await awaitable(redis.zcard(keys.reservations(CompanyId("medispa")))) == 0


SPENT = {"cost_micros": 10_000}


@pytest.mark.parametrize(
    ("model", "micros"),
    [
        ("gpt-4.1-mini-2025-04-14", 400 + 160),
        ("gpt-4o-mini", 150 + 60),
        ("nobody-knows-it", 5_000 + 2_000),
    ],
)
def test_a_call_costs_what_the_table_says(model: str, micros: int) -> None:
    assert Prices.load().tokens(model, sent=1_000, written=100) == micros


def test_tokens_that_the_server_knew_are_cheaper() -> None:
    assert Prices.load().tokens("gpt-4.1-mini", sent=1_000, cached=900) == 40 + 90


def test_prices_of_a_deployment_lie_over_those_that_ship(tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_text('{"models": {"gpt-4o-mini": {"input": "9"}}}')

    prices = Prices.load(tmp_path / "prices.json")

    assert prices.tokens("gpt-4o-mini", sent=10) == 90
    assert prices.of("gpt-4o").input == Decimal("2.50")


@pytest.mark.parametrize(
    ("text", "where"),
    [("{", "JSONDecodeError"), ('{"models": {"m": {"input": "free"}}}', "models.m.input")],
)
def test_a_table_of_prices_that_is_none_is_refused_by_name(
    tmp_path: Path, text: str, where: str
) -> None:
    (tmp_path / "prices.json").write_text(text)

    with pytest.raises(PricesError, match=f"prices.json: {where}: "):
        Prices.load(tmp_path / "prices.json")


async def test_vectors_are_counted_with_the_next_turn(redis: Client, hands: Hands) -> None:
    budget = budget_of(redis, hands)
    benova, today = CompanyId("benova"), hands.now.date()

    budget.embedded(benova, "text-embedding-3-small", 1_000_000)
    await budget.usage.flush(benova)

    assert (await budget.usage.between(benova, today, today))[today] == {
        "cost_micros": 5_000,
        "cost_micros:embedding:text-embedding-3-small": 5_000,
        "embedding_tokens:text-embedding-3-small": 250_000,
    }
