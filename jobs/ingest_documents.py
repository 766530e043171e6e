"""The work on companies' documents that no request waits for: files to read, chunks to embed, indexes to mend."""

import asyncio
import contextlib

import structlog
from redis.exceptions import LockError, RedisError

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from knowledge.errors import KnowledgeError
from knowledge.ingestion import AFTER_FAILURE, Ingestion
from tenants import keys
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between looks; a wake-up cuts them short
COMPANIES = 50  # that one look serves in turn
AFTER_CRASH = 60.0  # seconds
LOCK = 120  # seconds until a worker that died no longer keeps a company's work


class IngestDocuments:
    """Serves companies in turn, a slice each: a large upload of one does not hold up another's."""

    def __init__(
        self, redis: Client, ingestion: Ingestion, directory: Directory, clock: Clock
    ) -> None:
        """Take who does the work, and where companies are found."""
        self._redis = redis
        self._ingestion = ingestion
        self._directory = directory
        self._clock = clock
        self._woken = asyncio.Event()
        self._kept: dict[CompanyId, bytes] = {}
        """Tokens of locks that could not be released: Redis went away, and came back with them."""

    async def wake(self, _context: object = None) -> None:
        """Look now: the job that a wake-up runs."""
        self._woken.set()

    async def run_forever(self) -> None:
        """Work until cancelled, also while Redis comes and goes."""
        while True:
            try:
                more = await self.look()
            except (RedisError, OSError) as error:
                logger.warning("documents_not_looked_at", error=type(error).__name__)
                more = False
            if more:
                continue
            try:
                async with asyncio.timeout(EVERY):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def look(self) -> bool:
        """Do a slice for every company that has work due; True when there is more."""
        now = self._clock().timestamp()
        due: list[str] = await awaitable(
            self._redis.zrangebyscore(keys.knowledge_work(), "-inf", now, start=0, num=COMPANIES)
        )
        return any([await self._serve(CompanyId(one)) for one in due])

    async def _serve(self, company: CompanyId) -> bool:
        lock = self._redis.lock(keys.knowledge_lock(company), timeout=LOCK, blocking=False)
        if company in self._kept:
            with contextlib.suppress(LockError):
                await lock.do_release(self._kept[company])
            del self._kept[company]
        if not await lock.acquire():
            return False
        self._kept[company] = lock.local.token
        try:
            more = await self._ingestion.work(self._directory.find(company))
        except UnknownCompanyError:
            await awaitable(self._redis.zrem(keys.knowledge_work(), company))
            return False
        except (IntegrationError, KnowledgeError) as error:
            logger.warning("documents_wait", company_id=company, error=str(error))
            wished = error.retry_after if isinstance(error, IntegrationError) else None
            wait = max(AFTER_FAILURE, wished.total_seconds() if wished else 0)
            await self._again_at(company, self._clock().timestamp() + wait)
            return False
        except (RedisError, OSError):
            raise
        except Exception:  # Whatever one company's document does, the others' are needed.
            logger.exception("documents_crashed", company_id=company)
            await self._again_at(company, self._clock().timestamp() + AFTER_CRASH)
            return False
        finally:
            try:
                await lock.release()
            except LockError:
                logger.warning("documents_lock_lost", company_id=company)
            del self._kept[company]
        if not more:
            await self._rest(company)
        return more

    async def _rest(self, company: CompanyId) -> None:
        """Take a company off the list, or note when its next upload is due: what came meanwhile counts."""
        await awaitable(self._redis.zrem(keys.knowledge_work(), company))
        pipe = self._redis.pipeline(transaction=False)
        pipe.zcard(keys.documents_to_embed(company))
        pipe.zrange(keys.uploads(company), 0, 0, withscores=True)
        to_embed, uploads = await pipe.execute()
        if to_embed:
            await self._again_at(company, self._clock().timestamp())
        elif uploads:
            await self._again_at(company, float(uploads[0][1]))

    async def _again_at(self, company: CompanyId, moment: float) -> None:
        await awaitable(self._redis.zadd(keys.knowledge_work(), {company: moment}))
