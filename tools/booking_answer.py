"""What every booking tool needs of a turn: who asks, in which language, and how to answer."""

from typing import Any, cast, get_args

from langchain_core.messages import ToolMessage
from langgraph.prebuilt import ToolRuntime
from langgraph.types import Command

from agenda.errors import (
    AgendaError,
    CalendarAwayError,
    NotNowError,
    OwnTimeError,
    SlotTakenError,
    TooCloseError,
    TooLateError,
    UnknownAppointmentError,
    UnknownSlotError,
    UnknownTreatmentError,
    VisitNeededError,
)
from agenda.visits import Visitor
from tenants.ids import UserId
from tenants.tenant import Language, Tenant
from tools.context import Context

Runtime = ToolRuntime[Context, dict[str, Any]]

_MENDED: dict[type[AgendaError], str] = {
    UnknownTreatmentError: "That treatment cannot be booked by chat. Call list_treatments, or offer a person of the team.",
    UnknownSlotError: "That slot was not offered, or too long ago. Call find_slots and offer what it returns.",
    SlotTakenError: "That time is gone: somebody else has it. Call find_slots for the same day and offer other times.",
    UnknownAppointmentError: "The patient has no such appointment. Call my_appointments and use an id from there.",
    TooLateError: "It is too close to the appointment to change it here. Say so kindly and call hand_to_human.",
    NotNowError: "That appointment cannot be changed like that now. Call my_appointments and look.",
    TooCloseError: "There must be more days between two sessions of that treatment. Say so, and call find_slots: it knows the first day that is possible.",
    VisitNeededError: "Something else must come first for this patient. Say so, and call find_slots for the same treatment: it says what. If the patient says that they had it here, call hand_to_human.",
    OwnTimeError: "The patient has another appointment at that very time. Say so, and call find_slots for another time.",
    CalendarAwayError: "The clinic's calendar does not answer, so nothing was booked or changed. Say that plainly, and that a person of the team will confirm it here. Promise no time.",
}


def user_of(runtime: Runtime) -> UserId:
    """Return the patient of this turn: from the context, never from a model's arguments."""
    return UserId(runtime.context.user_id)


def language_of(runtime: Runtime, tenant: Tenant) -> Language:
    """Return the language that the patient is answered in."""
    spoken = runtime.state.get("language") or runtime.context.language
    return cast("Language", spoken) if spoken in get_args(Language) else tenant.language


def booking_of(runtime: Runtime) -> dict[str, Any]:
    """Return the booking in hand (`nodes.state.Booking`), empty when there is none."""
    return dict(runtime.state.get("booking") or {})


def visitor_of(runtime: Runtime, booking: dict[str, Any]) -> Visitor:
    """Return who comes, as far as the booking knows, and which appointment is given up for it."""
    moves = booking.get("goal") == "move"
    return Visitor(
        user=user_of(runtime),
        name=booking.get("name", ""),
        somebody_else=bool(booking.get("somebody_else")),
        giving_up=booking.get("appointment_id", "") if moves else "",
    )


def chosen_slot(booking: dict[str, Any], slot_id: str) -> str:
    """Return a slot's id; a place in what was offered last ("2") counts as its slot's."""
    wanted = slot_id.strip()
    slots = booking.get("slots") or []
    if wanted.isdigit() and 1 <= int(wanted) <= len(slots):
        return str(slots[int(wanted) - 1]["slot_id"])
    return wanted


def answer(
    runtime: Runtime,
    name: str,
    content: str,
    artifact: dict[str, Any] | None = None,
    **update: Any,
) -> Command[Any]:
    """Answer a tool call, and write to the thread's state what the call changed."""
    message = ToolMessage(
        content, name=name, tool_call_id=runtime.tool_call_id or "", artifact=artifact or {}
    )
    return Command(update={"messages": [message], **update})


def mended(runtime: Runtime, name: str, error: AgendaError, **update: Any) -> Command[Any]:
    """Answer a wish that the agenda refused with what the model can do about it.

    While the calendar is away the request goes to a person, whatever the model makes of it.
    """
    if isinstance(error, CalendarAwayError):
        update["handoff"] = _kept_for_a_person(runtime, name)
    return answer(runtime, name, _MENDED[type(error)], {"refused": type(error).__name__}, **update)


_KEPT: dict[str, tuple[str, str]] = {
    "es": ("El calendario no responde", "El paciente pidió por chat ({what}); nada quedó hecho."),
    "en": ("The calendar is away", "The patient asked by chat ({what}); nothing was done."),
    "pt": ("A agenda não responde", "O paciente pediu pelo chat ({what}); nada foi feito."),
}


def _kept_for_a_person(runtime: Runtime, name: str) -> dict[str, Any]:
    """Return the hand-over of what the calendar could not do: everything that is known of the wish."""
    reason, summary = _KEPT.get(
        runtime.state.get("language") or runtime.context.language, _KEPT["es"]
    )
    booking = booking_of(runtime)
    wanted = booking.get("slot_id")
    labels = [one["label"] for one in booking.get("slots") or [] if one.get("slot_id") == wanted]
    known = [name.replace("_", " "), booking.get("treatment_id"), *labels, booking.get("name")]
    known += [booking.get("phone"), booking.get("appointment_id")]
    what = ", ".join(str(one) for one in known if one)
    return {"reason": reason, "summary": summary.format(what=what), "urgent": False}
