"""Hours as patients write them: "tipo 4", "3 y media", "cuarto para las cinco", "after 3"."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from agenda.plain_words import Reader

Part = Literal["morning", "afternoon", "evening"]
Opening = tuple[time, time]
Groups = Mapping[str, str | None]

CLINIC_DAY: Opening = (time(7), time(19))
"""In which half of the day a bare hour is looked for: "a las 3" is in the afternoon."""

_FRACTIONS = {"media": 30, "half": 30, "cuarto": 15, "quarter": 15}
LUNCH_OVER, WORK_OVER, LATE = time(13), time(17), time(16)

_HOUR = (
    r"(?P<h>\d{1,2}|una)"
    r"(?:\s?[:h]\s?(?P<m>[0-5]\d)|\.(?P<m2>[0-5]\d)|\s+y\s+(?P<and>media|cuarto|[1-5]?\d)\b"
    r"|\s+menos\s+(?P<less>cuarto|[1-5]?\d)\b|\s+(?P<m3>15|30|45|00)(?!\d))?"
    r"(?:\s?(?:hs|hrs?|h|horas)\b)?(?P<ish>\s?-?ish)?(?:\s+(?:en punto|oclock|y pico))?"
    r"(?:\s?(?P<x>am|pm)\b"
    r"|\s*,?\s+(?:(?:de|en|por|x|a)\s+(?:la\s+)?)?(?P<of>manana|tarde|noche|madrugada)\b"
    r"|\s+(?:del?\s+)?(?P<noon>mediodia)|\s+(?:in the\s+)?(?P<of2>morning|afternoon|evening)\b"
    r"|\s+at\s+(?P<night>night))?"
)
_COUNTED = (
    r"(?!\s*(?:zonas?|ampollas?|sesion|citas?|personas?|unidades|primer|opcion|jeringas?|veces|areas?"
    r"|semanas?|dias?|meses|anos?|days?|weeks?|months?|years?|people|sessions?|units?|mil\b|%|/))"
)
_ROUGH = re.compile(
    r"(?:tipo|como|eso|aproximadamente|mas o menos|sobre|hacia|cerca|alrededor|por ahi|around|about"
    r"|roughly|like|near|tirando)\W+(?:\w+\W+){0,3}$"
)
_AFTER = r"(?:despues|luego|pasad[ao]s|a partir|desde|after|from|since|starting|mas tarde)(?:\s+(?:de|at|que|las))*\s+"
_BEFORE = r"(?:antes|hasta|before|until|till|by|maximo|max|no later than)(?:\s+(?:del?|que|a))*\s+"
_PARTS: dict[Part, str] = {
    "morning": r"(?:(?:por|en|de|a|x|durante|toda)\s+)?(?:la|las|esta|toda la)\s+mananas?\b|\bmananas\b"
    r"|(?:in the |this )?\bmorning\b|\b(?:en|horario|jornada|por el)\s+am\b",
    "afternoon": r"(?<!mas )(?<!muy )(?<!tan )(?<!hizo )\btardes?\b(?! o temprano)|\bafternoon\b"
    r"|\b(?:en|horario|jornada|por el)\s+pm\b",
    "evening": r"\bnoches?\b|\bevening\b|\btonight\b|\bat night\b|\bnight\b",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What a text says of the hour; times are the clinic's own wall clock."""

    part: Part | None = None
    at: time | None = None
    rough: bool = False
    earliest: time | None = None
    latest: time | None = None
    unsure: bool = False
    """The hour exists twice in the clinic's day."""


@dataclass(frozen=True, slots=True)
class _Said:
    """An hour as it stands, before anybody knows which half of the day it means."""

    hour: int
    minute: int
    half: str
    """`am`, `pm`, `manana`, `tarde`, `noche`, `madrugada` or nothing."""


def read_hours(reader: Reader, opening: Opening = CLINIC_DAY) -> Hours:
    """Take everything about the hour out of a text."""
    told = _told_by_minutes(reader)
    between = None if told else _range(reader)
    after = (
        None
        if between
        else _bound(reader, _AFTER, r"\s*(?:en adelante|onwards?|o mas tarde|or later|o despues)")
    )
    before = None if between else _bound(reader, _BEFORE, "")
    words = _worded_bounds(reader)
    rough, exact = (False, told) if told else _exact(reader)
    early_late = _early_or_late(reader)
    part = _part(reader)
    if part is None and exact is None:
        part = early_late.part
    if between:
        first, last = between
        after, before = _with_half(first, last), last
    sense = _Sense(part, opening)
    hours = Hours(
        part=part,
        at=sense.of(exact) if exact else None,
        rough=rough,
        earliest=sense.of(after) if after else words.earliest or early_late.earliest,
        latest=sense.of(before) if before else words.latest,
    )
    return replace(hours, unsure=sense.unsure)


