"""One turn at a time for each patient: a lock in Redis that its holder renews and can lose."""

import asyncio
import secrets

from redis.exceptions import RedisError

from integrations.redis import Client, awaitable
from jobs.errors import LostLockError
from tenants import keys
from tenants.ids import CompanyId, UserId

LIFE = 6.0  # seconds
RENEWAL = 2.0  # seconds
EVERYTHING = 2**31
"""More messages than any mailbox has: unlock without looking, its own worker answers them."""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 1 end
if redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
if redis.call('ZCARD', KEYS[2]) == 0 and redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('ZREM', KEYS[4], ARGV[3])
end
return 1
"""
# As above, but only when nothing waits and no turn is in hand: then there is no need to look again.
_RELEASE_IF_DONE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 1 end
if redis.call('ZCARD', KEYS[2]) > 0 or redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[4], ARGV[2])
return 1
"""


class ThreadLock:
    """The right to answer one patient. `token` guards every write: who lost the lock writes nothing."""

    def __init__(self, redis: Client, company: CompanyId, user: UserId) -> None:
        """Name the thread; nothing is locked yet."""
        self.token = secrets.token_hex(8)
        self.key = keys.thread_lock(company, user)
        self._redis = redis
        self._company = company
        self._user = user
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)
        self._release_if_done = redis.register_script(_RELEASE_IF_DONE)
        self.released = False

    async def take(self) -> bool:
        """Lock the thread; False when somebody else has it."""
        taken = await awaitable(self._redis.set(self.key, self.token, nx=True, px=int(LIFE * 1000)))
        return bool(taken)

    async def keep(self) -> None:
        """Renew until cancelled; raises LostLockError when the lock is gone or Redis is silent too long."""
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        while True:
            await asyncio.sleep(RENEWAL)
            if self.released:
                return
            try:
                ours = await self._renew(keys=[self.key], args=[self.token, int(LIFE * 1000)])
            except RedisError as error:
                if loop.time() - renewed > LIFE:
                    raise LostLockError("Redis does not answer") from error
                continue
            if not ours:
                raise LostLockError("another worker has the thread")
            renewed = loop.time()

    async def release(self, seen: int) -> bool:
        """Unlock, unless more than `seen` messages wait by now: then False, and the lock is kept.

        Looking and unlocking are one step, so that a message which came in between is not left.
        """
        if not self.released:
            member = keys.mailbox_member(self._company, self._user)
            arguments: list[str | int] = [self.token, seen, member]
            self.released = bool(await self._release(keys=self._keys, args=arguments))
        return self.released

    async def release_if_done(self) -> bool:
        """Unlock when no message waits and no turn is in hand, in one step; True when the lock is gone."""
        arguments = [self.token, keys.mailbox_member(self._company, self._user)]
        self.released = bool(await self._release_if_done(keys=self._keys, args=arguments))
        return self.released

    @property
    def _keys(self) -> list[str]:
        return [
            self.key,
            keys.mailbox(self._company, self._user),
            keys.turn(self._company, self._user),
            keys.waiting_mailboxes(),
        ]
