"""The patient's own appointments: shown, moved, cancelled; each change after a yes."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from nodes.guided import handing_over
from nodes.guided.booking import drops, go_on
from nodes.guided.choosing import clock_hour
from nodes.guided.offering import search
from nodes.guided.picking import ORDINALS, wish_in
from nodes.guided.questions import held_slot, open_question
from nodes.guided.reply import Reply, numbered, say
from nodes.guided.steps import waits
from nodes.guided.turn import Turn
from nodes.guided.when import when_words
from nodes.state import Booking
from nodes.words import folded

Kept = Mapping[str, Any]
"""An appointment as `my_appointments` returns it."""

TOWARDS = re.compile(r"\b(?:para|hacia|al|to|for|until|a)\b", re.IGNORECASE)
SAME_HOUR = re.compile(r"\bmisma hora\b|\bsame (?:time|hour)\b")
OF_THE_OLD = re.compile(
    r"\b(?:citas?|turno|appointment|appt|booking|la|el|the|one)\s+(?:que tengo |i have )?(?:del?|on|from|of|for)\s+",
    re.IGNORECASE,
)


def show(turn: Turn) -> Reply:
    """List the patient's coming appointments."""
    found = appointments(turn)
    if not found:
        if turn.booking and held_or_offered(turn.booking):
            nothing = Reply(text=say(turn, "no_appointments_yet"))
            return nothing.then(open_question(turn, turn.booking))
        booking = Booking(goal="book", waiting_for="treatment", since=turn.now.isoformat())
        return Reply(text=say(turn, "no_appointments"), booking=booking, keeps_booking=False)
    lines = numbered([line_of(one) for one in found])
    key = "your_appointment" if len(found) == 1 else "your_appointments"
    return Reply(text=f"{say(turn, key)}\n{lines}\n{say(turn, 'can_change')}")


def held_or_offered(booking: Booking) -> bool:
    """Tell whether a booking has come as far as times."""
    return bool(booking.get("slots"))


def change(turn: Turn, goal: str) -> Reply:
    """Move or cancel: find which appointment, check that it may be changed, ask, act."""
    found = appointments(turn)
    if not found:
        text = say(turn, "no_appointments_to_change")
        return Reply(text=text, booking=None, keeps_booking=False, notes={"offered": "human"})
    before = turn.booking if (turn.booking or {}).get("goal") == goal else None
    booking = cast("Booking", {**(before or {}), "goal": goal})
    if before and goal == "move" and drops(turn, booking):
        return Reply(text=say(turn, "kept"), booking=None, keeps_booking=False)
    chosen = _chosen(turn, booking, found)
    if chosen is None:
        lines = numbered([line_of(one) for one in found])
        return waits(turn, booking, "appointment", f"{say(turn, f'which_to_{goal}')}\n{lines}")
    if _too_late(turn, chosen):
        text = say(turn, "too_late", hours=_notice_hours(turn), slot=line_of(chosen))
        reply = handing_over.hand_over(turn, f"{goal}: short notice", opening=text)
        return Reply(text=reply.text, booking=None, keeps_booking=False, notes=reply.notes)
    known = cast(
        "Booking",
        {
            **booking,
            "appointment_id": chosen["appointment_id"],
            "treatment_id": chosen.get("treatment_id", ""),
        },
    )
    return _cancel(turn, known, chosen) if goal == "cancel" else _move(turn, known, chosen)


def _cancel(turn: Turn, booking: Booking, chosen: Kept) -> Reply:
    heard = turn.heard
    if booking.get("waiting_for") == "confirm":
        if heard.has("move") or heard.when:
            return change(turn, "move")
        if heard.has("no", "drop") and not heard.has("cancel"):
            return Reply(text=say(turn, "kept"), booking=None, keeps_booking=False)
        if heard.has("yes", "cancel"):
            return _cancelled(turn, chosen)
    return waits(turn, booking, "confirm", say(turn, "confirm_cancel", slot=line_of(chosen)))


