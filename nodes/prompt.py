"""The system message: our rules first, the company's facts and wishes as data, the moment last.

The still part comes first so that a model's server may keep it; what changes by the minute ends it.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from string import Template

from langchain_core.messages import SystemMessage

from nodes.booking_answer import fresh
from nodes.hours_in_words import hours_in_words
from nodes.state import Agent, Booking, State
from safety.verbatim import Verbatim
from tenants.tenant import Language, Tenant
from tools.context import Context
from tools.desk import Desk
from tools.spoken import spoken_in

FOLDER = Path(__file__).parent / "prompts"
LANGUAGE_NAMES: Mapping[Language, str] = {
    "es": "Spanish",
    "en": "English",
    "pt": "Brazilian Portuguese",
}
UNKNOWN = "not known"
DOUBT = " It was not sure of the last one."
MOST_TREATMENTS = 80


TEMPLATES: Mapping[str, Template] = {
    file.stem: Template(file.read_text(encoding="utf-8").strip()) for file in FOLDER.glob("*.md")
}
"""The prompt files, read once: an event loop must not wait for a disk."""
PRIVATE = Verbatim(one.template for one in TEMPLATES.values())
"""What a model that was talked into it must not recite."""


def plain(text: str) -> str:
    """Return a company's or patient's text without signs that could end or open one of our tags."""
    return text.replace("<", "‹").replace(">", "›").strip() or UNKNOWN


class Prompt:
    """Writes the system message of one agent of one company."""

    def __init__(self, desk: Desk, agent: Agent) -> None:
        self._desk = desk
        self._agent = agent
        self._still: dict[tuple[Language, str], str] = {}

    def briefing(self, state: State, context: Context, language: Language) -> SystemMessage:
        """Return the message; the guided agent reads the same facts as a dict beside the words."""
        now = self._desk.clock().astimezone(self._desk.tenant.zone)
        booking = state.get("booking")
        booking = booking if fresh(booking, now) else None
        day = now.date().isoformat()
        if (language, day) not in self._still:
            self._still = {(language, day): self._written(language, now)}
        text = f"{self._still[language, day]}\n\n{self._situation(now, booking, context)}"
        if urgency := state.get("urgency"):
            number = plain(self._desk.tenant.emergency.number)
            told = TEMPLATES["urgent"].substitute(urgency=urgency, emergency_number=number)
            text += f"\n\n{told}"
        heard = spoken_in(state.get("messages", []))
        if heard:
            doubt = DOUBT if heard == "unsure" else ""
            text += "\n\n" + TEMPLATES["spoken"].substitute(doubt=doubt)
        if context.attached:
            text += f"\n\n<patient_files>\n{plain(context.attached)}\n</patient_files>"
        facts = {
            "agent": self._agent,
            "language": language,
            "now": now.isoformat(),
            "booking": booking,
            "patient_name": context.patient_name,
            "patient_phone": context.patient_phone,
            "channel": context.channel,
            "spoken": heard,
        }
        return SystemMessage(text, additional_kwargs={"briefing": facts})

    def _written(self, language: Language, now: datetime) -> str:
        tenant = self._desk.tenant
        names = ", ".join(one.name for one in tenant.treatments[:MOST_TREATMENTS])
        slots = {
            "agent_name": plain(tenant.agent_name),
            "company_name": plain(tenant.company_name),
            "emergency_number": plain(tenant.emergency.number),
            "language_name": LANGUAGE_NAMES[language],
            "address": plain(tenant.address),
            "how_to_get_there": plain(tenant.how_to_get_there),
            "phone": plain(tenant.phone),
            "website": plain(tenant.website),
            "hours": plain(hours_in_words(tenant.hours, now.date())),
            "payment": plain(", ".join(tenant.payment_methods)),
            "treatments": plain(names),
            "staff": plain(", ".join(f"{one.name} ({one.role})" for one in tenant.staff)),
        }
        parts = [TEMPLATES[name].substitute(slots) for name in ("rules", self._agent, "company")]
        if wishes := tenant.wishes_for(self._agent).wishes.strip():
            parts.append(f"<company_wishes>\n{plain(wishes)}\n</company_wishes>")
        return "\n\n".join(parts)

    def _situation(self, now: datetime, booking: Booking | None, context: Context) -> str:
        aside = booking is not None and self._agent != "schedule"
        return (
            TEMPLATES["situation"]
            .substitute(
                today=f"{now:%A}, {now:%Y-%m-%d}",
                time=f"{now:%H:%M}",
                channel=plain(context.channel),
                patient_name=plain(context.patient_name),
                phone_known="yes" if context.patient_phone else "no",
                booking=plain(json.dumps(booking, ensure_ascii=False)) if booking else "none",
                side_question=TEMPLATES["side_question"].template if aside else "",
            )
            .strip()
        )


def router_prompt(tenant: Tenant) -> SystemMessage:
    """Return the router's own instructions."""
    return SystemMessage(TEMPLATES["router"].substitute(company_name=plain(tenant.company_name)))
