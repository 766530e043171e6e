"""The time that all processes agree on: Redis's own, so that a machine whose clock jumps misjudges no deadline."""

from datetime import UTC, datetime

from integrations.clock import Clock, utc_now
from integrations.redis import Client, awaitable


class SharedClock:
    """Reads Redis's clock; a clock that was handed in shifts it by as much as it is off the machine's."""

    def __init__(self, redis: Client, clock: Clock, machine: Clock = utc_now) -> None:
        """Take the clock of the process and what it is compared with."""
        self._redis = redis
        self._clock = clock
        self._machine = machine

    @property
    def shift(self) -> float:
        """Return the seconds to add to Redis's time; nothing where the machine's clock is the clock."""
        return (self._clock() - self._machine()).total_seconds()

    async def now(self) -> datetime:
        """Return the present moment, in UTC."""
        seconds, more = await awaitable(self._redis.time())
        return self.at(seconds, more)

    def at(self, seconds: int, microseconds: int) -> datetime:
        """Return the moment of an answer to Redis's TIME."""
        return datetime.fromtimestamp(seconds + microseconds / 1e6 + self.shift, UTC)
