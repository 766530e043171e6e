"""The guided agent as a chat model."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from nodes.guided.model import GuidedModel
from tests.nodes.guided.harness import Talk


@tool
def hand_to_human(reason: str, summary: str) -> str:
    """Call a person."""
    return f"{reason} {summary}"


def briefing(talk: Talk, **facts: object) -> SystemMessage:
    known = {"agent": "support", "language": "es", "now": talk.now.isoformat(), **facts}
    return SystemMessage("prompt", additional_kwargs={"briefing": known})


async def test_it_calls_only_tools_that_it_was_given(stranger: Talk) -> None:
    bare = GuidedModel(stranger.desk)
    bound = bare.bind_tools([hand_to_human])
    asked = [briefing(stranger), HumanMessage("quiero hablar con una persona")]

    without, with_tool = await bare.ainvoke(asked), await bound.ainvoke(asked)

    assert without.tool_calls == []
    assert stranger.tenant.phone in without.text
    assert [one["name"] for one in with_tool.tool_calls] == ["hand_to_human"]


@pytest.mark.parametrize(
    "text",
    [
        "¿cuánto cuesta el botox?",
        "quiero una cita de botox mañana",
        "mis citas",
        "¿y esto qué es?",
        "promos",
    ],
)
async def test_without_tools_it_still_answers_in_words(stranger: Talk, text: str) -> None:
    answer = await GuidedModel(stranger.desk).ainvoke([briefing(stranger), HumanMessage(text)])

    assert answer.text
    assert answer.tool_calls == []


async def test_it_says_which_model_it_is(stranger: Talk) -> None:
    answer = await GuidedModel(stranger.desk).ainvoke([briefing(stranger), HumanMessage("hola")])

    assert answer.response_metadata["model_name"] == "guided"


async def test_the_same_thought_has_the_same_call(stranger: Talk) -> None:
    bound = GuidedModel(stranger.desk).bind_tools([hand_to_human])
    asked = [briefing(stranger), HumanMessage("quiero hablar con una persona")]

    one, other = await bound.ainvoke(asked), await bound.ainvoke(asked)

    assert one.tool_calls == other.tool_calls


async def test_a_tool_that_failed_is_not_called_for_ever(stranger: Talk) -> None:
    bound = GuidedModel(stranger.desk).bind_tools([hand_to_human])
    asked = [briefing(stranger), HumanMessage("quiero hablar con una persona")]
    call = await bound.ainvoke(asked)
    failed = ToolMessage("broken", tool_call_id=str(call.tool_calls[0]["id"]), status="error")

    answer = await bound.ainvoke([*asked, call, failed])

    assert answer.tool_calls == []
    assert stranger.tenant.phone in answer.text


async def test_a_stale_booking_is_forgotten(stranger: Talk) -> None:
    old = {
        "goal": "book",
        "treatment_id": "hidrafacial",
        "waiting_for": "confirm",
        "since": "2026-11-01T10:00:00-05:00",
    }

    answer = await GuidedModel(stranger.desk).ainvoke(
        [briefing(stranger, booking=old), HumanMessage("hola")]
    )

    assert "Hidrafacial" not in answer.text


async def test_it_goes_on_where_another_model_stopped(stranger: Talk) -> None:
    talk = [
        briefing(stranger),
        HumanMessage("¿Qué es el hidrafacial?"),
        AIMessage("Es una limpieza con punta de agua."),
        HumanMessage("¿y cuánto cuesta?"),
    ]
    bound = GuidedModel(stranger.desk).bind_tools([hand_to_human])

    answer = await bound.ainvoke(talk)

    assert "Hidrafacial" in answer.text


async def test_a_message_without_a_briefing_is_answered(stranger: Talk) -> None:
    answer = await GuidedModel(stranger.desk).ainvoke([HumanMessage("hola")])

    assert "María" in answer.text


def test_structured_output_is_refused_clearly(stranger: Talk) -> None:
    with pytest.raises(NotImplementedError, match="structured"):
        GuidedModel(stranger.desk).with_structured_output({"title": "X", "type": "object"})
