"""What a finished answer is worth when Redis goes away under it."""

from pathlib import Path

import pytest
from langchain_core.messages import AIMessage
from redis.exceptions import RedisError

from integrations import redis as redis_connection
from integrations.clock import Clock
from integrations.embedded_redis import embedded_redis
from tests.graph.house import guided_house, turn


async def test_an_answer_that_could_not_be_stored_is_not_lost(tmp_path: Path, clock: Clock) -> None:
    async with embedded_redis(tmp_path) as url:
        client = redis_connection.connect(url)
        async with guided_house(client, clock) as house:
            await house.desk.answer(house.benova(), turn("t1", "Hola"))
            house.guided.thought = lambda _messages: AIMessage("Ya casi.")
            house.guided.before = lambda: client.shutdown(nosave=True)

            reply = await house.desk.answer(house.benova(), turn("t2", "¿Cuánto cuesta?"))

        await redis_connection.close(client)
    assert (reply.text, reply.saved) == ("Ya casi.", False)


async def test_an_emergency_is_answered_without_redis(tmp_path: Path, clock: Clock) -> None:
    client = redis_connection.connect(f"unix://{tmp_path}/nothing.sock")
    async with guided_house(client, clock) as house:
        reply = await house.desk.answer(house.benova(), turn("t1", "No puedo respirar"))

    assert (reply.agent, reply.saved) == ("emergency", False)
    assert reply.handoff is not None


async def test_any_other_turn_without_redis_is_to_be_tried_again(
    tmp_path: Path, clock: Clock
) -> None:
    client = redis_connection.connect(f"unix://{tmp_path}/nothing.sock")
    async with guided_house(client, clock) as house:
        with pytest.raises(RedisError):
            await house.desk.answer(house.benova(), turn("t1", "Hola"))
