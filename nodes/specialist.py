"""The loop that four agents share: think, act, think again, until there is an answer."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import uuid4

import structlog
from langchain_core.messages import AIMessage, SystemMessage
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime

from agenda.errors import AgendaError
from nodes.history import shown
from nodes.models import Models
from nodes.prompt import Prompt
from nodes.refused import told
from nodes.speciality import Speciality
from nodes.state import Agent, Handoff, State
from nodes.texts import UNFINISHED
from tenants.ids import UserId
from tenants.tenant import Language
from tools.context import Context
from tools.desk import Desk

logger = structlog.get_logger(__name__)

LAST_CHANCE = 3
"""With this many steps left the agent must answer: this thought, the gate, and one to spare."""


def answer_id(turn_id: str) -> str:
    """Return the id of the message that answers a turn: by it a turn is known to be answered."""
    return f"answer:{turn_id}" if turn_id else f"answer:{uuid4().hex}"


class Specialist:
    """One agent of one company."""

    def __init__(self, speciality: Speciality, desk: Desk, models: Models) -> None:
        """Make the agent's tools and bind the models to them, once."""
        self.agent: Agent = speciality.agent
        self.tools: Sequence[BaseTool] = [make(desk) for make in speciality.tools]
        self._single = speciality.one_call_at_a_time
        self._desk = desk
        self._prompt = Prompt(desk, speciality.agent)
        self._chain = models.chain(
            speciality.agent, self.tools, one_call_at_a_time=speciality.one_call_at_a_time
        )

    async def think(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Return one thought: calls to make, or the answer."""
        tenant = self._desk.tenant
        language = cast("Language", state.get("language") or tenant.language)
        last = state.get("remaining_steps", LAST_CHANCE + 1) <= LAST_CHANCE
        messages = [
            self._briefing(state, runtime.context, language),
            *shown(state["messages"], tenant.max_context_messages),
        ]
        thought = await self._chain.think(
            messages, with_tools=not last, guided=runtime.context.without_model
        )
        update: dict[str, Any] = {}
        if "booking" in thought.additional_kwargs:
            update["booking"] = thought.additional_kwargs["booking"]
        if last and thought.tool_calls:
            thought = thought.model_copy(update={"tool_calls": [], "content": UNFINISHED[language]})
            update["handoff"] = Handoff(reason="unfinished", summary="", urgent=False)
            logger.warning("turn_cut_short", agent=self.agent)
        if thought.tool_calls:
            thought = self._limited(thought)
            called = [call["name"] for call in thought.tool_calls]
            update["tools_used"] = [*state.get("tools_used", []), *called]
        else:
            thought.id = answer_id(state.get("turn_id", ""))
            if thought.additional_kwargs.pop("booking", state.get("booking")) is None:
                await self._let_go(state, runtime.context)
        return {**update, "messages": [thought]}

    def _briefing(self, state: State, context: Context, language: Language) -> SystemMessage:
        briefing = self._prompt.briefing(state, context, language)
        draft = state.get("refused")
        if draft is None:
            return briefing
        return briefing.model_copy(update={"content": f"{briefing.text}\n\n{told(draft)}"})

    async def _let_go(self, state: State, context: Context) -> None:
        """Give back the time that is held for a booking that was dropped: others want it now."""
        held = (state.get("booking") or {}).get("slot_id")
        if not held or state.get("acted"):
            return
        try:
            await self._desk.agenda.release(UserId(context.user_id))
        except AgendaError as error:
            # A hold ends by itself.
            logger.warning("hold_not_released", error=type(error).__name__)

    def _limited(self, thought: AIMessage) -> AIMessage:
        """Keep the first call where each rests on the one before: some servers ignore that wish."""
        if not self._single or len(thought.tool_calls) == 1:
            return thought
        return thought.model_copy(update={"tool_calls": thought.tool_calls[:1]})
