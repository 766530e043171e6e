"""What a thread remembers: messages and plain JSON, because the Redis serializer keeps nothing else whole."""

from typing import Annotated, Literal, TypedDict, TypeVar

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from langgraph.managed import RemainingSteps

Value = TypeVar("Value")

Agent = Literal["emergency", "sales", "support", "schedule", "availability"]
AGENTS: tuple[Agent, ...] = ("emergency", "sales", "support", "schedule", "availability")


class OfferedSlot(TypedDict):
    """A slot as it was shown to the patient."""

    slot_id: str
    start: str
    """ISO 8601 with offset, in the company's zone."""
    label: str
    """In the patient's language: `martes 24 de noviembre, 3:00 p. m., con la Dra. Ruiz`."""


class Booking(TypedDict, total=False):
    """The appointment being arranged; absent keys are not known yet."""

    goal: Literal["book", "move", "cancel"]
    treatment_id: str
    day: str
    """ISO date that the patient asked for."""
    slots: list[OfferedSlot]
    """What was offered last, in the order shown."""
    slot_id: str
    """The slot that is held for the patient."""
    held_until: str
    appointment_id: str
    """The appointment that is moved or cancelled."""
    name: str
    phone: str
    somebody_else: bool
    """Another person comes than the one who writes."""
    then: str
    """Id of the treatment that is booked next, on the same day if there is room."""
    waiting_for: Literal["treatment", "day", "slot", "name", "phone", "confirm", "appointment"]
    """What the last reply asked the patient."""
    since: str
    """ISO moment of the last step; a stale booking is dropped."""


class Route(TypedDict, total=False):
    """Why an agent was chosen, for the log and the panel."""

    agent: Agent
    reason: Literal["red_flag", "open_emergency", "booking", "model", "examples", "fork", "failure"]
    score: float
    red_flag: str
    """The red-flag group when there is one."""


class RaisedAlarm(TypedDict):
    """A red flag seen in this turn, as plain JSON."""

    group: str
    level: str
    evidence: list[str]
    """The words that raised it, for the staff."""
    source: str
    """`rules`, `examples` or `model`."""


class Handoff(TypedDict):
    """A wish to pass the conversation to a human, carried out after the reply was sent."""

    reason: str
    summary: str
    urgent: bool


class Refused(TypedDict):
    """A draft that may not be sent, while another is written."""

    kinds: list[str]
    sentences: list[str]


def latest(_before: Value, now: Value) -> Value:
    """Keep the later of two writes of one step: two tool calls at once may both write."""
    return now


def joined(before: list[str], now: list[str]) -> list[str]:
    """Add what is new, in order; an empty list empties."""
    return list(dict.fromkeys([*before, *now])) if now else []


class State(TypedDict, total=False):
    """The stored state of a thread."""

    messages: Annotated[list[AnyMessage], add_messages]
    destination: Agent
    route: Route
    alarm: RaisedAlarm | None
    """The red flag of this turn, None when there is none."""
    urgency: str
    """Group of the open alarm that is urgent and lets the agents go on; empty when there is none."""
    booking: Annotated[Booking | None, latest]
    handoff: Annotated[Handoff | None, latest]
    """Set in the turn that asks for it, cleared when the next turn begins."""
    turn_id: str
    """The turn that wrote this state: a second run of the same turn returns it unchanged."""
    language: str
    passages: Annotated[list[str], joined]
    """Ids of the chunks this turn's answer rested on."""
    options: Annotated[list[dict[str, str]], latest]
    """Buttons offered with the reply: `title` and `value` each."""
    acted: Annotated[bool, latest]
    """True when a tool of this turn changed the world (booked, moved, cancelled): never superseded."""
    refused: Refused | None
    """The draft that the gates stopped and that is being written again; never stored."""
    blocked: list[str]
    """Kinds of claims for which the gates stopped a draft of this turn."""
    tools_used: list[str]
    """Names of the tools this turn called, in order."""
    remaining_steps: RemainingSteps
    """Counted by LangGraph, never stored."""
