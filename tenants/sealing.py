"""Secrets of companies as they are stored: sealed with `SECRET_KEY`, each for its company and field.

A sealed secret that is copied to another company, or to another field, does not open.
"""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from tenants.definition import Fields
from tenants.environment import REFERENCE
from tenants.errors import InvalidCompanyError
from tenants.secret_fields import SHOWN, changed_secrets, numberless, value_at

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

MARK = "sealed:v1:"
SHORTEST = 32  # characters of a key
_PURPOSE = b"clinicdesk sealed:v1 "


class Sealing:
    """Seals with the first key, opens with any of them."""

    def __init__(self, secret_key: str | None) -> None:
        """Take `SECRET_KEY`: keys by commas, the newest first, or None; raises InvalidCompanyError."""
        self._keys = [one for part in (secret_key or "").split(",") if (one := part.strip())]
        if any(len(one) < SHORTEST for one in self._keys):
            raise InvalidCompanyError(
                f"SECRET_KEY: a key has at least {SHORTEST} characters; make one with: openssl rand -base64 32"
            )

    def seal_secrets(self, fields: Fields, previous: Fields | None) -> Fields:
        """Return a company to be stored: plain secrets sealed, `***` replaced by what was stored.

        Raises InvalidCompanyError with a line for each secret that cannot be kept. `previous` may hold
        plain secrets, as a file of the operator does.
        """

        def sealed(company: str, path: str, value: str) -> str:
            if value == SHOWN:
                stored = value_at(previous, path)
                if not isinstance(stored, str) or not stored:
                    raise InvalidCompanyError("*** keeps a secret that is stored, and none is")
                value = stored
            if REFERENCE.fullmatch(value):
                return value
            if value.startswith(MARK):
                self._open(company, path, value)
                return value
            return self._seal(company, path, value)

        return _each_secret(fields, sealed)

    def opened(self, fields: Fields) -> Fields:
        """Return a stored company with its secrets in plain; raises InvalidCompanyError naming the fields."""
        return _each_secret(
            fields,
            lambda company, path, value: (
                self._open(company, path, value) if value.startswith(MARK) else value
            ),
        )

    def _seal(self, company: str, path: str, value: str) -> str:
        if not self._keys:
            raise InvalidCompanyError(
                'a secret is kept only sealed, and no SECRET_KEY is set; set one, or write "${NAME}"'
                " and put the secret into that variable"
            )
        return MARK + self._box(company, path).encrypt(value.encode()).decode()

    def _open(self, company: str, path: str, value: str) -> str:
        from cryptography.fernet import InvalidToken

        try:
            if self._keys:
                return self._box(company, path).decrypt(value.removeprefix(MARK)).decode()
        except (InvalidToken, ValueError):
            pass
        raise InvalidCompanyError(
            "is sealed with a key that SECRET_KEY does not hold, or for another company or field;"
            " add the key, or write the secret anew"
        )

    def _box(self, company: str, path: str) -> "MultiFernet":
        # Most deployments seal nothing and need not load it.
        from cryptography.fernet import Fernet, MultiFernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        about = _PURPOSE + f"{company}/{numberless(path)}".encode()
        derived = [HKDF(SHA256(), 32, None, about).derive(one.encode()) for one in self._keys]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in derived])


def _each_secret(fields: Fields, change: Callable[[str, str, str], str]) -> Fields:
    """Change every secret; all that cannot be changed are told at once, by field."""
    company = str(fields.get("company_id"))
    faults: dict[str, str] = {}

    def tried(path: str, value: str) -> str:
        try:
            return change(company, path, value)
        except InvalidCompanyError as error:
            faults[path] = str(error)
            return value

    changed = changed_secrets(fields, tried)
    if faults:
        lines = [f"{path}: {words} (company {company})" for path, words in faults.items()]
        raise InvalidCompanyError("\n".join(lines), faults)
    return changed
