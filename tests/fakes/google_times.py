"""Times of Google's events: how they are written, what they touch, what they make busy."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Fields = dict[str, Any]


def stamp(moment: datetime | None = None) -> str:
    """Return a moment as Google writes it."""
    text = (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Return the moment that a text names."""
    return datetime.fromisoformat(text)


def bounds(event: Fields, zone: str) -> tuple[datetime, datetime]:
    """Return when an event begins and ends."""

    def at(side: Fields) -> datetime:
        if "date" in side:
            return datetime.combine(date.fromisoformat(side["date"]), time(), ZoneInfo(zone))
        return moment(side["dateTime"])

    return at(event["start"]), at(event["end"])


def between(event: Fields, asked: Any, zone: str) -> bool:
    """Say whether an event touches what was asked for."""
    start, end = bounds(event, zone)
    first, last = asked.get("timeMin"), asked.get("timeMax")
    return (not first or end > moment(first)) and (not last or start < moment(last))


def has_property(event: Fields, wanted: list[str]) -> bool:
    """Say whether an event has every private property that was asked for."""
    private = event.get("extendedProperties", {}).get("private", {})
    return all(private.get(one.partition("=")[0]) == one.partition("=")[2] for one in wanted)


def busy_times(
    events: Iterable[Fields], zone: str, first: datetime, last: datetime
) -> list[Fields]:
    """Return busy times joined; transparent events take no time."""
    joined: list[tuple[datetime, datetime]] = []
    times = sorted(
        bounds(one, zone)
        for one in events
        if one["status"] != "cancelled" and one.get("transparency") != "transparent"
    )
    for start, end in times:
        if end <= first or start >= last:
            continue
        if joined and start <= joined[-1][1] + timedelta(0):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return [
        {"start": stamp(max(a, first))[:-5] + "Z", "end": stamp(min(b, last))[:-5] + "Z"}
        for a, b in joined
    ]
