"""When a clinic is open, day by day, and what a sentence says of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import time

from safety.clock_times import Time, clock_times
from tenants.hours import WEEKDAYS, Hours, Span, Weekday
from tenants.tenant import Tenant

HOLIDAY = "holiday"
SPECIAL = "special"
"""Stand among the days of the week: the second for dates that differ and for the hours of the staff."""

_NAMES: dict[str, Weekday] = {
    name: WEEKDAYS[place]
    for names in (
        WEEKDAYS,
        ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
        ("segunda", "terca", "quarta", "quinta", "sexta"),
    )
    for place, name in enumerate(names)
}
_DAY = rf"(?:{'|'.join(_NAMES)})(?:s\b|\b)(?:-feira)?(?! (?:sesion|dosis|persona|cita|opcion|visita|parte|vez|unidad))"
_DAYS = re.compile(
    rf"\b(?P<a>{_DAY})(?:\s*(?:a|to|through|thru|ao?|ate|-|–)\s+(?:los? |o )?(?P<b>{_DAY}))?"
    r"|\b(?P<week>entre semana|weekdays|dias de semana|durante la semana|dias uteis|dias habiles)\b"
    r"|\b(?P<weekend>fin(?:es)? de semana|weekends?|fins de semana)\b"
    r"|\b(?P<every>todos los dias|every day|todos os dias|7 dias|seven days)\b"
    r"|\b(?P<holiday>festivos?|feriados?|holidays?)\b"
)
_DATE = re.compile(
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:de\s+)?(?:ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic|jan|apr|aug|dec|fev|mai|set|out|dez)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<then>\d{1,2})\b"
    r"|\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)\s+(?P<bare>\d{1,2})\b(?!\s*[:h])"
)
_NOT = re.compile(
    r"\b(?:no|ni|not|nao|cerrad\w+|closed|fechad\w+|sin servicio|excepto|salvo|except|tampoco|descans\w+)\b"
)
_JOINED = re.compile(r"\s*(?:,|y|and|e|ni|or|o|nor)\s+(?:(?:los|las|public|federal|dias|en)\s+)*")
_NEAR = 28  # characters between a day and the word that closes it


@dataclass(frozen=True, slots=True)
class Days:
    """A place of a folded text that names days."""

    days: frozenset[str]
    start: int
    end: int
    denied: bool
    """The text says that they are not open."""


@dataclass(frozen=True, slots=True)
class Week:
    """The minutes at which each day's spans begin and end."""

    starts: dict[str, set[int]] = field(default_factory=dict)
    ends_of: dict[str, set[int]] = field(default_factory=dict)

    @property
    def ends(self) -> set[int]:
        """Every beginning and end."""
        return set[int]().union(*self.starts.values(), *self.ends_of.values())

    def open_on(self, day: str) -> bool:
        """Say whether the clinic is open on a day of the week."""
        return bool(self.starts.get(day) or self.ends_of.get(day))

    def with_texts(self, texts: Iterable[str]) -> "Week":
        """Return the week with what folded texts say of its days."""
        starts = {day: set(at) for day, at in self.starts.items()}
        ends = {day: set(at) for day, at in self.ends_of.items()}
        for text in texts:
            for days, at in pairs_in(text):
                for day in days.days if days and not days.denied else ():
                    kept = starts if at.bound != "until" else ends
                    kept.setdefault(day, set()).update(at.readings)
                    if not at.bound:
                        ends.setdefault(day, set()).update(at.readings)
        return Week(starts, ends)


def week_of(tenant: Tenant) -> Week:
    """Return the week of a company's definition; whoever of the staff works stands in it too."""
    starts: dict[str, set[int]] = {}
    ends: dict[str, set[int]] = {}
    for day, spans in tenant.hours.week.items():
        starts[day] = {_minute(span.start) for span in spans}
        ends[day] = {_minute(span.end) for span in spans}
    if not tenant.hours.closed_on_holidays:
        starts[HOLIDAY] = {at for every in starts.values() for at in every}
        ends[HOLIDAY] = {at for every in ends.values() for at in every}
    others = [
        *_special(tenant.hours),
        *(span for one in tenant.staff for span in _spans(one.hours)),
    ]
    starts[SPECIAL] = {_minute(span.start) for span in others}
    ends[SPECIAL] = {_minute(span.end) for span in others}
    return Week(starts, ends)


def _spans(hours: Hours | None) -> Iterator[Span]:
    if hours is not None:
        for spans in hours.week.values():
            yield from spans


def _special(hours: Hours) -> Iterator[Span]:
    for day in hours.special_days:
        yield from day.spans


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def days_in(folded: str) -> list[Days]:
    """Return where a folded text names days of the week, in order."""
    found = []
    for at in _DAYS.finditer(folded):
        around = (
            folded[max(0, at.start() - _NEAR) : at.start()],
            folded[at.end() : at.end() + _NEAR],
        )
        before = re.split(r"[,;:.(]|\by\b|\band\b", around[0])[-1]
        after = re.split(r"[,;:.(]", around[1])[0]
        denied = bool(_NOT.search(before) or _NOT.search(after))
        found.append(Days(_named(at), at.start(), at.end(), denied))
    return _together(folded, found)


def _together(folded: str, found: list[Days]) -> list[Days]:
    """Return the days with what is denied of one denied of those it is joined to."""
    joined = list(found)
    for at in range(1, len(joined)):
        before, one = joined[at - 1], joined[at]
        if _JOINED.fullmatch(folded[before.end : one.start]) and before.denied != one.denied:
            joined[at - 1], joined[at] = replace(before, denied=True), replace(one, denied=True)
    return joined


def _named(at: re.Match[str]) -> frozenset[str]:
    if at["a"]:
        first = _place(at["a"])
        if not at["b"]:
            return frozenset({WEEKDAYS[first]})
        last = _place(at["b"])
        return frozenset(
            WEEKDAYS[one % 7] for one in range(first, last + (7 if last < first else 0) + 1)
        )
    if at["week"]:
        return frozenset(WEEKDAYS[:5])
    if at["weekend"]:
        return frozenset(WEEKDAYS[5:])
    return frozenset({HOLIDAY}) if at["holiday"] else frozenset(WEEKDAYS)


def _place(word: str) -> int:
    name = word.removesuffix("-feira")
    return WEEKDAYS.index(_NAMES.get(name) or _NAMES[name.removesuffix("s")])


def pairs_in(folded: str) -> Iterator[tuple[Days | None, Time]]:
    """Yield each hour of a text with the days that it is said of; None when it names none."""
    days, times = days_in(folded), list(clock_times(folded))
    if not times:
        return
    # "Los sábados de 8 a 2", or "de 8 a 2 los sábados".
    follows = bool(days) and times[0].start < days[0].start
    for one in times:
        before = [day for day in days if day.start < one.start]
        after = [day for day in days if day.start > one.start]
        near = [*after, *before[-1:]][:1] if follows else before[-1:]
        yield (near[0] if near else None), one


def dates_in(folded: str) -> set[str]:
    """Return the days of months that a folded text names, without their months."""
    return {at["day"] or at["then"] or at["bare"] for at in _DATE.finditer(folded)}
