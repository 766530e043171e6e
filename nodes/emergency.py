"""Emergency: approved words at once, a human called, nothing sold until somebody closes it. No model."""

from typing import Any, Protocol, cast

import structlog
from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime
from redis.exceptions import RedisError

from nodes.history import patient_text
from nodes.specialist import answer_id
from nodes.state import Handoff, RaisedAlarm, State
from nodes.texts import SEEN_BY_MODEL, STILL_WRITES
from safety.alarm import Alarm
from safety.emergency_texts import follow_up_for, summary_for, text_for
from safety.going_on import goes_on
from tenants.ids import CompanyId, UserId
from tenants.tenant import Language, Tenant
from tools.context import Context

logger = structlog.get_logger(__name__)

FIXED = "fixed"
"""Stands in the place of a model's name where nobody but us chose the words."""
BY_MODEL = "model"
QUOTED = 300  # characters of the patient's words in the note for the staff


class Emergencies(Protocol):
    """Who is in an emergency that no human has closed."""

    async def open(self, company: CompanyId, user: UserId, alarm: RaisedAlarm) -> None:
        """Mark a patient."""
        ...

    async def is_open(self, company: CompanyId, user: UserId) -> bool:
        """Tell whether a patient is marked."""
        ...

    async def find(self, company: CompanyId, user: UserId) -> dict[str, str] | None:
        """Return the `group` and more of a patient's open emergency."""
        ...


class Emergency:
    """Answers a red flag, and whoever writes again before a human closed it."""

    def __init__(self, tenant: Tenant, emergencies: Emergencies) -> None:
        self._tenant = tenant
        self._emergencies = emergencies

    async def answer(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Return the fixed text and the wish for a human, now."""
        language = cast("Language", state.get("language") or self._tenant.language)
        raised = state.get("alarm")
        if raised is None:
            group = await self._group(UserId(runtime.context.user_id))
            text = follow_up_for(self._tenant, language, group)
        else:
            text = text_for(self._tenant, alarm_of(raised), language)
            if not goes_on(self._tenant, raised["group"], raised["level"]):
                await self._mark(UserId(runtime.context.user_id), raised)
        answer = AIMessage(
            text,
            id=answer_id(state.get("turn_id", "")),
            response_metadata={"model_name": FIXED},
        )
        # Acted: a later message may not make this answer unsaid.
        return {
            "messages": [answer],
            "handoff": handoff_for(self._tenant, raised, state),
            "acted": True,
        }

    async def _group(self, user: UserId) -> str:
        """Return what the open emergency is about; not known must not keep the answer back."""
        try:
            known = await self._emergencies.find(self._tenant.company_id, user)
        except RedisError as error:
            logger.exception("emergency_not_found", failure=type(error).__name__)
            return ""
        return known["group"] if known else ""

    async def _mark(self, user: UserId, raised: RaisedAlarm) -> None:
        try:
            await self._emergencies.open(self._tenant.company_id, user, raised)
        except RedisError as error:
            # The text must go out all the same; the hand-off that goes with it calls the human.
            logger.exception("emergency_not_marked", failure=type(error).__name__)


def raised(alarm: Alarm) -> RaisedAlarm:
    """Return an alarm as the state stores it."""
    return RaisedAlarm(
        group=alarm.group,
        level=alarm.level,
        evidence=list(alarm.evidence),
        source=alarm.source,
    )


def alarm_of(raised: RaisedAlarm) -> Alarm:
    """Return a stored alarm as safety knows it."""
    return Alarm(
        group=cast("Any", raised["group"]),
        level=cast("Any", raised["level"]),
        evidence=tuple(raised["evidence"]),
        # What the model saw in the words was in no rule, and safety has no name for it.
        source="rules" if raised["source"] == BY_MODEL else cast("Any", raised["source"]),
    )


def handoff_for(tenant: Tenant, raised: RaisedAlarm | None, state: State) -> Handoff:
    """Return the wish for a human, with what the staff must know first."""
    words = " ".join(patient_text(state["messages"]).split())[:QUOTED]
    if raised is None:
        summary = STILL_WRITES[tenant.language].format(words=words)
        return Handoff(reason="open_emergency", summary=summary, urgent=True)
    if raised["source"] == BY_MODEL:
        summary = SEEN_BY_MODEL[tenant.language].format(words=words)
    else:
        summary = summary_for(alarm_of(raised), tenant.language)
    return Handoff(reason=f"emergency:{raised['group']}", summary=summary, urgent=True)
