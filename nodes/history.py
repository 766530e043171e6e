"""A thread's messages made fit to store and fit to show: OpenAI refuses for ever a call that nobody answered."""

from collections.abc import Iterator, Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage, ToolMessage

STORED = 40
"""Messages that a thread keeps."""
SHOWN = "shown"
"""Key of a HumanMessage's additional_kwargs: how its text ends, told of its photos, no patient's words."""


def said(message: AnyMessage) -> bool:
    """Tell whether this is something that was said to the patient, and no step on the way to it."""
    return isinstance(message, AIMessage) and not message.tool_calls


def turn_start(messages: Sequence[AnyMessage]) -> int:
    """Return the index of the first message of the turn in hand: what came after the last answer."""
    for index in range(len(messages) - 1, -1, -1):
        if said(messages[index]):
            return index + 1
    return 0


def patient_text(messages: Sequence[AnyMessage]) -> str:
    """Return what the patient wrote in the turn in hand, one message a line."""
    lines = [one.text for one in messages[turn_start(messages) :] if isinstance(one, HumanMessage)]
    return "\n".join(lines)


def own_words(messages: Sequence[AnyMessage]) -> str:
    """Return what the patient wrote and said in the turn in hand, without what their photos show."""
    lines = [
        own_text(one) for one in messages[turn_start(messages) :] if isinstance(one, HumanMessage)
    ]
    return "\n".join(one for one in lines if one)


def own_text(message: HumanMessage) -> str:
    """Return one message without what its photos show."""
    shown = str(message.additional_kwargs.get(SHOWN, ""))
    return message.text.removesuffix(shown).rstrip() if shown else message.text


def repaired(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return the messages without calls that got no answer and without answers that nobody called for."""
    whole: list[AnyMessage] = []
    index = 0
    while index < len(messages):
        message = messages[index]
        index += 1
        if isinstance(message, AIMessage) and message.tool_calls:
            answers = list(_answers(messages, index))
            index += len(answers)
            called = {call["id"] for call in message.tool_calls}
            if called == {answer.tool_call_id for answer in answers}:
                whole += [message, *answers]
        elif not isinstance(message, ToolMessage):
            whole.append(message)
    return whole


def shown(messages: Sequence[AnyMessage], limit: int) -> list[AnyMessage]:
    """Return what the model is shown: the last `limit` things said, then the turn in hand whole."""
    start = turn_start(messages)
    talk = [one for one in messages[:start] if isinstance(one, HumanMessage) or said(one)]
    turn = repaired(messages[start:])
    room = limit - sum(1 for one in turn if isinstance(one, HumanMessage))
    return [*(talk[-room:] if room > 0 else []), *turn]


def removals(messages: Sequence[AnyMessage]) -> list[RemoveMessage]:
    """Return what a thread forgets as a turn begins: old tool traffic, broken calls, the far past."""
    start = turn_start(messages)
    past = [one for one in messages[:start] if isinstance(one, HumanMessage) or said(one)]
    turn = repaired(messages[start:])
    kept = [*past, *turn][-STORED:]
    ids = {one.id for one in kept}
    return [RemoveMessage(id=one.id) for one in messages if one.id and one.id not in ids]


def _answers(messages: Sequence[AnyMessage], start: int) -> Iterator[ToolMessage]:
    for message in messages[start:]:
        if not isinstance(message, ToolMessage):
            return
        yield message
