"""The last node: what may not be sent is not sent, and the answer is safe before it is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import structlog
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.runtime import Runtime

from integrations.metrics import Metrics
from nodes.confirmation import confirmation
from nodes.emergency import FIXED
from nodes.history import said, turn_start
from nodes.prompt import PRIVATE
from nodes.state import State
from safety.gates import Gates, Ground
from tenants.tenant import Language, Tenant
from tools.context import Context

logger = structlog.get_logger(__name__)

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

    def __init__(self, tenant: Tenant, finished: Finished, metrics: Metrics) -> None:
        self._tenant = tenant
        self._gates = Gates(tenant, PRIVATE)
        self._finished = finished
        self._metrics = metrics

    async def finish(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Return the answer as it may be sent, in the place of the one that was written."""
        answer = cast("AIMessage", state["messages"][-1])
        gated = self._gated(answer, state)
        context = runtime.context
        key = (context.company_id, context.user_id, state.get("turn_id", ""))
        messages: list[AnyMessage] = [*state["messages"][:-1], gated]
        self._finished.note(key, cast("State", {**state, "messages": messages}))
        return {"messages": [gated]} if gated is not answer else {}

    def _gated(self, answer: AIMessage, state: State) -> AIMessage:
        if answer.response_metadata.get("model_name") == FIXED:
            return answer
        language = cast("Language", state.get("language") or self._tenant.language)
        verdict = self._gates.check(answer.text, ground(state), language)
        text = verdict.text
        if verdict.blocked:
            logger.warning("answer_blocked", agent=state.get("destination"), kinds=verdict.blocked)
            for kind in verdict.blocked:
                self._metrics.blocked(kind)
            if state.get("acted"):
                # What was booked is booked: the patient must hear of it.
                text = confirmation(state["messages"], self._tenant, language) or text
        return answer if text == answer.text else answer.model_copy(update={"content": text})


def ground(state: State) -> Ground:
    """Return what an answer may rest on: this turn's passages, other facts, the patient's own words.

    Facts are what this turn's tools said, what we answered before (that was checked then), and the
    times that are offered. What a patient claims is none: a price of theirs is not confirmed.
    """
    messages = state["messages"][:-1]
    passages: list[str] = []
    facts: list[str] = []
    for message in messages[turn_start(messages) :]:
        if isinstance(message, ToolMessage):
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
    return Ground(
        passages=passages,
        facts=facts,
        said=[str(one.text) for one in messages if isinstance(one, HumanMessage)],
        acted=state.get("acted", False),
    )
