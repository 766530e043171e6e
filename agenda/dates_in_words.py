"""When a patient wants to come, from their own words; no model decides this."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from agenda.day_readings import Days, Question
from agenda.days_in_words import read_dates, read_days
from agenda.days_left_out import days_left_out
from agenda.hours_in_words import CLINIC_DAY, Opening, Part, read_bare_hour, read_hours
from agenda.opening import is_holiday
from agenda.plain_words import Reader, plain
from agenda.portuguese_times import in_spanish

MONTH_FIRST = frozenset({"US"})

_NOT = re.compile(
    r"\bno (?:puedo|podria|puedo ir|me (?:sirve|queda|da|funciona|es posible)|estoy|sea|quiero|alcanzo|tengo tiempo|voy a poder)"
    r"|\bmenos (?:el|los|en|la)\b|\bexcepto\b|\bsalvo\b|\b(?:can ?'?t|cannot|can not|don'?t work|doesn'?t work|won'?t work|except)\b"
    r"|\bnot (?:on|in|available|free|good)\b|\bno\s*$"
)
_CLAUSES = re.compile(
    r"(?<!\d),(?!\d)|(?<!\d)\.(?!\d)|,\s|\.\s|\b(?:pero|mejor|sino|but|rather|instead|preferably)\b"
)
_TURNED = (
    (r"\bno (?:\w+ ){1,3}(?:antes de|hasta)\b|\b(?:can'?t|cannot|not) (?:\w+ ){0,3}(?:before|until|till)\b", "despues de"),
    (r"\bno (?:\w+ ){1,3}despues de\b|\b(?:can'?t|cannot|not) (?:\w+ ){0,3}after\b", "antes de"),
)  # fmt: skip
_MOVED = re.compile(
    r"\b(?:mover|cambiar|pasar|correr|aplazar|reprogramar|reagendar|move|change|reschedule|switch)(?:l[ao])?\b"
    r".*?(\b(?:para|al|a las?|to|until)\b.*)$"
)
_HOLIDAY = re.compile(
    r"\b(?:el|este|proximo|the|next)\s+(?:proximo\s+)?(?:dia\s+)?(?:festivo|feriado|(?:public |bank )?holiday)\b"
)
_THANKSGIVING = re.compile(r"\bthanksgiving(?: day)?\b")
_SOON = (
    r"\b(?:en|dentro de|in)\s+(?P<n>\d{1,3}|una?|media|an?|half an)\s+(?P<what>hora|hour|min)\w*"
)
_TIME = re.compile(
    r"\b(?:hoy|manana|mananas|pasadomanana|tardes?|noche|mediodia|noon|temprano|lunes|martes|miercoles|jueves|viernes|sabados?"
    r"|domingos?|semana|fin de mes|proximo mes|quincena|today|tonight|tomorrow|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?"
    r"|saturdays?|sundays?|morning|afternoon|evening|weekend|weekdays?|week|oclock|asap|cuanto antes|lo antes posible"
    r"|primera hora|enero|febrero|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|january|february|april"
    r"|june|july|august|september|october|november|december)\b"
    r"|\blas? (?:\d{1,2}|una)\b(?! (?:zona|ampolla|sesion|opcion|cita))|\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]m\b"
    r"|\b\d{1,2}/\d{1,2}\b|\b20\d\d-\d\d-\d\d|\b(?:tipo|at|around) \d{1,2}\b|\b(?:el|dia) \d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)\b"
    r"|\b(?:en|dentro de|in) \d{1,2} (?:dias?|days?|weeks?)\b|\b\d{1,2} (?:y media|y cuarto)\b|\b\d{1,2} de (?:enero|marzo)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A wish for a time. What was not said is None: an open `day_to` means any day from `day_from`."""

    day_from: date | None = None
    day_to: date | None = None
    part: Part | None = None
    at: time | None = None
    """A start by the company's wall clock; the nearest will do when `at_is_rough`."""
    at_is_rough: bool = False
    earliest: time | None = None
    latest: time | None = None
    weekdays: tuple[int, ...] = ()
    """Only these days of the week (Monday is 0); empty means any."""
    soonest: bool = False
    """"Lo más pronto posible", "cuando tenga": no day was meant."""
    question: Question = ""
    """What to ask the patient, although the rest is the likeliest reading."""

    def told(self) -> dict[str, str | None]:
        """Return day, part and hour as JSON."""
        return {
            "day_from": self.day_from.isoformat() if self.day_from else None,
            "day_to": self.day_to.isoformat() if self.day_to else None,
            "part": self.part,
            "at": self.at.strftime("%H:%M") if self.at else None,
        }

    @property
    def understood(self) -> bool:
        """True when the text said anything about time."""
        return self != When() and bool(self.about_day or self.about_hour or self.soonest)

    @property
    def about_day(self) -> bool:
        """True when a day was said."""
        return self.day_from is not None

    @property
    def about_hour(self) -> bool:
        """True when an hour or a part of the day was said."""
        return (self.part or self.at or self.earliest or self.latest) is not None


