"""Answers of people over REST: proposed, listed, approved as documents or rejected."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.wake_ups import WakeUps
from knowledge.proposals import Proposals
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from routes.errors import NotFoundError


class Proposed(BaseModel):
    """An answer that somebody gave."""

    question: Annotated[str, Field(min_length=3, max_length=1000)]
    answer: Annotated[str, Field(min_length=3, max_length=10_000)]
    gap_id: Annotated[str, Field(max_length=64)] = ""


class ProposalRoutes:
    """Answers what staff do about answers that may become documents."""

    def __init__(self, *, access: Access, proposals: Proposals, wake_ups: WakeUps) -> None:
        """Take what waits for approval, and who wakes workers."""
        self._access = access
        self._proposals = proposals
        self._wake_ups = wake_ups

    async def propose(self, request: Request, caller: Caller) -> JSONResponse:
        """Keep an answer until somebody approves it; no agent knows it before."""
        tenant = self._access.company(request, caller)
        wanted = await json_body(request, Proposed)
        kept = await self._proposals.propose(
            tenant.company_id,
            question=wanted.question,
            answer=wanted.answer,
            who=caller.who,
            gap_id=wanted.gap_id,
        )
        tell(request, target=kept.id)
        return JSONResponse(asdict(kept), status_code=201)

    async def waiting(self, request: Request, caller: Caller) -> JSONResponse:
        """List what waits for approval, oldest first."""
        tenant = self._access.company(request, caller)
        found = await self._proposals.list(tenant.company_id)
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "total": len(found),
                "proposals": [asdict(one) for one in found],
            }
        )

    async def approve(self, request: Request, caller: Caller) -> JSONResponse:
        """Make a document of an answer."""
        tenant = self._access.company(request, caller)
        name = str(request.path_params["proposal_id"])
        document = await self._proposals.approve(tenant, name, who=caller.who)
        if document is None:
            raise NotFoundError("There is no such proposal.")
        await self._wake_ups.ingest()
        return JSONResponse(
            {
                "status": "success",
                "document_id": document.document_id,
                "chunks_created": document.chunks,
            },
            status_code=201,
        )

    async def reject(self, request: Request, caller: Caller) -> JSONResponse:
        """Forget an answer."""
        tenant = self._access.company(request, caller)
        name = str(request.path_params["proposal_id"])
        if not await self._proposals.reject(tenant.company_id, name):
            raise NotFoundError("There is no such proposal.")
        return JSONResponse({"status": "success", "id": name})

    def routes(self) -> list[Route]:
        """Return the paths below /api; they stand before `/documents/{document_id}`."""
        guarded = self._access.guarded
        every, one = "/documents/proposals", "/documents/proposals/{proposal_id}"
        return [
            Route(every, guarded(self.propose), methods=["POST"]),
            Route(every, guarded(self.waiting), methods=["GET"]),
            Route(f"{one}/approve", guarded(self.approve), methods=["POST"]),
            Route(one, guarded(self.reject), methods=["DELETE"]),
        ]