def read_bare_hour(reader: Reader, opening: Opening, part: Part | None) -> Hours | None:
    """Take an hour that only its place gives away: "mañana 3", or a text that is nothing else."""
    match = reader.take(r"(?:(?<=\|)|^)\s*,?\s*(?P<h>\d{1,2})\s*(?=$|\||,|\.)")
    if match is None or not 1 <= int(match["h"]) <= 12:
        return None
    sense = _Sense(part, opening)
    at = sense.of(_Said(int(match["h"]), 0, ""))
    return Hours(part=part, at=at, unsure=sense.unsure)


def _said(found: Groups) -> _Said | None:
    hour = 1 if found["h"] == "una" else int(found["h"] or 0)
    minute = int(found["m"] or found["m2"] or found["m3"] or 0)
    for name, sign in (("and", 1), ("less", -1)):
        if words := found[name]:
            minute = sign * (_FRACTIONS.get(words) or int(words))
    if minute < 0:
        hour, minute = (hour - 1) or 12, 60 + minute
    if hour > 24 or not 0 <= minute < 60:
        return None
    half = found["x"] or found["of"] or found["of2"] or ""
    half = {"morning": "manana", "afternoon": "tarde", "evening": "noche"}.get(half, half)
    if found["night"]:
        half = "noche"
    return _Said(hour, minute, "pm" if found["noon"] else half)


def _with_half(first: _Said, last: _Said) -> _Said:
    """Give the first hour of a range the half of the last: "de 3 a 5 pm"; "10 a 1 pm" stays apart."""
    if first.half or first.hour >= last.hour:
        return first
    return _Said(first.hour, first.minute, last.half)


def _named(pattern: str, ending: str) -> str:
    """Rename a pattern's groups, so that it can stand twice in one."""
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{ending}>", pattern)


def _range(reader: Reader) -> tuple[_Said, _Said] | None:
    first, last = _named(_HOUR, "a"), _named(_HOUR, "b")
    las = r"(?:las?\s+)?"
    shapes = (
        rf"\b(?:entre|between)\s+{las}{first}\s+(?:y|and)\s+{las}{last}{_COUNTED}(?!\d)",
        rf"\b(?:de|desde|from)\s+{las}{first}\s+(?:a|hasta|to|until|till)\s+{las}{last}{_COUNTED}(?!\d)",
        rf"\blas?\s+{first}\s+(?:a|y|hasta)\s+las?\s+{last}{_COUNTED}",
        rf"(?<![\d/:.-])\b{first}\s?(?:-|\sto\s)\s?{last}{_COUNTED}(?![\d/-])",
    )
    for shape in shapes:
        match = reader.take(shape)
        if match:
            said, then = _said(_half(match, "a")), _said(_half(match, "b"))
            if said and then:
                return said, then
    return None


def _half(match: re.Match[str], ending: str) -> Groups:
    """Return one hour's groups of a match that holds two, under their own names."""
    groups = match.groupdict().items()
    return {name[:-2]: value for name, value in groups if name.endswith(f"_{ending}")}


def _bound(reader: Reader, lead: str, tail: str) -> _Said | None:
    sure = r"(?=\s|$|[,.])"
    shapes = [rf"\b{lead}las?\s+{_HOUR}{_COUNTED}", rf"\b{lead}{_HOUR}{_COUNTED}{sure}"]
    if tail:
        shapes.append(rf"\b(?:de\s+)?(?:las?\s+)?{_HOUR}{tail}")
    for shape in shapes:
        match = reader.take(shape)
        if match and (said := _said(match.groupdict())):
            return said
    return None


def _worded_bounds(reader: Reader) -> Hours:
    if reader.take(rf"\b{_AFTER}(?:del?\s+|el\s+)?(?:almuerzo|almorzar|lunch)\b"):
        return Hours(earliest=LUNCH_OVER)
    if reader.take(rf"\b{_AFTER}(?:del?\s+|el\s+)?(?:mediodia|noon)\b"):
        return Hours(earliest=time(12))
    if reader.take(
        rf"\b{_AFTER}(?:del?\s+|el\s+|mi\s+)*(?:trabajo|trabajar|oficina|work|colegio|school)\b"
    ):
        return Hours(earliest=WORK_OVER)
    if reader.take(rf"\b{_BEFORE}(?:el\s+)?(?:mediodia|noon|almuerzo|almorzar|lunch)\b"):
        return Hours(latest=time(12))
    return Hours()


def _exact(reader: Reader) -> tuple[bool, _Said | None]:
    for match in _exact_matches(reader):
        said = _said(match.groupdict())
        if said is not None:
            lead = match.string[: match.start("h")]
            rough = bool(match["ish"]) or _ROUGH.search(lead) is not None or "y pico" in match[0]
            return rough, said
    if reader.take(r"\b(?:al?\s+)?(?:mediodia)\b"):
        return True, _Said(12, 0, "pm")
    if reader.take(r"\b(?:at )?noon\b"):
        return False, _Said(12, 0, "pm")
    if reader.take(r"\b(?:a la )?medianoche\b|\bmidnight\b"):
        return False, _Said(0, 0, "")
    return False, None


