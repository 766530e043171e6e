"""What patients were told of their data and agreed to: the very words and when, kept as proof."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant

MOST = 50
"""Consents of one patient that are kept."""
NOTICE = "notice"
"""How a patient got to know the company's own notice: with our first answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Words that a patient was shown or agreed to."""

    text: str
    how: str
    by: str
    at: str
    """ISO 8601, UTC."""


class Consents:
    """The consents of all companies' patients; they live as long as the patient's data."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    async def record(
        self, tenant: Tenant, user: UserId, *, text: str, how: str, by: str
    ) -> Consent:
        """Keep words with the present moment."""
        given = Consent(text=text, how=how, by=by, at=self._clock().isoformat())
        key = keys.consents(tenant.company_id, user)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(key, json.dumps(asdict(given), ensure_ascii=False))
            pipe.ltrim(key, -MOST, -1)
            pipe.expire(key, tenant.retention)
            await pipe.execute()
        return given

    async def of(self, tenant: Tenant, user: UserId) -> Sequence[Consent]:
        """Return what is kept, oldest first."""
        key = keys.consents(tenant.company_id, user)
        return [
            Consent(**json.loads(one)) for one in await awaitable(self._redis.lrange(key, 0, -1))
        ]

    async def notice_for(self, tenant: Tenant, user: UserId, language: str) -> str:
        """Return the company's notice for a patient who has not read these words yet, or an empty text."""
        said: Mapping[Any, str] = tenant.privacy_notice
        notice = said.get(language) or said.get(tenant.language, "")
        return notice if notice and not await self.holds(tenant, user, notice) else ""

    async def holds(self, tenant: Tenant, user: UserId, text: str) -> bool:
        """Say whether a patient was told or agreed to these very words."""
        return any(one.text == text for one in await self.of(tenant, user))
