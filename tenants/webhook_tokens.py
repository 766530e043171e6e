"""Webhook tokens of companies that were given none: generated once, agreed on through Redis."""

import secrets
from collections.abc import Sequence

import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.ids import CompanyId
from tenants.roster import TOKEN
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

BYTES = 32
AT_ONCE = 500  # commands in one pipeline


class WebhookTokens:
    """Give each company the token that all processes agree on, and remember it while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        """Take the connection; nothing is asked yet."""
        self._redis = redis
        self._known: dict[CompanyId, str] = {}

    async def complete(self, tenants: Sequence[Tenant]) -> tuple[Tenant, ...]:
        """Return the companies with a token each. Redis down: those never seen before stay without."""
        lacking = [one.company_id for one in tenants if one.chatwoot.webhook_token is None]
        # Who is gone may be followed by another of that name, whom the old address must not reach.
        self._known = {one: self._known[one] for one in lacking if one in self._known}
        for start in range(0, len(lacking), AT_ONCE):
            try:
                await self._agree(lacking[start : start + AT_ONCE])
            except (RedisError, OSError) as error:
                logger.warning("webhook_tokens_not_agreed", error=type(error).__name__)
                break
        return tuple(self._with_token(one) for one in tenants)

    async def _agree(self, companies: Sequence[CompanyId]) -> None:
        # What is known is offered again, so that an emptied Redis gets the same tokens back.
        offers = [self._known.get(one) or secrets.token_urlsafe(BYTES) for one in companies]
        async with self._redis.pipeline(transaction=False) as pipe:
            for company, offer in zip(companies, offers, strict=True):
                pipe.set(keys.webhook_token(company), offer, nx=True, get=True)
            stored = await pipe.execute(raise_on_error=False)
        for company, offer, answer in zip(companies, offers, stored, strict=True):
            token = offer if answer is None else answer
            if isinstance(token, str) and TOKEN.fullmatch(token):
                self._known[company] = token
            else:
                # Something else is in the way; the other companies get theirs.
                logger.warning("webhook_token_unusable", company_id=company)

    def _with_token(self, tenant: Tenant) -> Tenant:
        token = self._known.get(tenant.company_id)
        if tenant.chatwoot.webhook_token is not None or token is None:
            return tenant
        chatwoot = tenant.chatwoot.model_copy(update={"webhook_token": SecretStr(token)})
        return tenant.model_copy(update={"chatwoot": chatwoot})
