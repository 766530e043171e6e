"""Chooses who answers: a red flag, an open emergency, the booking in hand, the model, the examples."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, Protocol, cast

from langgraph.runtime import Runtime
from pydantic import BaseModel

from nodes.booking_answer import Reading, fresh, reading_of
from nodes.emergency import BY_MODEL, Emergencies, raised
from nodes.history import own_words, patient_text, removals, repaired, said, shown
from nodes.language import language_of, spoken
from nodes.models import Chooser
from nodes.prompt import router_prompt
from nodes.specialist import answer_id
from nodes.state import Agent, Booking, RaisedAlarm, Route, State
from safety.alarm import Alarm
from safety.going_on import goes_on, told_before
from tenants.ids import UserId
from tenants.tenant import Tenant
from tools.context import Context
from tools.desk import Desk

ANSWERING: tuple[Agent, ...] = ("sales", "support", "schedule", "availability")
ASIDE: tuple[Agent, ...] = ("sales", "support")
"""Who answers a question that has nothing to do with the booking in hand."""
SURE = 0.6
"""How sure the examples must be to leave a booking for what may be a question."""
LOOK_BACK = 6
"""Messages that the model sees to choose: a short answer belongs to the question before it."""

BEGINNING: Mapping[str, Any] = MappingProxyType(
    {"handoff": None, "passages": [], "options": [], "acted": False, "tools_used": []}
)
"""What every turn begins with."""


class Screen(Protocol):
    """What sees danger in a text."""

    def rules(self, text: str) -> Alarm | None:
        """Return what the rules alone see, at once."""
        ...

    async def screen(self, text: str) -> Alarm | None:
        """Return what rules and examples see."""
        ...


class Nearest(Protocol):
    """What knows which agent the most similar sentences belong to."""

    async def choose(
        self, tenant: Tenant, text: str, candidates: Collection[Agent]
    ) -> tuple[Agent, float]:
        """Return one of the candidates and how sure that is, from 0 to 1."""
        ...


class Choice(BaseModel):
    """Choose who answers the patient's last message."""

    agent: Literal["emergency", "schedule", "availability", "sales", "support"]


