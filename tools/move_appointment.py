"""The tool that moves a patient's own appointment to another offered time."""

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.errors import AgendaError, SlotTakenError
from tools.booking_answer import (
    Runtime,
    answer,
    booking_of,
    chosen_slot,
    language_of,
    mended,
    user_of,
)
from tools.declared import tool
from tools.desk import Desk
from tools.slot_labels import shown_appointment
from tools.taken_slot import next_slots


def move_appointment(desk: Desk) -> BaseTool:
    """Return the tool that moves an appointment of whoever writes."""

    @tool("move_appointment")
    async def move_visit(appointment_id: str, slot_id: str, runtime: Runtime) -> Command[Any]:
        """Move the patient's own appointment to another free time of the same treatment.

        Call it after the patient chose a time of find_slots and said yes to the change.
        `appointment_id`: from my_appointments. `slot_id`: from find_slots. The old time is given
        up only when the new one is kept. Never cancel and book instead of moving, and never call it
        without a yes.
        """
        booking = booking_of(runtime)
        chosen = chosen_slot(booking, slot_id)
        try:
            moved = await desk.agenda.move(user_of(runtime), appointment_id.strip(), chosen)
        except SlotTakenError:
            return await next_slots(desk, runtime, "move_appointment", booking, chosen)
        except AgendaError as error:
            return mended(runtime, "move_appointment", error)
        shown = shown_appointment(desk.tenant, moved, language_of(runtime, desk.tenant))
        content = (
            f"Moved. {shown['treatment']} is now on {shown['label']}. Confirm it to the patient."
        )
        return answer(
            runtime,
            "move_appointment",
            content,
            {"appointment": shown},
            booking=None,
            acted=True,
            options=[],
        )

    return move_visit
