"""The checkpointers of all companies, made as they are asked for."""

from graph.company_saver import KEEP, CompanySaver
from integrations.redis import Client
from tenants.ids import CompanyId
from tenants.tenant import Tenant


class Checkpoints:
    """The checkpointers of all companies on one Redis."""

    def __init__(self, redis: Client, *, keep: int = KEEP) -> None:
        self._redis = redis
        self._keep = keep
        self._savers: dict[CompanyId, CompanySaver] = {}

    def of(self, tenant: Tenant) -> CompanySaver:
        """Return a company's checkpointer: the same one until the company's retention changes."""
        saver = self._savers.get(tenant.company_id)
        if saver is None or saver.retention != tenant.retention:
            saver = CompanySaver(
                self._redis, tenant.company_id, retention=tenant.retention, keep=self._keep
            )
            self._savers[tenant.company_id] = saver
        return saver
