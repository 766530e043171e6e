"""The answer to offered times: one of them, others, or something else."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from nodes.guided.clock_words import day_words
from nodes.guided.offering import hold, search
from nodes.guided.picking import picked, wish_in
from nodes.guided.questions import held_slot, labels, open_question, start_of
from nodes.guided.reply import Reply, say
from nodes.guided.steps import SAYS_WHICH, in_context, kept_hours, staff_wished, waits, without_time
from nodes.guided.turn import Turn
from nodes.state import Booking, OfferedSlot

PARTS = {
    "morning": "in_the_morning",
    "afternoon": "in_the_afternoon",
    "evening": "in_the_evening",
}
NOON = 12
SPAN = re.compile(r"\b(?:semanas?|mes|quincena|weeks?|month|weekend|finde)\b", re.IGNORECASE)


def choosing(turn: Turn, booking: Booking) -> Reply:
    """Read the answer to a list of times: hold the one that is meant, or look again."""
    heard, today = turn.heard, turn.now.date()
    wish, meant = wish_in(heard.text, today), picked(heard, booking["slots"], today)
    if wish.weekday is not None and SAYS_WHICH.search(heard.when):
        # "El otro viernes" is another week's.
        meant = []
    if len(meant) == 1 or (meant and len({one["start"] for one in meant}) == 1):
        return hold(turn, booking, meant[0])
    if asks_for_others(turn) and not wish.has_day:
        return something_else(turn, booking)
    return _look_again(turn, booking, meant) or _ask_again(turn, booking, meant)


def asks_for_others(turn: Turn) -> bool:
    """Tell whether other times are wished without saying which: "la otra semana" says it."""
    heard = turn.heard
    named = SPAN.search(heard.when)
    return heard.has("other_day", "later", "earlier", "other_time") and not named


def _look_again(turn: Turn, booking: Booking, meant: Sequence[OfferedSlot]) -> Reply | None:
    """Search for the day or hour that was said instead of an offered one."""
    heard = turn.heard
    days = {start_of(one).date() for one in meant}
    if len(days) == 1 and heard.staff is None:
        part = wish_in(heard.text, turn.now.date()).part
        hours = say(turn, PARTS[part]) if part else kept_hours(turn)
        words = f"{day_words(days.pop(), turn.language)} {hours}"
        return search(turn, booking, words.strip(), staff=staff_wished(turn))
    when = heard.when
    if heard.number is not None:
        when = say(turn, "at_hour", hour=heard.number)
    elif not when and (hour := wish_in(heard.text, turn.now.date()).hour) is not None:
        # "La de ocho" names an hour, though none of the words speaks of time.
        when = say(turn, "at_hour", hour=hour)
    if heard.staff is not None or when:
        return search(turn, booking, in_context(turn, booking, when), staff=staff_wished(turn))
    return None


def _ask_again(turn: Turn, booking: Booking, meant: Sequence[OfferedSlot]) -> Reply:
    heard, slots = turn.heard, booking["slots"]
    if meant:
        narrowed = cast("Booking", {**booking, "slots": list(meant)})
        return waits(turn, narrowed, "slot", f"{say(turn, 'which_of_these')}\n{labels(meant)}")
    if heard.has("no"):
        return waits(turn, booking, "day", say(turn, "other_day"))
    if heard.has("yes", "this_one"):
        return waits(turn, booking, "slot", f"{say(turn, 'which_number')}\n{labels(slots)}")
    if heard.has("book", "availability"):
        return search(turn, booking, "", staff=staff_wished(turn))
    again = open_question(turn, {**booking, "waiting_for": "slot"})
    noted = f"{say(turn, 'noted', name=heard.name.split()[0])} " if heard.name else ""
    return waits(turn, booking, "slot", f"{noted}{again}")


def something_else(turn: Turn, booking: Booking) -> Reply:
    """Offer what lies later or earlier than what was shown, or ask for the day."""
    heard, slots = turn.heard, booking.get("slots", [])
    if heard.when and wish_in(heard.text, turn.now.date()).has_day:
        return search(turn, booking, heard.when, staff=staff_wished(turn))
    if heard.has("other_day") or not slots:
        return waits(turn, without_time(booking), "day", say(turn, "other_day"))
    held = held_slot(booking)
    starts = sorted(start_of(one) for one in ([held] if held else slots))
    day = starts[0].date()
    if starts[-1].date() != day:
        if not heard.has("earlier", "later") or (heard.has("later") and starts[0].hour >= NOON):
            return waits(turn, booking, "day", say(turn, "other_day"))
        part = "in_the_morning" if heard.has("earlier") else "in_the_afternoon"
        return search(turn, booking, say(turn, part), staff=staff_wished(turn))
    name = day_words(day, turn.language)
    if heard.has("earlier", "later") and starts[0].hour < NOON <= starts[-1].hour:
        # The list went from morning to afternoon: one half of it, in full.
        part = "in_the_morning" if heard.has("earlier") else "in_the_afternoon"
        words = f"{name} {say(turn, part)}"
    elif heard.has("earlier"):
        words = say(turn, "before_hour", day=name, hour=clock_hour(starts[0]))
    elif heard.has("later"):
        words = say(
            turn,
            "after_hour",
            day=name,
            hour=clock_hour(starts[-1] + turn.tenant.agenda.granularity),
        )
    elif held is None:
        return waits(turn, booking, "slot", say(turn, "other_day"))
    else:
        words = name
    return search(turn, booking, words, staff=staff_wished(turn))


def clock_hour(moment: datetime) -> str:
    """Return `3:30 pm`, as the agenda's reader understands it."""
    return f"{moment:%I:%M %p}".lstrip("0").lower()