def understand(
    text: str, *, now: datetime, language: str, country: str, opening: Opening = CLINIC_DAY
) -> When:
    """Read when a patient wants to come; `now` is aware and in the company's zone.

    A bare hour lies within `opening`: "a las 3" is 15:00, "a las 9" is 9:00. A weekday that is
    today means the next one unless "este" or "this" says otherwise. Dates without a year are past
    up to 90 days back, else next year's. 3/4 is read month first in American English only.
    """
    month_first = language == "en" and country in MONTH_FIRST
    words = plain(in_spanish(text) if language == "pt" else text)
    for shape, turned in _TURNED:
        words = re.sub(shape, turned, words)
    words, left_out = days_left_out(words)
    words = _THANKSGIVING.sub(lambda _: _thanksgiving(now.date()).isoformat(), words)
    words = _next_holiday(words, now.date(), country)
    if moved := _MOVED.search(words):
        # "Mover mi cita del martes para el jueves" is about Thursday.
        words = moved[1] if _TIME.search(moved[1]) else words
    when = _read(_wished(words), now, opening, month_first=month_first)
    return _without(when, left_out, now.date()) if left_out else when


def _without(when: When, left_out: frozenset[int], today: date) -> When:
    """Take days of the week out of a wish; a single day that was named stays."""
    if when.day_from is not None and when.day_from == when.day_to:
        return when
    kept = tuple(day for day in when.weekdays or range(7) if day not in left_out)
    return replace(when, weekdays=kept, day_from=when.day_from or today, soonest=False)


def _thanksgiving(today: date) -> date:
    """Return the next fourth Thursday of a November."""
    for year in (today.year, today.year + 1):
        first = date(year, 11, 1)
        day = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        if day >= today:
            break
    return day


def _next_holiday(words: str, today: date, country: str) -> str:
    """Write the next public holiday as a date where somebody says "el festivo"."""
    if not _HOLIDAY.search(words):
        return words
    days = (today + timedelta(days=ahead) for ahead in range(1, 120))
    found = next((day for day in days if is_holiday(country, day)), None)
    return _HOLIDAY.sub(f" {found.isoformat()} ", words) if found else words


def _wished(words: str) -> str:
    """Leave out what the patient cannot do."""
    clauses = [clause for clause in _CLAUSES.split(words) if clause.strip()]
    wished = [clause for clause in clauses if not _NOT.search(clause)]
    return words if len(wished) == len(clauses) else " , ".join(wished)


def _read(words: str, now: datetime, opening: Opening, *, month_first: bool) -> When:
    reader = Reader(words)
    if soon := reader.take(_SOON):
        return _soon(soon, now)
    dates = read_dates(reader, now, month_first=month_first)
    hours = read_hours(Reader("")) if dates and dates.clock else None
    today_said = reader.has(
        r"\b(?:esta (?:tarde|noche|manana)|tonight|this (?:morning|afternoon|evening))\b"
    )
    hours = hours or read_hours(reader, opening)
    days = dates or read_days(reader, now, month_first=month_first)
    if days == Days() and today_said:
        days = Days(day_from=now.date(), day_to=now.date())
    if hours.at is None and hours.earliest is None and hours.latest is None:
        hours = read_bare_hour(reader, opening, hours.part) or hours
    when = When(
        day_from=days.day_from,
        day_to=days.day_to,
        part=hours.part,
        at=days.clock or hours.at,
        at_is_rough=hours.rough,
        earliest=hours.earliest,
        latest=hours.latest,
        weekdays=days.weekdays,
        soonest=days.soonest,
        question=days.question,
    )
    return replace(when, question="am_or_pm") if hours.unsure and not when.question else when


def _soon(match: re.Match[str], now: datetime) -> When:
    """Read "en 2 horas", "in half an hour": today, not before then."""
    count = {"media": 0.5, "half an": 0.5}.get(match["n"], 1.0)
    count = float(match["n"]) if match["n"].isdigit() else count
    then = now + timedelta(minutes=count * (1 if match["what"] == "min" else 60))
    return When(
        day_from=then.date(),
        day_to=then.date(),
        earliest=then.time().replace(second=0, microsecond=0),
    )
