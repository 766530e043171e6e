"""What is free and how a company is booked, over REST: the same engine that patients meet."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from agenda.agenda import Agenda
from agenda.appointment import Slot
from agenda.calendars import Calendars
from agenda.dates_in_words import understand
from agenda.slots import able_staff
from agenda.visits import Visitor
from integrations.clock import Clock
from routes.access import Access, Caller
from routes.body import query
from routes.errors import InvalidRequestError, NotFoundError
from routes.moments import moment_in
from tenants.ids import USER_ID, UserId
from tenants.offer import Treatment
from tenants.tenant import Language, Tenant
from tools.slot_labels import label_of, staff_name
from tools.slot_search import SlotSearch, opening_of, search
from tools.treatment_names import names_of, treatments_like

LOOKS = timedelta(days=14)  # how far a search goes that names no end


class Wish(BaseModel):
    """What is looked for: a stretch of time, or words about it."""

    model_config = ConfigDict(populate_by_name=True)

    treatment: Annotated[str, Field(min_length=1, max_length=200)]
    from_: Annotated[str, Field(alias="from", max_length=40)] = ""
    to: Annotated[str, Field(max_length=40)] = ""
    when: Annotated[str, Field(max_length=300)] = ""
    staff: Annotated[str, Field(max_length=80)] = ""
    user_id: Annotated[str, Field(pattern=USER_ID)] | None = None
    """Whose visits the rules between visits look at; without it those rules are left aside."""
    language: Language | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCounter:
    """Where the clinic's own people look for times."""

    tenant: Tenant
    agenda: Agenda
    clock: Clock


class AvailabilityRoutes:
    """Answers what is free. Every path is one company's."""

    def __init__(self, *, access: Access, calendars: Calendars, clock: Clock) -> None:
        """Take who may ask and what makes agendas."""
        self._access = access
        self._calendars = calendars
        self._clock = clock

    async def free(self, request: Request, caller: Caller) -> JSONResponse:
        """List free slots; each of them may be booked for two hours."""
        tenant = self._access.company(request, caller)
        wish = query(request, Wish)
        treatment = treatment_named(tenant, wish.treatment)
        if wish.staff and not able_staff(tenant, treatment, wish.staff):
            raise InvalidRequestError(f"staff: {wish.staff!r} does not do this treatment")
        if wish.when and (wish.from_ or wish.to):
            raise InvalidRequestError("when: give words or from and to, not both")
        found = await (self._in_words if wish.when else self._between)(tenant, treatment, wish)
        about = {"company_id": tenant.company_id, "time_zone": tenant.time_zone}
        named = {"treatment_id": treatment.id, "treatment": treatment.name}
        return JSONResponse({**about, **named, **found})

    async def _between(self, tenant: Tenant, treatment: Treatment, wish: Wish) -> dict[str, object]:
        now = self._clock().astimezone(tenant.zone)
        after = moment_in(tenant, "from", wish.from_) if wish.from_ else now
        before = moment_in(tenant, "to", wish.to, ends=True) if wish.to else after + LOOKS
        if before <= after:
            raise InvalidRequestError("to: must be later than from")
        slots = await self._calendars.front_office_of(tenant).agenda.free_slots(
            treatment.id,
            after,
            before,
            staff_id=wish.staff,
            limit=wish.limit,
            visitor=_visitor(wish),
        )
        language = wish.language or tenant.language
        return {
            "from": after.isoformat(),
            "to": before.isoformat(),
            "slots": [shown_slot(tenant, one, language) for one in slots],
        }

    async def _in_words(
        self, tenant: Tenant, treatment: Treatment, wish: Wish
    ) -> dict[str, object]:
        language = wish.language or tenant.language
        when = understand(
            wish.when,
            now=self._clock().astimezone(tenant.zone),
            language=language,
            country=tenant.country,
            opening=opening_of(tenant),
        )
        if not when.understood:
            raise InvalidRequestError("when: no day or hour was understood")
        office = self._calendars.front_office_of(tenant)
        counter = StaffCounter(tenant=office.company, agenda=office.agenda, clock=self._clock)
        found = await search(counter, _sought(treatment, wish), when)
        return {
            "understood": when.told(),
            "exact": found.exact,
            "note": found.note,
            "question": when.question,
            "slots": [shown_slot(tenant, one, language) for one in found.slots[: wish.limit]],
        }

    async def config(self, request: Request, caller: Caller) -> JSONResponse:
        """Return how the company is booked: rules, hours, staff, treatments; no secret of it."""
        tenant = self._access.company(request, caller)
        secret = {"google_credentials"}
        bookable = [one for one in tenant.treatments if one.bookable]
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "time_zone": tenant.time_zone,
                "country": tenant.country,
                "integration_type": tenant.agenda.calendar,
                "rules": _minutes(tenant.agenda.model_dump(mode="json", exclude=secret)),
                "hours": tenant.hours.model_dump(mode="json"),
                "staff": [one.model_dump(mode="json") for one in tenant.staff],
                "resources": [one.model_dump(mode="json") for one in tenant.resources],
                "treatments": [_minutes(one.model_dump(mode="json")) for one in bookable],
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        return [
            Route("/availability", guarded(self.free), methods=["GET"]),
            Route("/agenda/config", guarded(self.config), methods=["GET"]),
        ]


def _visitor(wish: Wish) -> Visitor | None:
    return Visitor(user=UserId(wish.user_id)) if wish.user_id else None


def _sought(treatment: Treatment, wish: Wish) -> SlotSearch:
    return SlotSearch(treatment=treatment, staff_id=wish.staff, visitor=_visitor(wish))


_LENGTHS = frozenset(
    {
        "minimum_notice",
        "granularity",
        "hold",
        "cancel_notice",
        "duration",
        "buffer_before",
        "buffer_after",
        "first_visit_duration",
    }
)


def _minutes(fields: dict[str, object]) -> dict[str, object]:
    """Name lengths of time as a company's file does: with their unit."""
    return {f"{name}_minutes" if name in _LENGTHS else name: fields[name] for name in fields}


def treatment_named(tenant: Tenant, words: str) -> Treatment:
    """Return the bookable treatment of an id or a name; raises NotFoundError, InvalidRequestError."""
    exact = tenant.treatment(words)
    if exact is not None and exact.bookable:
        return exact
    like = [one for one in treatments_like(words, tenant.treatments) if one.bookable]
    if len(like) > 1:
        raise InvalidRequestError(f"treatment: which one of {names_of(like[:10])}?")
    if not like:
        raise NotFoundError("There is no such treatment that can be booked.")
    return like[0]


def shown_slot(tenant: Tenant, slot: Slot, language: Language) -> dict[str, object]:
    """Return a slot as the API shows it."""
    return {
        "slot_id": slot.slot_id,
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "staff_id": slot.staff_id,
        "staff": staff_name(tenant, slot.staff_id),
        "label": label_of(tenant, slot, language),
    }
