"""Whether the bot may speak in a conversation, and an operator's word on it."""

from datetime import UTC, datetime

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.ownership import BotStatus
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from tenants.ids import CompanyId, ConversationId


class Wish(BaseModel):
    """What the operator wants."""

    active: bool


class BotStatusRoutes:
    """Shows and changes who speaks, by Chatwoot's conversation id."""

    def __init__(self, *, access: Access, status: BotStatus) -> None:
        """Take what is known of conversations and who may change it."""
        self._access = access
        self._status = status

    async def get(self, request: Request, caller: Caller) -> JSONResponse:
        """Say whether the bot speaks, and if not, who silenced it."""
        tenant = self._access.company(request, caller)
        return await self._told(tenant.company_id, _conversation(request))

    async def put(self, request: Request, caller: Caller) -> JSONResponse:
        """Silence the bot in a conversation, or let it speak again."""
        tenant = self._access.company(request, caller)
        wish = await json_body(request, Wish)
        conversation = _conversation(request)
        tell(request, active=wish.active)
        if wish.active:
            await self._status.resume(tenant.company_id, conversation)
        else:
            await self._status.pause(tenant.company_id, conversation)
        return await self._told(tenant.company_id, conversation)

    async def _told(self, company: CompanyId, conversation: ConversationId) -> JSONResponse:
        standing = await self._status.of(company, conversation)
        since = datetime.fromtimestamp(standing.paused_at, UTC).isoformat()
        return JSONResponse(
            {
                "company_id": company,
                "conversation_id": conversation,
                "active": standing.ours(),
                "paused_by": standing.paused_by or None,
                "paused_at": since if standing.paused_by else None,
                "status": standing.ownership.status or None,
                "human_assigned": standing.ownership.human,
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        path = "/bot-status/{conversation_id:int}"
        return [
            Route(path, guarded(self.get), methods=["GET"]),
            Route(path, guarded(self.put), methods=["PUT"]),
        ]


def _conversation(request: Request) -> ConversationId:
    return ConversationId(int(request.path_params["conversation_id"]))
