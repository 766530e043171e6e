"""The tool that keeps a chosen time while the patient gives their details."""

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
    visitor_of,
)
from tools.declared import tool
from tools.desk import Desk
from tools.slot_labels import offered
from tools.taken_slot import next_slots


def hold_slot(desk: Desk) -> BaseTool:
    """Return the tool that holds one offered slot for the patient."""
    tenant = desk.tenant

    @tool("hold_slot")
    async def keep_time(slot_id: str, runtime: Runtime) -> Command[Any]:
        """Keep one offered time for this patient for some minutes. It is not an appointment yet.

        Call it as soon as the patient has chosen one of the times that find_slots returned.
        `slot_id`: exactly as find_slots gave it. A patient holds one time: a new one lets the old
        one go. Never call it with a time of your own, nor before the patient has chosen.
        Then ask for what is missing, and call book_appointment after the patient's yes.
        """
        booking = booking_of(runtime)
        chosen = chosen_slot(booking, slot_id)
        try:
            slot = await desk.agenda.hold(user_of(runtime), chosen, visitor_of(runtime, booking))
        except SlotTakenError:
            return await next_slots(desk, runtime, "hold_slot", booking, chosen)
        except AgendaError as error:
            return mended(runtime, "hold_slot", error)
        now = desk.clock()
        waiting = _missing(booking, runtime)
        held = {
            "goal": "book",
            **booking,
            "treatment_id": slot.treatment_id,
            "slot_id": slot.slot_id,
            "held_until": (now + tenant.agenda.hold).isoformat(),
            "waiting_for": waiting,
            "since": now.isoformat(),
        }
        shown = offered(tenant, slot, language_of(runtime, tenant))
        minutes = int(tenant.agenda.hold.total_seconds() // 60)
        content = (
            f"Held for {minutes} minutes: {shown['label']}. Not booked yet. Next: {_NEXT[waiting]}"
        )
        return answer(runtime, "hold_slot", content, {"slot": shown}, booking=held, options=[])

    return keep_time


_NEXT = {
    "name": "ask for the full name.",
    "phone": "ask for a phone number.",
    "confirm": "repeat treatment, day and hour and ask for a yes.",
}


def _missing(booking: dict[str, Any], runtime: Runtime) -> str:
    """Return what the patient must still say; a move needs nothing but a yes."""
    if booking.get("goal") == "move":
        return "confirm"
    if not (booking.get("name") or runtime.context.patient_name):
        return "name"
    if not (booking.get("phone") or runtime.context.patient_phone):
        return "phone"
    return "confirm"
