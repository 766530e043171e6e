"""Booking step by step: treatment, time, name, phone, the patient's yes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, cast

from agenda.opening import company_spans
from nodes.guided import handing_over, person
from nodes.guided.clock_words import day_words
from nodes.guided.cues import cues_in
from nodes.guided.picking import picked, wish_in
from nodes.guided.questions import held_slot, labels, open_question, start_of
from nodes.guided.reply import Reply, finished, listed, say
from nodes.guided.treatment_choice import Asked, treatment_wanted
from nodes.guided.treatment_facts import rows_of
from nodes.guided.turn import Result, Turn
from nodes.guided.when import when_words
from nodes.state import Booking, OfferedSlot
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Tenant

Waiting = Literal["treatment", "day", "slot", "name", "phone", "confirm", "appointment"]
NOTES_WITH_A_DAY = frozenset({"past", "closed", "holiday", "full"})
PARTS = {"morning": "in_the_morning", "afternoon": "in_the_afternoon", "evening": "in_the_evening"}
NOON = 12
REMEMBERED = 6  # messages of the patient in which "for my mother" still counts


def book(turn: Turn) -> Reply:
    """Go on with a booking as far as what was said allows, and ask for the next thing."""
    booking = turn.booking or Booking(goal="book")
    if drops(turn, booking):
        return dropped(turn)
    wanted = treatment_wanted(turn, booking)
    if isinstance(wanted, Asked):
        asked = {**booking, **_person_said(turn), "goal": "book"}
        return waits(turn, cast("Booking", asked), "treatment", wanted.text, choices=wanted.choices)
    if not wanted.bookable:
        return _not_bookable(turn, wanted)
    same = booking.get("treatment_id") == wanted.id
    kept = booking if same else _without_time(booking)
    known = cast(
        "Booking", {**kept, **_person_said(turn), "goal": "book", "treatment_id": wanted.id}
    )
    return go_on(turn, known, waiting=booking.get("waiting_for", "") if same else "")


def go_on(turn: Turn, booking: Booking, *, waiting: str) -> Reply:
    """Read the message as the answer to what was asked."""
    if waiting == "confirm" and held_slot(booking):
        return _confirming(turn, booking)
    if waiting in {"name", "phone"} and held_slot(booking):
        return _introducing(turn, booking, waiting)
    if waiting == "slot" and booking.get("slots"):
        return _choosing(turn, booking)
    return search(turn, booking, _first_wish(turn, booking), staff=_staff(turn))


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


def waits(
    turn: Turn, booking: Booking, waiting: Waiting, text: str, *, choices: Sequence[str] = ()
) -> Reply:
    """Reply with a question and note what it waits for."""
    noted = cast("Booking", {**booking, "waiting_for": waiting, "since": turn.now.isoformat()})
    notes = {"topic": booking.get("treatment_id", ""), "choices": list(choices)}
    return Reply(text=text, booking=noted, keeps_booking=False, notes=notes)


def search(turn: Turn, booking: Booking, when: str, *, staff: str = "", lead: str = "") -> Reply:
    """Ask the agenda for times and offer them; a free time that was named exactly is held at once."""
    treatment = _treatment_of(turn, booking)
    if not turn.can("find_slots"):
        key = "ask_go_on" if when else "ask_day"
        text = say(turn, key, treatment=treatment.name, when=when)
        return waits(turn, _without_time(booking), "day", text)
    if staff and not _does(turn, treatment, staff):
        people = listed(turn, [one.name for one in _able(turn, treatment)], last="or")
        lead = say(turn, "staff_not", treatment=treatment.name, people=people)
        staff = ""
    result = turn.use("find_slots", treatment=treatment.id, when=when, staff=staff)
    slots: list[OfferedSlot] = sorted(result.get("slots", []), key=lambda one: str(one["start"]))
    note = str(result.get("note", ""))
    if not result or (not slots and note == "unknown_treatment"):
        return Reply(text=say(turn, "cannot_search"), notes={"offered": "human"})
    if not slots:
        key = "ask_which_day" if note == "unclear" else "nothing_free"
        return waits(turn, _without_time(booking), "day", say(turn, key, treatment=treatment.name))
    asked = result.get("when") or {}
    found = cast(
        "Booking", {**booking, "slots": slots, "slot_id": "", "day": asked.get("day_from") or ""}
    )
    very = next((one for one in slots if _is_the_very_one(result, one)), None)
    if very is not None and not lead and turn.can("hold_slot"):
        return hold(turn, found, very)
    opening = lead or _opening(turn, treatment, result)
    first_time = not (turn.booking or {}).get("slots") and booking.get("goal") != "move"
    prior = say(turn, "needs_valuation") if first_time and _needs_valuation(treatment) else ""
    text = "\n".join(
        one
        for one in (f"{opening} {prior}".strip(), labels(slots), say(turn, _which(slots)))
        if one
    )
    return waits(turn, found, "slot", text)


def _able(turn: Turn, treatment: Treatment) -> list[StaffMember]:
    return [one for one in turn.tenant.staff if not treatment.staff or one.id in treatment.staff]


def _does(turn: Turn, treatment: Treatment, name: str) -> bool:
    return any(one.name == name for one in _able(turn, treatment))


def hold(turn: Turn, booking: Booking, slot: OfferedSlot) -> Reply:
    """Keep the slot and go on to the name; a slot that is gone brings the next ones."""
    if not turn.can("hold_slot"):
        again = cast("Booking", {**booking, "slots": [slot]})
        return waits(turn, again, "slot", say(turn, "shall_i_book", slot=slot["label"]))
    result = turn.use("hold_slot", slot_id=slot["slot_id"])
    if not result.get("slot"):
        day = day_words(start_of(slot).date(), turn.language)
        lead = say(turn, "taken", slot=slot["label"])
        return search(turn, _without_time(booking), day, lead=lead)
    slots = booking.get("slots") or [slot]
    shown = slots if any(one["slot_id"] == slot["slot_id"] for one in slots) else [*slots, slot]
    until = (turn.booking_now or {}).get("held_until", "")
    held = cast(
        "Booking", {**booking, "slots": shown, "slot_id": slot["slot_id"], "held_until": until}
    )
    return _details(turn, held)


def _details(turn: Turn, booking: Booking) -> Reply:
    """Ask for what is still missing, then read everything back."""
    slot = cast("OfferedSlot", held_slot(booking))
    if booking.get("goal") == "move":
        text = say(turn, "confirm_move", slot=slot["label"], old=_old_time(turn, booking))
        return waits(turn, booking, "confirm", text)
    name = booking.get("name", "") or _contact_name(turn)
    if not name:
        key = "ask_name_other" if _for_somebody_else(turn) else "ask_name"
        return waits(turn, booking, "name", say(turn, key, slot=slot["label"]))
    if not person.looks_whole(name) and not (turn.booking or {}).get("name"):
        return waits(turn, booking, "name", say(turn, "ask_surname", name=name, slot=slot["label"]))
    named = cast("Booking", {**booking, "name": name})
    phone = booking.get("phone", "") or turn.patient_phone
    if not phone:
        return waits(turn, named, "phone", say(turn, "ask_phone", name=name.split()[0]))
    return waits(
        turn, cast("Booking", {**named, "phone": phone}), "confirm", _read_back(turn, named, phone)
    )


def _read_back(turn: Turn, booking: Booking, phone: str) -> str:
    treatment = _treatment_of(turn, booking)
    slot = cast("OfferedSlot", held_slot(booking))
    price = rows_of(turn, [treatment])[0]["price_text"]
    lines = [
        say(turn, "line_treatment", treatment=treatment.name),
        say(turn, "line_time", slot=slot["label"]),
        say(turn, "line_name", name=booking.get("name", "")),
        say(turn, "line_phone", phone=person.phone_words(phone)),
        say(turn, "line_price", price=price) if price else "",
    ]
    body = "\n".join(f"• {one}" for one in lines if one)
    deposit = finished(treatment.deposit_note)
    question = say(turn, "confirm_question")
    return "\n".join(one for one in (say(turn, "read_back"), body, deposit, question) if one)


def _confirming(turn: Turn, booking: Booking) -> Reply:
    heard, slot = turn.heard, cast("OfferedSlot", held_slot(booking))
    if heard.when and not wish_in(heard.text, turn.now.date()).fits(start_of(slot)):
        return search(turn, booking, _in_context(turn, booking, heard.when), staff=_staff(turn))
    if heard.staff is not None and heard.staff.name.split()[-1] not in slot["label"]:
        day = day_words(start_of(slot).date(), turn.language)
        return search(turn, booking, day, staff=heard.staff.name)
    if heard.has("later", "earlier", "other_time", "other_day"):
        return _something_else(turn, booking)
    if heard.name or heard.phone:
        return _details(turn, booking)
    if heard.has("wrong") or (heard.has("no") and not heard.has("yes")):
        return waits(turn, booking, "confirm", say(turn, "what_to_change"))
    if heard.has("yes"):
        return _book_it(turn, booking, slot)
    return waits(
        turn, booking, "confirm", open_question(turn, {**booking, "waiting_for": "confirm"})
    )


def _book_it(turn: Turn, booking: Booking, slot: OfferedSlot) -> Reply:
    if booking.get("goal") == "move":
        return _move_it(turn, booking, slot)
    if _hold_is_over(turn, booking) and not turn.use("hold_slot", slot_id=slot["slot_id"]).get(
        "slot"
    ):
        day = day_words(start_of(slot).date(), turn.language)
        return search(
            turn, _without_time(booking), day, lead=say(turn, "taken", slot=slot["label"])
        )
    arguments = {"name": booking.get("name", ""), "phone": booking.get("phone", "")}
    result = turn.use("book_appointment", **arguments)
    if result.get("refused") == "incomplete":
        return waits(turn, booking, "phone", say(turn, "phone_wrong"))
    if not result.get("appointment"):
        day = day_words(start_of(slot).date(), turn.language)
        return search(
            turn, _without_time(booking), day, lead=say(turn, "taken", slot=slot["label"])
        )
    return Reply(
        text=_booked_words(turn, _treatment_of(turn, booking), slot, booking.get("name", "")),
        booking=None,
        keeps_booking=False,
        notes={"topic": booking.get("treatment_id", ""), "booked": True},
    )


def _booked_words(turn: Turn, treatment: Treatment, slot: OfferedSlot, name: str) -> str:
    tenant = turn.tenant
    price = rows_of(turn, [treatment])[0]["price_text"]
    lines = [
        say(
            turn,
            "booked",
            name=name.split()[0] if name else "",
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
    treatment = _treatment_of(turn, booking)
    text = say(turn, "moved", treatment=treatment.name, slot=slot["label"])
    return Reply(text=text, booking=None, keeps_booking=False, notes={"topic": treatment.id})


def notice_words(turn: Turn) -> str:
    """Say until when an appointment can be changed here."""
    hours = int(turn.tenant.agenda.cancel_notice.total_seconds() // 3600)
    return say(turn, "cancel_notice", hours=hours) if hours else say(turn, "cancel_any_time")


def _introducing(turn: Turn, booking: Booking, waiting: str) -> Reply:
    heard = turn.heard
    if heard.when and not heard.name and not heard.phone:
        return search(turn, booking, _in_context(turn, booking, heard.when), staff=_staff(turn))
    if heard.has("later", "earlier", "other_time", "other_day") and not heard.name:
        return _something_else(turn, booking)
    other = picked(heard, booking["slots"], turn.now.date())
    if len(other) == 1 and not heard.name and other[0]["slot_id"] != booking.get("slot_id"):
        return hold(turn, booking, other[0])
    if waiting == "phone" and not heard.phone:
        if heard.has("no_phone", "no"):
            return waits(turn, booking, "phone", say(turn, "phone_why")).then("")
        key = "phone_wrong" if person.meant_a_phone(heard.text) else "again_phone"
        return waits(turn, booking, "phone", say(turn, key))
    if waiting == "name" and not heard.name and not booking.get("name"):
        return waits(turn, booking, "name", say(turn, "again_name"))
    return _details(turn, booking)


def _choosing(turn: Turn, booking: Booking) -> Reply:
    heard, slots, today = turn.heard, booking["slots"], turn.now.date()
    meant = picked(heard, slots, today)
    if len(meant) == 1 or (meant and len({one["start"] for one in meant}) == 1):
        return hold(turn, booking, meant[0])
    if (
        heard.has("other_day", "later", "earlier", "other_time")
        and not wish_in(heard.text, today).has_day
    ):
        return _something_else(turn, booking)
    days = {start_of(one).date() for one in meant}
    if len(days) == 1 and heard.staff is None:
        part = wish_in(heard.text, today).part
        words = f"{day_words(days.pop(), turn.language)} {say(turn, PARTS[part]) if part else ''}"
        return search(turn, booking, words.strip())
    when = heard.when or (str(heard.number) if heard.number is not None else "")
    if heard.staff is not None or when:
        if heard.number is not None:
            when = say(turn, "at_hour", hour=heard.number)
        return search(turn, booking, _in_context(turn, booking, when), staff=_staff(turn))
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


def _something_else(turn: Turn, booking: Booking) -> Reply:
    """Offer what lies later or earlier than what was shown, or ask for the day."""
    heard, slots = turn.heard, booking.get("slots", [])
    if heard.when and wish_in(heard.text, turn.now.date()).has_day:
        return search(turn, booking, heard.when, staff=_staff(turn))
    if heard.has("other_day") or not slots:
        return waits(turn, _without_time(booking), "day", say(turn, "other_day"))
    held = held_slot(booking)
    starts = sorted(start_of(one) for one in ([held] if held else slots))
    day = starts[0].date()
    if starts[-1].date() != day:
        if not heard.has("earlier", "later") or (heard.has("later") and starts[0].hour >= NOON):
            return waits(turn, booking, "day", say(turn, "other_day"))
        part = "in_the_morning" if heard.has("earlier") else "in_the_afternoon"
        return search(turn, booking, say(turn, part), staff=_staff(turn))
    name = day_words(day, turn.language)
    if heard.has("earlier"):
        words = say(turn, "before_hour", day=name, hour=_hour(starts[0]))
    elif heard.has("later"):
        words = say(
            turn, "after_hour", day=name, hour=_hour(starts[-1] + turn.tenant.agenda.granularity)
        )
    else:
        words = name
    return search(turn, booking, words, staff=_staff(turn))


def _hour(moment: datetime) -> str:
    return f"{moment:%I:%M %p}".lstrip("0").lower()


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
    if result.get("exact") or not note:
        return say(turn, "slots", treatment=treatment.name)
    one_day = asked.get("day_from") and asked.get("day_from") == asked.get("day_to")
    if note in NOTES_WITH_A_DAY and one_day:
        day = date.fromisoformat(asked["day_from"])
        if note == "closed" and company_spans(turn.tenant, day):
            return say(turn, "note_closed_then")
        if note == "full" and not (asked.get("at") or asked.get("part")):
            note = "full_day"
        return say(turn, f"note_{note}", day=day_words(day, turn.language))
    if note in {"too_soon", "too_far", "unclear"}:
        return say(turn, f"note_{note}", days=turn.tenant.agenda.horizon_days)
    return say(turn, "nearest")


def _which(slots: Sequence[OfferedSlot]) -> str:
    return "which_slot" if len(slots) > 1 else "this_slot"


def _first_wish(turn: Turn, booking: Booking) -> str:
    """Return the words about time: this message's, or those said before the treatment was asked."""
    heard = turn.heard
    if heard.when:
        return heard.when
    if heard.number is not None and booking.get("waiting_for") == "day":
        return say(turn, "on_day_of_month", day=heard.number)
    if booking.get("waiting_for") in {"treatment", "day"} and not booking.get("slots"):
        return when_words(turn.last_words())
    return ""