class Router:
    """The first node of a company's graph: it also begins the turn."""

    def __init__(
        self,
        desk: Desk,
        *,
        screen: Screen,
        emergencies: Emergencies,
        chooser: Chooser | None,
        nearest: Nearest,
    ) -> None:
        """Take what decides, in the order in which it is asked; without a chooser the examples do."""
        self._desk = desk
        self._screen = screen
        self._emergencies = emergencies
        self._chooser = chooser
        self._nearest = nearest
        self._prompt = router_prompt(desk.tenant)

    async def route(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Return where this turn goes and the state with which it begins; nothing for a turn already answered."""
        if answered(state):
            return {}
        messages = state["messages"]
        removed = removals(messages)
        tail = repaired(messages)[-1:]
        if tail and tail[0].type == "tool" and "destination" in state:
            # A run that broke off: what its tools did is done, so the agent goes on from there.
            return {"messages": removed}
        whole, own = patient_text(messages), own_words(messages)
        # Examples are patients' sentences: what tells of a photo is like them by its words alone.
        seen = self._screen.rules(whole) if own != whole else None
        alarm = graver(await self._screen.screen(own), seen, runtime.context.alarm)
        text = own or whole
        known = await self._known(alarm, runtime.context)
        if alarm is not None and known is not None and known["level"] == "emergency":
            # What is added to an emergency makes it no smaller: "y me cuesta tragar".
            alarm = replace(alarm, level="emergency")
        if alarm is not None and told_before(self._desk.tenant, alarm, known):
            # Its text was sent and people were told: what is asked besides is answered.
            alarm = None
        urgency = self._urgency(alarm, known)
        route = await self._chosen(state, text, alarm, known, runtime.context)
        agent = self._replaced(route["agent"])
        kept = state.get("booking")
        return {
            "messages": removed,
            "destination": agent,
            "route": Route(**{**route, "agent": agent}),
            "alarm": self._raised(alarm, route),
            "urgency": urgency,
            "booking": kept if kept and fresh(kept, self._desk.clock()) else None,
            "language": self._language(state, runtime.context, text, agent),
            **BEGINNING,
        }

    async def _known(self, alarm: Alarm | None, context: Context) -> dict[str, str] | None:
        """Return the patient's open emergency, where it matters."""
        if alarm is not None and alarm.level == "emergency":
            return None
        return await self._emergencies.find(self._desk.tenant.company_id, UserId(context.user_id))

    def _urgency(self, alarm: Alarm | None, known: dict[str, str] | None) -> str:
        """Return the group of an open alarm with which the agents go on, else nothing."""
        if alarm is not None or known is None:
            return ""
        return known["group"] if goes_on(self._desk.tenant, known["group"], known["level"]) else ""

    async def _chosen(
        self,
        state: State,
        text: str,
        alarm: Alarm | None,
        known: dict[str, str] | None,
        context: Context,
    ) -> Route:
        if alarm is not None:
            return Route(agent="emergency", reason="red_flag", red_flag=alarm.group)
        urgent = bool(self._urgency(alarm, known))
        if known is not None and not urgent:
            return Route(agent="emergency", reason="open_emergency")
        booking = state.get("booking")
        booking = booking if fresh(booking, self._desk.clock()) else None
        reading = reading_of(text, booking) if booking else None
        if reading == "answer":
            return Route(agent="schedule", reason="booking")
        asked = None if context.without_model else await self._by_model(state)
        chosen = asked or await self._by_examples(text, reading)
        if urgent and chosen["agent"] == "sales":
            # Whoever needs a visit soon is sold nothing.
            chosen = Route(**{**chosen, "agent": "support"})
        return _on_with(booking, chosen)

    async def _by_examples(self, text: str, reading: Reading | None) -> Route:
        among: Sequence[Agent] = ASIDE if reading == "aside" else ANSWERING
        candidates = [one for one in among if self._desk.tenant.wishes_for(one).enabled]
        agent, score = await self._nearest.choose(self._desk.tenant, text, candidates)
        if reading == "unsure" and score < SURE:
            return Route(agent="schedule", reason="booking")
        return Route(agent=agent, reason="examples", score=round(float(score), 4))

    async def _by_model(self, state: State) -> Route | None:
        if self._chooser is None:
            return None
        recent = shown(state["messages"], LOOK_BACK)
        talk = [one for one in recent if one.type == "human" or said(one)]
        choice = await self._chooser.choose([self._prompt, *talk])
        if not isinstance(choice, Choice):
            return None
        if choice.agent == "emergency":
            # Whoever sees danger may raise the level; none may lower it.
            return Route(agent="emergency", reason="red_flag", red_flag="help")
        return Route(agent=choice.agent, reason="model")

    def _replaced(self, agent: Agent) -> Agent:
        """Return the agent, or support for one that the company switched off; an emergency has no switch."""
        if agent == "emergency" or self._desk.tenant.wishes_for(agent).enabled:
            return agent
        return "support"

    def _raised(self, alarm: Alarm | None, route: Route) -> RaisedAlarm | None:
        if alarm is not None:
            return raised(alarm)
        if route["reason"] == "red_flag":
            return RaisedAlarm(
                group=route["red_flag"], level="emergency", evidence=[], source=BY_MODEL
            )
        return None

    def _language(self, state: State, context: Context, text: str, agent: Agent) -> str:
        before = state.get("language") or context.language
        if agent == "emergency" and (shown_now := language_of(text)):
            # Danger is answered in the patient's language, spoken by the company or not.
            return shown_now
        return spoken(text, before=before, allowed=self._desk.tenant.languages)


def graver(*alarms: Alarm | None) -> Alarm | None:
    """Return the most pressing alarm: what one saw, no other can lower."""
    raised = [one for one in alarms if one is not None]
    return min(raised, key=lambda one: one.rank, default=None)


def answered(state: State) -> bool:
    """Tell whether this thread has the answer to this turn: a second run changes nothing."""
    turn_id = state.get("turn_id", "")
    return bool(turn_id) and any(one.id == answer_id(turn_id) for one in state["messages"])


def _on_with(booking: Booking | None, route: Route) -> Route:
    """Give what is about times back to the booking in hand: only other questions leave it."""
    if booking is None or route["agent"] not in {"schedule", "availability"}:
        return route
    return cast("Route", {**route, "agent": "schedule", "reason": "booking"})
