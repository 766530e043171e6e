"""The past can be read and acted out again, and neither the patient nor the world notices."""

import asyncio
import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig

from graph.checkpoints import Checkpoints
from graph.errors import (
    NothingToReplayError,
    UnknownCheckpointError,
    UnknownConversationError,
    UnknownInterruptError,
)
from graph.replay import Replays
from integrations.redis import Client
from tenants import keys
from tenants.ids import CompanyId, UserId
from tenants.tenant import Tenant
from tests.graph.parts import ANA, BENOVA, MEDISPA, keys_of
from tests.graph.rehearsed import SmallGraphs
from tools.context import Context


class Clinic:
    """A deployment whose patients have written."""

    def __init__(self, redis: Client) -> None:
        self.checkpoints = Checkpoints(redis)
        self.graphs = SmallGraphs(self.checkpoints)
        self.replays = Replays(self.graphs, self.checkpoints, redis)
        self._written = 0

    async def write(
        self,
        text: str,
        tenant: Tenant = BENOVA,
        user: UserId = ANA,
        durability: Literal["exit", "async"] = "exit",
    ) -> None:
        self._written += 1
        graph = await self.graphs.of(tenant)
        config: RunnableConfig = {
            "configurable": {"thread_id": keys.thread_id(tenant.company_id, user)},
            "metadata": {"channel": "whatsapp", "conversation_id": 7},
        }
        given: Any = {"messages": [HumanMessage(text, id=f"in-{self._written}")]}
        context = Context(company_id=tenant.company_id, user_id=user)
        await graph.ainvoke(given, config, context=context, durability=durability)

    async def last(self) -> str:
        return (await self.replays.state(BENOVA, ANA)).checkpoint_id


@pytest.fixture
def clinic(redis: Client) -> Clinic:
    return Clinic(redis)


async def test_a_history_is_paged_newest_first(clinic: Clinic) -> None:
    for number in range(5):
        await clinic.write(f"sales {number}")

    first = await clinic.replays.history(BENOVA, ANA, limit=3)
    second = await clinic.replays.history(BENOVA, ANA, limit=3, before=first.before)

    assert [one.messages for one in first.moments] == [10, 8, 6]
    assert [one.messages for one in second.moments] == [4, 2]
    assert second.before == ""


async def test_a_history_says_who_answered_and_how_much_was_said_but_not_what(
    clinic: Clinic,
) -> None:
    await clinic.write("sales secreto")

    page = await clinic.replays.history(BENOVA, ANA)

    moment = page.moments[0]
    assert (moment.agent, moment.source, moment.next) == ("sales", "loop", ())
    assert (moment.message_length, moment.reply_length) == (13, len("sales to ana: sales secreto"))
    assert "secreto" not in json.dumps(asdict(page))


async def test_a_state_is_plain_json(clinic: Clinic) -> None:
    await clinic.write("sales hola")

    past = await clinic.replays.state(BENOVA, ANA)

    assert [(one["role"], one["content"]) for one in past.messages] == [
        ("user", "sales hola"),
        ("assistant", "sales to ana: sales hola"),
    ]
    assert past.reply == "sales to ana: sales hola"
    assert past.values["destination"] == "sales"
    assert past.metadata["channel"] == "whatsapp"
    assert json.loads(json.dumps(asdict(past)))


