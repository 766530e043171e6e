"""How the shipped documents come into Redis at start, in the background, and come back after a loss."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Protocol

import structlog
from redis.exceptions import RedisError

from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.errors import KnowledgeError
from knowledge.patience import LOADED, LOADING
from tenants import keys
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

LOOK_AGAIN = timedelta(seconds=30)
GLANCE = timedelta(seconds=2)
"""Between looks whether Redis was emptied: one question for the whole deployment."""
SHIPPED = "shipped"
EMBEDDED_TOGETHER = 50  # documents that are asked for at a time


class Shipped(Protocol):
    """A document that came with the company."""

    @property
    def document_id(self) -> str:
        """Its name, the same on every start."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def category(self) -> str:
        """Its category."""
        ...

    @property
    def text(self) -> str:
        """Its Markdown."""
        ...


class Loading:
    """Bring companies' documents to where they should be: kept, indexed, embedded."""

    def __init__(
        self,
        redis: Client,
        documents: Documents,
        shipped: Callable[[Tenant], Iterable[Shipped]],
        *,
        restores: bool = True,
    ) -> None:
        """Keep the means; `shipped` may block, it is called in a thread.

        Not `restores`: an index that is lost or partial is left to people.
        """
        self._restores = restores
        self._redis = redis
        self._documents = documents
        self._shipped = shipped

    async def keep(
        self, companies: Callable[[], Sequence[Tenant]], every: timedelta = LOOK_AGAIN
    ) -> None:
        """Load all companies, and look again for ever: an emptied Redis fills itself. Ends by cancellation."""
        while True:
            rest = every
            try:
                await self.load_words(companies())
                await self._mark_loaded()
            except (RedisError, OSError) as error:
                logger.warning("documents_not_loaded", error=type(error).__name__)
                rest = min(every, GLANCE)
            _end_if_cancelled()
            await self._rest(rest)

    async def load_all(self, companies: Sequence[Tenant]) -> None:
        """Make every company's documents found by their words first, then by their sense; raises RedisError."""
        await self.load_words(companies)
        await self._mark_loaded()
        for tenant in companies:
            await self.embed_pending(tenant)

    async def load_words(self, companies: Sequence[Tenant]) -> None:
        """Make every company's documents found by their words; workers embed what has no vector."""
        # Marked first: a Redis that is emptied while we load loses the mark as well.
        await awaitable(self._redis.set(keys.documents_loaded(), LOADING, nx=True))
        for tenant in companies:
            try:
                shipped = await asyncio.to_thread(self._read, tenant)
            except (OSError, ValueError) as error:
                # Files that one company cannot be read of are no reason that others wait.
                logger.warning("documents_not_read", company_id=tenant.company_id, error=str(error))
            else:
                await self.load_shipped(tenant, shipped)
            if self._restores:
                await self._documents.restore(tenant)

    async def _mark_loaded(self) -> None:
        """Let searches wait no more for what may be loaded yet, unless Redis was emptied meanwhile."""
        await awaitable(self._redis.set(keys.documents_loaded(), LOADED, xx=True))

    async def load_shipped(self, tenant: Tenant, shipped: Sequence[Shipped]) -> int:
        """Keep what is new or changed since it was last shipped; returns how many.

        What an administrator replaced or deleted stays so until the shipped text changes; what is
        no longer shipped is deleted.
        """
        key = keys.shipped_documents(tenant.company_id)
        loaded: dict[str, str] = await awaitable(self._redis.hgetall(key))
        drafts = {one.document_id: _draft(one) for one in shipped}
        changed = [draft for name, draft in drafts.items() if loaded.get(name) != draft.digest]
        for draft in changed:
            if await self._put(tenant, draft):
                await awaitable(self._redis.hset(key, draft.document_id, draft.digest))
        for name in loaded.keys() - drafts.keys():
            if await self._is_shipped(tenant, name):
                await self._documents.delete_document(tenant.company_id, name, who=SHIPPED)
            await awaitable(self._redis.hdel(key, name))
        if changed:
            logger.info("documents_loaded", company_id=tenant.company_id, documents=len(changed))
        return len(changed)

    async def embed_pending(self, tenant: Tenant) -> None:
        """Embed what is not embedded by the present model; what fails is tried at the next look."""
        while pending := await self._documents.pending(tenant.company_id, EMBEDDED_TOGETHER):
            try:
                for document_id in pending:
                    await self._documents.embed_document(tenant.company_id, document_id)
            except IntegrationError as error:
                logger.warning(
                    "document_not_embedded", company_id=tenant.company_id, error=error.detail
                )
                return

    async def _rest(self, long: timedelta) -> None:
        """Wait until it is time to look again, or until Redis has nothing of what was loaded."""
        loop = asyncio.get_running_loop()
        end = loop.time() + long.total_seconds()
        while (left := end - loop.time()) > 0:
            await asyncio.sleep(min(left, GLANCE.total_seconds()))
            try:
                loaded = await awaitable(self._redis.exists(keys.documents_loaded()))
            except (RedisError, OSError):
                continue
            finally:
                _end_if_cancelled()
            if not loaded:
                logger.warning("documents_gone")
                return

    def _read(self, tenant: Tenant) -> list[Shipped]:
        return list(self._shipped(tenant))

    async def _put(self, tenant: Tenant, draft: Draft) -> bool:
        kept = await self._documents.find_document(tenant.company_id, draft.document_id)
        if kept is not None and kept.metadata.get("source") != SHIPPED:
            return True
        try:
            await self._documents.put_document(tenant, draft, who=SHIPPED)
        except KnowledgeError as error:
            logger.warning(
                "document_not_loaded",
                company_id=tenant.company_id,
                document_id=draft.document_id,
                error=str(error),
            )
            return False
        return True

    async def _is_shipped(self, tenant: Tenant, document_id: str) -> bool:
        kept = await self._documents.find_document(tenant.company_id, document_id)
        return kept is not None and kept.metadata.get("source") == SHIPPED


def _end_if_cancelled() -> None:
    """Raise the cancellation that redis-py lost: its `wait_for` drops one on Python 3.11.

    https://github.com/python/cpython/issues/86296
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _draft(shipped: Shipped) -> Draft:
    return Draft(
        document_id=shipped.document_id,
        title=shipped.title,
        category=shipped.category,
        text=shipped.text,
        metadata={"source": SHIPPED},
    )
