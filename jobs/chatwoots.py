"""Each company's own door to its Chatwoot."""

import httpx
from pydantic import SecretStr

from integrations.chatwoot import TIMEOUT, Chatwoot
from integrations.chatwoot_answers import SYSTEM
from integrations.chatwoot_setup import ChatwootSetup
from integrations.errors import IntegrationError
from tenants.ids import CompanyId
from tenants.tenant import ChatwootConnection, Tenant


class Chatwoots:
    """Makes and keeps one client a company, over shared connections."""

    def __init__(self, http: httpx.AsyncClient, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        """Take the client whose connections all companies share; whoever made it closes it."""
        self._http = http
        self._timeout = timeout
        self._made: dict[CompanyId, tuple[ChatwootConnection, Chatwoot]] = {}

    def setup_of(self, base_url: str, account_id: int, token: SecretStr) -> ChatwootSetup:
        """Return an account in an administrator's hands; neither it nor the token is kept."""
        return ChatwootSetup(base_url, account_id, token, self._http)

    def of(self, tenant: Tenant) -> Chatwoot:
        """Return a company's client; raises IntegrationError when the company has no connection."""
        made = self._made.get(tenant.company_id)
        if made is not None and made[0] == tenant.chatwoot:
            return made[1]
        connection = tenant.chatwoot
        if connection.account_id is None or connection.api_key is None:
            raise IntegrationError(
                SYSTEM, "the company has no account id or no API key", permanent=True
            )
        client = Chatwoot(
            connection.base_url,
            connection.account_id,
            connection.api_key.get_secret_value(),
            self._http,
            timeout=self._timeout,
        )
        self._made[tenant.company_id] = (connection, client)
        return client
