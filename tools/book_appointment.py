"""The tool that turns the held time into an appointment: it takes no time, so none can be invented."""

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.appointment import Appointment, Patient
from agenda.errors import AgendaError, SlotTakenError
from tenants.tenant import Language, Tenant
from tools.booking_answer import Runtime, answer, booking_of, language_of, mended, user_of
from tools.declared import tool
from tools.desk import Desk
from tools.phone_number import phone_number
from tools.price_text import price_text
from tools.slot_labels import label_of, shown_appointment
from tools.spoken import spoken_in, was_read_back
from tools.taken_slot import next_slots

LONGEST_NAME, LONGEST_NOTES = 80, 300


def book_appointment(desk: Desk) -> BaseTool:
    """Return the tool that books what the patient holds."""

    @tool("book_appointment")
    async def keep_appointment(
        name: str, runtime: Runtime, phone: str = "", notes: str = ""
    ) -> Command[Any]:
        """Book the time that hold_slot keeps for this patient. Only this makes an appointment.

        Call it once, after the patient said yes to treatment, day and hour. `name`: the full name
        as the patient wrote it. `phone`: only when the patient gave one. `notes`: what the clinic
        must know for the visit, in a few words; no diagnosis of yours. Never call it without a yes,
        never for moving (move_appointment does that), never say "booked" before it answered.
        Then confirm with the weekday, date, hour, place, price and preparation it returns.
        """
        return await _booked(desk, runtime, name=name, phone=phone, notes=notes)

    return keep_appointment


async def _booked(
    desk: Desk, runtime: Runtime, *, name: str, phone: str, notes: str
) -> Command[Any]:
    tenant, booking = desk.tenant, booking_of(runtime)
    slot_id = booking.get("slot_id")
    if not slot_id:
        return _refused(runtime, "No time is held. Call hold_slot with a slot of find_slots first.")
    if booking.get("goal") == "move":
        return _refused(runtime, "The patient is moving an appointment: call move_appointment.")
    patient = _patient(desk.tenant, runtime, name=name, phone=phone, notes=notes)
    if isinstance(patient, str):
        return _refused(runtime, patient)
    told = {"name": patient.name, "phone": patient.phone}
    try:
        booked = await desk.agenda.book(user_of(runtime), slot_id, patient)
    except SlotTakenError:
        return await next_slots(desk, runtime, "book_appointment", {**booking, **told}, slot_id)
    except AgendaError as error:
        lost = {key: booking[key] for key in booking if key not in {"slot_id", "held_until"}}
        lost |= {**told, "waiting_for": "slot"}
        return mended(runtime, "book_appointment", error, booking=lost)
    language = language_of(runtime, tenant)
    return answer(
        runtime,
        "book_appointment",
        _facts(tenant, booked, language),
        {"appointment": shown_appointment(tenant, booked, language)},
        booking=None,
        acted=True,
        options=[],
    )


def _patient(
    tenant: Tenant, runtime: Runtime, *, name: str, phone: str, notes: str
) -> Patient | str:
    """Return who comes, or what must be asked of them first."""
    whole = " ".join(name.split())[:LONGEST_NAME]
    if sum(letter.isalpha() for letter in whole) < 2:
        return "A name is missing. Ask for the patient's full name."
    known = phone or booking_of(runtime).get("phone", "")
    number = phone_number(known, tenant) or runtime.context.patient_phone
    if not number:
        return _PHONE_WANTED if phone.strip() else _PHONE_MISSING
    told = runtime.state.get("messages", [])
    if spoken_in(told) and not was_read_back(told, whole, number):
        return _READ_BACK
    return Patient(
        name=whole,
        phone=number,
        notes=" ".join(notes.split())[:LONGEST_NOTES],
        conversation_id=runtime.context.conversation_id,
        channel=runtime.context.channel,
        language=language_of(runtime, tenant),
    )


_READ_BACK = (
    "The patient spoke, and a name or a number may be misheard. Read back the full name, the phone's"
    " last four digits, treatment, day and hour; ask for a yes; then call this again."
)
_PHONE_MISSING = "A phone number is missing. Ask for one."
_PHONE_WANTED = "That is no phone number. Ask for it again, with area or country code."


def _refused(runtime: Runtime, sentence: str) -> Command[Any]:
    return answer(runtime, "book_appointment", sentence, {"refused": "incomplete"})


def _facts(tenant: Tenant, booked: Appointment, language: Language) -> str:
    """Return what a confirmation says, and nothing that the company has not written.

    The name is the patient's own: what a tool says counts as the clinic's, a price in a name too.
    """
    treatment = tenant.treatment(booked.treatment_id)
    facts = {
        "when": label_of(tenant, booked, language),
        "treatment": treatment.name if treatment else booked.treatment_id,
        "place": tenant.address,
        "price": price_text(tenant, treatment, language) if treatment else "",
        "price note": treatment.price_note if treatment else "",
        "deposit": treatment.deposit_note if treatment else "",
        "preparation": treatment.preparation if treatment else "",
    }
    lines = [f"- {name}: {value}" for name, value in facts.items() if value]
    return "\n".join(["Booked. Confirm with these facts only:", *lines])
