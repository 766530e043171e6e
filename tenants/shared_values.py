"""Variables without a company's suffix that only one company can have: account and webhook token."""

from collections.abc import Sequence

import structlog
from pydantic import SecretStr

from tenants.environment import Environment
from tenants.errors import InvalidCompanyError
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

ACCOUNT_VARIABLES = ("CHATWOOT_ACCOUNT_ID", "ACCOUNT_ID")
TOKEN_VARIABLE = "CHATWOOT_WEBHOOK_TOKEN"  # noqa: S105  # The name of a variable, not a password.
SECRET_VARIABLE = "CHATWOOT_WEBHOOK_SECRET"  # noqa: S105  # The name of a variable, not a password.


def with_shared_values(tenants: Sequence[Tenant], environment: Environment) -> tuple[Tenant, ...]:
    """Return the companies with what those variables give them; raises InvalidCompanyError."""
    if len(tenants) > 1 and environment.get(SECRET_VARIABLE, "").strip():
        # Allowed, but whoever administers one of the inboxes could sign for another company.
        logger.warning("webhook_secret_shared", variable=SECRET_VARIABLE, companies=len(tenants))
    return _with_token(_with_account(tenants, environment), environment)


def _with_account(tenants: Sequence[Tenant], environment: Environment) -> tuple[Tenant, ...]:
    """Give `ACCOUNT_ID` to the one company without an account; ignored when several have none."""
    variable = next((one for one in ACCOUNT_VARIABLES if environment.get(one, "").strip()), "")
    lacking = [one for one in tenants if one.chatwoot.account_id is None]
    if not variable or not lacking:
        return tuple(tenants)
    text = environment[variable].strip()
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise InvalidCompanyError(f"{variable}: must be the number of a Chatwoot account")
    account = int(text)
    taken = any(one.chatwoot.account_id == account for one in tenants)
    if taken or len(lacking) > 1:
        logger.warning(
            "shared_account_ignored",
            variable=variable,
            reason="taken" if taken else "several companies have no account",
            companies=[one.company_id for one in lacking][:20],
        )
        return tuple(tenants)
    return tuple(_with(one, account_id=account) if one is lacking[0] else one for one in tenants)


def _with_token(tenants: Sequence[Tenant], environment: Environment) -> tuple[Tenant, ...]:
    """Give `CHATWOOT_WEBHOOK_TOKEN` to the only company; with several it raises InvalidCompanyError."""
    token = environment.get(TOKEN_VARIABLE, "").strip()
    if not token:
        return tuple(tenants)
    one_token_for_all(len(tenants), environment)
    return tuple(
        one if one.chatwoot.webhook_token else _with(one, webhook_token=SecretStr(token))
        for one in tenants
    )


def one_token_for_all(companies: int, environment: Environment) -> None:
    """Raise InvalidCompanyError when a token is set that so many companies would share."""
    if companies > 1 and environment.get(TOKEN_VARIABLE, "").strip():
        raise InvalidCompanyError(
            f"{TOKEN_VARIABLE}: a webhook token tells companies apart, so {companies} companies cannot"
            f" share one; set {TOKEN_VARIABLE}_<COMPANY> for each, or none to have them generated"
        )


def _with(tenant: Tenant, **changed: object) -> Tenant:
    chatwoot = tenant.chatwoot.model_copy(update=changed)
    return tenant.model_copy(update={"chatwoot": chatwoot})
