"""What a patient wrote in the last minutes: a danger may be begun in one message and ended in another."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from graph.conversations import Line

TOGETHER = timedelta(minutes=5)
"""Between the first and the last of messages that are read as one."""
MESSAGES = 3  # before the new ones that are read with them
LINES = 8  # of the transcript that are looked at: ours stand between
FRAGMENT = 200  # characters: what is longer says what it means alone


class Lately:
    """One patient's last words, of the transcript and of this visit."""

    def __init__(self, transcript: Callable[[], Awaitable[Sequence[Line]]]) -> None:
        """Take what fetches the transcript's last lines; asked at most once."""
        self._transcript = transcript
        self._told: Sequence[Line] | None = None
        self._heard: dict[str, tuple[datetime, str]] = {}

    async def before(self, new: Mapping[str, tuple[str, str]]) -> str:
        """Return what to read before some new messages, or nothing; they are moment and words by id."""
        moments = [one for moment, _ in new.values() if (one := _moment(moment)) is not None]
        words = sum(len(words) for _, words in new.values())
        if not moments or not 0 < words <= FRAGMENT:
            return ""
        if self._told is None:
            self._told = await self._transcript()
            self._heard |= _timed(
                (line.message_id, line.timestamp, line.content)
                for line in self._told
                if line.role == "user"
            )
        self._heard |= _timed((one, moment, words) for one, (moment, words) in new.items())
        first, last = min(moments), max(moments)
        lately = sorted(
            (moment, words)
            for one, (moment, words) in self._heard.items()
            if one not in new and words and last - TOGETHER <= moment <= first
        )
        return "\n".join(words[-FRAGMENT:] for _, words in lately[-MESSAGES:])


def _timed(told: Iterable[tuple[str, str, str]]) -> dict[str, tuple[datetime, str]]:
    return {one: (moment, words) for one, at, words in told if (moment := _moment(at)) is not None}


def _moment(told: str) -> datetime | None:
    """Return a moment from ISO 8601, or None when it is none or of no zone."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
