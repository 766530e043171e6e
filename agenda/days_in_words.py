"""Days as patients write them: "pasado mañana", "el otro viernes", "de hoy en ocho", "Dec 15"."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from agenda.plain_words import Reader

Question = Literal["", "which_day", "am_or_pm"]

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("lunes monday", "martes tuesday", "miercoles wednesday", "jueves thursday",
         "viernes friday", "sabados? saturday", "domingos? sunday")
    )
    for name in names.split()
}  # fmt: skip
_DAY_NAMES = "|".join(f"{name}s?" if name.endswith("day") else name for name in WEEKDAYS)
_MONTHS = {
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
    (name for name in _MONTHS if len(name) > 3 and name not in {"sept", "march"}), key=len
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?:dia\s+)?(?P<d>[0-3]?\d|primero|first)(?:st|nd|rd|th|ro|ero|er|\.)?"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?(?P<y>20\d\d))?"
_NEXT_WEEK = (
    r"\b(?:la\s+|the\s+)?(?:(?:proxima|otra|siguiente|next|following|coming)\s+(?:semana|week)"
    r"|semana\s+(?:que|q|k)\s+(?:viene|entra)|semana\s+(?:entrante|proxima|siguiente))\b"
)
_THIS_WEEK = r"\b(?:esta\s+(?:misma\s+)?semana|this\s+week|semana actual)\b"
_OPEN = re.compile(
    r"\b(?:a partir|desde|despues|luego|from|after|starting|since)\W+(?:(?:del?|el|la|on|the|dia)\W+)*$"
)
_UNTIL = re.compile(
    r"\b(?:antes|hasta|before|until|till|by|maximo)\W+(?:(?:del?|el|la|que|on|the|dia)\W+)*$"
)
_BEFORE_IT = re.compile(
    r"\b(?:antes|before|despues|after)\W+(?:(?:del?|el|la|que|on|the|dia)\W+)*$"
)
RECENT = timedelta(days=90)  # a date without a year that lies so far back is past, not next year's
FORTNIGHT = {"8": 7, "15": 14}  # "en ocho días" is the same weekday, and so is "en quince"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What a text says of the day; both ends belong to it, an open end is None."""

    day_from: date | None = None
    day_to: date | None = None
    weekdays: tuple[int, ...] = ()
    """Only these (Monday is 0); empty means any."""
    question: Question = ""
    clock: time | None = None
    """The hour of an ISO moment."""
    soonest: bool = False


def read_days(reader: Reader, now: datetime, *, month_first: bool) -> Days:
    """Take everything about the day out of a text; `now` is in the company's zone."""
    calendar = _Calendar(now, month_first=month_first)
    readers: tuple[Callable[[Reader], Days | None], ...] = (
        calendar.iso,
        calendar.numeric,
        calendar.in_month,
        calendar.far_from_now,
        calendar.weeks,
        calendar.weekday,
        calendar.near,
        calendar.months,
        calendar.bare_day,
        calendar.soonest,
    )
    return next((days for read in readers if (days := read(reader)) is not None), Days())


def read_dates(reader: Reader, now: datetime, *, month_first: bool) -> Days | None:
    """Take only what is surely a date, before hours are read."""
    calendar = _Calendar(now, month_first=month_first)
    return calendar.iso(reader) or calendar.numeric(reader) or calendar.in_month(reader)


def _single(day: date) -> Days:
    return Days(day_from=day, day_to=day)


def _bounded(match: re.Match[str], days: Days, today: date) -> Days:
    """Open a day at one end when the words before it say "from", "after", "until" or "before"."""
    lead = match.string[: match.start()]
    exclusive = timedelta(days=1 if _BEFORE_IT.search(lead) else 0)
    if _OPEN.search(lead) and days.day_from:
        return Days(day_from=days.day_from + exclusive)
    if _UNTIL.search(lead) and days.day_to:
        return Days(day_from=today, day_to=max(days.day_to - exclusive, today))
    return days