def _in_context(turn: Turn, booking: Booking, when: str) -> str:
    """Add the day that was talked of to words that name only an hour."""
    wish = wish_in(when, turn.now.date())
    days = {start_of(one).date() for one in booking.get("slots", [])}
    held = held_slot(booking)
    if held is not None:
        days = {start_of(held).date()}
    relative = any(
        word in when.lower() for word in ("semana", "week", "mes", "month", "dia", "day")
    )
    if wish.has_day or relative or len(days) != 1:
        return when
    return f"{day_words(days.pop(), turn.language)} {when}".strip()


def _staff(turn: Turn) -> str:
    return turn.heard.staff.name if turn.heard.staff else ""


def _person_said(turn: Turn) -> dict[str, str]:
    """Return name and phone of this message; a family name completes the first name it was asked for."""
    heard, before = turn.heard, (turn.booking or {}).get("name", "")
    waiting = (turn.booking or {}).get("waiting_for", "")
    found: dict[str, str] = {}
    if heard.name:
        completes = waiting == "name" and before and len(before.split()) == 1
        same = heard.name.split()[0].lower() == before.lower()
        found["name"] = f"{before} {heard.name}" if completes and not same else heard.name
    if heard.phone:
        found["phone"] = heard.phone
    return found


def _contact_name(turn: Turn) -> str:
    """Return the name that the channel gave, when it can be a whole name and the visit is the patient's own."""
    if _for_somebody_else(turn) or not person.looks_whole(turn.patient_name):
        return ""
    return turn.patient_name


