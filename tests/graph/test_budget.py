"""Money: what is counted of a model's calls, and who speaks when a company's budget runs out."""

from collections.abc import AsyncIterator
from datetime import UTC, date
from decimal import Decimal

import pytest

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.allowance import BudgetRules
from tenants.budget import Budget
from tenants.ids import CompanyId
from tenants.prices import Price, Prices
from tenants.tenant import Tenant
from tenants.usage import Counts, Usage
from tests.fakes.openai import Fault
from tests.graph.house import House, house_with_model, turn

BENOVA = CompanyId("benova")
TODAY = date(2026, 11, 22)
PRICES = Prices(
    {
        "big": Price(input=Decimal(10), output=Decimal(100)),
        "small": Price(input=Decimal(1), output=Decimal(10)),
    },
    Price(input=Decimal(1000), output=Decimal(1000)),
)
BIG, SMALL = 2000, 200
"""Millionths of a dollar that one call costs: the stand-in reads 100 tokens and writes 10."""


@pytest.fixture
def usage(redis: Client, clock: Clock) -> Usage:
    return Usage(redis, clock, lambda _: UTC)


@pytest.fixture
async def house(redis: Client, clock: Clock, usage: Usage) -> AsyncIterator[House]:
    async with house_with_model(redis, clock, Budget(redis, clock, PRICES, usage)) as opened:
        yield opened


def limited(house: House, daily: str) -> Tenant:
    rules = BudgetRules.model_validate({"daily": daily})
    return house.benova().model_copy(update={"budget": rules})


async def counted(usage: Usage) -> Counts:
    await usage.flush()
    return (await usage.between(BENOVA, TODAY, TODAY))[TODAY]


async def test_what_a_turn_cost_is_counted_by_agent_and_model(house: House, usage: Usage) -> None:
    await house.desk.answer(house.benova(), turn("t1", "¿Cuánto cuesta?"))

    assert await counted(usage) == {
        "cost_micros": 3 * BIG,
        "cost_micros:router:big": BIG,
        "cost_micros:sales:big": 2 * BIG,
        "calls:router:big": 1,
        "calls:sales:big": 2,
        "tokens_in:router:big": 100,
        "tokens_in:sales:big": 200,
        "tokens_out:router:big": 10,
        "tokens_out:sales:big": 20,
    }


async def test_a_budget_counts_the_same_and_keeps_nothing_back(
    house: House, usage: Usage, redis: Client
) -> None:
    await house.desk.answer(limited(house, "5.00"), turn("t1", "¿Cuánto cuesta?"))

    assert (await counted(usage))["cost_micros"] == 3 * BIG
    assert await awaitable(redis.exists(keys.reservations(BENOVA))) == 0


async def test_the_cheaper_model_speaks_from_four_fifths_on(house: House, usage: Usage) -> None:
    await usage.add(BENOVA, TODAY, {"cost_micros": 4_000_001})

    reply = await house.desk.answer(limited(house, "5.00"), turn("t1", "¿Cuánto cuesta?"))

    assert reply.model == "small"
    assert {one["model"] for one in house.server.requests} == {"small"}
    assert (await counted(usage))["budget_cheaper"] == 1


async def test_the_dearer_model_still_answers_when_the_cheaper_is_down(
    house: House, usage: Usage
) -> None:
    await usage.add(BENOVA, TODAY, {"cost_micros": 4_000_001})
    house.server.broken["small"] = Fault(kind="status", status=500)

    reply = await house.desk.answer(limited(house, "5.00"), turn("t1", "¿Cuánto cuesta?"))

    assert reply.model == "big"


async def test_the_guided_agent_speaks_when_the_budget_is_spent(house: House, usage: Usage) -> None:
    await usage.add(BENOVA, TODAY, {"cost_micros": 5_000_000})

    reply = await house.desk.answer(limited(house, "5.00"), turn("t1", "¿Cuánto cuesta?"))

    assert reply.model == "guided"
    assert house.server.requests == []
    assert (await counted(usage))["budget_spent"] == 1


async def test_an_emergency_does_not_ask_what_is_left(house: House, usage: Usage) -> None:
    await usage.add(BENOVA, TODAY, {"cost_micros": 5_000_000})

    reply = await house.desk.answer(limited(house, "5.00"), turn("t1", "No puedo respirar"))

    assert (reply.agent, reply.red_flag != "") == ("emergency", True)


async def test_one_companys_budget_is_not_anothers(house: House, usage: Usage) -> None:
    await usage.add(BENOVA, TODAY, {"cost_micros": 5_000_000})
    other = house.medispa().model_copy(update={"budget": BudgetRules(daily=Decimal(5))})

    reply = await house.desk.answer(other, turn("t1", "How much is it?", company="medispa"))

    assert reply.model == "big"


async def test_a_call_that_failed_costs_nothing(house: House, usage: Usage, redis: Client) -> None:
    house.server.broken["big"] = Fault(kind="status", status=400)

    await house.desk.answer(limited(house, "5.00"), turn("t1", "¿Cuánto cuesta?"))

    counts = await counted(usage)
    assert counts["cost_micros"] == 2 * SMALL
    assert counts["model_failures:big"] == 3
    assert await awaitable(redis.exists(keys.reservations(BENOVA))) == 0
