"""The end of a company over REST: it is served no more, and everything it owns here is deleted."""

import asyncio
from collections.abc import Callable

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.company_removal import CompanyRemoval
from jobs.onboarding import SETTLED
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import query
from routes.company_administration import author_of
from routes.errors import InvalidRequestError
from tenants.administration import Administration


class Sure(BaseModel):
    """The company's id once more, so that nobody deletes one by a slip."""

    confirm: str = ""


class CompanyRemovalRoutes:
    """Answers the wish to delete a company."""

    def __init__(
        self,
        *,
        access: Access,
        administration: Administration,
        removal: CompanyRemoval,
        forget_graphs: Callable[[str], None],
    ) -> None:
        """Take who may call, what ends the service, and what deletes the rest."""
        self._access = access
        self._administration = administration
        self._removal = removal
        self._forget_graphs = forget_graphs

    async def delete(self, request: Request, caller: Caller) -> JSONResponse:
        """Delete a company; its appointments are handed out once more, for they are the clinic's to keep."""
        caller.only_administrators()
        kept = await self._administration.find(request.path_params["company_id"])
        if query(request, Sure).confirm != kept.company_id:
            raise InvalidRequestError(f"confirm: must be {kept.company_id}")
        author = author_of(caller)
        tenant = await self._administration.check(kept.fields, author, kept)
        appointments = await self._removal.appointments(tenant)
        await self._administration.remove(kept.company_id, author)
        # Until every process knows, one may still write for it.
        await asyncio.sleep(SETTLED.total_seconds())
        removed = await self._removal.remove(kept.company_id)
        self._forget_graphs(kept.company_id)
        tell(request, appointments=len(appointments), records=removed["records"])
        return JSONResponse(
            {
                "status": "deleted",
                "company_id": kept.company_id,
                "removed": dict(removed),
                "appointments": list(appointments),
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        path = "/companies/{company_id}"
        return [Route(path, self._access.guarded(self.delete), methods=["DELETE"])]
