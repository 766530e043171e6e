"""What a company's checkpointer promises beyond LangGraph's own: isolation, life, end, few trips."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from redis.asyncio import BlockingConnectionPool, Redis

from graph.checkpoints import Checkpoints
from graph.company_saver import CompanySaver
from graph.errors import ForeignThreadError
from integrations.redis import Client
from tenants import keys
from tenants.ids import ThreadId
from tests.graph.parts import ANA, BENOVA, MEDISPA, THREAD, keys_of, saver_of
from tests.graph.time_travel import Graph, asking, history, nested, said, two_steps


def on(thread: str = THREAD, **more: Any) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, **more}}


async def talk(graph: Graph, turns: int, config: RunnableConfig | None = None) -> None:
    for number in range(turns):
        await graph.ainvoke(said(f"hola {number}", f"h{number}"), config or on(), durability="exit")


async def test_every_key_of_a_thread_begins_with_its_company(redis: Client) -> None:
    await asking(saver_of(redis, BENOVA)).ainvoke(said("hola", "h0"), on())

    found = await keys_of(redis, "*")

    assert found == [
        f"benova:checkpoint:{THREAD}",
        f"benova:checkpoint_ids:{THREAD}",
        f"benova:checkpoint_write:{THREAD}",
        f"clinicdesk:thread:{THREAD}",
    ]


async def test_another_company_finds_nothing_in_a_thread(redis: Client) -> None:
    await talk(two_steps(saver_of(redis, BENOVA)), 1)

    theirs = two_steps(saver_of(redis, MEDISPA))

    assert (await theirs.aget_state(on())).values == {}
    assert await history(theirs, on()) == []


async def test_another_company_cannot_write_in_a_thread(redis: Client) -> None:
    await talk(two_steps(saver_of(redis, BENOVA)), 1)

    with pytest.raises(ForeignThreadError):
        await talk(two_steps(saver_of(redis, MEDISPA)), 1)

    assert await keys_of(redis, keys.company_pattern(MEDISPA.company_id)) == []
    assert await redis.get(keys.thread_company(THREAD)) == "benova"


async def test_another_company_cannot_erase_a_thread(redis: Client) -> None:
    await talk(two_steps(saver_of(redis, BENOVA)), 1)
    before = await keys_of(redis, "*")

    await saver_of(redis, MEDISPA).adelete_thread(THREAD)

    assert await keys_of(redis, "*") == before


@pytest.mark.parametrize("other", [THREAD.upper(), f"{THREAD} ", "57 300", "a,b", "a:b", "{x}|*"])
async def test_ids_are_matched_to_the_letter(other: str, redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    await talk(graph, 1, on(other))

    assert (await graph.aget_state(on())).values == {}
    assert len(await history(graph, on(other))) == 1

    await saver.adelete_thread(other)

    assert await keys_of(redis, "*") == []


async def test_the_history_of_the_root_holds_no_checkpoint_of_an_inner_graph(redis: Client) -> None:
    graph = nested(saver_of(redis, BENOVA), lasting=False)

    await graph.ainvoke(said("hola", "h0"), on(), durability="sync")

    spaces = {one.config["configurable"]["checkpoint_ns"] for one in await history(graph, on())}
    assert spaces == {""}


async def test_what_is_known_of_a_run_is_kept(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    config: RunnableConfig = {**on(), "metadata": {"channel": "whatsapp", "conversation_id": 7}}

    await talk(graph, 1, config)

    metadata = (await graph.aget_state(on())).metadata or {}
    assert (metadata["channel"], metadata["conversation_id"]) == ("whatsapp", 7)  # type: ignore[typeddict-item] # Ours.


async def test_every_key_lives_as_long_as_the_company_keeps_conversations(redis: Client) -> None:
    await asking(saver_of(redis, BENOVA)).ainvoke(said("hola", "h0"), on())

    lives = [await redis.ttl(key) for key in await keys_of(redis, "*")]

    assert len(lives) == 4
    assert min(lives) > timedelta(days=29, hours=23).total_seconds()
    assert max(lives) <= timedelta(days=30).total_seconds()


async def test_a_write_renews_the_life_of_the_whole_thread(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    await talk(graph, 3)
    for key in await keys_of(redis, "*"):
        await redis.expire(key, 60)

    await talk(graph, 1)

    assert min([await redis.ttl(key) for key in await keys_of(redis, "*")]) > 60
    assert len(await history(graph, on())) == 4


async def test_reading_leaves_the_life_of_a_thread_as_it_is(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    await talk(graph, 1)
    for key in await keys_of(redis, "*"):
        await redis.expire(key, 60)

    await graph.aget_state(on())

    assert max([await redis.ttl(key) for key in await keys_of(redis, "*")]) <= 60


async def test_an_erased_thread_leaves_no_key(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    await nested(saver, lasting=True).ainvoke(said("hola", "h0"), on(), durability="sync")

    await saver.adelete_thread(THREAD)

    assert await keys_of(redis, "*") == []


async def test_erasing_a_thread_leaves_the_others(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    await talk(graph, 1)
    await talk(graph, 1, on("another"))

    await saver.adelete_thread("another")

    assert len(await history(graph, on())) == 1
    assert await history(graph, on("another")) == []


async def test_only_the_newest_turns_are_kept_without_being_asked(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA, keep=3))

    await talk(graph, 5)

    kept = await history(graph, on())
    assert [len(one.values["messages"]) for one in kept] == [10, 8, 6]
    assert await redis.hlen(keys.checkpoints(BENOVA.company_id, THREAD)) == 6  # type: ignore[misc] # redis-py.


async def test_a_thread_is_pruned_to_what_is_asked_for(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    await talk(graph, 5)

    await saver.aprune([THREAD], keep_last=2)

    assert len(await history(graph, on())) == 2
    assert len((await graph.aget_state(on())).values["messages"]) == 10


async def test_pruning_ends_the_inner_graphs_of_old_turns_and_their_writes(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = nested(saver, lasting=False)
    for number in range(3):
        await graph.ainvoke(said("hola", f"h{number}"), on(), durability="sync")

    await saver.aprune([THREAD], keep_last=1)

    left = [one async for one in saver.alist(on())]
    assert [one.config["configurable"]["checkpoint_ns"][:6] for one in left] == [
        "",
        "inner:",
        "inner:",
        "inner:",
    ]
    assert await redis.hlen(keys.checkpoint_writes(BENOVA.company_id, THREAD)) == 4  # type: ignore[misc] # redis-py.


async def test_pruning_keeps_what_a_lasting_inner_graph_remembers(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = nested(saver, lasting=True)
    await graph.ainvoke(said("hola", "h0"), on(), durability="sync")
    for number in range(3):
        await graph.aupdate_state(on(), said("hola", f"u{number}"), as_node="inner")

    await saver.aprune([THREAD], keep_last=1)

    inner = await history(graph, on(checkpoint_ns="inner"))
    assert [one.values["notes"] for one in inner] == [["noted"]]


async def test_pruning_an_unknown_thread_makes_nothing(redis: Client) -> None:
    await saver_of(redis, BENOVA).aprune([THREAD], keep_last=2)

    assert await keys_of(redis, "*") == []


async def test_a_redis_that_lost_everything_serves_at_once(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    await talk(graph, 2)
    await redis.flushall()
    await redis.script_flush()

    await talk(graph, 1)

    assert len(await history(graph, on())) == 1


class CountingRedis(Redis):
    """Counts what crosses the wire; a pipeline counts once."""

    trips = 0

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        self.trips += 1
        return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call] # redis-py.

    def pipeline(self, *args: Any, **options: Any) -> Any:
        self.trips += 1
        return super().pipeline(*args, **options)


async def test_a_turn_costs_two_round_trips(redis_url: str, redis: Client) -> None:
    pool = BlockingConnectionPool.from_url(redis_url, decode_responses=True)
    counting = CountingRedis(connection_pool=pool)
    graph = two_steps(saver_of(counting, BENOVA, keep=3))
    await talk(graph, 4)
    before = counting.trips

    await talk(graph, 1)

    assert counting.trips - before == 2
    await counting.aclose()
    await pool.disconnect()


async def test_many_turns_at_once_share_a_few_connections(redis_url: str, redis: Client) -> None:
    pool = BlockingConnectionPool.from_url(redis_url, decode_responses=True, max_connections=3)
    graph = two_steps(saver_of(Redis(connection_pool=pool), BENOVA))

    await asyncio.gather(*(talk(graph, 1, on(f"thread {number}")) for number in range(100)))

    assert len(await keys_of(redis, "benova:checkpoint:*")) == 100
    await pool.disconnect()


async def test_a_history_longer_than_a_page_is_listed_whole(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    await talk(graph, 60)

    assert len(await history(graph, on())) == 60


async def test_numbers_and_moments_come_back_as_they_were(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    values: dict[str | int, Any] = {
        "price": Decimal("1.10"),
        7: float("inf"),
        "wait": timedelta(hours=1),
    }

    await graph.aupdate_state(on(), {"destination": values}, as_node="agent")

    assert (await graph.aget_state(on())).values["destination"] == values


async def test_a_thread_is_copied_whole(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = asking(saver)
    await graph.ainvoke(said("hola", "h0"), on(), durability="sync")

    await saver.acopy_thread(THREAD, "copy")

    copied = await graph.aget_state(on("copy"))
    assert [one.value for one in copied.interrupts] == [{"question": "¿Confirmo la cita?"}]
    assert len(await history(graph, on("copy"))) == len(await history(graph, on()))
    assert await redis.ttl(keys.checkpoints(BENOVA.company_id, ThreadId("copy"))) > 0


async def test_a_branch_begins_at_one_checkpoint_and_leaves_the_thread_alone(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    await talk(graph, 3)
    first = (await history(graph, on()))[-1]
    branch = keys.branch_thread(BENOVA.company_id, ANA, "b")

    began = await saver.abranch(
        THREAD, str(first.config["configurable"]["checkpoint_id"]), branch, ends_with=THREAD
    )
    await graph.ainvoke(said("otra cosa", "other"), on(branch), durability="exit")

    assert began
    assert len((await graph.aget_state(on(branch))).values["messages"]) == 4
    assert len((await graph.aget_state(on())).values["messages"]) == 6


async def test_what_a_run_wrote_is_taken_back(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    await talk(graph, 1, {**on(), "metadata": {"run_id": "first"}})
    await graph.ainvoke(
        said("adiós", "h9"), {**on(), "metadata": {"run_id": "second"}}, durability="sync"
    )

    await saver.adelete_runs(THREAD, ["second"])

    assert len(await history(graph, on())) == 1
    assert len((await graph.aget_state(on())).values["messages"]) == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda saver: saver.get_tuple(on()),
        lambda saver: saver.list(on()),
        lambda saver: saver.put(on(), {}, {}, {}),
        lambda saver: saver.put_writes(on(), [], "task"),
        lambda saver: saver.delete_thread(THREAD),
    ],
)
async def test_a_call_without_await_is_refused(
    call: Callable[[CompanySaver], Any], redis: Client
) -> None:
    with pytest.raises(NotImplementedError, match="async only"):
        call(saver_of(redis, BENOVA))


async def test_threads_are_never_listed_together(redis: Client) -> None:
    with pytest.raises(ValueError, match="Name a thread"):
        [one async for one in saver_of(redis, BENOVA).alist(None)]


async def test_a_company_has_one_checkpointer_until_its_retention_changes(redis: Client) -> None:
    checkpoints = Checkpoints(redis)

    first = checkpoints.of(BENOVA)
    changed = BENOVA.model_copy(update={"retention": timedelta(days=5)})

    assert checkpoints.of(BENOVA.model_copy(update={"revision": "2"})) is first
    assert checkpoints.of(changed).retention == timedelta(days=5)
    assert checkpoints.of(MEDISPA) is not first
