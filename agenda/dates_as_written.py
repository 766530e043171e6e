"""Dates as patients write them: "15/12", "el 3", "Dec 15th", "del 3 al 7 de diciembre"."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from agenda.day_readings import Days, bounded, date_of, month_after, months_from, single
from agenda.plain_words import Reader

MONTHS = {
    name: number
    for number, names in enumerate(
        ("enero ene january jan", "febrero feb february", "marzo mar march", "abril abr april apr",
         "mayo may", "junio jun june", "julio jul july", "agosto ago august aug",
         "septiembre sept sep september", "octubre oct october", "noviembre nov november",
         "diciembre dic december dec"), 1
    )
    for name in names.split()
}  # fmt: skip
_LONG = sorted(
    (name for name in MONTHS if len(name) > 3 and name not in {"sept", "march"}), key=len
)
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = r"(?:dia\s+)?(?P<d>[0-3]?\d|primero|first)(?:st|nd|rd|th|ro|ero|er|\.)?"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?(?P<y>20\d\d))?"
_PLACES = ("primera first", "segunda second", "tercera third")
RECENT = timedelta(days=90)  # a date without a year that lies so far back is past, not next year's


class Dates:
    """Dates as seen from one moment."""

    def __init__(self, now: datetime, *, month_first: bool) -> None:
        self._zone = now.tzinfo
        self._today = now.date()
        self._month_first = month_first

    def iso(self, reader: Reader) -> Days | None:
        """Read "2026-12-15" and "2026-12-15T15:00-05:00"."""
        match = reader.take(
            r"\b(20\d\d)-(\d\d?)-(\d\d?)"
            r"(?:[t ]\s?(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\s?(z|[+-]\d\d:?\d\d)?(?!\s?[ap]m))?"
        )
        if match is None:
            return None
        day = date_of(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            return Days(question="which_day")
        if match[4] is None:
            return bounded(match, single(day), self._today)
        moment = datetime.fromisoformat(f"{day.isoformat()}T{match[4]}{(match[5] or '').upper()}")
        if moment.tzinfo is not None:
            moment = moment.astimezone(self._zone)
        return Days(day_from=moment.date(), day_to=moment.date(), clock=moment.time())

    def numeric(self, reader: Reader) -> Days | None:
        """Read "15/12", "15-12-2026", "15 del 12"."""
        match = (
            reader.take(
                r"(?<!\d)(?P<a>\d\d?)\s?[/.-]\s?(?P<b>\d\d?)\s?[/.-]\s?(?P<y>20\d\d|\d\d)(?![\d/])"
            )
            or reader.take(r"(?<![\d/])(?!24/7)(?P<a>\d\d?)/(?P<b>\d\d?)(?P<y>)(?![\d/])")
            or reader.take(
                r"(?<![\d-])(?P<a>0\d|1[3-9]|2\d|3[01])-(?P<b>\d\d?)(?P<y>)(?![\d-]|\s?[ap]m)"
            )
            or reader.take(
                r"(?<![:\d])\b(?P<a>\d\d?)\s+del\s+(?P<b>1[0-2]|0?[1-9])(?P<y>)\b(?!:|\s?[ap]m)"
            )
        )
        if match is None:
            return None
        first, second = int(match["a"]), int(match["b"])
        month_first = second > 12 or (self._month_first and first <= 12)
        day, month = (second, first) if month_first else (first, second)
        return self._dated(match, day, month, match["y"])

    def in_month(self, reader: Reader) -> Days | None:
        """Read "15 de diciembre", "Dec 15", "del 3 al 7 de diciembre"."""
        match = reader.take(
            rf"\b(?:del?|entre el|entre|from)?\s*(?:the\s+)?(?P<a>\d\d?)\s*(?:al?|y el|y|to|-)\s*(?:the\s+)?{_DAY}"
            rf"\s+(?:de\s+|of\s+)?(?P<mon>{MONTH})\b{_YEAR}"
        ) or reader.take(rf"\b(?P<mon>{MONTH})\s+(?P<a>\d\d?)\s*(?:-|to|al?)\s*{_DAY}\b{_YEAR}")
        if match:
            days = [
                self._dated(match, int(match[one]), MONTHS[match["mon"]], match["y"])
                for one in "ad"
            ]
            if all(one.day_from for one in days):
                return Days(day_from=days[0].day_from, day_to=days[1].day_to)
        match = reader.take(
            rf"\b{_DAY}\s*(?:de\s+|del\s+(?:mes de\s+)?|of\s+|\s|[/-])\s*(?P<mon>{MONTH})\b{_YEAR}"
        ) or reader.take(
            rf"\b(?P<mon>(?!mar\b){MONTH})\s+(?:the\s+|el\s+)?{_DAY}(?!\d|:|\s?(?:am|pm)){_YEAR}"
        )
        if match is None:
            return self._in_named_month(reader)
        day = 1 if match["d"] in {"primero", "first"} else int(match["d"])
        return self._dated(match, day, MONTHS[match["mon"]], match["y"])

    def _in_named_month(self, reader: Reader) -> Days | None:
        match = reader.take(
            rf"\b(?:el|the)\s+{_DAY}\s+(?:de|del|of)\s+(?P<which>este mes|mes actual|this month|(?:proximo|otro) mes"
            r"|mes que viene|mes entrante|next month)\b"
        )
        if match is None:
            return None
        day = 1 if match["d"] in {"primero", "first"} else int(match["d"])
        this = match["which"] in {"este mes", "mes actual", "this month"}
        first = self._today.replace(day=1)
        month = first if this else month_after(first)
        found = date_of(month.year, month.month, day)
        return single(found) if found else Days(question="which_day")

    def _dated(self, match: re.Match[str], day: int, month: int, year: str | None) -> Days:
        if year:
            found = date_of(int(year) + (2000 if int(year) < 100 else 0), month, day)
        else:
            found = date_of(self._today.year, month, day)
            if (found is not None and found < self._today - RECENT) or (
                found is None and (month, day) == (2, 29)
            ):
                found = date_of(self._today.year + 1, month, day)
        if found is None:
            return Days(question="which_day")
        return bounded(match, single(found), self._today)

    def months(self, reader: Reader) -> Days | None:
        """Read months and parts of months."""
        this, after = self._today.replace(day=1), month_after(self._today.replace(day=1))
        names = "|".join(_LONG)
        which = rf"(?P<which>este mes|proximo mes|mes que viene|otro mes|mes entrante|this month|next month|the month|mes|month|{names}|ano|year)"
        match = reader.take(
            rf"\b(?P<part>(?:primera|ultima|segunda|tercera) semana|(?:first|last|second|third) week|principios?|comienzos?|inicios?|mediados|fin(?:es|ales|al)?|early|mid|late|beginning|middle|end|start)"
            rf"\s+(?:del?\s+|of\s+(?:the\s+)?)?{which}\b"
        ) or reader.take(
            rf"\b(?P<part>)(?:(?:en|para|in|during|for|durante)\s+)?(?:el\s+)?(?P<which>este mes|proximo mes|mes que viene|otro mes|mes entrante"
            rf"|this month|next month|{names})\b"
        )
        if match is None:
            return None
        which_one = match["which"]
        if which_one in {"ano", "year"}:
            first = date(self._today.year, 12, 1)
        elif which_one in MONTHS:
            first = date(self._today.year, MONTHS[which_one], 1)
            first = first if first >= this else first.replace(year=first.year + 1)
        else:
            later = any(word in which_one for word in ("prox", "viene", "otro", "entrante", "next"))
            first = after if later else this
        start, end = _part_of_month(first, match["part"])
        return Days(day_from=max(start, min(self._today, end)), day_to=end)

    def bare_day(self, reader: Reader) -> Days | None:
        """Read "el 15", "the 15th", "del 3 al 7": in this month, or in the next that has such a day."""
        if match := reader.take(
            r"\b(?:del|entre el|from the|between the)\s+(?P<a>[0-3]?\d)(?:st|nd|rd|th)?\s+(?:al|y el|to the|and the)\s+(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\b"
        ):
            first = self._numbered(int(match["a"]))
            last = self._numbered(int(match["d"]), first)
            return (
                Days(day_from=first, day_to=last) if first and last else Days(question="which_day")
            )
        match = (
            reader.take(
                r"\b(?:el|dia|del|the|on the)\s+(?:dia\s+)?(?P<d>[0-3]?\d|primero)(?:st|nd|rd|th|ro)?\b(?!:|%|\s?(?:am|pm|mil|zonas?))"
            )
            or reader.take(r"\b(?P<d>[0-3]?\d)(?:st|nd|rd|th)\b")
            or reader.take(r"^\s*(?P<d>1[3-9]|2\d|3[01])\s*$")
        )
        if match is None:
            return None
        day = self._numbered(1 if match["d"] == "primero" else int(match["d"]))
        return bounded(match, single(day), self._today) if day else Days(question="which_day")

    def _numbered(self, number: int, after: date | None = None) -> date | None:
        earliest = after or self._today
        for month in months_from(self._today, 4):
            day = date_of(month.year, month.month, number)
            if day and day >= earliest:
                return day
        return None


def _part_of_month(first: date, part: str) -> tuple[date, date]:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    if part.endswith(("semana", "week")):
        place = next((i for i, word in enumerate(_PLACES) if part.split(maxsplit=1)[0] in word), 3)
        start = last - timedelta(days=6) if place == 3 else first + timedelta(weeks=place)
        return start, start + timedelta(days=6)
    if part.startswith(("princ", "com", "ini", "ear", "beg", "sta")):
        return first, first.replace(day=10)
    if part.startswith("mi") and not part.startswith("fin"):
        return first.replace(day=11), first.replace(day=20)
    if part:
        return last - timedelta(days=7), last
    return first, last
