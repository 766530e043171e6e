"""The trails of changes over REST: a company's, and the deployment's."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from routes.access import Access, Caller
from routes.body import query
from tenants.audit import DEPLOYMENT, MOMENT, Audit


class Wanted(BaseModel):
    """Which part of a trail; `before` is the id that the page before gave."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    before: Annotated[str, Field(pattern=f"^({MOMENT.pattern})?$")] = ""


class AuditRoutes:
    """Shows who changed what."""

    def __init__(self, *, access: Access, audit: Audit) -> None:
        """Take the trails and who may see them."""
        self._access = access
        self._audit = audit

    async def trail(self, request: Request, caller: Caller) -> JSONResponse:
        """List changes, newest first: a company's, or the deployment's when the path names none."""
        if named := request.path_params.get("company_id"):
            company = self._access.named(caller, named).company_id
        else:
            caller.only_administrators()
            company = DEPLOYMENT
        wanted = query(request, Wanted)
        found = await self._audit.of(company, limit=wanted.limit, before=wanted.before)
        return JSONResponse(
            {
                "company_id": None if company == DEPLOYMENT else company,
                "changes": [asdict(one) for one in found],
                "before": found[-1].id if len(found) == wanted.limit else None,
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        return [
            Route("/audit", guarded(self.trail), methods=["GET"]),
            Route("/companies/{company_id}/audit", guarded(self.trail), methods=["GET"]),
        ]
