"""Offering free times, and holding the one that is chosen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from agenda.opening import company_spans
from nodes.guided.clock_words import day_words
from nodes.guided.picking import wish_in
from nodes.guided.questions import labels, start_of
from nodes.guided.reading_back import details, for_somebody_else
from nodes.guided.reply import Reply, listed, say
from nodes.guided.steps import treatment_of, waits, without_time
from nodes.guided.turn import Result, Turn
from nodes.state import Booking, OfferedSlot
from tenants.offer import StaffMember, Treatment

NOTES_WITH_A_DAY = frozenset({"past", "closed", "holiday", "full"})


def search(turn: Turn, booking: Booking, when: str, *, staff: str = "", lead: str = "") -> Reply:
    """Ask the agenda for times and offer them; a free time that was named exactly is held at once."""
    treatment = treatment_of(turn, booking)
    if not turn.can("find_slots"):
        key = "ask_go_on" if when else "ask_day"
        text = say(turn, key, treatment=treatment.name, when=when)
        return waits(turn, without_time(booking), "day", text)
    if staff and not _does(turn, treatment, staff):
        people = listed(turn, [one.name for one in _able(turn, treatment)], last="or")
        lead = say(turn, "staff_not", treatment=treatment.name, people=people)
        staff = ""
    other: dict[str, Any] = {"for_somebody_else": True} if for_somebody_else(turn) else {}
    if booking.get("goal") == "move" and (moved := booking.get("appointment_id")):
        other["appointment_id"] = moved
    result = turn.use("find_slots", treatment=treatment.id, when=when, staff=staff, **other)
    slots: list[OfferedSlot] = sorted(result.get("slots", []), key=lambda one: str(one["start"]))
    note = str(result.get("note", ""))
    if not result or (not slots and note == "unknown_treatment"):
        return Reply(text=say(turn, "cannot_search"), notes={"offered": "human"})
    if not slots and note == "visit_first" and result.get("needs"):
        return _something_first(turn, booking, str(result["needs"][0]), when)
    if not slots:
        key = "ask_which_day" if note == "unclear" else "nothing_free"
        return waits(turn, without_time(booking), "day", say(turn, key, treatment=treatment.name))
    asked = result.get("when") or {}
    found = cast(
        "Booking", {**booking, "slots": slots, "slot_id": "", "day": asked.get("day_from") or ""}
    )
    very = next((one for one in slots if _is_the_very_one(result, one)), None)
    if very is not None and not lead and turn.can("hold_slot"):
        return hold(turn, found, very)
    opening = lead or _opening(turn, treatment, result)
    first_time = not (turn.booking or {}).get("slots") and booking.get("goal") != "move"
    told = not treatment.comes_after and _needs_valuation(treatment)
    prior = say(turn, "needs_valuation") if first_time and told else ""
    text = "\n".join(
        one
        for one in (f"{prior} {opening}".strip(), labels(slots), say(turn, _which(slots)))
        if one
    )
    return waits(turn, found, "slot", text)


def hold(turn: Turn, booking: Booking, slot: OfferedSlot) -> Reply:
    """Keep the slot and go on to the name; a slot that is gone brings the next ones."""
    if not turn.can("hold_slot"):
        again = cast("Booking", {**booking, "slots": [slot]})
        return waits(turn, again, "slot", say(turn, "shall_i_book", slot=slot["label"]))
    result = turn.use("hold_slot", slot_id=slot["slot_id"])
    if not result.get("slot"):
        day = day_words(start_of(slot).date(), turn.language)
        lead = say(turn, "taken", slot=slot["label"])
        return search(turn, without_time(booking), day, lead=lead)
    slots = booking.get("slots") or [slot]
    shown = slots if any(one["slot_id"] == slot["slot_id"] for one in slots) else [*slots, slot]
    until = (turn.booking_now or {}).get("held_until", "")
    held = cast(
        "Booking", {**booking, "slots": shown, "slot_id": slot["slot_id"], "held_until": until}
    )
    return details(turn, held)


def _something_first(turn: Turn, booking: Booking, needed: str, when: str) -> Reply:
    """Offer what must come first; who had it already is heard by `conversation`."""
    wanted = treatment_of(turn, booking)
    known = cast("Booking", {**without_time(booking), "treatment_id": needed})
    first = treatment_of(turn, known)
    lead = say(turn, "visit_first", treatment=wanted.name, first=first.name)
    reply = search(turn, known, when, lead=lead)
    return replace(reply, notes={**reply.notes, "had_first": wanted.id})


def _able(turn: Turn, treatment: Treatment) -> list[StaffMember]:
    return [one for one in turn.tenant.staff if not treatment.staff or one.id in treatment.staff]


def _does(turn: Turn, treatment: Treatment, name: str) -> bool:
    return any(one.name == name for one in _able(turn, treatment))


def _is_the_very_one(result: Result, slot: OfferedSlot) -> bool:
    """Tell whether a slot is exactly the day and hour that were asked for."""
    asked, start = result.get("when") or {}, start_of(slot)
    one_day = asked.get("day_from") and asked.get("day_from") == asked.get("day_to")
    if not result.get("exact") or not one_day or not asked.get("at") or result.get("question"):
        return False
    return f"{start:%Y-%m-%d %H:%M}" == f"{asked['day_from']} {asked['at'][:5]}"


def _opening(turn: Turn, treatment: Treatment, result: Result) -> str:
    """Say what the slots are, and why not the very time that was asked for."""
    note, asked = str(result.get("note") or ""), result.get("when") or {}
    if note == "too_close":
        possible = day_words(date.fromisoformat(str(result["next_day"])), turn.language)
        gap = treatment.minimum_gap_days
        return say(turn, "note_too_close", treatment=treatment.name, days=gap, day=possible)
    if note == "own_time":
        return say(turn, "note_own_time")
    if note == "visit_first":
        return say(turn, "note_visit_first", treatment=treatment.name)
    if result.get("exact") or not note:
        return say(turn, "slots", treatment=treatment.name)
    one_day = asked.get("day_from") and asked.get("day_from") == asked.get("day_to")
    if note in NOTES_WITH_A_DAY and one_day:
        day = date.fromisoformat(asked["day_from"])
        if note == "closed" and company_spans(turn.tenant, day):
            return say(turn, "note_closed_then")
        hourly = asked.get("at") or asked.get("part") or wish_in(turn.heard.when, day).hour
        if note == "full" and not hourly:
            note = "full_day"
        return say(turn, f"note_{note}", day=day_words(day, turn.language))
    if note in {"too_soon", "too_far", "unclear"}:
        return say(turn, f"note_{note}", days=turn.tenant.agenda.horizon_days)
    return say(turn, "nearest")


def _which(slots: Sequence[OfferedSlot]) -> str:
    return "which_slot" if len(slots) > 1 else "this_slot"


def _needs_valuation(treatment: Treatment) -> bool:
    words = f"{treatment.preparation} {treatment.description}".lower()
    return (
        "valoración previa" in words
        or "prior consultation" in words
        or "consultation first" in words
    )
