"""Weeks and weekdays as patients write them: "el otro viernes", "la otra semana", "finde"."""

import re
from datetime import date, timedelta

from agenda.day_readings import (
    DAY_NAMES,
    Days,
    bounded,
    coming,
    date_of,
    months_from,
    single,
    weekday_of,
)
from agenda.plain_words import Reader

_NEXT_WEEK = (
    r"\b(?:la\s+|the\s+)?(?:(?:proxima|otra|siguiente|next|following|coming)\s+(?:semana|week)"
    r"|semana\s+(?:que|q|k)\s+(?:viene|entra)|semana\s+(?:entrante|proxima|siguiente))\b"
)
_THIS_WEEK = r"\b(?:esta\s+(?:misma\s+)?semana|this\s+week|semana actual)\b"


class Weeks:
    """Weeks and weekdays as seen from one day."""

    def __init__(self, today: date) -> None:
        self._today = today

    def weeks(self, reader: Reader) -> Days | None:
        """Read weeks and weekends, with the weekday that may stand beside them."""
        monday = self._today - timedelta(days=self._today.weekday())
        shapes = (
            (
                r"\b(?:the\s+)?week after next\b|\ben\s+2\s+semanas\b(?=.*\b(?:" + DAY_NAMES + "))",
                2,
            ),
            (_NEXT_WEEK, 1),
            (_THIS_WEEK, 0),
        )
        for shape, ahead in shapes:
            if match := reader.take(shape):
                week = monday + timedelta(weeks=ahead)
                if named := self._named_in(week, reader):
                    return named
                last = week + timedelta(days=6)
                return bounded(
                    match, Days(day_from=max(week, self._today), day_to=last), self._today
                )
        if reader.take(
            r"\b(?:entre semana|dias de semana|weekdays?|(?:de )?lunes a viernes|monday (?:to|through) friday)\b"
        ):
            return Days(
                day_from=self._today,
                day_to=self._today + timedelta(days=7),
                weekdays=(0, 1, 2, 3, 4),
            )
        if reader.take(r"\b(?:a )?(?:mitad|mediados) de (?:la )?semana\b|\bmid ?week\b"):
            return Days(
                day_from=self._today, day_to=self._today + timedelta(days=7), weekdays=(1, 2, 3)
            )
        return self._weekend(reader, monday)

    def _named_in(self, week: date, reader: Reader) -> Days | None:
        """Read the weekdays that stand beside a week: "la otra semana, martes o jueves"."""
        found: set[int] = set()
        while name := reader.take(rf"\b(?:el\s+|on\s+)?(?P<w>{DAY_NAMES})\b"):
            found.add(weekday_of(name["w"]))
        if not found:
            return None
        first, last = (week + timedelta(days=number) for number in (min(found), max(found)))
        several = tuple(sorted(found)) if len(found) > 1 else ()
        return Days(day_from=first, day_to=last, weekdays=several)

    def _weekend(self, reader: Reader, monday: date) -> Days | None:
        match = reader.take(
            r"\b(?P<q>este|el otro|otro|el proximo|proximo|el|this|next|the|los)?\s*(?:fin(?:es)? de semana|weekend)\b"
            r"(?P<after>\s+(?:que viene|proximo|siguiente|entrante))?"
        )
        if match is None:
            return None
        saturday = monday + timedelta(days=5)
        asked = match["q"] or ""
        if "otro" in asked or (
            (asked.endswith(("proximo", "next")) or match["after"]) and self._today >= saturday
        ):
            saturday += timedelta(weeks=1)
        return Days(day_from=max(saturday, self._today), day_to=saturday + timedelta(days=1))

    def weekday(self, reader: Reader) -> Days | None:
        """Read weekdays. A weekday that is today means the next one, unless "este" or "this" says so."""
        if match := reader.take(
            rf"\b(?:del?\s+|entre\s+(?:el\s+)?|from\s+)?(?P<a>{DAY_NAMES})\s+(?:al?|to|through|hasta(?: el)?)\s+(?P<w>{DAY_NAMES})\b"
        ):
            first = coming(self._today, weekday_of(match["a"]), today_too=True)
            return Days(day_from=first, day_to=_next(first, weekday_of(match["w"])))
        if match := reader.take(
            rf"\b(?P<a>{DAY_NAMES})(?:,?\s*(?:{DAY_NAMES}))*\s+(?:o|u|y|or|and)\s+(?:el\s+|on\s+)?(?P<w>{DAY_NAMES})\b"
        ):
            found = [
                coming(self._today, weekday_of(name)) for name in re.findall(DAY_NAMES, match[0])
            ]
            numbers = tuple(sorted(day.weekday() for day in found))
            return Days(day_from=min(found), day_to=max(found), weekdays=numbers)
        match = reader.take(
            rf"\b(?P<q>(?:(?:este|esta|this|next|proximo|otro|last|los|todos los|el|coming|on|pasado|siguiente)\s+)*)"
            rf"(?P<w>{DAY_NAMES})\b(?P<after>\s+(?:que viene|q viene|proximo|entrante|siguiente|pasado))?"
            rf"(?:\s*,?\s+(?:the\s+|el\s+|dia\s+)?(?P<n>[0-3]?\d)(?:st|nd|rd|th)?\b(?!:|/|\s?(?:am|pm)|\s+(?:y|menos|de la|en la|a\s\d)))?"
        )
        if match is None:
            return None
        days = self._oneweekday_of(match)
        if match["n"] and days.day_from:
            return self._weekday_and_number(match, reader, days)
        return bounded(match, days, self._today)

    def _oneweekday_of(self, match: re.Match[str]) -> Days:
        wanted = weekday_of(match["w"])
        words = f"{match['q']} {match['after'] or ''}".split()
        if "last" in words or "pasado" in words:
            return single(
                self._today - timedelta(days=(self._today.weekday() - wanted - 1) % 7 + 1)
            )
        many = "los" in words or re.search(r"(?:days|sabados|domingos)$", match["w"]) is not None
        if many:
            day = coming(self._today, wanted)
            return Days(day_from=day, day_to=day + timedelta(weeks=3), weekdays=(wanted,))
        if "este" in words or "this" in words:
            return single(coming(self._today, wanted, today_too=True))
        day = coming(self._today, wanted)
        if "otro" in words:
            return single(day + timedelta(weeks=1))
        if "next" in words:
            # In English "next Friday" is the one of next week.
            monday = self._today - timedelta(days=self._today.weekday()) + timedelta(weeks=1)
            return single(monday + timedelta(days=wanted))
        return single(day)

    def _weekday_and_number(self, match: re.Match[str], reader: Reader, days: Days) -> Days:
        """Read "viernes 27" as a date when that day is a Friday, else as an hour when it can be one."""
        number, wanted = int(match["n"]), weekday_of(match["w"])
        for month in months_from(self._today, 3):
            day = date_of(month.year, month.month, number)
            if day and day >= self._today and day.weekday() == wanted:
                return bounded(match, single(day), self._today)
        if 1 <= number <= 12:
            reader.text = reader.text.replace("|", f"| {number} ", 1)
            return days
        return Days(day_from=days.day_from, day_to=days.day_to, question="which_day")


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