class _Calendar:
    """Days as seen from one moment."""

    def __init__(self, now: datetime, *, month_first: bool) -> None:
        self._zone = now.tzinfo
        self._today = now.date()
        self._month_first = month_first

    def iso(self, reader: Reader) -> Days | None:
        match = reader.take(
            r"\b(20\d\d)-(\d\d?)-(\d\d?)"
            r"(?:[t ]\s?(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\s?(z|[+-]\d\d:?\d\d)?(?!\s?[ap]m))?"
        )
        if match is None:
            return None
        day = self._date(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            return Days(question="which_day")
        if match[4] is None:
            return _bounded(match, _single(day), self._today)
        moment = datetime.fromisoformat(f"{day.isoformat()}T{match[4]}{(match[5] or '').upper()}")
        if moment.tzinfo is not None:
            moment = moment.astimezone(self._zone)
        return Days(day_from=moment.date(), day_to=moment.date(), clock=moment.time())

    def numeric(self, reader: Reader) -> Days | None:
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
        match = reader.take(
            rf"\b(?:del?|entre el|entre|from)?\s*(?:the\s+)?(?P<a>\d\d?)\s*(?:al?|y el|y|to|-)\s*(?:the\s+)?{_DAY}"
            rf"\s+(?:de\s+|of\s+)?(?P<mon>{_MONTH})\b{_YEAR}"
        ) or reader.take(rf"\b(?P<mon>{_MONTH})\s+(?P<a>\d\d?)\s*(?:-|to|al?)\s*{_DAY}\b{_YEAR}")
        if match:
            days = [
                self._dated(match, int(match[one]), _MONTHS[match["mon"]], match["y"])
                for one in "ad"
            ]
            if all(one.day_from for one in days):
                return Days(day_from=days[0].day_from, day_to=days[1].day_to)
        match = reader.take(
            rf"\b{_DAY}\s*(?:de\s+|del\s+(?:mes de\s+)?|of\s+|\s|[/-])\s*(?P<mon>{_MONTH})\b{_YEAR}"
        ) or reader.take(
            rf"\b(?P<mon>(?!mar\b){_MONTH})\s+(?:the\s+|el\s+)?{_DAY}(?!\d|:|\s?(?:am|pm)){_YEAR}"
        )
        if match is None:
            return self._in_named_month(reader)
        day = 1 if match["d"] in {"primero", "first"} else int(match["d"])
        return self._dated(match, day, _MONTHS[match["mon"]], match["y"])

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
        month = first if this else _month_after(first)
        found = self._date(month.year, month.month, day)
        return _single(found) if found else Days(question="which_day")

    def _dated(self, match: re.Match[str], day: int, month: int, year: str | None) -> Days:
        if year:
            found = self._date(int(year) + (2000 if int(year) < 100 else 0), month, day)
        else:
            found = self._date(self._today.year, month, day)
            if (found is not None and found < self._today - RECENT) or (
                found is None and (month, day) == (2, 29)
            ):
                found = self._date(self._today.year + 1, month, day)
        if found is None:
            return Days(question="which_day")
        return _bounded(match, _single(found), self._today)

    def _date(self, year: int, month: int, day: int) -> date | None:
        try:
            return date(year, month, day)
        except ValueError:
            return None

    def far_from_now(self, reader: Reader) -> Days | None:
        """Read "en 3 días", "in two weeks", "de hoy en ocho", "el viernes en ocho"."""
        base = rf"(?P<base>hoy|manana|pasadomanana|(?:este |el )?(?:{_DAY_NAMES}))"
        if match := reader.take(rf"\b(?:de\s+)?{base}\s+en\s+(?P<n>8|15)\b(?:\s+dias)?"):
            return _single(self._base(match["base"]) + timedelta(days=FORTNIGHT[match["n"]]))
        match = reader.take(
            r"\b(?:(?:en|dentro de|in|within|de aqui a)\s+)(?:como\s+|unos\s+|about\s+)?(?P<n>\d{1,3}|una?|an?|one)"
            r"\s+(?P<what>dia|semana|mes|day|week|month)(?:s|es)?\b"
        ) or reader.take(
            r"\b(?P<n>\d{1,3}|an?|one|una?)\s+(?P<what>day|week|month)s?\s+from\s+(?:now|today)\b"
        )
        if match:
            return _single(
                self._ahead(
                    match["n"], match["what"], spanish=match[0].lstrip()[:2] in {"en", "de"}
                )
            )
        if reader.take(
            r"\b(?:en|in|within)\s+(?:unos|algunos|pocos|a few|a couple of)\s+(?:dias|days)\b"
        ):
            return Days(
                day_from=self._today + timedelta(days=2), day_to=self._today + timedelta(days=7)
            )
        return None

    def _base(self, words: str) -> date:
        near = {"hoy": 0, "manana": 1, "pasadomanana": 2}
        if words in near:
            return self._today + timedelta(days=near[words])
        return self._coming(_weekday(words.rsplit(maxsplit=1)[-1]))

    def _ahead(self, count: str, what: str, *, spanish: bool) -> date:
        number = int(count) if count.isdigit() else 1
        if what in {"mes", "month"}:
            month = self._today.replace(day=1)
            for _ in range(min(number, 24)):
                month = _month_after(month)
            return month.replace(day=min(self._today.day, monthrange(month.year, month.month)[1]))
        if what in {"semana", "week"}:
            return self._today + timedelta(weeks=number)
        return self._today + timedelta(days=FORTNIGHT.get(count, number) if spanish else number)

    def weeks(self, reader: Reader) -> Days | None:
        """Read weeks and weekends, with the weekday that may stand beside them."""
        monday = self._today - timedelta(days=self._today.weekday())
        shapes = (
            (
                r"\b(?:the\s+)?week after next\b|\ben\s+2\s+semanas\b(?=.*\b(?:"
                + _DAY_NAMES
                + "))",
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
                return _bounded(
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
        while name := reader.take(rf"\b(?:el\s+|on\s+)?(?P<w>{_DAY_NAMES})\b"):
            found.add(_weekday(name["w"]))
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
            rf"\b(?:del?\s+|entre\s+(?:el\s+)?|from\s+)?(?P<a>{_DAY_NAMES})\s+(?:al?|to|through|hasta(?: el)?)\s+(?P<w>{_DAY_NAMES})\b"
        ):
            first = self._coming(_weekday(match["a"]), today_too=True)
            return Days(day_from=first, day_to=_next(first, _weekday(match["w"])))
        if match := reader.take(
            rf"\b(?P<a>{_DAY_NAMES})(?:,\s*(?:{_DAY_NAMES}))*\s+(?:o|u|y|or|and)\s+(?:el\s+|on\s+)?(?P<w>{_DAY_NAMES})\b"
        ):
            found = [self._coming(_weekday(name)) for name in re.findall(_DAY_NAMES, match[0])]
            numbers = tuple(sorted(day.weekday() for day in found))
            return Days(day_from=min(found), day_to=max(found), weekdays=numbers)
        match = reader.take(
            rf"\b(?P<q>(?:(?:este|esta|this|next|proximo|otro|last|los|todos los|el|coming|on|pasado|siguiente)\s+)*)"
            rf"(?P<w>{_DAY_NAMES})\b(?P<after>\s+(?:que viene|q viene|proximo|entrante|siguiente|pasado))?"
            rf"(?:\s*,?\s+(?:the\s+|el\s+|dia\s+)?(?P<n>[0-3]?\d)(?:st|nd|rd|th)?\b(?!:|/|\s?(?:am|pm)|\s+(?:y|menos|de la|en la|a\s\d)))?"
        )
        if match is None:
            return None
        days = self._one_weekday(match)
        if match["n"] and days.day_from:
            return self._weekday_and_number(match, reader, days)
        return _bounded(match, days, self._today)

    def _one_weekday(self, match: re.Match[str]) -> Days:
        wanted = _weekday(match["w"])
        words = f"{match['q']} {match['after'] or ''}".split()
        if "last" in words or "pasado" in words:
            return _single(
                self._today - timedelta(days=(self._today.weekday() - wanted - 1) % 7 + 1)
            )
        many = "los" in words or re.search(r"(?:days|sabados|domingos)$", match["w"]) is not None
        if many:
            day = self._coming(wanted)
            return Days(day_from=day, day_to=day + timedelta(weeks=3), weekdays=(wanted,))
        if "este" in words or "this" in words:
            return _single(self._coming(wanted, today_too=True))
        day = self._coming(wanted)
        if "otro" in words:
            return _single(day + timedelta(weeks=1))
        if "next" in words:
            # In English "next Friday" is the one of next week.
            monday = self._today - timedelta(days=self._today.weekday()) + timedelta(weeks=1)
            return _single(monday + timedelta(days=wanted))
        return _single(day)

    def _weekday_and_number(self, match: re.Match[str], reader: Reader, days: Days) -> Days:
        """Read "viernes 27" as a date when that day is a Friday, else as an hour when it can be one."""
        number, wanted = int(match["n"]), _weekday(match["w"])
        for month in self._months(3):
            day = self._date(month.year, month.month, number)
            if day and day >= self._today and day.weekday() == wanted:
                return _bounded(match, _single(day), self._today)
        if 1 <= number <= 12:
            reader.text = reader.text.replace("|", f"| {number} ", 1)
            return days
        return Days(day_from=days.day_from, day_to=days.day_to, question="which_day")

    def near(self, reader: Reader) -> Days | None:
        """Read today, tomorrow and their neighbours; "hoy o mañana" is both."""
        if match := reader.take(r"\b(?:manana o (?:el )?pasado|tomorrow or the day after)\b"):
            return Days(
                day_from=self._today + timedelta(days=1), day_to=self._today + timedelta(days=2)
            )
        shapes = (
            (r"^\s*(?:el |para )?pasado\s*$", 2),
            (r"\b(?:pasadomanana|(?:the )?day after tomorrow)\b", 2),
            (r"\b(?:anteayer|antier|antes de ayer|day before yesterday)\b", -2),
            (r"\b(?:ayer|yesterday)\b", -1),
            (r"\b(?:manana|tomorrow)\b", 1),
            (
                r"\b(?:hoy|today|tonight|esta (?:tarde|noche)|this (?:morning|afternoon|evening)|later today)\b",
                0,
            ),
        )
        found: list[tuple[int, re.Match[str]]] = []
        for shape, ahead in shapes:
            if match := reader.take(shape):
                found.append((ahead, match))
        if not found:
            return None
        aheads = [one for one, _ in found]
        days = Days(
            day_from=self._today + timedelta(days=min(aheads)),
            day_to=self._today + timedelta(days=max(aheads)),
        )
        return _bounded(found[0][1], days, self._today)

    def months(self, reader: Reader) -> Days | None:
        """Read months and parts of months."""
        this, after = self._today.replace(day=1), _month_after(self._today.replace(day=1))
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
        elif which_one in _MONTHS:
            first = date(self._today.year, _MONTHS[which_one], 1)
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
        return _bounded(match, _single(day), self._today) if day else Days(question="which_day")

    def _numbered(self, number: int, after: date | None = None) -> date | None:
        earliest = after or self._today
        for month in self._months(4):
            day = self._date(month.year, month.month, number)
            if day and day >= earliest:
                return day
        return None

    def soonest(self, reader: Reader) -> Days | None:
        """Read "lo más pronto posible", "cuando tenga", "any day"."""
        match = reader.take(
            r"\b(?:lo (?:mas )?(?:pronto|antes|rapido)(?: posible)?|cuanto antes|lo antes que|lo primero que|lo mas cercan[oa]"
            r"|(?:la |el )?(?:primer[ao]?|mas cercan[oa]|mas proxim[oa]) (?:cita |espacio |cupo |hora )?(?:que|disponible|libre|posible)"
            r"|cuando (?:tengan?|haya|se pueda|puedan?|sea)|cualquier (?:dia|fecha|momento)|el dia que (?:sea|tengan?|haya)"
            r"|as soon as possible|soonest|earliest|first (?:available|free|opening)|whenever|any ?(?:day|time)|next available"
            r"|para ya|ya mismo|cualquier hora|da (?:igual|lo mismo)|no importa|whatever|any hour|ahora mismo|ahora|right now|right away|urgente)\b"
        )
        return Days(soonest=True) if match else None

    def _coming(self, weekday: int, *, today_too: bool = False) -> date:
        ahead = (weekday - self._today.weekday()) % 7
        return self._today + timedelta(days=ahead if ahead or today_too else 7)

    def _months(self, count: int) -> Iterator[date]:
        month = self._today.replace(day=1)
        for _ in range(count):
            yield month
            month = _month_after(month)


def _weekday(name: str) -> int:
    for known, number in WEEKDAYS.items():
        if name.removesuffix("s") == known.removesuffix("s?").removesuffix("s"):
            return number
    raise ValueError(name)


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


_PLACES = ("primera first", "segunda second", "tercera third")


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
