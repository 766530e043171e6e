"""Calendar feeds over REST: an unguessable link a member of the staff, to subscribe to and to revoke."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agenda.calendars import Calendars
from agenda.feeds import Feeds
from agenda.front_office import Wanted
from agenda.ics import ics_of
from integrations.clock import Clock
from routes.access import Access, Caller
from routes.errors import NotFoundError
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.tenant import Tenant
from tools.slot_labels import staff_name

BEHIND, AHEAD = timedelta(days=30), timedelta(days=366)
LONGEST_TOKEN = 100
NO_FEED = "There is no such calendar."


class FeedRoutes:
    """Makes links for the clinic, and answers the calendar programs that follow them."""

    def __init__(
        self,
        *,
        access: Access,
        directory: Directory,
        feeds: Feeds,
        calendars: Calendars,
        clock: Clock,
        public_url: str,
    ) -> None:
        """Take the feeds, whose they are, and the address that links begin with."""
        self._access = access
        self._directory = directory
        self._feeds = feeds
        self._calendars = calendars
        self._clock = clock
        self._public_url = public_url

    async def links(self, request: Request, caller: Caller) -> JSONResponse:
        """List the staff with the links that are open."""
        tenant = self._access.company(request, caller)
        tokens = await self._feeds.of(tenant.company_id)
        return JSONResponse(
            {
                "feeds": [
                    {"staff_id": one.id, "staff": one.name, "url": self._url(tokens.get(one.id))}
                    for one in tenant.staff
                ]
            }
        )

    async def open(self, request: Request, caller: Caller) -> JSONResponse:
        """Make a new link for a member of the staff; the one before ends."""
        tenant, staff_id = self._member(request, caller)
        token = await self._feeds.open(tenant.company_id, staff_id)
        return JSONResponse({"staff_id": staff_id, "url": self._url(token)}, status_code=201)

    async def revoke(self, request: Request, caller: Caller) -> JSONResponse:
        """End the link of a member of the staff, also of one who left."""
        tenant = self._access.company(request, caller)
        staff_id = str(request.path_params["staff_id"])
        if not await self._feeds.revoke(tenant.company_id, staff_id):
            raise NotFoundError(NO_FEED)
        return JSONResponse({"status": "success", "staff_id": staff_id})

    async def show(self, request: Request) -> Response:
        """Return a calendar to whoever has its link."""
        token = str(request.path_params["token"])
        owner = await self._feeds.owner(token) if len(token) <= LONGEST_TOKEN else None
        if owner is None:
            raise NotFoundError(NO_FEED)
        try:
            tenant = self._directory.find(owner[0])
        except UnknownCompanyError as error:
            raise NotFoundError(NO_FEED) from error
        name = staff_name(tenant, owner[1])
        if not name:
            raise NotFoundError(NO_FEED)
        now = self._clock()
        wanted = Wanted(after=now - BEHIND, before=now + AHEAD, staff_id=owner[1])
        _, found = await self._calendars.front_office_of(tenant).page(
            wanted, offset=0, limit=100_000
        )
        coming = [one for one in found if one.status != "cancelled"]
        body = ics_of(tenant, name, coming, now=now)
        return Response(
            body,
            media_type="text/calendar; charset=utf-8",
            headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"},
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api; the feed itself needs no key."""
        guarded = self._access.guarded
        one = "/agenda/feeds/{staff_id}"
        return [
            Route("/agenda/feeds", guarded(self.links), methods=["GET"]),
            Route(one, guarded(self.open), methods=["POST"]),
            Route(one, guarded(self.revoke), methods=["DELETE"]),
            Route("/agenda/ics/{token}.ics", self.show, methods=["GET"]),
        ]

    def _member(self, request: Request, caller: Caller) -> tuple[Tenant, str]:
        tenant = self._access.company(request, caller)
        staff_id = str(request.path_params["staff_id"])
        if not staff_name(tenant, staff_id):
            raise NotFoundError("There is no such member of the staff.")
        return tenant, staff_id

    def _url(self, token: str | None) -> str | None:
        return f"{self._public_url}/api/agenda/ics/{token}.ics" if token else None
