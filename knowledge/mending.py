"""Indexes that heal: what is lost, partial or stale is noticed by a search or a look, and made whole again."""

import structlog

from integrations.redis import Client
from knowledge.documents import Documents
from knowledge.health import LibraryHealth, examine
from knowledge.index import drop_index, find_index
from knowledge.repair import Repair
from tenants.ids import CompanyId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)


class Mending:
    """Makes a company's index agree with its documents; nothing is ever embedded again for it."""

    def __init__(
        self, redis: Client, documents: Documents, repair: Repair, *, automatic: bool
    ) -> None:
        """Take the documents; not `automatic`: faults are told and left to people."""
        self._redis = redis
        self._documents = documents
        self._repair = repair
        self._automatic = automatic
        self._in_vain: dict[CompanyId, tuple[int, int]] = {}
        """Of how many chunks how many were indexed when an index was made anew for it."""

    async def mend(self, tenant: Tenant) -> bool:
        """Look at a company's totals and mend what differs; True when something was wrong."""
        if not self._automatic:
            return False
        serving = await self._documents.ensure_index(tenant)
        before = await self._examined(tenant)
        info = await find_index(self._redis, serving.index)
        if info and int(info["indexing"]):
            return False
        if before.indexed == before.chunks:
            self._in_vain.pop(tenant.company_id, None)
            return False
        logger.warning(
            "documents_mended",
            company_id=tenant.company_id,
            chunks=before.chunks,
            indexed=before.indexed,
        )
        await self._documents.restore(tenant)
        after = await self._examined(tenant)
        if after.indexed != after.chunks:
            await self._repair.cleanup(tenant)
            after = await self._examined(tenant)
        shortage = (after.indexed, after.chunks)
        if after.indexed < after.chunks and self._in_vain.get(tenant.company_id) != shortage:
            # Every chunk is there and yet not found: the index itself is stale. When it is not, and
            # RediSearch takes a chunk for damaged, making it anew again and again would help nobody.
            self._in_vain[tenant.company_id] = shortage
            await drop_index(self._redis, serving.index)
            await self._documents.ensure_index(tenant)
            await self._examined(tenant)
        return True

    async def _examined(self, tenant: Tenant) -> LibraryHealth:
        return await examine(self._redis, self._documents, tenant.company_id)
