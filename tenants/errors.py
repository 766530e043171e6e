"""What goes wrong with a company's definition."""


class TenantError(Exception):
    """Anything about a company that cannot be used."""


class UnknownCompanyError(TenantError):
    """No active company answers to that id, account or token."""


class InvalidCompanyError(TenantError):
    """A company's definition is wrong; the message names the file and the field."""


class StaleVersionError(TenantError):
    """Somebody else wrote the company meanwhile; read it again."""


class StoreUnavailableError(TenantError):
    """What staff write cannot be stored or read now; nothing was changed."""
