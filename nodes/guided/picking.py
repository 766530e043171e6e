"""Which of the offered slots a patient means: by number, hour, day, part of the day or person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from agenda.days_left_out import days_left_out
from nodes.guided.understanding import Heard
from nodes.guided.words import alike
from nodes.state import OfferedSlot
from nodes.words import folded, words_of

Part = Literal["", "morning", "afternoon", "evening"]

ORDINALS = {
    "primero": 1, "primera": 1, "primer": 1, "first": 1, "1ro": 1, "1ra": 1, "1st": 1,
    "segundo": 2, "segunda": 2, "second": 2, "2do": 2, "2da": 2, "2nd": 2,
    "tercero": 3, "tercera": 3, "tercer": 3, "third": 3, "3ro": 3, "3ra": 3, "3rd": 3,
    "cuarto": 4, "cuarta": 4, "fourth": 4, "4th": 4, "quinto": 5, "quinta": 5, "fifth": 5,
    "5th": 5, "sexto": 6, "sexta": 6, "sixth": 6, "6th": 6,
}  # fmt: skip
HOURS = {
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
WEEKDAYS = {
    "lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6, "lun": 0, "mie": 2, "jue": 3, "vie": 4, "sab": 5, "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thurs": 3, "fri": 4, "sat": 5,
}  # fmt: skip
MONTHS = {
    "ene": 1, "jan": 1, "feb": 2, "mar": 3, "abr": 4, "apr": 4, "may": 5, "jun": 6, "jul": 7,
    "ago": 8, "aug": 8, "sep": 9, "set": 9, "oct": 10, "nov": 11, "dic": 12, "dec": 12,
}  # fmt: skip

_WORD = "|".join(HOURS)
_HOUR = re.compile(
    rf"(?:\b(?:las|la(?= (?:1|una)\b)|la de|el de|tipo|at|around|about|before|after|past)\s+(?P<said>\d{{1,2}}|{_WORD})\b"
    rf"|\b(?P<half>\d{{1,2}}|{_WORD})(?=\s+(?:y media|y cuarto|en punto|de la (?:manana|tarde|noche)|o'?clock))"
    r"|\b(?P<clock>\d{1,2})(?=[:.]\d{2}\b)"
    r"|\b(?P<short>\d{1,2})(?=\s?(?:a\.? ?m|p\.? ?m)\b))"
    r"(?:[:.](?P<minutes>\d{2}))?(?:\s+y\s+(?P<fraction>media|cuarto|\d{1,2}))?"
)
_MORNING = re.compile(
    r"\b(?:en|por|de|a) la manana\b|\btempran(?:o|ito)\b|\bmornings?\b|\d\s?a\.? ?m\b"
)
_AFTERNOON = re.compile(r"\btarde(?:cita)?\b|\bafternoons?\b|\d\s?p\.? ?m\b")
_EVENING = re.compile(r"\bnoche\b|\bevenings?\b|\btonight\b")
_TOMORROW = re.compile(r"(?<!la )\bmanana\b|\btomorrow\b")
_AFTER_TOMORROW = re.compile(r"\bpasado manana\b|\bday after tomorrow\b")
FIRST_HOUR = re.compile(r"\W*(?:si,? )?(?:a|la de|la) primera(?: hora)?(?: por favor| porfa)?\W*")
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/\d{2,4})?\b")
_NTH_DAY = re.compile(
    rf"\b(?:{'|'.join(ORDINALS)}|ultimo|last) (?:{'|'.join(WEEKDAYS)}|dia|semana|day|week)\b"
)
_MONTH = "|".join(MONTHS)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: de| of)? ({_MONTH})[a-z]*\b")
_MONTH_DAY = re.compile(rf"\b({_MONTH})[a-z]* (\d{{1,2}})(?:st|nd|rd|th)?\b")
_DAY_ALONE = re.compile(r"\b(?:el|the|dia|on the) (?:dia )?(\d{1,2})(?:st|nd|rd|th)?\b(?!:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a text says about a time. Whatever it leaves open fits every slot."""

    hour: int | None = None
    minute: int | None = None
    part: Part = ""
    day: date | None = None
    weekday: int | None = None
    day_of_month: int | None = None

    @property
    def has_day(self) -> bool:
        """Tell whether a day was named."""
        return not (self.day is None and self.weekday is None and self.day_of_month is None)

    @property
    def empty(self) -> bool:
        """Tell whether nothing about time was said."""
        return self == Wish()

    def fits(self, start: datetime) -> bool:
        """Tell whether a start is within the wish."""
        if self.day is not None and start.date() != self.day:
            return False
        if self.weekday is not None and start.weekday() != self.weekday:
            return False
        if self.day_of_month is not None and start.day != self.day_of_month:
            return False
        if self.hour is not None and not self._fits_hour(start):
            return False
        return self.hour is not None or _in_part(start.hour, self.part)

    def _fits_hour(self, start: datetime) -> bool:
        hours = {self.hour, (self.hour or 0) + 12} if (self.hour or 0) < 12 else {self.hour}
        if self.part == "morning":
            hours = {self.hour}
        elif self.part and (self.hour or 0) < 12:
            hours = {(self.hour or 0) + 12}
        return start.hour in hours and start.minute == (self.minute or 0)

    def on(self, today: date) -> date | None:
        """Return the next day that the wish names, or None when it names none."""
        if self.day is not None:
            return self.day
        for ahead in range(62):
            day = today + timedelta(days=ahead)
            if self.weekday is not None and day.weekday() == self.weekday:
                return day
            if self.day_of_month is not None and day.day == self.day_of_month:
                return day
        return None


