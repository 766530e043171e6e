"""A desk with a real agenda, and a patient who calls its tools one after another."""

from collections.abc import Callable
from typing import Any

from langchain_core.tools import BaseTool

from agenda.local_agenda import LocalAgenda
from integrations.redis import Client
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.agenda.clinics import MovingClock
from tests.fakes.no_library import NoLibrary
from tests.tools.calling import call
from tools.book_appointment import book_appointment
from tools.context import Context
from tools.desk import Desk
from tools.find_slots import find_slots
from tools.hold_slot import hold_slot


def desk_of(redis: Client, tenant: Tenant, time: MovingClock) -> Desk:
    """Return a company's desk with the embedded agenda."""
    agenda = LocalAgenda(redis, tenant, time)
    return Desk(tenant=tenant, library=NoLibrary(), agenda=agenda, clock=time)


class Conversation:
    """One patient's thread at one desk: what a tool writes to the state, the next one reads."""

    def __init__(self, desk: Desk, user: str = "41", **context: Any) -> None:
        self.desk = desk
        self.user = UserId(user)
        self.state: dict[str, Any] = {}
        self._context = Context(company_id=desk.tenant.company_id, user_id=user, **context)
        self.said = ""

    async def use(self, tool: Callable[[Desk], BaseTool], **args: Any) -> dict[str, Any]:
        """Call a tool and return its artifact."""
        after = await call(tool(self.desk), args, self._context, **self.state)
        message = after.pop("messages")[-1]
        self.state = after
        self.said = str(message.content)
        artifact: dict[str, Any] = message.artifact
        return artifact


async def hold_first(patient: Conversation, when: str, treatment: str = "botox") -> str:
    """Find times and hold the first; return its slot's id."""
    found = await patient.use(find_slots, treatment=treatment, when=when)
    slot_id: str = found["slots"][0]["slot_id"]
    await patient.use(hold_slot, slot_id=slot_id)
    return slot_id


async def book_first(patient: Conversation, when: str) -> str:
    """Book the first time that is found; return the appointment's id."""
    await hold_first(patient, when)
    booked = await patient.use(book_appointment, name="Ana Gómez", phone="3001234567")
    appointment_id: str = booked["appointment"]["appointment_id"]
    return appointment_id


def labels(found: dict[str, list[dict[str, str]]]) -> list[str]:
    """Return the times that were found, as a patient reads them."""
    return [slot["label"] for slot in found["slots"]]


def starts(found: dict[str, list[dict[str, str]]]) -> list[str]:
    """Return the starts that were found: month, day, hour."""
    return [slot["start"][5:16] for slot in found["slots"]]
