"""The last answers of a booking: name, phone, yes; then it is made or moved."""

from dataclasses import replace
from datetime import datetime
from typing import cast

from nodes.guided import handing_over, person
from nodes.guided.choosing import asks_for_others, something_else
from nodes.guided.clock_words import day_words
from nodes.guided.offering import hold, search
from nodes.guided.picking import picked, wish_in
from nodes.guided.questions import held_slot, open_question, start_of
from nodes.guided.reading_back import details
from nodes.guided.reply import Reply, finished, say
from nodes.guided.steps import (
    after_words,
    in_context,
    staff_wished,
    treatment_of,
    waits,
    without_time,
)
from nodes.guided.treatment_facts import rows_of
from nodes.guided.turn import Turn
from nodes.state import Booking, OfferedSlot
from tenants.offer import Treatment


def confirming(turn: Turn, booking: Booking) -> Reply:
    """Read the answer to what was read back: only a plain yes books."""
    heard, slot = turn.heard, cast("OfferedSlot", held_slot(booking))
    if heard.when and not wish_in(heard.text, turn.now.date()).fits(start_of(slot)):
        return search(
            turn, booking, in_context(turn, booking, heard.when), staff=staff_wished(turn)
        )
    if heard.staff is not None and heard.staff.name not in slot["label"]:
        day = day_words(start_of(slot).date(), turn.language)
        return search(turn, booking, day, staff=heard.staff.name)
    if asks_for_others(turn):
        return something_else(turn, booking)
    if heard.name or heard.phone:
        return details(turn, booking)
    if heard.has("wrong") or (heard.has("no") and not heard.has("yes")):
        return waits(turn, booking, "confirm", say(turn, "what_to_change"))
    if heard.has("yes"):
        return _book_it(turn, booking, slot)
    return waits(
        turn, booking, "confirm", open_question(turn, {**booking, "waiting_for": "confirm"})
    )


def introducing(turn: Turn, booking: Booking, waiting: str) -> Reply:
    """Read the answer to the question for a name or a phone."""
    heard = turn.heard
    if heard.when and not heard.name and not heard.phone:
        return search(
            turn, booking, in_context(turn, booking, heard.when), staff=staff_wished(turn)
        )
    if asks_for_others(turn) and not heard.name:
        return something_else(turn, booking)
    other = picked(heard, booking["slots"], turn.now.date())
    if len(other) == 1 and not heard.name and other[0]["slot_id"] != booking.get("slot_id"):
        return hold(turn, booking, other[0])
    if waiting == "phone" and not heard.phone and not heard.name:
        if heard.has("no_phone", "no"):
            return waits(turn, booking, "phone", say(turn, "phone_why")).then("")
        key = "phone_wrong" if person.meant_a_phone(heard.text) else "again_phone"
        return waits(turn, booking, "phone", say(turn, key))
    if waiting == "name" and not heard.name and not booking.get("name"):
        return waits(turn, booking, "name", say(turn, "again_name"))
    return details(turn, booking)


def _book_it(turn: Turn, booking: Booking, slot: OfferedSlot) -> Reply:
    if booking.get("goal") == "move":
        return _move_it(turn, booking, slot)
    if _hold_is_over(turn, booking) and not turn.use("hold_slot", slot_id=slot["slot_id"]).get(
        "slot"
    ):
        day = day_words(start_of(slot).date(), turn.language)
        return search(turn, without_time(booking), day, lead=say(turn, "taken", slot=slot["label"]))
    arguments = {"name": booking.get("name", ""), "phone": booking.get("phone", "")}
    result = turn.use("book_appointment", **arguments)
    if result.get("refused") in {"TooCloseError", "VisitNeededError"}:
        # Now that the name is known, the rules between visits apply: the search says which.
        day = day_words(start_of(slot).date(), turn.language)
        return search(turn, without_time(booking), day)
    if result.get("refused") == "incomplete":
        return waits(turn, booking, "phone", say(turn, "phone_wrong"))
    if not result.get("appointment"):
        day = day_words(start_of(slot).date(), turn.language)
        return search(turn, without_time(booking), day, lead=say(turn, "taken", slot=slot["label"]))
    text = _booked_words(turn, treatment_of(turn, booking), slot, booking.get("name", ""))
    until = str(result["appointment"].get("end", ""))
    if (following := turn.tenant.treatment(booking.get("then", ""))) and until:
        return _next(turn, booking, following, text, datetime.fromisoformat(until))
    return Reply(
        text=text,
        booking=None,
        keeps_booking=False,
        notes={
            "topic": booking.get("treatment_id", ""),
            "booked": True,
            "booked_until": until,
        },
    )


def _next(turn: Turn, booking: Booking, following: Treatment, text: str, until: datetime) -> Reply:
    """Go on with the treatment that was wished beside this one, right after it if there is room."""
    person_known = {key: booking[key] for key in ("name", "phone") if key in booking}
    fresh = cast("Booking", {**person_known, "goal": "book", "treatment_id": following.id})
    lead = say(turn, "next_treatment", treatment=following.name)
    reply = search(turn, fresh, after_words(turn, until), lead=lead)
    return replace(reply, text=f"{text}\n\n{reply.text}")


def _booked_words(turn: Turn, treatment: Treatment, slot: OfferedSlot, name: str) -> str:
    tenant = turn.tenant
    price = rows_of(turn, [treatment])[0]["price_text"]
    lines = [
        say(
            turn,
            "booked",
            name=name.split(maxsplit=1)[0] if name else "",
            treatment=treatment.name,
            slot=slot["label"],
        ),
        say(turn, "booked_place", address=tenant.address.rstrip(".")) if tenant.address else "",
        say(turn, "booked_price", price=price) if price else "",
        say(turn, "booked_preparation", text=finished(treatment.preparation))
        if treatment.preparation
        else "",
        finished(treatment.deposit_note),
        notice_words(turn),
    ]
    return "\n".join(one for one in lines if one)


def _move_it(turn: Turn, booking: Booking, slot: OfferedSlot) -> Reply:
    appointment_id = booking.get("appointment_id", "")
    result = turn.use("move_appointment", appointment_id=appointment_id, slot_id=slot["slot_id"])
    if not result.get("appointment"):
        return handing_over.hand_over(turn, "move failed", opening=say(turn, "cannot_move"))
    treatment = treatment_of(turn, booking)
    text = say(turn, "moved", treatment=treatment.name, slot=slot["label"])
    return Reply(text=text, booking=None, keeps_booking=False, notes={"topic": treatment.id})


def notice_words(turn: Turn) -> str:
    """Say until when an appointment can be changed here."""
    hours = int(turn.tenant.agenda.cancel_notice.total_seconds() // 3600)
    return say(turn, "cancel_notice", hours=hours) if hours else say(turn, "cancel_any_time")


def _hold_is_over(turn: Turn, booking: Booking) -> bool:
    until = booking.get("held_until", "")
    return bool(until) and datetime.fromisoformat(until) <= turn.now
