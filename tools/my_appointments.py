"""The tool that shows a patient their own coming appointments, and nobody else's."""

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from tools.booking_answer import Runtime, answer, language_of, user_of
from tools.declared import tool
from tools.desk import Desk
from tools.slot_labels import shown_appointment


def my_appointments(desk: Desk) -> BaseTool:
    """Return the tool that reads the appointments of whoever writes."""

    @tool("my_appointments")
    async def show_appointments(runtime: Runtime) -> Command[Any]:
        """List this patient's own coming appointments, earliest first.

        Call it when the patient asks about, wants to move or to cancel an appointment; its ids are
        what move_appointment and cancel_appointment need. It takes nothing: it can show nobody
        else's appointments, whoever asks and whatever name is given. Never say that somebody has
        or has not an appointment without it.
        """
        language = language_of(runtime, desk.tenant)
        coming = await desk.agenda.appointments_of(user_of(runtime))
        shown = [shown_appointment(desk.tenant, one, language) for one in coming]
        lines = [
            f"- {one['treatment']}: {one['label']} (appointment_id {one['appointment_id']})"
            for one in shown
        ]
        content = "\n".join(lines) or "The patient has no coming appointment."
        return answer(runtime, "my_appointments", content, {"appointments": shown})

    return show_appointments
