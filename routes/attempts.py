"""How many wrong keys an address may send before it has to wait.

Counted in this process, without Redis: guessing 256 bits is hopeless, so this only keeps a crowd
of guesses from costing anything, and short keys that an operator chose from being searched.
"""

import math
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

import structlog

from integrations.clock import Clock
from routes.errors import TooManyAttemptsError

logger = structlog.get_logger(__name__)

MOST = 100  # wrong keys of one address in a window
WINDOW = timedelta(minutes=5)
ADDRESSES = 10_000  # counted at once; the oldest are forgotten first


class FailedAttempts:
    """Counts wrong keys by address."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock; nobody has failed yet."""
        self._clock = clock
        self._failed: dict[str, tuple[datetime, int]] = {}

    def admit(self, address: str) -> None:
        """Raise TooManyAttemptsError while an address has to wait."""
        since, failed = self._failed.get(_network(address), (None, 0))
        if since is None or failed < MOST:
            return
        left = since + WINDOW - self._clock()
        if left > timedelta(0):
            raise TooManyAttemptsError(math.ceil(left.total_seconds()))

    def note(self, address: str) -> None:
        """Count a wrong key."""
        network, now = _network(address), self._clock()
        since, failed = self._failed.pop(network, (now, 0))
        if now - since >= WINDOW:
            since, failed = now, 0
        if len(self._failed) >= ADDRESSES:
            del self._failed[next(iter(self._failed))]
        self._failed[network] = since, failed + 1
        if failed + 1 == MOST:
            logger.warning("too_many_wrong_keys", network=network)


def _network(address: str) -> str:
    """Return an address, or the /64 that one owner of IPv6 has whole."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    assert isinstance(parsed, IPv6Address)  # noqa: S101 # It has colons.
    return str(parsed.ipv4_mapped or int(parsed) >> 64)
