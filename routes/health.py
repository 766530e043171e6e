"""How we are, over REST: always 200 while this process lives, honest about each part.

A part that is down is in the body and not in the status: a balancer that took us out of service
would answer Chatwoot with 503, which takes the conversation out of the bot's hands for good.
"""

import asyncio
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.clock import Clock
from routes.access import Access, Caller
from routes.body import query
from routes.companies import Page, agents_of
from routes.health_checks import UP, HealthChecks, library_facts
from tenants import keys
from tenants.json_directory import JsonDirectory
from tenants.tenant import Tenant

LOOKED_AT = 20
"""Companies of one page that are looked at anew, when nobody has yet."""
PROJECT = Path(__file__).parents[1] / "pyproject.toml"
SYSTEM = "multi-tenant-multi-agent"


def own_version() -> str:
    """Return the version of what runs here: of the sources beside us, else of the package."""
    try:
        found: str = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"]
    except OSError:
        return version("clinicdesk")
    return found


def model_of(tenant: Tenant) -> str:
    """Name what speaks for a company: its model, or `guided` when it has no key."""
    return tenant.model.name if tenant.model.api_key else "guided"


class Health:
    """Answers how the deployment and its companies are."""

    def __init__(
        self,
        *,
        access: Access,
        directory: JsonDirectory,
        checks: HealthChecks,
        models_answer: Callable[[], bool | None],
        clock: Clock,
    ) -> None:
        """Take what is looked at and who may see the details."""
        self._models_answer = models_answer
        self._access = access
        self._directory = directory
        self._checks = checks
        self._clock = clock
        self._version = own_version()

    async def system(self, _request: Request) -> JSONResponse:
        """Tell everybody whether the service works; names no company."""
        return JSONResponse(await self._system())

    async def _system(self) -> dict[str, object]:
        redis = await self._checks.redis_state()
        companies = self._directory.companies()
        models = sorted({model_of(one) for one in companies})
        return {
            "status": "healthy" if redis == UP else "unhealthy",
            "version": self._version,
            "system_type": SYSTEM,
            "timestamp": self._clock().isoformat(),
            "companies_configured": len(companies),
            "redis_healthy": redis == UP,
            "redis": redis,
            "openai_healthy": self._models_answer(),
            **self._companies_source(),
            "model": models[0] if len(models) == 1 else ", ".join(models[:5]),
        }

    def _companies_source(self) -> dict[str, object]:
        """Tell where companies come from; None stands for a PostgreSQL that is not configured."""
        source = self._directory.source
        words = {None: "not configured", True: "up", False: f"down, serving {source.serving}"}
        return {
            "postgresql_healthy": source.postgresql,
            "postgresql": words[source.postgresql],
            "companies_from": source.serving,
            "companies_faulty": len(self._directory.faults),
        }

    async def company(self, request: Request, caller: Caller) -> JSONResponse:
        """Tell how each part of one company is."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        return JSONResponse(await self._of(tenant))

    async def status(self, request: Request, caller: Caller) -> JSONResponse:
        """Tell a company's state in short."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        whole = await self._of(tenant)
        healthy = whole["redis_healthy"] and whole["vectorstore_healthy"]
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "status": "operational" if healthy else "degraded",
                "agents_healthy": whole["redis_healthy"],
                "vectorstore_healthy": whole["vectorstore_healthy"],
                "redis_healthy": whole["redis_healthy"],
                "model": whole["model"],
                "last_message": await self._checks.last_message(tenant),
            }
        )

    async def companies(self, request: Request, caller: Caller) -> JSONResponse:
        """Tell how all companies were when they were last looked at, a page at a time.

        A few that nobody has looked at are looked at now: "degraded" is not said of the unknown.
        """
        return JSONResponse(await self._page(request, caller))

    async def full(self, request: Request, caller: Caller) -> JSONResponse:
        """Tell how the deployment is and, a page at a time, its companies."""
        return JSONResponse({**await self._system(), **await self._page(request, caller)})

    async def _page(self, request: Request, caller: Caller) -> dict[str, object]:
        wanted = query(request, Page)
        mine = caller.company_id
        every = self._directory.companies() if mine is None else [self._directory.find(mine)]
        first = (wanted.page - 1) * wanted.limit
        some = every[first : first + wanted.limit]
        redis = await self._checks.redis_healthy()
        seen = await self._checks.last_seen_libraries([one.company_id for one in some])
        unseen = [one.company_id for one in some if one.company_id not in seen][:LOOKED_AT]
        found = await asyncio.gather(*(self._checks.library(one) for one in unseen if redis))
        seen = {**seen, **{one: library_facts(it) for one, it in zip(unseen, found, strict=False)}}
        described = {
            one.company_id: self._overview(one, dict(seen.get(one.company_id, {})), redis=redis)
            for one in some
        }
        return {
            "total_companies": len(every),
            "healthy_companies": sum(one["status"] == "healthy" for one in described.values()),
            "page": wanted.page,
            "limit": wanted.limit,
            "companies": described,
            "source_note": self._directory.source.reason if mine is None else "",
            "faulty": {
                one: reason for one, reason in self._directory.faults.items() if mine in {None, one}
            },
        }

    async def _of(self, tenant: Tenant) -> dict[str, Any]:
        redis = await self._checks.redis_healthy()
        library = await self._checks.library(tenant.company_id) if redis else None
        agents = agents_of(tenant)
        healthy = library is not None and library.status == "healthy"
        return {
            "company_id": tenant.company_id,
            "status": "healthy" if healthy else "degraded" if redis else "unhealthy",
            "redis_healthy": redis,
            "vectorstore_healthy": healthy,
            "vectorstore_index": keys.chunk_index(tenant.company_id),
            "vectorstore": library_facts(library),
            "agents_available": sum(agent["status"] == "active" for agent in agents),
            "agents_status": {str(agent["name"]): agent["status"] for agent in agents},
            "rag_enabled": True,
            "documents_indexed": library.documents if library else 0,
            "model": model_of(tenant),
            "budget": await self._checks.budget(tenant),
            "on_call": await self._checks.on_call(tenant),
            "chatwoot": await self._checks.chatwoot(tenant),
        }

    @staticmethod
    def _overview(tenant: Tenant, seen: dict[str, Any], *, redis: bool) -> dict[str, Any]:
        vectorstore = str(seen.get("status", "unknown"))
        available = sum(agent["status"] == "active" for agent in agents_of(tenant))
        degraded = "degraded" if redis else "unhealthy"
        return {
            "status": "healthy" if redis and vectorstore == "healthy" else degraded,
            "agents": available,
            "agents_available": available,
            "documents": int(seen.get("documents", 0)),
            "vectorstore": vectorstore,
            "model": model_of(tenant),
        }

    def open_routes(self) -> list[Route]:
        """Return the paths that need no key."""
        return [Route("/health", self.system, methods=["GET"])]

    def routes(self) -> list[Route]:
        """Return the paths below /api that do; the two in `/companies` stand before `{company_id}`."""
        guarded = self._access.guarded
        return [
            Route("/health/companies", guarded(self.companies), methods=["GET"]),
            Route("/health/full", guarded(self.full), methods=["GET"]),
            Route("/health/company/{company_id}", guarded(self.company), methods=["GET"]),
            Route("/companies/health", guarded(self.companies), methods=["GET"]),
            Route("/companies/{company_id}/status", guarded(self.status), methods=["GET"]),
        ]
