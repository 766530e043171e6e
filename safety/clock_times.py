"""Hours of the day as people and models write them: `3:00 p. m.`, `15:30`, `a las 3`, `de 8 a 6`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from safety.reading import fold

MIDDAY = 12 * 60
DAY = 24 * 60

_HALF = r"(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?|am\b|pm\b|de la manana|de la tarde|de la noche|da manha|da tarde|da noite|in the (?:morning|afternoon|evening)|o'?clock|hrs?\b|h\b)"
_TIME = re.compile(
    rf"(?P<cue>\b(?:a|hasta|desde|de|entre|y)\s+las?\s+|\b(?:as|das|ate as|pelas)\s+|\bat\s+|\buntil\s+|\bby\s+)?"
    rf"(?<![\d.,$/-])(?P<hour>[01]?\d|2[0-4])(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>{_HALF})?"
    r"(?![\d%/])(?!\s*(?:de\s+)?(?:dias|meses|semanas|horas|minutos|anos|sesiones|ml|mg|cc|days|weeks|months|hours|minutes|years|sessions|units|unidades|mil|millones|pesos|personas|opciones|treatments|tratamientos|sessoes|reais|pessoas|opcoes|tratamentos))"
)
_SPAN = re.compile(
    r"(?:\b(?:de|das|from|entre|between|are|son)|:)\s+(?P<a>\d{1,2})\s*(?:a|as|e|to|y|and|-|–)\s*(?P<b>\d{1,2}(?:[:.][0-5]\d)?)\b(?![:.]\d)(?!\s*(?:dias|meses|semanas|horas|minutos|anos|sesiones|days|weeks|months|hours|minutes|years|sessions|units|unidades|mil|millones|%|ml|mg|cc|pesos|de\s))"
)
_OPENING = re.compile(
    r"\b(?:horario|abrimos|abre|aberto|funcionamos|fechamos|atendemos|abierto|atencion|open|hours|closes?|cerramos|cierra)"
)
_NAMED = {
    "mediodia": MIDDAY,
    "midday": MIDDAY,
    "noon": MIDDAY,
    "meio-dia": MIDDAY,
    "medianoche": 0,
    "midnight": 0,
}


_NAMED_TIME = re.compile(rf"\b(?:{'|'.join(_NAMED)})\b")
_TO = re.compile(r"\s*(?:a|to|as|ao|-|–|—|until|till|hasta|ate)\s*(?:las?\s+|as\s+)?")
_UNTIL = re.compile(
    r"\b(?:hasta|until|till|ate|cerramos|cierra\w*|clos\w+|fecha\w*)\b[^.;,\d]{0,14}$"
)
_FROM = re.compile(r"\b(?:desde|abrimos|abre|opens?|from|a partir)\b[^.;,\d]{0,14}$")
REACH = 26  # characters before an hour that say whether something begins or ends then


def _readings(hour: int, minute: int, half: str) -> frozenset[int]:
    at = hour * 60 + minute
    if (
        half.startswith("p")
        or "tarde" in half
        or "noche" in half
        or "noite" in half
        or half.endswith(("noon", "evening"))
    ):
        return frozenset({at % MIDDAY + MIDDAY})
    if half.startswith("a") or "manana" in half or "manha" in half or "morning" in half:
        return frozenset({at % MIDDAY})
    if hour > 12 or hour == 0:
        return frozenset({at % DAY})
    return frozenset({at % DAY, (at + MIDDAY) % DAY})


@dataclass(frozen=True, slots=True)
class Time:
    """An hour in a folded text."""

    readings: frozenset[int]
    """The minutes of the day that it may mean."""
    start: int
    end: int
    bound: Literal["", "from", "until"] = ""
    """Whether something begins or ends then."""


def times_in(text: str) -> Iterator[frozenset[int]]:
    """Yield, for each hour that a text states, the minutes of the day that it may mean."""
    return (one.readings for one in clock_times(fold(text)))


def clock_times(folded: str) -> list[Time]:
    """Return the hours of a folded text, in order."""
    found = {one.start: one for one in _single(folded)}
    if _OPENING.search(folded):
        for at in _SPAN.finditer(folded):
            for one in ("a", "b"):
                hour, _, minute = at[one].replace(".", ":").partition(":")
                if int(hour) <= 24:
                    readings = _readings(int(hour), int(minute or 0), "")
                    found.setdefault(at.start(one), Time(readings, at.start(one), at.end(one)))
    return _bounded(folded, sorted(found.values(), key=lambda one: one.start))


def _single(folded: str) -> Iterator[Time]:
    for at in _NAMED_TIME.finditer(folded):
        yield Time(frozenset({_NAMED[at.group()]}), at.start(), at.end())
    for at in _TIME.finditer(folded):
        half = at["half"] or ""
        half = re.sub(r"\s", "", half) if half[:1] in "ap" else half
        colon = at["minute"] is not None and folded[at.end("hour")] in ":h"
        if at["cue"] or half or colon:
            readings = _readings(int(at["hour"]), int(at["minute"] or 0), half)
            yield Time(readings, at.start("hour"), at.end())


def _bounded(folded: str, times: list[Time]) -> list[Time]:
    bounded: list[Time] = []
    for time in times:
        before = folded[max(0, time.start - REACH) : time.start]
        gap = folded[bounded[-1].end : time.start] if bounded else ""
        if bounded and _TO.fullmatch(gap):
            bounded[-1] = replace(bounded[-1], bound="from")
            bounded.append(replace(time, bound="until"))
        elif _UNTIL.search(before):
            bounded.append(replace(time, bound="until"))
        elif _FROM.search(before):
            bounded.append(replace(time, bound="from"))
        else:
            bounded.append(time)
    return bounded
