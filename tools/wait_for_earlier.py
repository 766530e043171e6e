"""The tool that puts a patient's own appointment on the list of those who want an earlier time."""

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.errors import AgendaError
from tools.booking_answer import Runtime, answer, language_of, mended, user_of
from tools.declared import tool
from tools.desk import Desk
from tools.slot_labels import shown_appointment


def wait_for_earlier(desk: Desk) -> BaseTool:
    """Return the tool with which whoever writes waits for an earlier time."""

    @tool("wait_for_earlier")
    async def wait_for_time(
        appointment_id: str,
        runtime: Runtime,
        stop: bool = False,  # A model names its arguments.
    ) -> Command[Any]:
        """Offer the patient earlier times of their own appointment as soon as they become free.

        Call it when the patient HAS an appointment and asks to be told when something earlier comes
        up. `appointment_id`: from my_appointments. The appointment stays as it is until the patient
        accepts an offer. Never call it for a patient without an appointment (book one first), nor
        when an earlier time is free now (find_slots shows it). Promise no time and no chance.
        `stop`: true when the patient no longer wants to be told.
        """
        try:
            kept = await desk.agenda.wait_for_earlier(
                user_of(runtime), appointment_id.strip(), stop=stop
            )
        except AgendaError as error:
            return mended(runtime, "wait_for_earlier", error)
        shown = shown_appointment(desk.tenant, kept, language_of(runtime, desk.tenant))
        content = (
            f"Off the list. The appointment stays: {shown['label']}."
            if stop
            else f"Noted. The appointment stays: {shown['label']}. Earlier times will be offered here as"
            " they become free, in turn. Say that, and promise nothing."
        )
        return answer(
            runtime, "wait_for_earlier", content, {"appointment": shown}, acted=True, options=[]
        )

    return wait_for_time
