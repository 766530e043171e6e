"""A company's agents over REST: on or off, which model speaks, how freely."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from routes.access import Access, Caller
from routes.body import json_body
from routes.company_administration import author_of, kept_of, written_answer
from routes.prompts import agent_in
from routes.tags import expected_in
from tenants.administration import Administration
from tenants.patching import merged


class AgentChange(BaseModel):
    """What is to be different about an agent; null takes the company's own again."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool | None = None
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None


class AgentRoutes:
    """Answers changes of agents."""

    def __init__(self, *, access: Access, administration: Administration) -> None:
        """Take who may call and what changes companies."""
        self._access = access
        self._administration = administration

    async def patch(self, request: Request, caller: Caller) -> Response:
        """Change an agent. Router and emergency cannot be switched off; a model is the administrator's choice."""
        kept = await kept_of(request, caller, self._access, self._administration)
        agent = agent_in(request)
        change = (await json_body(request, AgentChange)).model_dump(exclude_unset=True)
        written = await self._administration.change(
            kept.company_id,
            lambda fields: dict(merged(fields, {"agents": {agent: change}})),
            author_of(caller),
            expected=expected_in(request),
        )
        return written_answer(request, written)

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        path = "/companies/{company_id}/agents/{agent}"
        return [Route(path, self._access.guarded(self.patch), methods=["PATCH"])]
