"""One turn as the guided agent sees it: what was said, what is known, what the tools answered."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from nodes.booking_answer import fresh
from nodes.guided.portuguese import told_in_spanish
from nodes.guided.understanding import Heard, hear
from nodes.history import SHOWN, own_text, said, turn_start
from nodes.state import Booking
from tenants.tenant import Language, Tenant
from tools.desk import Desk

READ = 1000  # characters of a turn; who writes more has said what matters, or pastes
NOTES = "guided"
"""Key of an AIMessage's additional_kwargs under which the guided agent remembers what it said."""

CALENDAR_AWAY = "CalendarAwayError"
"""What a booking tool answers as `refused` when the calendar cannot be reached."""

Result = Mapping[str, Any]
"""A tool's artifact; empty when the tool refused."""


class ToolNeeded(Exception):  # noqa: N818 # No error: it ends the thinking until the tool has answered.
    """The answer waits for a tool that has not run in this turn."""

    def __init__(self, name: str, arguments: Mapping[str, Any], order: int) -> None:
        """Name the call; `order` counts the calls of this turn."""
        super().__init__(name)
        self.name = name
        self.arguments = dict(arguments)
        self.order = order


class CalendarAway(Exception):  # noqa: N818 # No error of ours: it ends the thinking with an apology.
    """The clinic's calendar does not answer: nothing was done, and a person was asked."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """The messages and the briefing, read once. Thinking is replayed from the start after each tool.

    Behaviours call `use`, which gives what a tool answered or raises ToolNeeded; as they decide by
    nothing but this value, the replay takes the same way up to the same call.
    """

    desk: Desk
    agent: str
    language: Language
    now: datetime
    booking: Booking | None
    """As it was when the turn began: tools of this turn have changed the state's own since."""
    booking_now: Booking | None
    """As the state has it at this moment, with what the tools of this turn wrote."""
    patient_name: str
    patient_phone: str
    heard: Heard
    notes: Mapping[str, Any]
    """What the guided agent noted with its last reply; empty when something else spoke."""
    earlier: Sequence[BaseMessage]
    number: int
    """Counts the patient's messages, so that wording varies and a replay does not."""
    tools: frozenset[str]
    results: Sequence[tuple[str, str, Result]]
    shown: bool = False
    """A photo or file came with the words: nobody here can judge it."""
    used: list[tuple[str, str]] = field(default_factory=list)

    @property
    def tenant(self) -> Tenant:
        """The company that is spoken for."""
        return self.desk.tenant

    def can(self, tool: str) -> bool:
        """Tell whether the agent at work has a tool."""
        return tool in self.tools

    def use(self, tool: str, **arguments: Any) -> Result:
        """Return the tool's artifact, empty when it failed or is not at hand; else raises ToolNeeded."""
        wanted = (tool, _key(arguments))
        before = self.used.count(wanted)
        self.used.append(wanted)
        found = [result for name, key, result in self.results if (name, key) == wanted]
        if len(found) > before:
            if found[before].get("refused") == CALENDAR_AWAY:
                raise CalendarAway
            return found[before]
        if not self.can(tool):
            return {}
        raise ToolNeeded(tool, arguments, len(self.results))

    def last_reply(self) -> str:
        """Return what the patient was told last."""
        return next((one.text for one in reversed(self.earlier) if isinstance(one, AIMessage)), "")

    def last_words(self) -> str:
        """Return what the patient wrote before the last reply."""
        return next(
            (one.text for one in reversed(self.earlier) if isinstance(one, HumanMessage)), ""
        )


def turn_of(desk: Desk, tools: frozenset[str], messages: Sequence[BaseMessage]) -> Turn:
    """Read the messages of a call; without a briefing the company's own facts must do."""
    briefing: Mapping[str, Any] = {}
    talk: list[AnyMessage] = []
    for one in messages:
        if isinstance(one, SystemMessage):
            briefing = one.additional_kwargs.get("briefing") or briefing
        else:
            talk.append(cast("AnyMessage", one))
    start = turn_start(talk)
    earlier, turn = talk[:start], talk[start:]
    written = [one for one in turn if isinstance(one, HumanMessage)]
    text = "\n".join(own for one in written if (own := own_text(one)))[:READ]
    notes = _last_notes(earlier)
    tenant = desk.tenant
    now = _moment(briefing.get("now"), desk)
    booking_now = cast("Booking | None", briefing.get("booking"))
    booking = _booking_at_start(turn, booking_now)
    if not fresh(booking, now):
        booking = None
    language = briefing.get("language") or tenant.language
    heard = told_in_spanish(text) if language == "pt" else text
    return Turn(
        desk=desk,
        agent=str(briefing.get("agent") or "support"),
        language=language,
        now=now,
        booking=booking,
        booking_now=booking_now,
        patient_name=str(briefing.get("patient_name") or ""),
        patient_phone=str(briefing.get("patient_phone") or ""),
        heard=hear(heard, tenant, waiting_for=(booking or {}).get("waiting_for", "")),
        notes=notes,
        earlier=[one for one in earlier if isinstance(one, HumanMessage) or _spoken(one)],
        number=sum(isinstance(one, HumanMessage) for one in talk),
        tools=tools,
        results=list(_results(turn)),
        shown=any(one.additional_kwargs.get(SHOWN) for one in written),
    )


def call_id(turn: Turn, needed: ToolNeeded) -> str:
    """Name a tool call: the same in a replay of the turn, another in another turn."""
    what = f"{turn.number}/{needed.order}/{needed.name}/{_key(needed.arguments)}/{turn.heard.text}/{turn.now.date()}"
    return f"call_{hashlib.sha256(what.encode()).hexdigest()[:24]}"


def _spoken(message: AnyMessage) -> bool:
    return isinstance(message, AIMessage) and said(message)


def _key(arguments: Mapping[str, Any]) -> str:
    return json.dumps(arguments, sort_keys=True, ensure_ascii=False)


def _moment(now: object, desk: Desk) -> datetime:
    if isinstance(now, str) and now:
        return datetime.fromisoformat(now).astimezone(desk.tenant.zone)
    return desk.clock().astimezone(desk.tenant.zone)


def _last_notes(earlier: Sequence[BaseMessage]) -> Mapping[str, Any]:
    last = next((one for one in reversed(earlier) if isinstance(one, AIMessage)), None)
    return (last.additional_kwargs.get(NOTES) or {}) if last else {}


def _booking_at_start(turn: Sequence[BaseMessage], now: Booking | None) -> Booking | None:
    """Return the booking that the turn's first call carries, so that every replay sees the same."""
    for one in turn:
        if isinstance(one, AIMessage) and "booking" in one.additional_kwargs:
            return cast("Booking | None", one.additional_kwargs["booking"])
    return now


def _results(turn: Sequence[BaseMessage]) -> Sequence[tuple[str, str, Result]]:
    answers = {one.tool_call_id: one for one in turn if isinstance(one, ToolMessage)}
    found: list[tuple[str, str, Result]] = []
    for one in turn:
        for call in one.tool_calls if isinstance(one, AIMessage) else ():
            answer = answers.get(call["id"] or "")
            if answer is not None:
                artifact = answer.artifact if isinstance(answer.artifact, dict) else {}
                failed = answer.status == "error"
                found.append((call["name"], _key(call["args"]), {} if failed else artifact))
    return found
