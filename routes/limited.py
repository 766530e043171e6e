"""How often a key may call, told with every answer."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from integrations.rate_limits import Hit, RateLimits
from routes.access import Caller, Handler
from routes.errors import RequestError, TooManyRequestsError
from tenants import keys
from tenants.directory import Directory

MINUTE = 60  # seconds
DEPLOYMENT = 6_000
"""Requests a minute of a key that is no company's."""
TOGETHER = 3
"""All of a company's keys share as many times one key's requests."""


class Limited:
    """Counts the requests of keys and companies. Webhooks bring no key: they are never refused."""

    def __init__(self, limits: RateLimits, directory: Directory) -> None:
        """Take the windows and where companies' limits are found."""
        self._limits = limits
        self._directory = directory

    async def __call__(self, request: Request, caller: Caller, handler: Handler) -> Response:
        """Run a handler unless its caller calls too often; raises TooManyRequestsError."""
        hit = await self._hit(caller)
        if hit is None:
            return await handler(request, caller)
        told = told_of(hit)
        if not hit.allowed:
            raise TooManyRequestsError(hit.reset, told)
        try:
            answer = await handler(request, caller)
        except RequestError as error:
            error.headers = {**error.headers, **told}
            raise
        answer.headers.update(told)
        return answer

    async def _hit(self, caller: Caller) -> Hit | None:
        company = caller.company_id
        if company is None:
            name = keys.requests(None, caller.key_id or "administrator")
            return await self._limits.hit(name, DEPLOYMENT, MINUTE)
        limit = self._directory.find(company).limits.requests_per_minute
        hit = await self._limits.hit(keys.requests(company, caller.key_id), limit, MINUTE)
        if hit is None or not hit.allowed:
            return hit
        name = keys.requests(company, "all")
        if await self._limits.allowed(name, limit * TOGETHER, MINUTE):
            return hit
        return await self._limits.hit(name, limit * TOGETHER, MINUTE)


def told_of(hit: Hit) -> Mapping[str, str]:
    """Return the headers that tell of a limit (draft-ietf-httpapi-ratelimit-headers, the widespread form)."""
    return {
        "RateLimit-Limit": str(hit.limit),
        "RateLimit-Remaining": str(hit.remaining),
        "RateLimit-Reset": str(hit.reset),
        "RateLimit-Policy": f"{hit.limit};w={hit.window}",
    }
