"""The keys that exist before anybody makes one over REST: the environment's, and one that is generated."""

import contextlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from tenants.ids import CompanyId

SHORTEST = 16  # characters of a key that nobody guesses


class UnusableKeyError(Exception):
    """The generated key can be neither read nor kept; the message says why and what to do."""


def generated_key(data_dir: Path) -> str:
    """Return the administrator's key of this folder, made when there is none; only its owner may read it.

    Raises UnusableKeyError.
    """
    file = data_dir / "api_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            _keep(file, f"cd_{secrets.token_urlsafe(32)}")
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no key"
        raise UnusableKeyError(
            f"DATA_DIR: {file}: {why}. Make {data_dir} writable, or set API_KEY."
        ) from error
    if len(key) < SHORTEST:
        raise UnusableKeyError(f"{file} holds no key: remove it to have one made, or set API_KEY.")
    return key


def _keep(file: Path, key: str) -> None:
    """Write a new file whole or not at all."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as new:
            new.write(key + "\n")
    except OSError:
        file.unlink()
        raise


def company_keys(
    environment: Mapping[str, str], companies: Iterable[CompanyId]
) -> Mapping[CompanyId, str]:
    """Return the keys that the environment binds to companies: `API_KEY_BENOVA` and the like."""
    named = {one: f"API_KEY_{one.upper().replace('-', '_')}" for one in companies}
    return {one: environment[name] for one, name in named.items() if environment.get(name)}