def _for_somebody_else(turn: Turn) -> bool:
    texts = [one.text for one in turn.earlier if one.type == "human"][-REMEMBERED:]
    return any("not_mine" in cues_in(text) for text in (*texts, turn.heard.text))


def _without_time(booking: Booking) -> Booking:
    return cast("Booking", {**booking, "slots": [], "slot_id": "", "day": "", "held_until": ""})


def _hold_is_over(turn: Turn, booking: Booking) -> bool:
    until = booking.get("held_until", "")
    return bool(until) and datetime.fromisoformat(until) <= turn.now


def _treatment_of(turn: Turn, booking: Booking) -> Treatment:
    found = turn.tenant.treatment(booking.get("treatment_id", ""))
    if found is None:
        # The company changed its list in the middle of a booking: the first one keeps us talking.
        return turn.tenant.treatments[0]
    return found


def _needs_valuation(treatment: Treatment) -> bool:
    words = f"{treatment.preparation} {treatment.description}".lower()
    return (
        "valoración previa" in words
        or "prior consultation" in words
        or "consultation first" in words
    )


def _not_bookable(turn: Turn, treatment: Treatment) -> Reply:
    valuation = valuation_of(turn.tenant)
    if valuation is None or valuation.id == treatment.id:
        text = say(turn, "not_bookable", treatment=treatment.name)
        return Reply(text=text, booking=None, keeps_booking=False, notes={"offered": "human"})
    text = say(turn, "valuation_first", treatment=treatment.name, valuation=valuation.name)
    booking = Booking(goal="book", treatment_id=valuation.id)
    return waits(turn, booking, "day", text)


def valuation_of(tenant: Tenant) -> Treatment | None:
    """Return the first visit that a clinic offers, when it has one that can be booked."""
    for treatment in tenant.treatments:
        words = f"{treatment.id} {treatment.name} {treatment.category}".lower()
        if treatment.bookable and any(
            one in words for one in ("valora", "consult", "assessment", "evalua")
        ):
            return treatment
    return None


def _old_time(turn: Turn, booking: Booking) -> str:
    found = turn.use("my_appointments").get("appointments", [])
    return next(
        (one["label"] for one in found if one["appointment_id"] == booking.get("appointment_id")),
        "",
    )
