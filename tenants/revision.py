"""A digest of everything a company is, so that what was built for it can be told stale."""

import json
from datetime import date, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pydantic import SecretStr

from tenants.tenant import Tenant


def revised(tenant: Tenant) -> Tenant:
    """Return the company with its revision: SHA-256 over all other fields, secret values included."""
    content = tenant.model_dump(mode="python", exclude={"revision"})
    canonical = json.dumps(content, sort_keys=True, default=_plain, separators=(",", ":"))
    return tenant.model_copy(update={"revision": sha256(canonical.encode()).hexdigest()})


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        # 450000 and 450000.00 are one price.
        return str(value.normalize())
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"no company holds a {type(value).__name__}")
