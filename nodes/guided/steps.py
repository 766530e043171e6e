"""The small steps that every part of a booking takes: note a question, name the treatment, add the day."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal, cast

from nodes.guided.clock_words import day_words
from nodes.guided.picking import wish_in
from nodes.guided.questions import held_slot, start_of
from nodes.guided.reply import Reply, say
from nodes.guided.turn import Turn
from nodes.state import Booking
from nodes.words import folded
from tenants.offer import Treatment

ANYONE = re.compile(
    r"\b(?:cualquier[ao]?|otr[oa]) (?:doctor[a]?|medic[oa]|profesional|persona)\b|\b(?:any|another) (?:doctor|provider|one)\b|\bcon cualquiera\b",
    re.IGNORECASE,
)
RELATIVE = re.compile(r"\b(?:semanas?|weeks?|mes|meses|months?|dias?|days?)\b")
HOURS = re.compile(
    r"\b(?:despues|antes|a partir|desde|after|before|from)(?: de)?(?: las?)? \d{1,2}\b(?!/)(?:[:.]\d{2})?(?: ?[ap]m)?"
    r"|\b(?:en|por) las? (?:manana|tarde|noche)s?\b|\bin the (?:morning|afternoon|evening)s?\b"
)
FAR = 7  # days from which "el miércoles" means the week that is talked of
SAYS_WHICH = re.compile(r"\b(?:este|pr[oó]ximo|otro|next|this|semana|week)\b", re.IGNORECASE)
Waiting = Literal["treatment", "day", "slot", "name", "phone", "confirm", "appointment"]


def waits(
    turn: Turn, booking: Booking, waiting: Waiting, text: str, *, choices: Sequence[str] = ()
) -> Reply:
    """Reply with a question and note what it waits for."""
    noted = cast("Booking", {**booking, "waiting_for": waiting, "since": turn.now.isoformat()})
    notes = {
        "topic": booking.get("treatment_id", ""),
        "choices": list(choices),
        "staff": _kept_staff(turn, booking),
        "hours": kept_hours(turn),
        "when": (turn.heard.when or turn.notes.get("when", "")) if waiting == "treatment" else "",
    }
    return Reply(text=text, booking=noted, keeps_booking=False, notes=notes)


def without_time(booking: Booking) -> Booking:
    """Return the booking with its times forgotten."""
    return cast("Booking", {**booking, "slots": [], "slot_id": "", "day": "", "held_until": ""})


def treatment_of(turn: Turn, booking: Booking) -> Treatment:
    """Return what is booked."""
    found = turn.tenant.treatment(booking.get("treatment_id", ""))
    if found is None:
        # The company changed its list in the middle of a booking: the first one keeps us talking.
        return turn.tenant.treatments[0]
    return found


def in_context(turn: Turn, booking: Booking, when: str) -> str:
    """Add the day that was talked of to words that name only an hour, and hours to those that name only a day."""
    found = _day_in_context(turn, booking, when)
    wish = wish_in(when, turn.now.date())
    if not wish.has_day or wish.hour is not None or wish.part or hours_said(when):
        return found
    return (
        found if turn.heard.has("first_free") else f"{found} {turn.notes.get('hours', '')}".strip()
    )


def hours_said(text: str) -> str:
    """Return the words that bound the hours whatever the day: "después de las 5", "en la tarde"."""
    found = HOURS.search(folded(text))
    return found[0] if found else ""


def _day_in_context(turn: Turn, booking: Booking, when: str) -> str:
    if turn.heard.has("not_mine"):
        # Another person's visit has nothing to do with the days that were talked of.
        return when
    wish = wish_in(when, turn.now.date())
    days = {start_of(one).date() for one in booking.get("slots", [])}
    held = held_slot(booking)
    if held is not None:
        days = {start_of(held).date()}
    if wish.weekday is not None and days and not SAYS_WHICH.search(when):
        near = _weekday_near(min(days), wish.weekday, turn.now.date())
        if near is not None:
            return f"{day_words(near, turn.language)} {_without_weekday(when)}".strip()
    relative = RELATIVE.search(folded(when))
    if wish.has_day or relative or len(days) != 1:
        return when
    return f"{day_words(days.pop(), turn.language)} {when}".strip()


def _weekday_near(talked_of: date, weekday: int, today: date) -> date | None:
    """Return that weekday next to a day weeks ahead; None when the nearest one is meant anyway."""
    if (talked_of - today).days < FAR:
        return None
    shift = (weekday - talked_of.weekday() + 3) % 7 - 3
    return talked_of + timedelta(days=shift)


def _without_weekday(when: str) -> str:
    return " ".join(word for word in when.split() if wish_in(word, date.min).weekday is None)


def same_day(turn: Turn, booking: Booking) -> str:
    """Return "the same day" in words of a day: of the time in hand, or of what was just booked."""
    held = held_slot(booking)
    slots = [held] if held else booking.get("slots", [])
    starts = {start_of(one).date() for one in slots}
    if len(starts) == 1:
        return day_words(starts.pop(), turn.language)
    if done := turn.notes.get("booked_until"):
        return after_words(turn, datetime.fromisoformat(str(done)))
    return ""


def after_words(turn: Turn, end: datetime) -> str:
    """Return a day from an hour on, in words that the agenda reads."""
    hour = f"{end:%I:%M %p}".lstrip("0").lower()
    return say(turn, "after_hour", day=day_words(end.date(), turn.language), hour=hour)


def staff_wished(turn: Turn) -> str:
    """Return the name of whom the patient asks for, now or since the booking began, or ""."""
    if turn.heard.staff is not None:
        return turn.heard.staff.name
    if ANYONE.search(turn.heard.text):
        return ""
    return str(turn.notes.get("staff", ""))


def kept_hours(turn: Turn) -> str:
    """Return the bounds of the hours that still hold: another hour ends them, another day does not."""
    heard = turn.heard
    wish = wish_in(heard.when, turn.now.date())
    if said := hours_said(heard.when):
        return said
    ended = wish.hour is not None or wish.part or heard.has("first_free", "other_time")
    return "" if ended else str(turn.notes.get("hours", ""))


def _kept_staff(turn: Turn, booking: Booking) -> str:
    name = staff_wished(turn)
    treatment = turn.tenant.treatment(booking.get("treatment_id", ""))
    able = (
        treatment is None
        or not treatment.staff
        or any(one.name == name and one.id in treatment.staff for one in turn.tenant.staff)
    )
    return name if able else ""
