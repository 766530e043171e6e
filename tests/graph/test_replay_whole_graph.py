"""The past of the graph that patients really talk to."""

import pytest

from graph.replay import Replays
from integrations.redis import Client
from nodes.state import AGENTS, Agent
from tests.graph.house import ANA, House, turn


@pytest.fixture
def replays(house: House, redis: Client) -> Replays:
    return Replays(house.graphs, house.checkpoints, redis)


async def test_a_turn_replayed_gives_the_same_answer(house: House, replays: Replays) -> None:
    benova = house.benova()
    await house.desk.answer(benova, turn("t1", "hola"))
    reply = await house.desk.answer(benova, turn("t2", "cuánto cuesta la limpieza"))
    newest = await replays.state(benova, ANA)

    run = await replays.replay(benova, ANA, newest.checkpoint_id)

    assert (run.state.reply, run.state.agent) == (reply.text, reply.agent)
    assert len(run.state.messages) == len(newest.messages)


@pytest.mark.parametrize("agent", AGENTS)
async def test_any_agent_may_be_made_to_answer(
    agent: Agent, house: House, replays: Replays
) -> None:
    benova = house.benova()
    await house.desk.answer(benova, turn("t1", "hola"))
    newest = await replays.state(benova, ANA)

    run = await replays.fork(benova, ANA, newest.checkpoint_id, agent=agent)

    assert run.state.agent == agent
    assert run.state.reply
    assert run.state.values["route"]["reason"] == "fork"


async def test_a_replayed_emergency_opens_none(house: House, replays: Replays) -> None:
    benova = house.benova()
    await house.desk.answer(benova, turn("t1", "hola"))
    newest = await replays.state(benova, ANA)

    run = await replays.fork(
        benova, ANA, newest.checkpoint_id, message="no puedo respirar después del relleno"
    )

    assert run.state.agent == "emergency"
    assert not await house.emergencies.is_open(benova.company_id, ANA)


async def test_a_withdrawn_turn_is_gone_from_the_past(house: House, replays: Replays) -> None:
    benova = house.benova()
    await house.desk.answer(benova, turn("t1", "hola"))
    superseded = turn("t2", "espera")
    await house.desk.answer(benova, superseded)

    await house.desk.withdraw(benova, ANA, superseded.turn_id)

    page = await replays.history(benova, ANA)
    assert [one.messages for one in page.moments] == [2]