async def test_a_state_is_found_by_its_checkpoint(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    first = await clinic.last()
    await clinic.write("sales dos")

    past = await clinic.replays.state(BENOVA, ANA, first)

    assert past.reply == "sales to ana: sales uno"


async def test_a_turn_is_run_again_from_what_was_before_it(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    before = await clinic.last()
    await clinic.write("sales dos")

    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    assert run.began_at == before
    assert [one["content"] for one in run.state.messages] == [
        "sales uno",
        "sales to ana: sales uno",
        "sales dos",
        "sales to ana: sales dos",
    ]


async def test_the_first_turn_is_run_again_from_nothing(clinic: Clinic) -> None:
    await clinic.write("sales uno")

    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    assert run.began_at == ""
    assert len(run.state.messages) == 2


async def test_a_turn_kept_by_step_is_run_again_from_its_beginning(clinic: Clinic) -> None:
    await clinic.write("sales uno", durability="async")
    before = await clinic.last()
    await clinic.write("sales dos", durability="async")

    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    assert run.began_at == before
    assert len(run.state.messages) == 4


async def test_what_was_still_to_do_at_a_step_is_done_again(clinic: Clinic) -> None:
    await clinic.write("sales uno", durability="async")
    page = await clinic.replays.history(BENOVA, ANA)
    step = next(one for one in page.moments if one.next == ("sales",))

    run = await clinic.replays.replay(BENOVA, ANA, step.checkpoint_id)

    assert run.began_at == step.checkpoint_id
    assert run.state.reply == "sales to ana: sales uno"


async def test_a_replay_leaves_the_patients_thread_as_it_was(clinic: Clinic, redis: Client) -> None:
    await clinic.write("sales uno")
    await clinic.write("sales dos")
    thread = keys.thread_id(BENOVA.company_id, ANA)
    before = await redis.dump(keys.checkpoints(BENOVA.company_id, thread))

    await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    assert await redis.dump(keys.checkpoints(BENOVA.company_id, thread)) == before


async def test_a_patient_who_writes_during_replays_is_not_disturbed(clinic: Clinic) -> None:
    await clinic.write("sales 0")
    old = await clinic.last()

    async def write() -> None:
        for number in range(1, 9):
            await clinic.write(f"sales {number}")

    await asyncio.gather(write(), *(clinic.replays.replay(BENOVA, ANA, old) for _ in range(8)))

    past = await clinic.replays.state(BENOVA, ANA)
    assert [one["content"] for one in past.messages if one["role"] == "user"] == [
        f"sales {number}" for number in range(9)
    ]


async def test_a_replayed_booking_books_nothing(clinic: Clinic) -> None:
    await clinic.write("schedule mañana")

    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    assert run.state.reply == "booked"
    assert clinic.graphs.booked == ["schedule mañana"]


async def test_a_fork_changes_what_the_patient_wrote(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    await clinic.write("sales dos")

    run = await clinic.replays.fork(BENOVA, ANA, await clinic.last(), message="schedule ya")

    assert [one["content"] for one in run.state.messages] == [
        "sales uno",
        "sales to ana: sales uno",
        "schedule ya",
        "booked",
    ]
    assert clinic.graphs.booked == []


async def test_a_fork_changes_who_answers(clinic: Clinic) -> None:
    await clinic.write("sales uno")

    run = await clinic.replays.fork(BENOVA, ANA, await clinic.last(), agent="schedule")

    assert (run.state.agent, run.state.reply) == ("schedule", "booked")
    assert run.state.values["route"] == {"agent": "schedule", "reason": "fork"}


async def test_a_fork_changes_both(clinic: Clinic) -> None:
    await clinic.write("sales uno")

    run = await clinic.replays.fork(BENOVA, ANA, await clinic.last(), message="hola", agent="sales")

    assert run.state.reply == "sales to ana: hola"


@pytest.mark.parametrize(("agent", "following"), [("sales", ("sales",)), (None, ("router",))])
async def test_a_fork_may_wait_before_its_next_step(
    agent: Literal["sales"] | None, following: tuple[str, ...], clinic: Clinic
) -> None:
    await clinic.write("schedule uno")

    run = await clinic.replays.fork(
        BENOVA, ANA, await clinic.last(), message="sales dos", agent=agent, run=False
    )

    assert (run.state.next, run.state.reply) == (following, "")


async def test_a_waiting_fork_is_run_on_by_a_replay(clinic: Clinic) -> None:
    await clinic.write("schedule uno")
    waiting = await clinic.replays.fork(
        BENOVA, ANA, await clinic.last(), message="sales dos", run=False
    )

    run = await clinic.replays.replay(
        BENOVA, ANA, waiting.state.checkpoint_id, branch=waiting.branch
    )

    assert run.state.reply == "sales to ana: sales dos"


async def test_a_branch_keeps_every_step_and_can_be_read(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    page = await clinic.replays.history(BENOVA, ANA, branch=run.branch)
    past = await clinic.replays.state(BENOVA, ANA, branch=run.branch)

    assert [one.next for one in page.moments] == [(), ("sales",), ("router",), ("__start__",)]
    assert past == run.state


async def test_a_branch_lives_a_day(clinic: Clinic, redis: Client) -> None:
    await clinic.write("sales uno")
    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    lives = [await redis.ttl(key) for key in await keys_of(redis, f"*{run.thread_id}")]

    assert len(lives) == 4
    assert max(lives) <= timedelta(days=1).total_seconds()
    assert min(lives) > timedelta(hours=23).total_seconds()


async def test_an_erased_conversation_takes_its_branches_along(
    clinic: Clinic, redis: Client
) -> None:
    await clinic.write("sales uno")
    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())
    await clinic.replays.replay(BENOVA, ANA, run.state.checkpoint_id, branch=run.branch)

    thread = keys.thread_id(BENOVA.company_id, ANA)
    await clinic.checkpoints.of(BENOVA).adelete_thread(thread)

    assert await keys_of(redis, "*") == []


async def test_a_waiting_turn_goes_on_with_the_answer(clinic: Clinic) -> None:
    await clinic.write("hola")
    waiting = await clinic.replays.state(BENOVA, ANA)

    run = await clinic.replays.resume(BENOVA, ANA, "ya voy", str(waiting.interrupts[0]["id"]))

    assert waiting.interrupts[0]["value"] == {"question": "¿Qué le digo?"}
    assert (run.branch, run.state.reply) == ("", "support: ya voy")
    assert (await clinic.replays.state(BENOVA, ANA)).reply == "support: ya voy"


async def test_a_waiting_branch_goes_on_and_the_patients_turn_waits(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    branch = await clinic.replays.fork(BENOVA, ANA, await clinic.last(), agent="support")
    wanted = str(branch.state.interrupts[0]["id"])

    run = await clinic.replays.resume(BENOVA, ANA, "no", wanted, branch=branch.branch)

    assert run.state.reply == "support: no"
    assert (await clinic.replays.state(BENOVA, ANA)).reply == "sales to ana: sales uno"


async def test_a_turn_that_goes_on_has_the_thread_for_itself(clinic: Clinic, redis: Client) -> None:
    await clinic.write("hola")
    waiting = await clinic.replays.state(BENOVA, ANA)
    lock = keys.thread_lock(BENOVA.company_id, ANA)
    await redis.set(lock, "a worker", px=200)

    run = await clinic.replays.resume(BENOVA, ANA, "ya voy", str(waiting.interrupts[0]["id"]))

    assert run.state.reply == "support: ya voy"
    assert await redis.exists(lock) == 0


async def test_an_answer_nobody_waits_for_is_refused(clinic: Clinic) -> None:
    await clinic.write("sales uno")

    with pytest.raises(UnknownInterruptError):
        await clinic.replays.resume(BENOVA, ANA, "sí", "0" * 32)


async def test_a_checkpoint_that_somebody_made_by_hand_has_no_turn_to_replay(
    clinic: Clinic,
) -> None:
    await clinic.write("sales uno")
    graph = await clinic.graphs.of(BENOVA)
    config: RunnableConfig = {"configurable": {"thread_id": keys.thread_id(BENOVA.company_id, ANA)}}
    await graph.aupdate_state(config, {"language": "en"}, as_node="sales")

    with pytest.raises(NothingToReplayError):
        await clinic.replays.replay(BENOVA, ANA, await clinic.last())


async def test_a_turn_whose_beginning_was_pruned_is_not_replayed(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    await clinic.write("sales dos")
    thread = keys.thread_id(BENOVA.company_id, ANA)
    await clinic.checkpoints.of(BENOVA).aprune([thread], keep_last=1)

    with pytest.raises(NothingToReplayError):
        await clinic.replays.replay(BENOVA, ANA, await clinic.last())


async def test_an_unknown_checkpoint_is_told_from_an_unknown_conversation(clinic: Clinic) -> None:
    await clinic.write("sales uno")

    with pytest.raises(UnknownCheckpointError):
        await clinic.replays.state(BENOVA, ANA, "1f0c6b0e-0000-6000-8000-000000000000")
    with pytest.raises(UnknownConversationError):
        await clinic.replays.state(BENOVA, UserId("beto"))


async def test_another_company_reaches_none_of_it(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    run = await clinic.replays.replay(BENOVA, ANA, await clinic.last())

    with pytest.raises(UnknownConversationError):
        await clinic.replays.history(MEDISPA, ANA)
    with pytest.raises(UnknownConversationError):
        await clinic.replays.state(MEDISPA, ANA, await clinic.last())
    with pytest.raises(UnknownConversationError):
        await clinic.replays.fork(MEDISPA, ANA, await clinic.last(), message="hola")
    with pytest.raises(UnknownConversationError):
        await clinic.replays.state(MEDISPA, ANA, branch=run.branch)


@pytest.mark.parametrize("branch", ["..", "x/y", "A" * 32, "*"])
async def test_a_branch_by_another_name_is_unknown(branch: str, clinic: Clinic) -> None:
    await clinic.write("sales uno")

    with pytest.raises(UnknownConversationError):
        await clinic.replays.history(BENOVA, ANA, branch=branch)


async def test_a_company_of_one_letter_more_is_another(clinic: Clinic) -> None:
    await clinic.write("sales uno")
    near = BENOVA.model_copy(update={"company_id": CompanyId("benova2")})

    with pytest.raises(UnknownConversationError):
        await clinic.replays.state(near, ANA)
