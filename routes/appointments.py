"""Appointments over REST, for a clinic's own people: they see everyone's and are bound by no notice."""

import re
from datetime import datetime, time, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from agenda.appointment import Appointment, Patient, Status
from agenda.calendars import Calendars
from agenda.errors import SlotTakenError
from agenda.front_office import Wanted
from integrations.clock import Clock
from routes.access import Access, Caller
from routes.audited import tell
from routes.availability import LOOKS, shown_slot
from routes.body import json_body, query
from routes.bounds import LAST_PAGE
from routes.errors import InvalidRequestError, NotFoundError
from routes.moments import moment_in
from tenants.ids import USER_ID, UserId
from tenants.tenant import Tenant
from tools.phone_number import phone_number
from tools.slot_labels import shown_appointment

FAR = timedelta(days=800)  # later than any horizon reaches
NEXT = 6  # slots that are named when the wanted one is taken
APPOINTMENT_ID = re.compile(r"[a-z0-9]{1,64}")
SlotId = Annotated[str, Field(pattern=r"^[a-z0-9]{1,64}$")]
Notes = Annotated[str, Field(max_length=2000)]


class Which(BaseModel):
    """Which appointments, and which part of the list."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[str, Field(alias="from", max_length=40)] = ""
    to: Annotated[str, Field(max_length=40)] = ""
    user_id: Annotated[str, Field(pattern=USER_ID)] | None = None
    status: Status | None = None
    staff: Annotated[str, Field(max_length=80)] = ""
    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Who(BaseModel):
    """The patient who comes."""

    name: Annotated[str, Field(min_length=2, max_length=80)]
    phone: Annotated[str, Field(max_length=40)] = ""
    notes: Notes = ""


class NewAppointment(BaseModel):
    """A booking: a slot of `GET /availability`, and who comes."""

    company_id: str | None = None
    slot_id: SlotId
    exempt: bool = False
    """Book although the rules between visits (days between sessions, what comes first) forbid it."""
    user_id: Annotated[str, Field(pattern=USER_ID)] | None = None
    """Chatwoot's contact id; without it the telephone number names the patient."""
    patient: Who


class Change(BaseModel):
    """What should become of an appointment: another time, new notes, or a mark that nobody came."""

    slot_id: SlotId | None = None
    exempt: bool = False
    """Move although the rules between visits forbid it."""
    tell: bool = False
    """Write to the patient that the clinic moved it, where they wrote before."""
    notes: Notes | None = None
    status: Status | None = None

    @model_validator(mode="after")
    def _wants_something_possible(self) -> Self:
        if self.slot_id is None and self.notes is None and self.status is None:
            raise ValueError("give slot_id, notes or status")
        if self.status == "cancelled":
            raise ValueError("use DELETE to cancel")
        if self.status is not None and self.slot_id is not None:
            raise ValueError("an appointment that moves has no new status")
        return self


class Cancelling(BaseModel):
    """How an appointment is cancelled."""

    tell: bool = False
    """Write to the patient that the clinic cancelled it, where they wrote before."""


