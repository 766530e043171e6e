"""Days as patients write them: "pasado mañana", "de hoy en ocho", "in two weeks", "cuanto antes"."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from agenda.dates_as_written import Dates
from agenda.day_readings import DAY_NAMES, Days, bounded, coming, month_after, single, weekday_of
from agenda.plain_words import Reader
from agenda.weeks_in_words import Weeks

FORTNIGHT = {
    "8": 7,
    "15": 14,
}  # "en ocho días" is the same weekday, and so is "en quince"


def read_days(reader: Reader, now: datetime, *, month_first: bool) -> Days:
    """Take everything about the day out of a text; `now` is in the company's zone."""
    dates, weeks, near = Dates(now, month_first=month_first), Weeks(now.date()), _Near(now.date())
    readers: tuple[Callable[[Reader], Days | None], ...] = (
        near.far_from_now,
        weeks.weeks,
        weeks.weekday,
        near.near,
        dates.months,
        dates.bare_day,
        near.soonest,
    )
    return next((days for read in readers if (days := read(reader)) is not None), Days())


def read_dates(reader: Reader, now: datetime, *, month_first: bool) -> Days | None:
    """Take only what is surely a date: before hours are read, which look like half of one."""
    dates = Dates(now, month_first=month_first)
    return dates.iso(reader) or dates.numeric(reader) or dates.in_month(reader)


class _Near:
    """Days counted from today."""

    def __init__(self, today: date) -> None:
        self._today = today

    def far_from_now(self, reader: Reader) -> Days | None:
        """Read "en 3 días", "in two weeks", "de hoy en ocho", "el viernes en ocho"."""
        base = rf"(?P<base>hoy|manana|pasadomanana|(?:este |el )?(?:{DAY_NAMES}))"
        if match := reader.take(rf"\b(?:de\s+)?{base}\s+en\s+(?P<n>8|15)\b(?:\s+dias)?"):
            return single(self._base(match["base"]) + timedelta(days=FORTNIGHT[match["n"]]))
        if match := reader.take(
            rf"\b(?P<n>an?|1|2|3|4) weeks? (?:from|after)\s+(?:this\s+)?(?P<base>{DAY_NAMES}|tomorrow)\b"
        ) or reader.take(rf"\b(?P<base>{DAY_NAMES})(?P<n>)\s+week\b(?!\s*end)"):
            weeks = int(match["n"]) if match["n"].isdigit() else 1
            return single(self._base(match["base"]) + timedelta(weeks=weeks))
        match = reader.take(
            r"\b(?:(?:en|dentro de|in|within|de aqui a)\s+)(?:como\s+|unos\s+|about\s+)?(?P<n>\d{1,3}|una?|an?|one)"
            r"\s+(?P<what>dia|semana|mes|day|week|month)(?:s|es)?\b"
        ) or reader.take(
            r"\b(?P<n>\d{1,3}|an?|one|una?)\s+(?P<what>day|week|month)s?\s+from\s+(?:now|today)\b"
        )
        if match:
            return single(
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
        near = {"hoy": 0, "manana": 1, "pasadomanana": 2, "tomorrow": 1}
        if words in near:
            return self._today + timedelta(days=near[words])
        return coming(self._today, weekday_of(words.rsplit(maxsplit=1)[-1]))

    def _ahead(self, count: str, what: str, *, spanish: bool) -> date:
        number = int(count) if count.isdigit() else 1
        if what in {"mes", "month"}:
            month = self._today.replace(day=1)
            for _ in range(min(number, 24)):
                month = month_after(month)
            return month.replace(day=min(self._today.day, monthrange(month.year, month.month)[1]))
        if what in {"semana", "week"}:
            return self._today + timedelta(weeks=number)
        return self._today + timedelta(days=FORTNIGHT.get(count, number) if spanish else number)

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
        return bounded(found[0][1], days, self._today)

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
