"""The round that looks after agendas: one process at a time, and one company's trouble is its own."""

from integrations.errors import IntegrationError
from integrations.redis import Client
from jobs.agenda_upkeep import AgendaUpkeep
from tenants import keys
from tenants.company_files import CompanyFiles
from tenants.json_directory import JsonDirectory
from tenants.tenant import Tenant


async def test_every_company_is_visited_though_one_has_trouble(redis: Client) -> None:
    directory = await JsonDirectory.load(CompanyFiles(), {})
    visited: list[str] = []
    faults = [IntegrationError("google calendar", "away", permanent=False), KeyError("a defect")]

    async def trouble(tenant: Tenant) -> None:
        raise faults[len(visited) % 2]

    async def visit(tenant: Tenant) -> None:
        visited.append(tenant.company_id)

    done = await AgendaUpkeep(redis, directory, [trouble, visit]).round()

    assert done
    assert visited == ["benova", "dental", "medispa", "wellness"]


async def test_one_process_goes_round_at_a_time(redis: Client) -> None:
    directory = await JsonDirectory.load(CompanyFiles(), {})
    outcomes: list[bool] = []

    async def another(tenant: Tenant) -> None:
        outcomes.append(await AgendaUpkeep(redis, directory, []).round())

    await AgendaUpkeep(redis, directory, [another]).round()

    assert outcomes == [False] * 4
    assert not await redis.exists(keys.upkeep_lock())


async def test_a_process_that_was_overtaken_leaves_the_others_lock_alone(redis: Client) -> None:
    directory = await JsonDirectory.load(CompanyFiles(), {})
    visited: list[str] = []

    async def so_slow_that_another_takes_over(tenant: Tenant) -> None:
        visited.append(tenant.company_id)
        await redis.set(keys.upkeep_lock(), "another's")

    await AgendaUpkeep(redis, directory, [so_slow_that_another_takes_over]).round()

    assert visited == ["benova"]
    assert await redis.get(keys.upkeep_lock()) == "another's"
