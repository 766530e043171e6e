"""The last node: what may not be sent is not sent, and the answer is safe before it is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

import structlog
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    HumanMessage,
    RemoveMessage,
    ToolMessage,
)
from langgraph.runtime import Runtime

from integrations.metrics import Metrics
from nodes.confirmation import confirmation
from nodes.emergency import FIXED
from nodes.history import own_words, said, turn_start
from nodes.models import GUIDED
from nodes.prompt import PRIVATE
from nodes.refused import refused
from nodes.specialist import LAST_CHANCE
from nodes.state import Handoff, State
from nodes.texts import PROMISED
from safety.gates import Evidence, Gates, Verdict, somebody_comes
from tenants.tenant import Language
from tools.context import Context
from tools.desk import Desk

logger = structlog.get_logger(__name__)

LONGEST = 600  # characters of what the patient wrote, for whoever takes over

Key = tuple[str, str, str]
"""Company, user and turn."""


class Finished:
    """Holds finished turns for whoever waits: Redis may die before the answer is stored there."""

    def __init__(self) -> None:
        self._states: dict[Key, State | None] = {}

    @contextmanager
    def expected(self, key: Key) -> Iterator[None]:
        """Have a turn's state kept until the end of the block; nobody else's is."""
        self._states[key] = None
        try:
            yield
        finally:
            del self._states[key]

    def state(self, key: Key) -> State | None:
        """Return the state of an expected turn, or None while it is not finished."""
        return self._states[key]

    def note(self, key: Key, state: State) -> None:
        """Keep a finished turn if somebody waits for it."""
        if key in self._states:
            self._states[key] = state


class Finish:
    """Checks what a model wrote and notes that the turn is done."""

    def __init__(self, desk: Desk, finished: Finished, metrics: Metrics) -> None:
        self._tenant = desk.tenant
        self._clock = desk.clock
        self._gates = Gates(desk.tenant, PRIVATE)
        self._finished = finished
        self._metrics = metrics

    async def finish(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Return the answer as it may be sent, in the place of the one that was written.

        A model's first draft that may not be sent is taken back, and its agent asked for another.
        """
        answer = cast("AIMessage", state["messages"][-1])
        verdict = self._verdict(answer, state)
        if verdict.blocked and _may_write_again(state, answer, verdict):
            logger.info("draft_refused", agent=state.get("destination"), kinds=verdict.blocked)
            return {"messages": [RemoveMessage(id=str(answer.id))], "refused": refused(verdict)}
        gated = self._gated(answer, verdict, state)
        update: dict[str, Any] = {"refused": None, "blocked": self._counted(answer, state, verdict)}
        if handoff := self._promised(gated, state):
            update["handoff"] = handoff
        context = runtime.context
        key = (context.company_id, context.user_id, state.get("turn_id", ""))
        messages: list[AnyMessage] = [*state["messages"][:-1], gated]
        self._finished.note(key, cast("State", {**state, **update, "messages": messages}))
        return {**update, "messages": [gated]} if gated is not answer else update

    def _verdict(self, answer: AIMessage, state: State) -> Verdict:
        if answer.response_metadata.get("model_name") == FIXED:
            return Verdict(answer.text)
        today = self._clock().astimezone(self._tenant.zone).date()
        return self._gates.check(answer.text, evidence(state, today), self._language(state))

    def _language(self, state: State) -> Language:
        return cast("Language", state.get("language") or self._tenant.language)

    def _gated(self, answer: AIMessage, verdict: Verdict, state: State) -> AIMessage:
        if not verdict.blocked:
            return answer
        logger.warning("answer_blocked", agent=state.get("destination"), kinds=verdict.blocked)
        text = verdict.text
        if state.get("acted"):
            # What was booked is booked: the patient must hear of it.
            text = confirmation(state["messages"], self._tenant, self._language(state)) or text
        return answer.model_copy(update={"content": text})

    def _promised(self, answer: AIMessage, state: State) -> Handoff | None:
        """Return the hand-over that a model told of and did not ask for: nobody may wait for nobody."""
        if state.get("handoff") or answer.response_metadata.get("model_name") in {FIXED, GUIDED}:
            return None
        if not somebody_comes(answer.text):
            return None
        logger.info("promise_kept", agent=state.get("destination"))
        summary = own_words(state["messages"][:-1])[:LONGEST]
        return Handoff(reason=PROMISED[self._tenant.language], summary=summary, urgent=False)

    def _counted(self, answer: AIMessage, state: State, verdict: Verdict) -> list[str]:
        """Count what was stopped in this turn, and return its kinds."""
        draft = state.get("refused")
        before = [one for one in draft["kinds"] if one not in verdict.blocked] if draft else []
        ours = answer.response_metadata.get("model_name") == FIXED
        for kind in before:
            self._metrics.blocked(kind, "replaced" if ours else "corrected")
        for kind in verdict.blocked:
            self._metrics.blocked(kind, "replaced")
        return [*before, *verdict.blocked]


def _may_write_again(state: State, answer: AIMessage, verdict: Verdict) -> bool:
    """Say whether a draft is worth another: once a turn, by a model that was not talked into reciting."""
    return (
        not state.get("refused")
        and not state.get("acted")
        and "leak" not in verdict.blocked
        and answer.response_metadata.get("model_name") != GUIDED
        and state.get("remaining_steps", 0) > LAST_CHANCE
    )


def evidence(state: State, today: date) -> Evidence:
    """Return what an answer may rest on: this turn's passages, other facts, the patient's own words.

    Facts are what this turn's tools said, what we answered before (that was checked then), and the
    times that are offered. What a patient claims is none: a price of theirs is not confirmed.
    """
    messages = state["messages"][:-1]
    passages: list[str] = []
    facts: list[str] = []
    for message in messages[turn_start(messages) :]:
        # What a tool that failed says may repeat what the model was told to ask.
        if isinstance(message, ToolMessage) and message.status != "error":
            artifact = message.artifact if isinstance(message.artifact, dict) else {}
            if found := artifact.get("passages"):
                passages += [str(one.get("text", "")) for one in found]
            else:
                facts.append(str(message.text))
    facts += [str(one.text) for one in messages if said(one)]
    booking = state.get("booking") or {}
    offered = booking.get("slots", ())
    facts += [slot["label"] for slot in offered]
    facts += [
        f"Held: {one['label']}" for one in offered if one["slot_id"] == booking.get("slot_id")
    ]
    return Evidence(
        passages=passages,
        facts=facts,
        said=[str(one.text) for one in messages if isinstance(one, HumanMessage)],
        today=today,
        acted=state.get("acted", False),
    )
