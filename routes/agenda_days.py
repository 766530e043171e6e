"""When a clinic and its staff are there, day by day, over REST: what an agenda is drawn on."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from agenda.opening import company_spans, special_day, staff_spans, why_closed
from routes.access import Access, Caller
from routes.body import query
from routes.errors import InvalidRequestError
from tenants.hours import Span
from tenants.tenant import Tenant

MOST = 62  # days of one answer


class Stretch(BaseModel):
    """A stretch of days, its last one with it."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[date, Field(alias="from")]
    to: date


class AgendaDays:
    """Answers when somebody is there."""

    def __init__(self, access: Access) -> None:
        """Take who may ask."""
        self._access = access

    async def days(self, request: Request, caller: Caller) -> JSONResponse:
        """Tell of some days when the clinic is open, why it is not, and when its staff work then."""
        tenant = self._access.company(request, caller)
        asked = query(request, Stretch)
        count = (asked.to - asked.from_).days + 1
        if not 1 <= count <= MOST:
            raise InvalidRequestError(f"to: must be from's day or one of the {MOST - 1} after it")
        days = [_day(tenant, asked.from_ + timedelta(days=after)) for after in range(count)]
        return JSONResponse({"time_zone": tenant.time_zone, "days": days})

    def routes(self) -> list[Route]:
        """Return the path below /api."""
        return [Route("/agenda/days", self._access.guarded(self.days), methods=["GET"])]


def _day(tenant: Tenant, day: date) -> dict[str, object]:
    spans = company_spans(tenant, day)
    special = special_day(tenant.hours, day)
    return {
        "day": day.isoformat(),
        "spans": _shown(spans),
        "closed": why_closed(tenant, day),
        "reason": special.reason if special else "",
        "staff": {
            member.id: _shown(_both(spans, staff_spans(tenant, member, day)))
            for member in tenant.staff
        },
    }


def _both(opened: Iterable[Span], worked: Iterable[Span]) -> list[Span]:
    """Return when somebody works while the clinic is open: staff are bookable then only."""
    worked = tuple(worked)
    shared = [(max(a.start, b.start), min(a.end, b.end)) for a in opened for b in worked]
    return [Span(start=start, end=end) for start, end in shared if start < end]


def _shown(spans: Iterable[Span]) -> list[dict[str, str]]:
    return [{"start": f"{one.start:%H:%M}", "end": f"{one.end:%H:%M}"} for one in spans]
