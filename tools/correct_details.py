"""The tool that sets right the name or the phone number of a patient's own appointments."""

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.errors import AgendaError
from tools.book_appointment import LONGEST_NAME
from tools.booking_answer import Runtime, answer, language_of, mended, user_of
from tools.declared import tool
from tools.desk import Desk
from tools.phone_number import phone_number
from tools.slot_labels import shown_appointment


def correct_details(desk: Desk) -> BaseTool:
    """Return the tool that corrects what whoever writes said of themselves."""
    tenant = desk.tenant

    @tool("correct_details")
    async def mend_details(
        runtime: Runtime, phone: str = "", name: str = "", appointment_id: str = ""
    ) -> Command[Any]:
        """Correct the phone number or the name of the patient's own coming appointments.

        Call it when the patient says, after booking, that the number or the name was wrong or has
        changed. `phone`, `name`: only what changes. `appointment_id`: from my_appointments, when only
        one of several is meant; empty for all. Never call it to give an appointment to another
        person, nor before booking (book_appointment takes name and phone).
        """
        number, whole = phone_number(phone, tenant), " ".join(name.split())[:LONGEST_NAME]
        if phone.strip() and not number:
            sentence = "That is no phone number. Ask for it again, with area or country code."
            return answer(runtime, "correct_details", sentence, {"refused": "phone"})
        if not (number or whole):
            sentence = "Nothing to correct was given. Ask what is wrong."
            return answer(runtime, "correct_details", sentence, {"refused": "incomplete"})
        try:
            corrected = await desk.agenda.correct(
                user_of(runtime), appointment_id.strip(), name=whole, phone=number
            )
        except AgendaError as error:
            return mended(runtime, "correct_details", error)
        language = language_of(runtime, tenant)
        shown = [shown_appointment(tenant, one, language) for one in corrected]
        content = (
            f"Corrected for {len(shown)} coming appointments. Say so, and read back the change."
        )
        artifact = {"appointments": shown, "phone": number, "name": whole}
        return answer(runtime, "correct_details", content, artifact, acted=bool(shown), options=[])

    return mend_details
