"""Remembers that a model is down, so that patients do not each wait to find it out."""

from datetime import UTC, datetime, timedelta

from integrations.clock import Clock

PATIENCE = 2
"""Failures in a row before a model is left alone."""
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=2)
PROBE = timedelta(seconds=20)
"""After a pause one turn tries the model; the others wait this long for what it finds."""


class Breaker:
    """The state of one company's one model in this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._closed_until = datetime.min.replace(tzinfo=UTC)

    @property
    def open(self) -> bool:
        """True while the model is to be left alone. Does not count as a try."""
        return self._clock() < self._closed_until

    def admit(self) -> bool:
        """Return whether to try now. After a pause the first who asks is let through alone."""
        now = self._clock()
        if now < self._closed_until:
            return False
        if self._failures >= PATIENCE:
            self._closed_until = now + PROBE
        return True

    def succeeded(self) -> None:
        """Forget what went wrong."""
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._closed_until = datetime.min.replace(tzinfo=UTC)

    def failed(self, pause: timedelta | None = None, *, silent: bool = False) -> None:
        """Count a failure; a pause that the server named (or its refusal of our key) holds at once.

        One silence is enough: it is what costs patients the most.
        """
        self._failures += PATIENCE if silent else 1
        if pause is not None:
            self._failures = max(self._failures, PATIENCE)
            self._closed_until = self._clock() + pause
        elif self._failures >= PATIENCE:
            self._closed_until = self._clock() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
