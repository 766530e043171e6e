"""The keys that exist before anybody makes one over REST: the environment's, and one that is generated."""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from tenants.ids import CompanyId


def generated_key(data_dir: Path) -> str:
    """Return the administrator's key of this folder, made when there is none; only its owner may read it."""
    file = data_dir / "api_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    key = f"cd_{secrets.token_urlsafe(32)}"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as new:
        new.write(key + "\n")
    return key


def company_keys(
    environment: Mapping[str, str], companies: Iterable[CompanyId]
) -> Mapping[CompanyId, str]:
    """Return the keys that the environment binds to companies: `API_KEY_BENOVA` and the like."""
    named = {one: f"API_KEY_{one.upper().replace('-', '_')}" for one in companies}
    return {one: environment[name] for one, name in named.items() if environment.get(name)}
