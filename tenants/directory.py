"""Where a company is found: by id, by Chatwoot account or by webhook token."""

from collections.abc import Sequence
from typing import Protocol

from tenants.ids import CompanyId
from tenants.tenant import Tenant


class Directory(Protocol):
    """All companies of this deployment. Answers from memory: fit for every request."""

    def find(self, company_id: str) -> Tenant:
        """Return an active company; raises UnknownCompanyError, also for an id that is no id."""
        ...

    def by_account(self, account_id: int) -> Tenant:
        """Return the company of a Chatwoot account; raises UnknownCompanyError."""
        ...

    def by_webhook_token(self, token: str) -> Tenant:
        """Return the company that a webhook address belongs to; raises UnknownCompanyError."""
        ...

    def companies(self) -> Sequence[Tenant]:
        """Return every active company, by id."""
        ...

    async def reload(self) -> Sequence[CompanyId]:
        """Read the source again and return the ids of what changed; raises InvalidCompanyError."""
        ...
