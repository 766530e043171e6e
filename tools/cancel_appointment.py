"""The tool that cancels a patient's own appointment."""

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.errors import AgendaError
from tools.booking_answer import Runtime, answer, language_of, mended, user_of
from tools.declared import tool
from tools.desk import Desk
from tools.slot_labels import shown_appointment


def cancel_appointment(desk: Desk) -> BaseTool:
    """Return the tool that cancels an appointment of whoever writes."""

    @tool("cancel_appointment")
    async def cancel_visit(appointment_id: str, runtime: Runtime) -> Command[Any]:
        """Cancel one of the patient's own appointments for good; its time is free at once.

        Call it after my_appointments, and after the patient said yes to the question whether this
        very appointment shall be cancelled. `appointment_id`: from my_appointments. Offer to move
        it first. Never call it because a patient is only unsure, late or asks about the rules.
        """
        try:
            cancelled = await desk.agenda.cancel(user_of(runtime), appointment_id.strip())
        except AgendaError as error:
            return mended(runtime, "cancel_appointment", error)
        shown = shown_appointment(desk.tenant, cancelled, language_of(runtime, desk.tenant))
        content = f"Cancelled: {shown['treatment']}, {shown['label']}. Tell the patient."
        return answer(
            runtime,
            "cancel_appointment",
            content,
            {"appointment": shown},
            booking=None,
            acted=True,
            options=[],
        )

    return cancel_visit
