"""The answer to offered times: one of them, others, or something else."""

from datetime import datetime
from typing import cast

from nodes.guided.clock_words import day_words
from nodes.guided.offering import hold, search
from nodes.guided.picking import picked, wish_in
from nodes.guided.questions import held_slot, labels, open_question, start_of
from nodes.guided.reply import Reply, say
from nodes.guided.steps import in_context, staff_wished, waits, without_time
from nodes.guided.turn import Turn
from nodes.state import Booking

PARTS = {
    "morning": "in_the_morning",
    "afternoon": "in_the_afternoon",
    "evening": "in_the_evening",
}
NOON = 12


def choosing(turn: Turn, booking: Booking) -> Reply:
    """Read the answer to a list of times: hold the one that is meant, or look again."""
    heard, slots, today = turn.heard, booking["slots"], turn.now.date()
    meant = picked(heard, slots, today)
    if len(meant) == 1 or (meant and len({one["start"] for one in meant}) == 1):
        return hold(turn, booking, meant[0])
    if (
        heard.has("other_day", "later", "earlier", "other_time")
        and not wish_in(heard.text, today).has_day
    ):
        return something_else(turn, booking)
    days = {start_of(one).date() for one in meant}
    if len(days) == 1 and heard.staff is None:
        part = wish_in(heard.text, today).part
        words = f"{day_words(days.pop(), turn.language)} {say(turn, PARTS[part]) if part else ''}"
        return search(turn, booking, words.strip())
    when = heard.when or (str(heard.number) if heard.number is not None else "")
    if heard.staff is not None or when:
        if heard.number is not None:
            when = say(turn, "at_hour", hour=heard.number)
        return search(turn, booking, in_context(turn, booking, when), staff=staff_wished(turn))
    if meant:
        narrowed = cast("Booking", {**booking, "slots": meant})
        return waits(turn, narrowed, "slot", f"{say(turn, 'which_of_these')}\n{labels(meant)}")
    if heard.has("no"):
        return waits(turn, booking, "day", say(turn, "other_day"))
    if heard.has("yes", "this_one"):
        return waits(turn, booking, "slot", f"{say(turn, 'which_number')}\n{labels(slots)}")
    if heard.has("book", "availability"):
        return search(turn, booking, heard.when)
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
    if heard.has("earlier"):
        words = say(turn, "before_hour", day=name, hour=_hour(starts[0]))
    elif heard.has("later"):
        words = say(
            turn, "after_hour", day=name, hour=_hour(starts[-1] + turn.tenant.agenda.granularity)
        )
    else:
        words = name
    return search(turn, booking, words, staff=staff_wished(turn))


def _hour(moment: datetime) -> str:
    return f"{moment:%I:%M %p}".lstrip("0").lower()
