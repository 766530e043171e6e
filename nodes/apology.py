"""What happens when a node fails: the patient hears of it and a human is called."""

import traceback
from typing import Any, Literal, cast

import structlog
from langchain_core.messages import AIMessage
from langgraph.errors import NodeError
from langgraph.types import Command
from redis.exceptions import RedisError

from nodes.confirmation import confirmation
from nodes.emergency import FIXED, raised
from nodes.history import patient_text
from nodes.language import language_of
from nodes.router import BEGINNING, Screen
from nodes.specialist import answer_id
from nodes.state import Handoff, Route, State
from nodes.texts import APOLOGY, NOT_DONE
from safety.alarm import Alarm
from tenants.tenant import Language, Tenant

logger = structlog.get_logger(__name__)

SHOWN = 6
"""Places of a failure that the log names."""


class Apology:
    """The error handler of every node of one company's graph."""

    def __init__(self, tenant: Tenant, screen: Screen) -> None:
        self._tenant = tenant
        self._screen = screen

    async def after(
        self, state: State, error: NodeError
    ) -> Command[Literal["finish", "emergency"]]:
        """Go on to an apology; to the emergency text when the router failed before it could see one."""
        if isinstance(error.error, RedisError):
            # Without Redis nothing can be kept or sent: the turn is tried again as a whole.
            raise error.error
        logger.error(
            "node_failed",
            node=error.node,
            failure=type(error.error).__name__,
            where=_where(error.error),
        )
        text = patient_text(state["messages"])
        update: dict[str, Any] = {}
        if error.node == "router":
            alarm = self._screen.rules(text)
            update = self._begun(state, text, alarm)
            if alarm is not None:
                return Command(update=update, goto="emergency")
        language = cast(
            "Language", update.get("language") or state.get("language") or self._tenant.language
        )
        done = None
        if state.get("acted") and error.node != "router":
            # What was booked is booked: no apology may hide it.
            done = confirmation(state["messages"], self._tenant, language)
        words = AIMessage(
            done or APOLOGY[language],
            id=answer_id(state.get("turn_id", "")),
            response_metadata={"model_name": FIXED},
        )
        handoff = Handoff(
            reason="failure",
            summary=NOT_DONE[self._tenant.language],
            urgent=bool(state.get("alarm")) and error.node != "router",
        )
        update |= {"messages": [words], **({} if done else {"handoff": handoff})}
        return Command(update=update, goto="finish")

    def _begun(self, state: State, text: str, alarm: Alarm | None) -> dict[str, Any]:
        """Return what the router would have begun the turn with."""
        route = Route(agent="support", reason="failure")
        if alarm is not None:
            route = Route(agent="emergency", reason="red_flag", red_flag=alarm.group)
        return {
            **BEGINNING,
            "alarm": raised(alarm) if alarm else None,
            "destination": route["agent"],
            "route": route,
            "language": language_of(text) or state.get("language") or self._tenant.language,
        }


def _where(error: BaseException) -> str:
    """Return the last places of a failure, innermost first: its own words may repeat the patient's."""
    frames = traceback.extract_tb(error.__traceback__)[-SHOWN:]
    return " < ".join(f"{one.filename}:{one.lineno}" for one in reversed(frames))
