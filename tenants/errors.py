"""What goes wrong with a company's definition."""

from collections.abc import Mapping
from typing import Self


class TenantError(Exception):
    """Anything about a company that cannot be used."""


class UnknownCompanyError(TenantError):
    """No active company answers to that id, account or token."""


class _FieldsError(TenantError):
    """Something that is about fields of a definition."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        """Say what is wrong; `fields` says it once more by dotted field, where one is at fault."""
        super().__init__(message)
        self.fields: Mapping[str, str] = fields or {}

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        """Say each field's fault in a line of its own."""
        return cls("\n".join(f"{path}: {words}" for path, words in fields.items()), fields)


class InvalidCompanyError(_FieldsError):
    """A company's definition is wrong; the message names the file and the field."""


class CompanyTakenError(_FieldsError):
    """The id, the account or the token is another company's."""


class NotYoursError(_FieldsError):
    """Only an administrator of the deployment may change those fields."""


class UnknownVersionError(TenantError):
    """There is no such version, or it is too old to be kept."""


class StaleVersionError(TenantError):
    """Somebody else wrote the company meanwhile; read it again."""


class StoreUnavailableError(TenantError):
    """What staff write cannot be stored or read now; nothing was changed."""


class UnknownKeyError(TenantError):
    """There is no such key, or it is another company's, which is the same."""


class TooManyKeysError(TenantError):
    """A company has as many keys as it may have."""