def _cancelled(turn: Turn, chosen: Kept) -> Reply:
    result = turn.use("cancel_appointment", appointment_id=chosen["appointment_id"])
    if not result.get("appointment"):
        return handing_over.hand_over(turn, "cancel failed", opening=say(turn, "cannot_cancel"))
    text = say(turn, "cancelled", slot=line_of(chosen))
    topic = {"topic": chosen.get("treatment_id", "")}
    return Reply(text=text, booking=None, keeps_booking=False, notes=topic)


def begin_elsewhere(turn: Turn) -> Reply:
    """Begin a change at an agent that cannot make it: the answer goes to the one that can."""
    goal: Literal["move", "cancel"] = "move" if turn.heard.has("move") else "cancel"
    noted = Booking(
        goal=goal,
        waiting_for="day" if goal == "move" else "appointment",
        since=turn.now.isoformat(),
    )
    return Reply(text=say(turn, f"go_on_{goal}"), booking=noted, keeps_booking=False)


def _move(turn: Turn, booking: Booking, chosen: Kept) -> Reply:
    waiting = booking.get("waiting_for", "")
    if waiting == "confirm" and held_slot(booking) and turn.heard.has("no") and not turn.heard.when:
        return waits(turn, booking, "day", say(turn, "other_day"))
    if waiting in {"slot", "confirm"}:
        return go_on(turn, booking, waiting=waiting)
    wish = turn.heard.when if waiting == "day" else _new_time(turn.heard.text)
    if wish and SAME_HOUR.search(folded(turn.heard.text)):
        old = datetime.fromisoformat(str(chosen["start"]))
        wish = f"{wish} {say(turn, 'at_hour', hour=clock_hour(old))}"
    if not wish and not turn.heard.has("first_free", "other_time", "later", "earlier"):
        return waits(turn, booking, "day", say(turn, "move_to_when", slot=line_of(chosen)))
    return search(turn, booking, wish)


def _new_time(text: str) -> str:
    """Return the words about the new time: `mi cita del viernes para el lunes a las 10` has both."""
    parts = [match.end() for match in TOWARDS.finditer(text)]
    for end in parts:
        before, after = text[:end], text[end:]
        if when_words(after) and (when_words(before) or not OF_THE_OLD.search(before[-40:])):
            return when_words(after)
    if OF_THE_OLD.search(text):
        return ""
    return when_words(text)


def _chosen(turn: Turn, booking: Booking, found: Sequence[Kept]) -> Kept | None:
    known = [one for one in found if one["appointment_id"] == booking.get("appointment_id")]
    if known:
        return known[0]
    if len(found) == 1:
        return found[0]
    heard = turn.heard
    if booking.get("waiting_for") == "appointment":
        place = heard.number or next((ORDINALS[one] for one in heard.words if one in ORDINALS), 0)
        if 1 <= place <= len(found):
            return found[place - 1]
    named = {one.id for one in heard.treatments}
    fitting = [one for one in found if one.get("treatment_id") in named] if named else list(found)
    if len(fitting) == 1:
        return fitting[0]
    old = heard.text
    if match := OF_THE_OLD.search(heard.text):
        old = heard.text[match.start() :]
    wish = wish_in(TOWARDS.split(old)[0] or old, turn.now.date())
    if not wish.empty:
        fitting = [one for one in fitting if wish.fits(datetime.fromisoformat(one["start"]))]
    return fitting[0] if len(fitting) == 1 else None


def appointments(turn: Turn) -> Sequence[Kept]:
    """Return the patient's coming appointments as `my_appointments` shows them."""
    found: Sequence[Kept] = turn.use("my_appointments").get("appointments", [])
    return found


def line_of(appointment: Kept) -> str:
    """Return an appointment in words: what and when."""
    label, treatment = str(appointment["label"]), str(appointment.get("treatment", ""))
    return label if treatment.lower() in label.lower() else f"{treatment}, {label}"


def _too_late(turn: Turn, chosen: Kept) -> bool:
    left = datetime.fromisoformat(str(chosen["start"])) - turn.now
    return left < turn.tenant.agenda.cancel_notice


def _notice_hours(turn: Turn) -> int:
    return int(turn.tenant.agenda.cancel_notice.total_seconds() // 3600)
