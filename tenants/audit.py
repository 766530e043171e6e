"""Who changed what, when: the trail of administrative changes of each company, kept apart from the logs."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tenants import keys
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

KEPT = 10_000  # changes of one company, a few more at times
RETENTION = timedelta(days=2 * 365)
"""Of a change: longer than any patient's data, of which it holds none."""
LONGEST = 8_000  # characters of what changed
DEPLOYMENT = CompanyId(keys.DEPLOYMENT)
"""Stands for no company: what is done to the deployment or to companies that are gone."""
MOMENT = re.compile(r"[0-9]{1,15}-[0-9]{1,10}")
"""An entry's id, as Redis gives it."""

_SECRET = re.compile(r"token|secret|password|api_?key|credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that somebody made and that was done."""

    id: str
    at: str
    """ISO 8601, UTC."""
    actor: str
    action: str
    target: str
    changes: Mapping[str, Any]
    request_id: str


class Audit:
    """The trails of all companies."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime]) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    async def record(
        self,
        company: CompanyId,
        *,
        actor: str,
        action: str,
        target: str = "",
        changes: Mapping[str, object] | None = None,
        request_id: str = "",
    ) -> None:
        """Add a change that was done. It cannot fail: what Redis refuses is told in the log.

        `changes` names no patient's words; values whose names speak of a secret are left out.
        """
        now = self._clock()
        fields = {
            "at": now.isoformat(),
            "actor": actor,
            "action": action,
            "target": target[:300],
            "changes": _written(changes or {}),
            "request_id": request_id,
        }
        key = keys.audit(company)
        oldest = int((now - RETENTION).timestamp() * 1000)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.xadd(key, fields, maxlen=KEPT, approximate=True)  # type: ignore[arg-type] # Its dict is invariant.
                pipe.xtrim(key, minid=oldest, approximate=True)
                pipe.expire(key, RETENTION)
                await pipe.execute()
        except (RedisError, OSError) as error:
            logger.error(  # noqa: TRY400 # The kind says enough; a trace may hold what was sent.
                "audit_not_recorded",
                error=type(error).__name__,
                company_id=company,
                actor=actor,
                action=action,
                target=target,
            )

    async def of(self, company: CompanyId, *, limit: int, before: str = "") -> list[Change]:
        """Return a company's changes, newest first, older than the one whose id is `before`."""
        found = await self._redis.xrevrange(
            keys.audit(company), max=f"({before}" if before else "+", count=limit
        )
        return [_read(name, fields) for name, fields in found]

    async def after(
        self, known: Mapping[CompanyId, str], *, limit: int
    ) -> Mapping[CompanyId, Sequence[Change]]:
        """Return companies' changes, oldest first, each later than the one whose id is known."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for company, last in known.items():
                pipe.xrange(keys.audit(company), min=f"({last}" if last else "-", count=limit)
            found = await pipe.execute()
        return {
            company: [_read(name, fields) for name, fields in entries]
            for company, entries in zip(known, found, strict=True)
        }


def _written(changes: Mapping[str, object]) -> str:
    written = json.dumps(_without_secrets(changes), ensure_ascii=False, default=str)
    return written if len(written) <= LONGEST else json.dumps({"fields": sorted(changes)[:50]})


def _without_secrets(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            str(name): "(secret)" if _SECRET.search(str(name)) else _without_secrets(one)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(one) for one in value]
    return value


def _read(name: str, fields: Mapping[str, str]) -> Change:
    return Change(
        id=name,
        at=fields["at"],
        actor=fields["actor"],
        action=fields["action"],
        target=fields["target"],
        changes=json.loads(fields["changes"]),
        request_id=fields["request_id"],
    )