class AppointmentRoutes:
    """Answers what is asked about a company's appointments."""

    def __init__(self, *, access: Access, calendars: Calendars, clock: Clock) -> None:
        """Take who may ask and what makes agendas."""
        self._access = access
        self._calendars = calendars
        self._clock = clock

    async def page(self, request: Request, caller: Caller) -> JSONResponse:
        """List appointments, earliest first, from today on unless the query says otherwise."""
        tenant = self._access.company(request, caller)
        which = query(request, Which)
        today = datetime.combine(self._clock().astimezone(tenant.zone), time(), tenant.zone)
        after = moment_in(tenant, "from", which.from_) if which.from_ else today
        wanted = Wanted(
            after=after,
            before=moment_in(tenant, "to", which.to, ends=True) if which.to else after + FAR,
            user=UserId(which.user_id) if which.user_id else None,
            status=which.status,
            staff_id=which.staff,
        )
        total, found = await self._calendars.front_office_of(tenant).page(
            wanted, offset=(which.page - 1) * which.limit, limit=which.limit
        )
        return JSONResponse(
            {
                "total": total,
                "page": which.page,
                "limit": which.limit,
                "appointments": [shown(tenant, one) for one in found],
            }
        )

    async def one(self, request: Request, caller: Caller) -> JSONResponse:
        """Return an appointment."""
        tenant = self._access.company(request, caller)
        found = await self._calendars.front_office_of(tenant).find(_id(request))
        return JSONResponse(shown(tenant, found))

    async def book(self, request: Request, caller: Caller) -> JSONResponse:
        """Book a slot that was listed; the same booking again is the same appointment."""
        tenant = self._access.company(request, caller)
        wish = await json_body(request, NewAppointment)
        if wish.company_id not in {None, tenant.company_id}:
            raise InvalidRequestError("company_id: header, query and body name different companies")
        phone = _phone(tenant, wish.patient.phone)
        if not wish.user_id and not phone:
            raise InvalidRequestError("user_id: give it, or the patient's telephone number")
        patient = Patient(name=wish.patient.name, phone=phone, notes=wish.patient.notes)
        user = UserId(wish.user_id or f"tel-{phone.removeprefix('+')}")
        office = self._calendars.front_office_of(tenant)
        try:
            booked = await office.book(user, wish.slot_id, patient, exempt=wish.exempt)
        except SlotTakenError as error:
            return await self._taken(tenant, wish.slot_id, error)
        tell(request, target=booked.appointment_id)
        return JSONResponse(shown(tenant, booked), status_code=201)

    async def change(self, request: Request, caller: Caller) -> JSONResponse:
        """Move an appointment, write notes, or mark that the patient did not come."""
        tenant = self._access.company(request, caller)
        appointment_id = _id(request)
        office = self._calendars.front_office_of(tenant)
        found = await office.find(appointment_id)
        wish = await json_body(request, Change)
        if wish.slot_id is not None:
            if wish.tell:
                await self._calendars.staff_edits_of(tenant).note(found)
            try:
                found = await office.move(appointment_id, wish.slot_id, exempt=wish.exempt)
            except SlotTakenError as error:
                return await self._taken(tenant, wish.slot_id, error)
        if wish.status is not None:
            found = await office.mark(appointment_id, came=wish.status == "booked")
        if wish.notes is not None:
            found = await office.note(appointment_id, wish.notes)
        return JSONResponse(shown(tenant, found))

    async def cancel(self, request: Request, caller: Caller) -> JSONResponse:
        """Cancel an appointment and free its time; twice is once."""
        tenant = self._access.company(request, caller)
        office = self._calendars.front_office_of(tenant)
        found = await office.find(_id(request))
        if query(request, Cancelling).tell:
            await self._calendars.staff_edits_of(tenant).note(found)
        return JSONResponse(shown(tenant, await office.cancel(found.appointment_id)))

    async def _taken(self, tenant: Tenant, slot_id: str, error: SlotTakenError) -> JSONResponse:
        """Answer that a time is gone with the next ones, from that time on."""
        agenda = self._calendars.front_office_of(tenant).agenda
        wanted = await agenda.recall(slot_id)
        body: dict[str, object] = {
            "error": type(error).__name__,
            "detail": str(error),
            "next_slots": [],
        }
        if wanted is not None:
            near = await agenda.free_slots(
                wanted.treatment_id, wanted.start, wanted.start + LOOKS, limit=NEXT
            )
            body["next_slots"] = [shown_slot(tenant, one, tenant.language) for one in near]
        return JSONResponse(body, status_code=409)

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        one = "/appointments/{appointment_id}"
        return [
            Route("/appointments", guarded(self.page), methods=["GET"]),
            Route("/appointments", guarded(self.book), methods=["POST"]),
            Route(one, guarded(self.one), methods=["GET"]),
            Route(one, guarded(self.change), methods=["PATCH"]),
            Route(one, guarded(self.cancel), methods=["DELETE"]),
        ]


def shown(tenant: Tenant, appointment: Appointment) -> dict[str, object]:
    """Return an appointment as the API shows it."""
    return {
        **shown_appointment(tenant, appointment, tenant.language),
        "slot_id": appointment.slot_id,
        "user_id": appointment.user_id,
        "staff_id": appointment.staff_id,
        "patient": {
            "name": appointment.patient.name,
            "phone": appointment.patient.phone,
            "notes": appointment.patient.notes,
        },
        "reachable": bool(appointment.patient.conversation_id) and tenant.agenda.tell_staff_changes,
        "confirmed": appointment.confirmed,
        "created_at": appointment.created_at.isoformat(),
    }


def _id(request: Request) -> str:
    appointment_id = str(request.path_params["appointment_id"])
    if not APPOINTMENT_ID.fullmatch(appointment_id):
        raise NotFoundError("There is no such appointment.")
    return appointment_id


def _phone(tenant: Tenant, text: str) -> str:
    if not text.strip():
        return ""
    number = phone_number(text, tenant)
    if not number:
        raise InvalidRequestError("patient.phone: is no telephone number")
    return number
