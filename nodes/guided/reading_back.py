"""What is still missing for an appointment, and the reading back of what is known."""

import re
from typing import cast

from nodes.guided import person
from nodes.guided.cues import cues_in
from nodes.guided.questions import held_slot
from nodes.guided.reply import Reply, finished, say
from nodes.guided.steps import treatment_of, waits
from nodes.guided.treatment_facts import rows_of
from nodes.guided.turn import Turn
from nodes.state import Booking, OfferedSlot
from nodes.words import folded

FOR_ME = re.compile(
    r"\bpara mi\b(?: mism[oa])?\s*(?:$|[,.;!?]|(?:el|la|los|en|a|al|tambien|ese|esa|este|con|y)\b)|\b(?:for me|for myself)\b"
)
"""Not "para mi mamá": the visit of whoever writes."""
COMPARED = 10  # digits of a phone; a country code may be left off
SHOWN_DIGITS = 4  # of a phone: enough to check it, and nothing that could pass for the clinic's
REMEMBERED = 6  # messages of the patient in which "for my mother" still counts


def details(turn: Turn, booking: Booking) -> Reply:
    """Ask for what is still missing, then read everything back."""
    slot = cast("OfferedSlot", held_slot(booking))
    if booking.get("goal") == "move":
        text = say(turn, "confirm_move", slot=slot["label"], old=_old_time(turn, booking))
        return waits(turn, booking, "confirm", text)
    name = booking.get("name", "") or _contact_name(turn)
    if not name:
        key = "ask_name_other" if for_somebody_else(turn) else "ask_name"
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
    treatment = treatment_of(turn, booking)
    slot = cast("OfferedSlot", held_slot(booking))
    price = rows_of(turn, [treatment])[0]["price_text"]
    lines = [
        say(turn, "line_treatment", treatment=treatment.name),
        say(turn, "line_time", slot=slot["label"]),
        say(turn, "line_name", name=booking.get("name", "")),
        _phone_line(turn, phone),
        say(turn, "line_price", price=price) if price else "",
    ]
    body = "\n".join(f"• {one}" for one in lines if one)
    deposit = finished(treatment.deposit_note)
    question = say(turn, "confirm_question")
    return "\n".join(one for one in (say(turn, "read_back"), body, deposit, question) if one)


def _phone_line(turn: Turn, phone: str) -> str:
    """Read back a number that the patient wrote here; of one that came with the channel, its end."""
    texts = [one.text for one in turn.earlier if one.type == "human"]
    written = re.sub(r"\D", "", " ".join([*texts, turn.heard.text]))
    if phone[-COMPARED:] not in written:
        return say(turn, "line_phone", ending=phone[-SHOWN_DIGITS:])
    return say(turn, "line_phone_whole", phone=person.phone_words(phone))


def _old_time(turn: Turn, booking: Booking) -> str:
    found = turn.use("my_appointments").get("appointments", [])
    return next(
        (one["label"] for one in found if one["appointment_id"] == booking.get("appointment_id")),
        "",
    )


def _contact_name(turn: Turn) -> str:
    """Return the name that the channel gave, when it can be a whole name and the visit is the patient's own."""
    if for_somebody_else(turn) or not person.looks_whole(turn.patient_name):
        return ""
    return turn.patient_name


def for_somebody_else(turn: Turn) -> bool:
    """Tell whether the patient said lately that somebody else comes."""
    texts = [one.text for one in turn.earlier if one.type == "human"][-REMEMBERED:]
    for text in (turn.heard.text, *reversed(texts)):
        if FOR_ME.search(folded(text)):
            return False
        if "not_mine" in cues_in(text):
            return True
    return False
