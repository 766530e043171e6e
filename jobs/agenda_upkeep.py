"""What the agenda needs between turns: bookings that a crash cut off, staff's own edits, reminders.

One process at a time does it, whichever takes the lock; what fails for one company waits a round.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence

import structlog
from redis.exceptions import RedisError

from agenda.errors import AgendaError
from integrations.errors import IntegrationError
from integrations.redis import Client
from tenants import keys
from tenants.directory import Directory
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

EVERY = 20.0  # seconds between rounds
ROUND = 120  # seconds after which another process takes over from one that ended

# Nobody renews or ends another process's lock; a lock of no seconds is gone.
_STILL = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""

Task = Callable[[Tenant], Awaitable[object]]
"""Does one thing for one company; may be done twice without harm."""


class AgendaUpkeep:
    """Goes round the companies."""

    def __init__(
        self,
        redis: Client,
        directory: Directory,
        tasks: Sequence[Task],
        *,
        every_seconds: float = EVERY,
    ) -> None:
        """Take the companies and what is done for each."""
        self._redis = redis
        self._directory = directory
        self._tasks = tasks
        self._every = every_seconds
        self._still = redis.register_script(_STILL)

    async def keep(self) -> None:
        """Go round until cancelled, also while Redis comes and goes."""
        while True:
            try:
                await self.round()
            except (RedisError, OSError) as error:
                logger.warning("agenda_upkeep_failed", error=type(error).__name__)
            except Exception:  # The round must go on: reminders of all companies hang on it.
                logger.exception("agenda_upkeep_crashed")
            await asyncio.sleep(self._every)

    async def round(self) -> bool:
        """Go round once; False when another process does."""
        token = secrets.token_hex(8)
        if not await self._redis.set(keys.upkeep_lock(), token, nx=True, ex=ROUND):
            return False
        try:
            for tenant in self._directory.companies():
                if not await self._still(keys=[keys.upkeep_lock()], args=[token, ROUND]):
                    # So slow that another process took over: it does the rest.
                    logger.warning("agenda_upkeep_overtaken")
                    break
                await self._all_for(tenant)
        finally:
            await self._still(keys=[keys.upkeep_lock()], args=[token, 0])
        return True

    async def _all_for(self, tenant: Tenant) -> None:
        for task in self._tasks:
            try:
                await task(tenant)
            except (AgendaError, IntegrationError) as error:
                logger.warning(
                    "agenda_upkeep_put_off",
                    company_id=tenant.company_id,
                    error=type(error).__name__,
                )
            except (RedisError, OSError):
                raise
            except Exception:  # One company's fault is not another's.
                logger.exception("agenda_upkeep_crashed", company_id=tenant.company_id)
