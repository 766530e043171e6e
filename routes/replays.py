"""A conversation's past over REST: its checkpoints, the state at each, acting a turn out again."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from graph.replay import LARGEST_PAGE, Replays, Run
from nodes.state import Agent
from routes.access import Access, Caller
from routes.body import json_body, query, user_id_of

CHECKPOINT = Annotated[str, Field(max_length=64)]
BRANCH = Annotated[str, Field(pattern=r"^[0-9a-f]{0,32}$")]


class Wanted(BaseModel):
    """Which part of a history."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 20
    before: CHECKPOINT = ""
    branch: BRANCH = ""


class At(BaseModel):
    """A checkpoint; the newest when none is named."""

    checkpoint_id: CHECKPOINT = ""
    branch: BRANCH = ""


class Again(At):
    """Which turn is to be acted out again."""

    checkpoint_id: Annotated[str, Field(min_length=1, max_length=64)]


class Change(Again):
    """What is to be different this time."""

    message: Annotated[str, Field(min_length=1, max_length=10_000)] | None = None
    agent: Agent | None = None
    run: bool = True


class Answer(BaseModel):
    """What an interrupted turn waits for."""

    interrupt_id: Annotated[str, Field(min_length=1, max_length=64)]
    value: Any
    branch: BRANCH = ""


class ReplayRoutes:
    """Answers what is asked about the past. Nothing here reaches Chatwoot, and branches book nothing."""

    def __init__(self, *, access: Access, replays: Replays) -> None:
        """Take the past and who may see it."""
        self._access = access
        self._replays = replays

    async def history(self, request: Request, caller: Caller) -> JSONResponse:
        """List the checkpoints, newest first; `before` of the answer asks for the next page."""
        tenant = self._access.company(request, caller)
        wanted = query(request, Wanted)
        page = await self._replays.history(
            tenant,
            user_id_of(request),
            limit=wanted.limit,
            before=wanted.before,
            branch=wanted.branch,
        )
        moments = [asdict(one) for one in page.moments]
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "user_id": user_id_of(request),
                "checkpoint_ids": [one["checkpoint_id"] for one in moments],
                "checkpoints": moments,
                "before": page.before or None,
            }
        )

    async def state(self, request: Request, caller: Caller) -> JSONResponse:
        """Return the thread's state at a checkpoint."""
        tenant = self._access.company(request, caller)
        wanted = query(request, At)
        past = await self._replays.state(
            tenant, user_id_of(request), wanted.checkpoint_id, branch=wanted.branch
        )
        return JSONResponse({"company_id": tenant.company_id, **asdict(past)})

    async def replay(self, request: Request, caller: Caller) -> JSONResponse:
        """Act the turn that led to a checkpoint out again, on a branch."""
        tenant = self._access.company(request, caller)
        wanted = await json_body(request, Again)
        run = await self._replays.replay(
            tenant, user_id_of(request), wanted.checkpoint_id, branch=wanted.branch
        )
        return _told(tenant.company_id, run)

    async def fork(self, request: Request, caller: Caller) -> JSONResponse:
        """Act it out with another message or another agent, on a branch."""
        tenant = self._access.company(request, caller)
        wanted = await json_body(request, Change)
        run = await self._replays.fork(
            tenant,
            user_id_of(request),
            wanted.checkpoint_id,
            message=wanted.message,
            agent=wanted.agent,
            run=wanted.run,
            branch=wanted.branch,
        )
        return _told(tenant.company_id, run)

    async def resume(self, request: Request, caller: Caller) -> JSONResponse:
        """Answer what a turn waits for, and go on."""
        tenant = self._access.company(request, caller)
        wanted = await json_body(request, Answer)
        run = await self._replays.resume(
            tenant, user_id_of(request), wanted.value, wanted.interrupt_id, branch=wanted.branch
        )
        return _told(tenant.company_id, run)

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        one = "/conversations/{user_id}"
        return [
            Route(f"{one}/history", guarded(self.history), methods=["GET"]),
            Route(f"{one}/state", guarded(self.state), methods=["GET"]),
            Route(f"{one}/replay", guarded(self.replay), methods=["POST"]),
            Route(f"{one}/fork", guarded(self.fork), methods=["POST"]),
            Route(f"{one}/resume", guarded(self.resume), methods=["POST"]),
        ]


def _told(company_id: str, run: Run) -> JSONResponse:
    return JSONResponse({"company_id": company_id, **asdict(run)})