_TO = (
    r"(?:(?P<c>cuarto|5|10|15|20|25)(?:\s+min\w*)?\s+(?:para|pa)\s+las?|(?P<e>quarter|20|25)\s+to)"
)


def _told_by_minutes(reader: Reader) -> _Said | None:
    """Take "cuarto para las cinco", "half past 3"; "10 to 4" is left, it is a range as well."""
    match = reader.take(
        rf"(?<!\bel )(?<!dia )\b(?:a\s+|faltando\s+)?(?:un\s+|a\s+)?{_TO}\s+{_HOUR}"
    )
    if match:
        return _said({**match.groupdict(), "less": match["c"] or match["e"]})
    match = reader.take(rf"\b(?:at\s+)?(?:a\s+)?(?P<c>half|quarter|5|10|20|25)\s+past\s+{_HOUR}")
    return _said({**match.groupdict(), "and": match["c"]}) if match else None


def _exact_matches(reader: Reader) -> Iterator[re.Match[str]]:
    """Yield what may be an hour, surest first."""
    rough = r"(?:tipo|tipin|como|around|about|at|@|sobre|hacia|approx)\s*(?:a\s+)?(?:las?\s+)?"
    for shape in (
        rf"\b(?:a|para|pa|sobre|hacia|tipo|eso de|cerca de|alrededor de)\s+las?\s+{_HOUR}{_COUNTED}",
        rf"(?:\b|(?=@)){rough}{_HOUR}{_COUNTED}(?!\d)",
        rf"\blas?\s+{_HOUR}{_COUNTED}(?!\d)",
        rf"(?<![\d/$.,-])\b(?=\d{{1,2}}\s?:\s?\d\d){_HOUR}",
        rf"(?<![\d/$.,-])\b(?=\d{{1,2}}\s+(?:y (?:media|cuarto|[1-5]\d\s?[ap]m)|menos cuarto|oclock|en punto|y pico)){_HOUR}",
        (
            rf"(?<![\d/$.,-])\b(?=\d{{1,2}}(?:[.:]\d\d)?(?:\s+\d\d)?\s?(?:am|pm|-?ish|h\d\d|hs|hrs?\b|h\b|horas\b(?! de)))"
            rf"{_HOUR}"
        ),
        rf"(?<![\d/$.,-])\b(?=\d{{1,2}}\s+(?:de|en|por|x)\s+la\s+(?:manana|tarde|noche)|\d{{1,2}}\s+(?:in the|at night|del mediodia)){_HOUR}",
    ):
        if match := reader.take(shape):
            yield match


def _early_or_late(reader: Reader) -> Hours:
    if reader.take(
        r"\b(?:a\s+|en\s+la\s+|bien\s+|lo mas\s+)?(?:primera hora|temprano|early|first thing)\b"
    ):
        return Hours(part="morning")
    if reader.take(
        r"\b(?:a\s+)?(?:ultima hora|lo mas tarde posible|as late as possible|last thing|end of (?:the )?day|final del dia|al cierre)\b"
    ):
        return Hours(earliest=LATE)
    return Hours()


def _part(reader: Reader) -> Part | None:
    found: list[Part] = [part for part, shape in _PARTS.items() if reader.take(shape)]
    return found[0] if len(found) == 1 else None


class _Sense:
    """Which half of the day a bare hour means."""

    def __init__(self, part: Part | None, opening: Opening) -> None:
        self._part = part
        self._opening = opening
        self.unsure = False

    def of(self, said: _Said) -> time:
        """Return the hour; notes when both halves would do."""
        hour, half = said.hour, said.half or _HALVES.get(self._part or "", "")
        if said.hour > 12 or said.hour == 0:
            return time(hour % 24, said.minute)
        if half in {"am", "manana", "madrugada"}:
            return time(0 if hour == 12 and half != "manana" else hour, said.minute)
        if half == "noche" and hour == 12:
            return time(0, said.minute)
        if half:
            return time(hour % 12 + 12, said.minute)
        return self._bare(hour % 12, said.minute)

    def _bare(self, hour: int, minute: int) -> time:
        opens, closes = self._opening
        halves = [time(hour, minute), time(hour + 12, minute)]
        inside = [one for one in halves if opens <= one < closes]
        if len(inside) == 1:
            return inside[0]
        self.unsure = self.unsure or len(inside) == 2
        return inside[0] if inside else halves[0 if hour >= 7 else 1]


_HALVES = {"morning": "manana", "afternoon": "tarde", "evening": "noche"}
