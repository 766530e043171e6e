"""A look at everything from afar: what is connected, what a company lacks, what went wrong lately."""

import asyncio
import platform
import time
from collections.abc import Awaitable
from dataclasses import asdict, replace
from datetime import datetime
from importlib.metadata import version
from typing import TypeVar

from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.recent_log import RecentLog
from integrations.redis import awaitable
from jobs.parked import QueueView
from jobs.parts import Parts
from routes.access import Access, Caller
from routes.companies import webhook_path
from routes.finding import Finding
from routes.findings import of_calendar, of_chatwoot
from routes.health import SYSTEM, own_version
from routes.model_findings import of_models
from routes.on_call_findings import of_on_call

PATIENCE = 10.0  # seconds for all findings of a company together
LOOK = 2.0  # seconds for Redis
Found = TypeVar("Found")

LIBRARIES = ("langgraph", "langchain-core", "langchain-openai", "redis", "starlette", "pydantic")


class Diagnostics:
    """Answers an administrator about the deployment, and a company's key about its company."""

    def __init__(
        self, *, access: Access, parts: Parts, queue: QueueView, recent: RecentLog, public_url: str
    ) -> None:
        """Take everything that is looked at."""
        self._access = access
        self._parts = parts
        self._queue = queue
        self._recent = recent
        self._public_url = public_url
        self._since = parts.clock()

    async def status(self, _request: Request, caller: Caller) -> JSONResponse:
        """Tell what the deployment is doing now."""
        caller.only_administrators()
        now = self._parts.clock()
        queue, memory = await asyncio.gather(
            _unless_away(self._queue_now()), _unless_away(self._memory())
        )
        return JSONResponse(
            {
                "status": "operational" if queue is not None else "degraded",
                "timestamp": now.isoformat(),
                "uptime_seconds": round((now - self._since).total_seconds()),
                "companies": len(self._parts.directory.companies()),
                "compiled_graphs": len(self._parts.answering.graphs),
                "queue": queue,
                "redis_memory_bytes": memory,
            }
        )

    async def system(self, _request: Request, caller: Caller) -> JSONResponse:
        """Tell what runs here: versions, no secrets."""
        caller.only_administrators()
        facts = self._parts.ground.redis_facts
        return JSONResponse(
            {
                "name": "clinicdesk",
                "version": own_version(),
                "system_type": SYSTEM,
                "started_at": self._since.isoformat(),
                "python": platform.python_version(),
                "platform": platform.platform(),
                "redis": {"version": facts.version, "search": facts.search, "json": facts.json},
                "embedder": self._parts.ground.shipped.embedder.model,
                "libraries": {name: version(name) for name in LIBRARIES},
            }
        )

    async def connections(self, _request: Request, caller: Caller) -> JSONResponse:
        """Tell how fast Redis answers and what went wrong lately in this process."""
        caller.only_administrators()
        latency = await _unless_away(self._latency())
        return JSONResponse(
            {
                "timestamp": self._parts.clock().isoformat(),
                "redis": {"reachable": latency is not None, "milliseconds": latency},
                "errors": [asdict(one) for one in self._recent.of()],
            }
        )

    async def company(self, request: Request, caller: Caller) -> JSONResponse:
        """Try a company's model, Chatwoot, calendar and webhook address, each within seconds."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        parts = self._parts
        looks: dict[str, Awaitable[Finding]] = {
            "model": of_models(tenant, parts.clock().date()),
            "chatwoot": of_chatwoot(tenant, parts.chatwoot_of(tenant)),
            "calendar": of_calendar(tenant, parts.calendars, parts.clock),
            "on call": of_on_call(tenant, parts.paging.answers, self._public_url),
        }
        found = await asyncio.gather(*(_in_time(name, look) for name, look in looks.items()))
        path = webhook_path(tenant)
        webhook = Finding(
            what="webhook",
            state="ok" if path else "wrong",
            says=f"{self._public_url}{path}" if path else "has no token: Redis was away",
        )
        findings = [*found, webhook]
        states = {one.state for one in findings}
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "timestamp": datetime.isoformat(parts.clock()),
                "status": "wrong" if "wrong" in states else "ok",
                "findings": [asdict(one) for one in findings],
                "errors": [asdict(one) for one in self._recent.of(tenant.company_id)],
            }
        )

    async def _queue_now(self) -> dict[str, int]:
        return asdict(await self._queue.counts())

    async def _memory(self) -> int:
        return int((await self._parts.redis.info("memory"))["used_memory"])

    async def _latency(self) -> float:
        started = time.perf_counter()
        await awaitable(self._parts.redis.ping())
        return round((time.perf_counter() - started) * 1000, 2)

    def routes(self) -> list[Route]:
        """Return the paths."""
        guarded = self._access.guarded
        return [
            Route("/status", guarded(self.status), methods=["GET"]),
            Route("/system/info", guarded(self.system), methods=["GET"]),
            Route("/diagnostics", guarded(self.connections), methods=["GET"]),
            Route("/diagnostics/{company_id}", guarded(self.company), methods=["GET"]),
        ]


async def _unless_away(look: Awaitable[Found]) -> Found | None:
    """Return what a look at Redis finds, or None when it does not answer in time."""
    try:
        async with asyncio.timeout(LOOK):
            return await look
    except (RedisError, OSError, TimeoutError):
        return None


async def _in_time(name: str, look: Awaitable[Finding]) -> Finding:
    """Return a finding under its short name; what takes too long is wrong."""
    try:
        async with asyncio.timeout(PATIENCE):
            return replace(await look, what=name)
    except TimeoutError:
        return Finding(what=name, state="wrong", says=f"no answer within {PATIENCE:.0f} s")
