"""The inbox's work over REST: what waits, runs and is parked, and what a person does about it."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.parked import QueueView
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from tenants import keys
from tenants.ids import CompanyId


class Work(BaseModel):
    """One piece of parked work, by the id that the list gives."""

    id: Annotated[str, Field(min_length=1, max_length=300)]


class QueueRoutes:
    """Answers an administrator about all work, and a company's key about its own."""

    def __init__(self, *, access: Access, queue: QueueView) -> None:
        """Take the work and who may see it."""
        self._access = access
        self._queue = queue

    async def view(self, request: Request, caller: Caller) -> JSONResponse:
        """Count what waits and runs, and list what is parked with its reason."""
        company = self._company(request, caller)
        counts = await self._queue.counts(company)
        parked = await self._queue.parked.list(company)
        return JSONResponse(
            {
                "waiting": counts.waiting,
                "running": counts.running,
                "parked": counts.parked,
                "parked_work": [asdict(one) for one in parked],
            }
        )

    async def retry(self, request: Request, caller: Caller) -> JSONResponse:
        """Take parked work up again."""
        work = await json_body(request, Work)
        await self._queue.parked.retry(work.id, self._company(request, caller))
        _tell_whose(request, work)
        return JSONResponse({"status": "accepted", "id": work.id}, status_code=202)

    async def discard(self, request: Request, caller: Caller) -> JSONResponse:
        """Throw parked work away."""
        work = await json_body(request, Work)
        await self._queue.parked.discard(work.id, self._company(request, caller))
        _tell_whose(request, work)
        return JSONResponse({"status": "success", "id": work.id})

    def _company(self, request: Request, caller: Caller) -> CompanyId | None:
        """Return whose work is meant: every company's for an administrator who names none."""
        named = request.headers.get("x-company-id") or request.query_params.get("company_id")
        if named or not caller.administrator:
            return self._access.company(request, caller).company_id
        return None

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        return [
            Route("/queue", guarded(self.view), methods=["GET"]),
            Route("/queue/retry", guarded(self.retry), methods=["POST"]),
            Route("/queue/discard", guarded(self.discard), methods=["POST"]),
        ]


def _tell_whose(request: Request, work: Work) -> None:
    company, _, turn_id = keys.parked_owner(work.id)
    tell(request, company=company, target=turn_id)