def wish_in(text: str, today: date) -> Wish:
    """Read days, hours and parts of the day from a text."""
    plain, _ = days_left_out(folded(text))
    hour, minute = _hour_in(plain)
    day = _day_in(plain, today)
    return Wish(
        hour=hour,
        minute=minute,
        part=_part_in(plain),
        day=day,
        weekday=None if day else _weekday_in(plain),
        day_of_month=None if day else _day_of_month_in(plain),
    )


def picked(heard: Heard, slots: Sequence[OfferedSlot], today: date) -> list[OfferedSlot]:
    """Return the offered slots that a message can mean: one is a choice, several need a question."""
    text = heard.text.strip()
    plain = folded(text)
    exact = [
        one
        for one in slots
        if one["slot_id"] in text.split() or _is_label(plain, folded(one["label"]))
    ]
    if exact:
        return exact
    if (position := _position(heard, plain, len(slots))) is not None:
        return [slots[position - 1]]
    wish = wish_in(text, today)
    if wish.empty and heard.number is not None:
        wish = Wish(hour=heard.number)
    if wish.empty and heard.staff is None:
        return []
    fitting = [one for one in slots if wish.fits(datetime.fromisoformat(one["start"]))]
    if heard.staff is not None:
        surname = words_of(heard.staff.name)[-1]
        fitting = [one for one in fitting if surname in words_of(one["label"])]
    return fitting


def _is_label(plain: str, label: str) -> bool:
    return len(plain) > 6 and (plain == label or label.startswith(plain))


def _position(heard: Heard, plain: str, count: int) -> int | None:
    if heard.number is not None:
        return heard.number if 1 <= heard.number <= count else None
    if found := re.search(
        r"\b(?:opcion|numero|option|number|la|el|#)\s*#?(\d)\b(?![:/]| ?(?:de|am|pm|y))", plain
    ):
        place = int(found[1])
        said_hour = re.search(r"\ba la\b|\blas\b|\bde la\b", plain)
        if 1 <= place <= count and not said_hour and not heard.has("later"):
            return place
    for word in heard.words:
        if _NTH_DAY.search(plain):
            break
        if word in ORDINALS and "y cuarto" not in plain and "primera hora" not in plain:
            place = ORDINALS[word]
            return place if place <= count else None
    if heard.has("last_one"):
        return count
    if count and (heard.has("first_free") or FIRST_HOUR.fullmatch(plain)):
        return 1
    return 1 if count == 1 and heard.has("this_one", "yes") else None


def _hour_in(plain: str) -> tuple[int | None, int | None]:
    found = _HOUR.search(plain)
    if found is None:
        noon = re.search(r"\bmedio ?dia\b|\bnoon\b", plain)
        return (12, 0) if noon else (None, None)
    said = found["said"] or found["half"] or found["clock"] or found["short"]
    hour = HOURS[said] if said in HOURS else int(said)
    fraction = {"media": 30, "cuarto": 15}.get(found["fraction"] or "", 0)
    minute = int(found["minutes"] or 0) or fraction or _digits(found["fraction"])
    return (hour, minute) if hour <= 23 else (None, None)


def _digits(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _part_in(plain: str) -> Part:
    if _MORNING.search(plain):
        return "morning"
    if "mas tarde" not in plain and _AFTERNOON.search(plain):
        return "afternoon"
    return "evening" if _EVENING.search(plain) else ""


def _in_part(hour: int, part: Part) -> bool:
    return {
        "": True, "morning": hour < 12, "afternoon": 12 <= hour < 19, "evening": hour >= 17,
    }[part]  # fmt: skip


def _day_in(plain: str, today: date) -> date | None:
    if found := _ISO.search(plain):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.search(plain):
        return _coming(today, int(found[2]), int(found[1]))
    if found := _DAY_MONTH.search(plain):
        return _coming(today, MONTHS[found[2]], int(found[1]))
    if found := _MONTH_DAY.search(plain):
        return _coming(today, MONTHS[found[1]], int(found[2]))
    if _AFTER_TOMORROW.search(plain):
        return today + timedelta(days=2)
    if re.search(r"\b(?:hoy|today|tonight)\b", plain):
        return today
    return today + timedelta(days=1) if _TOMORROW.search(plain) else None


def _coming(today: date, month: int, day: int) -> date | None:
    this_year = _date(today.year, month, day)
    if this_year is not None and this_year < today - timedelta(days=60):
        return _date(today.year + 1, month, day)
    return this_year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday_in(plain: str) -> int | None:
    for word in words_of(plain):
        for name, number in WEEKDAYS.items():
            if word == name or (len(name) > 5 and len(word) > 4 and alike(word, name)):
                return number
    return None


def _day_of_month_in(plain: str) -> int | None:
    found = _DAY_ALONE.search(plain)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None
