"""Two companies and a small graph, for tests of what surrounds the real one."""

from collections.abc import Sequence
from datetime import timedelta

from graph.company_saver import CompanySaver
from integrations.redis import Client
from tenants import keys
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId, UserId
from tenants.tenant import Tenant

BENOVA = Tenant(company_id=CompanyId("benova"), company_name="Benova", retention=timedelta(days=30))
MEDISPA = Tenant(company_id=CompanyId("medispa"), company_name="Medispa")
ANA = UserId("ana")
THREAD = keys.thread_id(BENOVA.company_id, ANA)


def saver_of(redis: Client, tenant: Tenant, *, keep: int = 0) -> CompanySaver:
    return CompanySaver(redis, tenant.company_id, retention=tenant.retention, keep=keep)


async def keys_of(redis: Client, pattern: str) -> list[str]:
    return sorted([key async for key in redis.scan_iter(match=pattern)])


class TwoCompanies:
    """A directory of the two companies that every test knows."""

    def find(self, company_id: str) -> Tenant:
        for tenant in (BENOVA, MEDISPA):
            if tenant.company_id == company_id:
                return tenant
        raise UnknownCompanyError(company_id)

    def by_account(self, account_id: int) -> Tenant:
        raise UnknownCompanyError(account_id)

    def by_webhook_token(self, token: str) -> Tenant:
        raise UnknownCompanyError(token)

    def companies(self) -> Sequence[Tenant]:
        return (BENOVA, MEDISPA)

    async def reload(self) -> Sequence[CompanyId]:
        return ()
