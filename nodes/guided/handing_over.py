"""Passing the conversation to a person: when asked, when offered and accepted, when nothing else helps."""

from nodes.guided import clock_words
from nodes.guided.reply import Reply, say
from nodes.guided.turn import Turn
from nodes.state import Booking

LONGEST = 500  # characters of a summary


def hand_over(turn: Turn, reason: str, *, opening: str = "") -> Reply:
    """Call the tool and tell the patient what happens now, and when if the clinic is closed."""
    if not turn.use("hand_to_human", reason=reason, summary=summary(turn)):
        way = turn.tenant.phone or turn.tenant.website
        return Reply(text=f"{opening} {say(turn, 'human_by_phone', phone=way)}".strip())
    text = f"{say(turn, 'handed_over')} {_when(turn)}".strip()
    return Reply(text=f"{opening} {text}".strip(), notes={"handed_over": True})


def summary(turn: Turn) -> str:
    """Say what the patient wants and how far it came, from what was written and nothing else."""
    parts = [turn.patient_name] if turn.patient_name else []
    words = [one for one in (turn.last_words(), turn.heard.text) if one]
    parts += [f"«{' '.join(one.split())[:160]}»" for one in words]
    if turn.booking:
        parts.append(_booking_words(turn, turn.booking))
    return " · ".join(one for one in parts if one)[:LONGEST]


def _booking_words(turn: Turn, booking: Booking) -> str:
    treatment = turn.tenant.treatment(booking.get("treatment_id", ""))
    slot = next(
        (
            one["label"]
            for one in booking.get("slots", [])
            if one["slot_id"] == booking.get("slot_id")
        ),
        booking.get("day", ""),
    )
    what = {"book": "cita", "move": "cambio de cita", "cancel": "cancelación"}
    known = (treatment.name if treatment else "", slot, booking.get("name", ""))
    return (
        f"{what.get(booking.get('goal', 'book'), 'cita')}: {', '.join(one for one in known if one)}"
    )


def _when(turn: Turn) -> str:
    if not turn.tenant.hours.week:
        return ""
    if clock_words.open_until(turn.tenant, turn.now) is not None:
        return say(turn, "answers_soon")
    opening = clock_words.next_opening(turn.tenant, turn.now, turn.language)
    return say(turn, "answers_later", opening=opening) if opening else ""
