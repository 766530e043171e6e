"""A thread's messages are fit for a model that refuses calls without answers."""

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from nodes.history import patient_text, removals, repaired, shown


def asks(text: str, id_: str = "") -> HumanMessage:
    return HumanMessage(text, id=id_ or text)


def speaks(text: str) -> AIMessage:
    return AIMessage(text, id=text)


def acts(*ids: str) -> AIMessage:
    return AIMessage(
        "", id="+".join(ids), tool_calls=[{"name": "look", "args": {}, "id": one} for one in ids]
    )


def found(id_: str) -> ToolMessage:
    return ToolMessage("found", tool_call_id=id_, id=f"found-{id_}")


def ids(messages: list[AnyMessage]) -> list[str | None]:
    return [one.id for one in messages]


def test_a_call_that_nobody_answered_is_left_out() -> None:
    assert ids(repaired([asks("q"), acts("1")])) == ["q"]


def test_calls_of_which_one_is_unanswered_are_left_out_with_their_answers() -> None:
    assert ids(repaired([asks("q"), acts("1", "2"), found("1"), asks("r")])) == ["q", "r"]


def test_an_answer_that_nobody_called_for_is_left_out() -> None:
    assert ids(repaired([asks("q"), found("1"), speaks("a")])) == ["q", "a"]


def test_whole_calls_stay() -> None:
    whole: list[AnyMessage] = [asks("q"), acts("1", "2"), found("2"), found("1"), speaks("a")]

    assert repaired(whole) == whole


def test_the_model_sees_the_last_things_said_and_the_whole_turn() -> None:
    past: list[AnyMessage] = [
        asks("q1"),
        acts("1"),
        found("1"),
        speaks("a1"),
        asks("q2"),
        speaks("a2"),
    ]
    turn: list[AnyMessage] = [asks("q3"), acts("2"), found("2")]

    assert ids(shown([*past, *turn], 3)) == ["q2", "a2", "q3", "2", "found-2"]


def test_a_turn_begins_after_the_last_answer() -> None:
    messages: list[AnyMessage] = [asks("q1"), speaks("a1"), asks("q2"), asks("q3")]

    assert patient_text(messages) == "q2\nq3"


def test_old_tool_traffic_is_forgotten_and_this_turns_is_kept() -> None:
    past: list[AnyMessage] = [asks("q1"), acts("1"), found("1"), speaks("a1")]
    turn: list[AnyMessage] = [asks("q2"), acts("2"), found("2")]

    assert [one.id for one in removals([*past, *turn])] == ["1", "found-1"]


def test_the_far_past_is_forgotten() -> None:
    messages: list[AnyMessage] = [asks(f"q{number}") for number in range(45)]

    assert [one.id for one in removals(messages)] == ["q0", "q1", "q2", "q3", "q4"]
