"""A turn as it is asked for, and what comes of it for the patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from nodes.emergency import FIXED, handoff_for, raised
from nodes.history import turn_start
from nodes.language import language_of
from nodes.specialist import answer_id
from nodes.state import Agent, Handoff, State
from nodes.texts import APOLOGY, NOT_DONE
from safety.alarm import Alarm
from safety.emergency_texts import text_for
from tenants.ids import TurnId
from tenants.tenant import Language, Tenant
from tools.context import Context

SEARCH = "search_knowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a patient wrote and waits to have answered."""

    turn_id: TurnId
    context: Context
    messages: tuple[tuple[str, str], ...]
    """Message id and text, oldest first; at least one."""
    spoken: Mapping[str, str] = field(default_factory=dict)
    """By message id: `sure` or `unsure` of what was heard in a voice note."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """By message id: how its text ends, told of its photos; the rest are the patient's own words."""
    source: str = "chatwoot"
    """Where it came from, for the history: `chatwoot`, `test`, `chat` ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the patient is to read, and what is to be done beside it."""

    turn_id: TurnId
    text: str
    agent: Agent
    language: Language
    tools_used: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    unanswered: str = ""
    """What documents were searched for in vain; empty when anything was found."""
    options: tuple[dict[str, str], ...] = ()
    handoff: Handoff | None = None
    red_flag: str = ""
    """The red-flag group, empty when there is none."""
    red_flag_level: str = ""
    """`emergency` or `urgent`."""
    acted: bool = False
    """True: the world was changed, this reply may not be superseded."""
    done: tuple[str, ...] = ()
    """Names of the tools that booked, moved or cancelled something, once for each."""
    blocked: tuple[str, ...] = ()
    """Kinds of claims for which a draft of it was stopped: it was written again, or a part replaced."""
    model: str
    """The model that wrote it, `guided`, or `fixed` when nobody did."""
    reason: str = ""
    """Why this agent answers."""
    saved: bool = True
    """False: Redis went away before the thread was kept; send it all the same."""
    milliseconds: float = 0.0


def reply_of(turn: Turn, state: State, *, saved: bool, milliseconds: float) -> Reply:
    """Return what a finished turn's state says to the patient."""
    wanted = answer_id(turn.turn_id)
    said = next(one for one in reversed(state["messages"]) if one.id == wanted)
    language = cast("Language", state["language"])
    model = str(said.response_metadata.get("model_name", ""))
    if said is not state["messages"][-1]:
        # An older turn, asked for again: its words are known, the rest was the latest turn's.
        return Reply(
            turn_id=turn.turn_id,
            text=str(said.text),
            agent=state["destination"],
            language=language,
            model=model,
            milliseconds=milliseconds,
        )
    route, alarm = state.get("route", {}), state.get("alarm")
    return Reply(
        turn_id=turn.turn_id,
        text=str(said.text),
        agent=state["destination"],
        language=language,
        tools_used=tuple(state.get("tools_used", [])),
        passages=tuple(state.get("passages", [])),
        unanswered="" if state.get("passages") else _searched(state["messages"][:-1]),
        options=tuple(state.get("options", [])),
        handoff=state.get("handoff"),
        red_flag=route.get("red_flag", ""),
        red_flag_level=alarm["level"] if alarm else "",
        acted=state.get("acted", False),
        done=_done(state["messages"][:-1]),
        blocked=tuple(state.get("blocked", ())),
        model=model,
        reason=route.get("reason", ""),
        saved=saved,
        milliseconds=milliseconds,
    )


def _done(messages: list[AnyMessage]) -> tuple[str, ...]:
    return tuple(
        one.name or ""
        for one in messages[turn_start(messages) :]
        if isinstance(one, ToolMessage)
        and isinstance(one.artifact, dict)
        and "appointment" in one.artifact
    )


def alarmed(tenant: Tenant, turn: Turn, alarm: Alarm, milliseconds: float) -> Reply:
    """Return the emergency text, for when nothing else can be done."""
    messages: list[AnyMessage] = [HumanMessage(text) for _, text in turn.messages]
    written = "\n".join(text for _, text in turn.messages)
    language = language_of(written) or tenant.language
    return Reply(
        turn_id=turn.turn_id,
        text=text_for(tenant, alarm, language),
        agent="emergency",
        language=language,
        handoff=handoff_for(tenant, raised(alarm), State(messages=messages)),
        red_flag=alarm.group,
        red_flag_level=alarm.level,
        acted=True,
        model=FIXED,
        reason="red_flag",
        saved=False,
        milliseconds=milliseconds,
    )


def apology(tenant: Tenant, turn: Turn, milliseconds: float) -> Reply:
    """Return what a patient hears when the turn found no end."""
    return Reply(
        turn_id=turn.turn_id,
        text=APOLOGY[tenant.language],
        agent="support",
        language=tenant.language,
        handoff=Handoff(reason="failure", summary=NOT_DONE[tenant.language], urgent=False),
        model=FIXED,
        saved=False,
        milliseconds=milliseconds,
    )


def _searched(messages: list[AnyMessage]) -> str:
    """Return what the turn's first search of the documents was for; empty when there was none."""
    queries = (
        str(call["args"].get("query", ""))
        for one in messages[turn_start(messages) :]
        if isinstance(one, AIMessage)
        for call in one.tool_calls
        if call["name"] == SEARCH
    )
    return next(queries, "")
