"""Who may call the API, and how we are reached from outside."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.recent_log import RecentLog
from jobs.parts import Parts
from routes.access import Access
from routes.audited import Audited
from routes.etags import tagged
from routes.limited import Limited
from routes.once import Once
from tenants.api_keys import ApiKeys
from tenants.audit import Audit
from tenants.ids import CompanyId
from tenants.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the paths need beyond the parts: who may call, and how we are reached from outside."""

    access: Access
    audit: Audit
    stored: ApiKeys
    sessions: Sessions
    public_url: str
    unsigned_allowed: bool
    recent: RecentLog


def door_of(
    parts: Parts,
    *,
    admin_key: str,
    bound_keys: Mapping[CompanyId, str],
    public_url: str,
    unsigned_allowed: bool,
    recent: RecentLog,
) -> Door:
    """Put limits, tags, idempotency and the trail around every handler, the outermost first."""
    stored = ApiKeys(parts.redis, parts.clock)
    sessions = Sessions(parts.redis, parts.clock)
    audit = Audit(parts.redis, parts.clock)
    access = Access(
        admin_key=admin_key,
        company_keys=bound_keys,
        stored=stored,
        sessions=sessions,
        directory=parts.directory,
        clock=parts.clock,
        own_origin=public_url,
        layers=[
            Limited(parts.limits, parts.directory),
            tagged,
            Once(parts.redis, parts.clock),
            Audited(audit, parts.directory),
        ],
    )
    return Door(
        access=access,
        audit=audit,
        stored=stored,
        sessions=sessions,
        public_url=public_url,
        unsigned_allowed=unsigned_allowed,
        recent=recent,
    )
