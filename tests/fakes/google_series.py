"""Series of events as Google shows them with `singleEvents`: each occurrence by itself, exceptions in its place.

Knows FREQ=DAILY|WEEKLY with INTERVAL, COUNT, UNTIL and BYDAY; the wall clock of the series' zone holds.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

Fields = dict[str, Any]
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 400  # occurrences of a series without an end


def singly(events: Iterable[Fields], zone: str) -> list[Fields]:
    """Return events with every series replaced by its occurrences."""
    kept = list(events)
    exceptions = {one["id"] for one in kept if "recurringEventId" in one}
    return [
        shown
        for one in kept
        for shown in (occurrences(one, zone) if "recurrence" in one else [one])
        if shown is one or shown["id"] not in exceptions
    ]


def occurrences(series: Fields, zone: str) -> Iterator[Fields]:
    """Yield the occurrences of a series, without exceptions made of them."""
    whole_day = "date" in series["start"]
    place = ZoneInfo(series["start"].get("timeZone", zone))
    first, last = _wall(series["start"], place), _wall(series["end"], place)
    for start in islice(_starts(first, _rule(series["recurrence"][0])), MOST):
        end = start + (last - first)
        stamp = start.strftime("%Y%m%d")
        if not whole_day:
            stamp = start.replace(tzinfo=place).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        side = _side(start, place, whole_day=whole_day)
        yield {
            **{name: value for name, value in series.items() if name != "recurrence"},
            "id": f"{series['id']}_{stamp}",
            "recurringEventId": series["id"],
            "originalStartTime": side,
            "start": side,
            "end": _side(end, place, whole_day=whole_day),
        }


def _rule(line: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in line.removeprefix("RRULE:").split(";"))


def _starts(first: datetime, rule: dict[str, str]) -> Iterator[datetime]:
    every = int(rule.get("INTERVAL", "1"))
    weekly = rule["FREQ"] == "WEEKLY"
    days = rule.get("BYDAY", WEEKDAYS[first.weekday()] if weekly else ",".join(WEEKDAYS)).split(",")
    left = int(rule.get("COUNT", str(MOST)))
    until = datetime.strptime(rule["UNTIL"][:8], "%Y%m%d").date() if "UNTIL" in rule else date.max  # noqa: DTZ007 # A day has no zone.
    monday = first.date() - timedelta(days=first.weekday())
    for ahead in range(MOST * 7):
        day = first + timedelta(days=ahead)
        turn = (day.date() - monday).days // 7 if weekly else ahead
        if turn % every or WEEKDAYS[day.weekday()] not in days:
            continue
        if not left or day.date() > until:
            return
        left -= 1
        yield day


def _wall(side: Fields, zone: ZoneInfo) -> datetime:
    if "date" in side:
        return datetime.combine(date.fromisoformat(side["date"]), time())
    return datetime.fromisoformat(side["dateTime"]).astimezone(zone).replace(tzinfo=None)


def _side(wall: datetime, zone: ZoneInfo, *, whole_day: bool) -> Fields:
    if whole_day:
        return {"date": wall.date().isoformat()}
    return {"dateTime": wall.replace(tzinfo=zone).isoformat(), "timeZone": zone.key}
