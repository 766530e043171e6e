"""The questions a booking can be waiting with, so that any agent can end on the open one."""

from collections.abc import Sequence
from datetime import datetime

from nodes.guided.reply import numbered, say
from nodes.guided.turn import Turn
from nodes.state import Booking, OfferedSlot

SHORT_LIST = 3  # slots repeated after an aside


def open_question(turn: Turn, booking: Booking) -> str:
    """Ask again what the booking waits for; "" when it waits for nothing."""
    waiting = booking.get("waiting_for", "")
    treatment = turn.tenant.treatment(booking.get("treatment_id", ""))
    name = treatment.name if treatment else ""
    if waiting == "day" and name:
        return say(turn, "again_day", treatment=name)
    if waiting == "slot" and booking.get("slots"):
        return say(turn, "again_slot", treatment=name, slots=labels(booking["slots"][:SHORT_LIST]))
    if waiting == "confirm":
        slot = held_slot(booking)
        if booking.get("goal") == "cancel" or slot is None:
            return say(turn, "again_confirm")
        return say(turn, "again_confirm_slot", treatment=name, slot=slot["label"])
    keys = {"name": "again_name", "phone": "again_phone", "treatment": "again_treatment"}
    return say(turn, keys[waiting]) if waiting in keys else ""


def labels(slots: Sequence[OfferedSlot]) -> str:
    """Return slots one a line with their numbers."""
    return numbered([one["label"] for one in slots])


def held_slot(booking: Booking) -> OfferedSlot | None:
    """Return the slot that is held, as it was shown."""
    slot_id = booking.get("slot_id", "")
    return next((one for one in booking.get("slots", []) if one["slot_id"] == slot_id), None)


def start_of(slot: OfferedSlot) -> datetime:
    """Return when a slot begins."""
    return datetime.fromisoformat(slot["start"])
