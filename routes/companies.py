"""Companies over REST: who is served here, how each is set up, and where its webhook is."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.clock import Clock
from routes.access import Access, Caller
from routes.body import query
from routes.bounds import LAST_PAGE
from tenants import keys
from tenants.directory import Directory
from tenants.reloads import Reloads
from tenants.tenant import AgentName, Tenant

AGENTS: tuple[AgentName, ...] = (
    "router",
    "sales",
    "support",
    "emergency",
    "schedule",
    "availability",
)
WITH_DOCUMENTS = frozenset({"sales", "support"})


class Page(BaseModel):
    """Which part of a long list is wanted."""

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    limit: Annotated[int, Field(ge=1, le=500)] = 100


def _summary(tenant: Tenant) -> dict[str, object]:
    return {
        "company_id": tenant.company_id,
        "company_name": tenant.company_name,
        "subscription_tier": tenant.subscription_tier,
        "active": tenant.active,
    }


def agents_of(tenant: Tenant) -> list[dict[str, object]]:
    """Describe the six agents of a company, as the panel lists them."""
    return [_agent(tenant, name) for name in AGENTS]


def _agent(tenant: Tenant, name: AgentName) -> dict[str, object]:
    # Nobody can switch the emergency agent or the router off.
    active = name in {"router", "emergency"} or tenant.wishes_for(name).enabled
    described: dict[str, object] = {
        "name": name,
        "type": "classifier" if name == "router" else "executor",
        "status": "active" if active else "disabled",
        "rag_enabled": name in WITH_DOCUMENTS,
    }
    if name in WITH_DOCUMENTS:
        described["vectorstore_index"] = keys.chunk_index(tenant.company_id)
    return described


def _described(tenant: Tenant) -> dict[str, object]:
    return {
        **_summary(tenant),
        "business_type": tenant.business_type,
        "model_name": tenant.model.name if tenant.model.api_key else "guided",
        "redis_prefix": keys.company_prefix(tenant.company_id),
        "vectorstore_index": keys.chunk_index(tenant.company_id),
        "languages": list(tenant.languages),
        "country": tenant.country,
        "time_zone": tenant.time_zone,
        "currency": tenant.currency,
        "account_id": tenant.chatwoot.account_id,
        "treatments": len(tenant.treatments),
        "staff": len(tenant.staff),
        "revision": tenant.revision,
        "agents": agents_of(tenant),
    }


def webhook_path(tenant: Tenant) -> str | None:
    """Return the path that Chatwoot must call for a company, or None while it has no token."""
    token = tenant.chatwoot.webhook_token
    return None if token is None else f"/api/webhook/chatwoot/{token.get_secret_value()}"


class Companies:
    """Answers what is asked about companies."""

    def __init__(
        self,
        *,
        access: Access,
        directory: Directory,
        reloads: Reloads,
        clock: Clock,
        public_url: str,
    ) -> None:
        """Take where companies are found, who may ask, and the address that Chatwoot reaches us by."""
        self._access = access
        self._directory = directory
        self._reloads = reloads
        self._clock = clock
        self._public_url = public_url

    async def page(self, request: Request, caller: Caller) -> JSONResponse:
        """List the companies that the caller may see, a page at a time."""
        wanted = query(request, Page)
        mine = caller.company_id
        found = self._directory.companies() if mine is None else [self._directory.find(mine)]
        first = (wanted.page - 1) * wanted.limit
        return JSONResponse(
            {
                "total": len(found),
                "page": wanted.page,
                "limit": wanted.limit,
                "companies": [_summary(one) for one in found[first : first + wanted.limit]],
            }
        )

    async def get(self, request: Request, caller: Caller) -> JSONResponse:
        """Describe a company; its webhook's address only to an administrator, since it is a secret."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        described = _described(tenant)
        path = webhook_path(tenant)
        if caller.administrator and path is not None:
            described["webhook_url"] = self._public_url + path
        return JSONResponse(described)

    async def agents(self, request: Request, caller: Caller) -> JSONResponse:
        """List a company's agents."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        return JSONResponse({"company_id": tenant.company_id, "agents": agents_of(tenant)})

    async def reload(self, _request: Request, caller: Caller) -> JSONResponse:
        """Read every company again, in every process; one wrong file leaves all as they were."""
        caller.only_administrators()
        changed = await self._reloads.reload()
        now: datetime = self._clock()
        return JSONResponse(
            {
                "status": "success",
                "companies_reloaded": len(self._directory.companies()),
                "changed": changed,
                "timestamp": now.isoformat(),
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        one = "/companies/{company_id}"
        return [
            Route("/companies", guarded(self.page), methods=["GET"]),
            Route("/companies/reload-config", guarded(self.reload), methods=["POST"]),
            Route(one, guarded(self.get), methods=["GET"]),
            Route(f"{one}/agents", guarded(self.agents), methods=["GET"]),
        ]
