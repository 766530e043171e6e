"""Pages over REST: who is paged for, a try-out, and acknowledging by key."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.clock import Clock
from jobs.page import Page
from jobs.pages import TEST_USER
from jobs.paging_parts import PagingParts
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import query
from routes.errors import ConflictError, NotFoundError
from tenants.errors import UnknownCompanyError

BETWEEN_TESTS = timedelta(minutes=1)
WAITING = frozenset({"open", "unanswered"})
NO_PAGE = "There is no such page."


class Wanted(BaseModel):
    """Which pages are listed."""

    state: Literal["open", "all"] = "open"
    """`open`: those that nobody has answered; `all`: those of the last seven days, tests too."""


class PageRoutes:
    """Answers a company's people about who is paged for."""

    def __init__(self, *, access: Access, paging: PagingParts, clock: Clock) -> None:
        """Take where pages are kept, who goes on with them, and who may ask."""
        self._access = access
        self._paging = paging
        self._clock = clock

    async def listed(self, request: Request, caller: Caller) -> JSONResponse:
        """List a company's pages, the latest first."""
        tenant = self._access.company(request, caller)
        wanted = query(request, Wanted)
        found = [
            one
            for one in await self._paging.pages.of(tenant.company_id)
            if wanted.state == "all" or (one.state in WAITING and not one.test)
        ]
        return JSONResponse({"total": len(found), "pages": [_told(one) for one in found]})

    async def show(self, request: Request, caller: Caller) -> JSONResponse:
        """Show one page and how each attempt to reach somebody went."""
        return JSONResponse(_told(await self._found(request, caller)))

    async def acknowledge(self, request: Request, caller: Caller) -> JSONResponse:
        """Say that somebody sees to the patient: nobody else is woken."""
        page = await self._found(request, caller)
        tell(request, company=page.company_id, target=page.page_id)
        done = await self._paging.answers.acknowledge(
            page.company_id, page.user_id, by=caller.who, page_id=page.page_id
        )
        if not done:
            raise ConflictError("This page was answered already.")
        return JSONResponse({"status": "success", "page_id": page.page_id})

    async def test(self, request: Request, caller: Caller) -> JSONResponse:
        """Page by every way of a company at once, with words that say it is a test."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        if not tenant.on_call.plan:
            raise ConflictError("The company has no way to wake anybody: set its on_call.")
        last = await self._paging.pages.of_patient(tenant.company_id, TEST_USER)
        if last is not None and self._clock() - last.opened_at < BETWEEN_TESTS:
            raise ConflictError("A test went out less than a minute ago.")
        page = await self._paging.paging.test(tenant)
        tell(request, target=page.page_id)
        return JSONResponse(_told(page))

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        return [
            Route("/pages", guarded(self.listed), methods=["GET"]),
            Route("/pages/{page_id}", guarded(self.show), methods=["GET"]),
            Route("/companies/{company_id}/on-call/test", guarded(self.test), methods=["POST"]),
        ]

    async def _found(self, request: Request, caller: Caller) -> Page:
        page = await self._paging.pages.find(str(request.path_params["page_id"]))
        if page is None:
            raise NotFoundError(NO_PAGE)
        try:
            self._access.named(caller, page.company_id)
        except UnknownCompanyError as error:
            raise NotFoundError(NO_PAGE) from error
        return page


def _told(page: Page) -> dict[str, object]:
    return {
        "page_id": page.page_id,
        "company_id": page.company_id,
        "user_id": None if page.test else page.user_id,
        "conversation_id": page.conversation_id or None,
        "group": page.group,
        "level": page.level,
        "test": page.test,
        "state": page.state,
        "opened_at": page.opened_at.isoformat(),
        "answered_by": page.answered_by or None,
        "answered_at": page.answered_at or None,
        "attempts": len(page.results) if page.test else page.steps,
        "results": [
            {"at": one.at, "way": one.way, "result": one.result, "detail": one.detail or None}
            for one in page.results
        ],
    }
