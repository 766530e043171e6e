"""What lies in a thread is never run: neither what a patient wrote nor what stands in Redis."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from graph.packing import pack
from integrations.redis import Client, awaitable
from tenants import keys
from tests.graph.parts import BENOVA, THREAD, saver_of
from tests.graph.time_travel import two_steps

ON: RunnableConfig = {"configurable": {"thread_id": THREAD}}

made: list[str] = []


@dataclass
class Canary:
    """Sings when it is made."""

    song: str

    def __post_init__(self) -> None:
        made.append(self.song)


@pytest.fixture
def envelope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A dictionary that LangChain's own format would take for an object of a module nobody loaded."""
    (tmp_path / "canary_in_a_coal_mine.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    return {
        "lc": 2,
        "type": "constructor",
        "id": ["canary_in_a_coal_mine", "Canary"],
        "kwargs": {"song": "tweet"},
    }


async def test_a_dictionary_that_looks_like_an_object_stays_one(
    envelope: dict[str, Any], redis: Client
) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    known = {**envelope, "id": [*__name__.split("."), "Canary"]}

    await graph.aupdate_state(ON, {"destination": envelope, "notes": [known]}, as_node="agent")

    values = (await graph.aget_state(ON)).values
    assert values == {"messages": [], "destination": envelope, "notes": [known]}
    assert "canary_in_a_coal_mine" not in sys.modules
    assert made == []


async def test_a_message_may_carry_such_a_dictionary_anywhere(
    envelope: dict[str, Any], redis: Client
) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    messages = [
        HumanMessage("hola", id="1", additional_kwargs={"raw": envelope}),
        AIMessage("", id="2", tool_calls=[{"name": "find", "args": envelope, "id": "c"}]),
        ToolMessage("listo", id="3", tool_call_id="c", artifact={"deep": [envelope]}),
    ]

    await graph.aupdate_state(ON, {"messages": messages}, as_node="agent")

    assert (await graph.aget_state(ON)).values["messages"] == messages
    assert "canary_in_a_coal_mine" not in sys.modules


async def test_markers_of_other_serializers_are_plain_words(redis: Client) -> None:
    graph = two_steps(saver_of(redis, BENOVA))
    markers = [
        {"__interrupt__": True, "value": "x", "id": "y"},
        {"__send__": True, "node": "agent", "arg": {}},
        {"__bytes__": "AAAA"},
        {"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]},
    ]

    await graph.aupdate_state(ON, {"notes": markers}, as_node="agent")

    assert (await graph.aget_state(ON)).values["notes"] == markers


async def test_an_object_planted_in_redis_is_not_made(redis: Client) -> None:
    saver = saver_of(redis, BENOVA)
    graph = two_steps(saver)
    await graph.aupdate_state(ON, {"destination": "sales"}, as_node="agent")
    found = await saver.aget_tuple(ON)
    assert found is not None
    found.checkpoint["channel_values"]["destination"] = Canary("planted")
    made.clear()
    field = f"\x1f{found.checkpoint['id']}"
    planted = pack(JsonPlusSerializer(allowed_msgpack_modules=True), found.checkpoint)

    await awaitable(redis.hset(keys.checkpoints(BENOVA.company_id, THREAD), field, planted))

    assert (await graph.aget_state(ON)).values["destination"] == {"song": "planted"}
    assert made == []
