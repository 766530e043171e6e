"""Booking step by step: treatment, time, name, phone, the patient's yes."""

from dataclasses import replace
from typing import cast

from nodes.guided import facts
from nodes.guided.choosing import SPAN, choosing, clock_hour
from nodes.guided.clock_words import day_words
from nodes.guided.confirming import confirming, introducing
from nodes.guided.offering import search
from nodes.guided.picking import wish_in
from nodes.guided.questions import held_slot, open_question, start_of
from nodes.guided.reply import Reply, say
from nodes.guided.steps import same_day, staff_wished, waits, without_time
from nodes.guided.treatment_choice import Asked, treatment_wanted
from nodes.guided.treatment_facts import valuation_of
from nodes.guided.turn import Turn
from nodes.guided.when import when_words
from nodes.state import Booking
from tenants.offer import Treatment


def book(turn: Turn) -> Reply:
    """Go on with a booking as far as what was said allows, and ask for the next thing."""
    booking = turn.booking or Booking(goal="book")
    if drops(turn, booking):
        return dropped(turn)
    if (added := _added(turn, booking)) is not None:
        return added
    wanted = treatment_wanted(turn, booking)
    if isinstance(wanted, Asked):
        asked = {**booking, **_person_said(turn), "goal": "book"}
        text = "\n\n".join(one for one in (facts.closed_then(turn), wanted.text) if one)
        reply = waits(turn, cast("Booking", asked), "treatment", text, choices=wanted.choices)
        in_turn = wanted.choices if wanted.in_turn else ()
        return replace(reply, notes={**reply.notes, "in_turn": list(in_turn)})
    if not wanted.bookable:
        return _not_bookable(turn, wanted)
    same = booking.get("treatment_id") == wanted.id
    time_in_hand = "" if same else _time_in_hand(turn, booking)
    kept = booking if same else without_time(booking)
    known = cast(
        "Booking",
        {
            **kept,
            **_person_said(turn),
            **_next_of(turn, wanted),
            "goal": "book",
            "treatment_id": wanted.id,
        },
    )
    if not same and turn.heard.has("same_day") and (day := same_day(turn, booking)):
        # "También una hidrafacial el mismo día": the day that is talked of, or after what is booked.
        time_in_hand = day if not turn.heard.when else f"{day} {turn.heard.when}"
    if time_in_hand:
        return search(turn, known, time_in_hand, staff=staff_wished(turn))
    return go_on(turn, known, waiting=booking.get("waiting_for", "") if same else "")


def _added(turn: Turn, booking: Booking) -> Reply | None:
    """Note another treatment that comes beside the one in hand, and go on with that one."""
    named = {one.id: one for each in turn.heard.mentions for one in each.treatments}
    current = named.pop(booking.get("treatment_id", ""), None) or booking.get("slot_id")
    beside = turn.heard.has("also", "same_day") and not turn.heard.has("instead")
    if len(named) != 1 or not (current and booking.get("slots") and beside):
        return None
    (wanted,) = named.values()
    if not wanted.bookable:
        return None
    noted = cast("Booking", {**booking, **_person_said(turn), "then": wanted.id})
    reply = Reply(text=say(turn, "then_next", treatment=wanted.name)).then(
        open_question(turn, noted)
    )
    return replace(reply, booking=noted, keeps_booking=False, notes=turn.notes)


def _next_of(turn: Turn, wanted: Treatment) -> dict[str, str]:
    """Return the other one of two treatments that were asked for at once."""
    asked = [str(one) for one in turn.notes.get("in_turn", [])]
    left = [one for one in asked if one != wanted.id]
    return {"then": left[0]} if wanted.id in asked and len(left) == 1 else {}


def go_on(turn: Turn, booking: Booking, *, waiting: str) -> Reply:
    """Read the message as the answer to what was asked."""
    if waiting == "confirm" and held_slot(booking):
        return confirming(turn, booking)
    if waiting in {"name", "phone"} and held_slot(booking):
        return introducing(turn, booking, waiting)
    if waiting == "slot" and booking.get("slots"):
        return choosing(turn, booking)
    return search(turn, booking, _first_wish(turn, booking), staff=staff_wished(turn))


def drops(turn: Turn, booking: Booking) -> bool:
    """Tell whether the patient lets the booking go."""
    heard = turn.heard
    if not booking.get("waiting_for") or heard.when or heard.mentions:
        return False
    if heard.has("drop") or (heard.has("cancel") and not heard.has("mine")):
        return True
    soft = turn.notes.get("offered") == "booking" or booking.get("waiting_for") in {
        "day",
        "treatment",
    }
    return soft and heard.has("no") and not heard.has("other_day", "other_time", "later", "earlier")


def dropped(turn: Turn) -> Reply:
    """Let go without insisting."""
    return Reply(text=say(turn, "dropped"), booking=None, keeps_booking=False)


def _time_in_hand(turn: Turn, booking: Booking) -> str:
    """Return the day and hour that was held, in words: who changes the treatment keeps the time."""
    held = held_slot(booking)
    if held is None or turn.heard.when:
        return ""
    start = start_of(held)
    return (
        f"{day_words(start.date(), turn.language)} {say(turn, 'at_hour', hour=clock_hour(start))}"
    )


def _first_wish(turn: Turn, booking: Booking) -> str:
    """Return the words about time: this message's, or those said before the treatment was asked."""
    heard = turn.heard
    if heard.when:
        return _with_day_before(turn, booking)
    if heard.number is not None and booking.get("waiting_for") == "day":
        return say(turn, "on_day_of_month", day=heard.number)
    if booking.get("waiting_for") == "treatment" and turn.notes.get("when"):
        return str(turn.notes["when"])
    if booking.get("waiting_for") in {"treatment", "day"} and not booking.get("slots"):
        return when_words(turn.last_words())
    return ""


def _with_day_before(turn: Turn, booking: Booking) -> str:
    """Add the day that was said last to an hour that goes with it: `el sábado`, then `a las nueve`."""
    when, today = turn.heard.when, turn.now.date()
    if booking.get("waiting_for") != "day" or booking.get("slots"):
        return when
    if wish_in(when, today).has_day or SPAN.search(when):
        return when
    before = when_words(turn.last_words())
    return f"{before} {when}" if wish_in(before, today).has_day else when


def _person_said(turn: Turn) -> dict[str, str]:
    """Return name and phone of this message; a family name completes the first name it was asked for."""
    heard, before = turn.heard, (turn.booking or {}).get("name", "")
    waiting = (turn.booking or {}).get("waiting_for", "")
    found: dict[str, str] = {}
    if heard.name:
        lone = waiting == "phone" and len(heard.name.split()) == 1
        completes = before and (lone or (waiting == "name" and len(before.split()) == 1))
        same = heard.name.split()[0].lower() == before.lower()
        found["name"] = f"{before} {heard.name}" if completes and not same else heard.name
    if heard.phone:
        found["phone"] = heard.phone
    return found


def _not_bookable(turn: Turn, treatment: Treatment) -> Reply:
    valuation = valuation_of(turn.tenant)
    if valuation is None or valuation.id == treatment.id:
        text = say(turn, "not_bookable", treatment=treatment.name)
        return Reply(text=text, booking=None, keeps_booking=False, notes={"offered": "human"})
    text = say(turn, "valuation_first", treatment=treatment.name, valuation=valuation.name)
    booking = Booking(goal="book", treatment_id=valuation.id)
    return waits(turn, booking, "day", text)
