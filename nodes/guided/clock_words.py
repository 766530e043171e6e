"""Days, hours and opening times as a receptionist says them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_time

from agenda.opening import company_spans, why_closed
from nodes.guided.reply import sentence
from tenants.hours import WEEKDAYS, Span
from tenants.tenant import Language, Tenant

LOCALES: dict[Language, str] = {"es": "es_CO", "en": "en_US", "pt": "pt_BR"}
DAYS: dict[Language, tuple[str, ...]] = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "pt": ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"),
}
JOINTS: dict[Language, str] = {"es": " y ", "en": " and ", "pt": " e "}
PATTERNS: dict[Language, tuple[str, str]] = {
    "es": ("EEEE d 'de' MMMM", "h:mm a"),
    "en": ("EEEE, MMMM d", "h:mm a"),
    "pt": ("EEEE, d 'de' MMMM", "HH:mm"),
}
"""How a day and an hour are written."""
LOOK_AHEAD = 21  # days in which every clinic opens again


def day_words(day: date, language: Language) -> str:
    """Return `martes 24 de noviembre` or `Tuesday, November 24`."""
    return _plain(format_date(day, PATTERNS[language][0], locale=LOCALES[language]))


def time_words(moment: time, language: Language) -> str:
    """Return `3:00 p. m.` or `3:00 PM`."""
    return _plain(format_time(moment, PATTERNS[language][1], locale=LOCALES[language]))


def spans_words(spans: Sequence[Span], language: Language) -> str:
    """Return `de 8:00 a. m. a 12:00 p. m. y de 2:00 p. m. a 6:00 p. m.`."""
    one = [
        sentence(
            language,
            "span",
            start=time_words(span.start, language),
            end=time_words(span.end, language),
        )
        for span in spans
    ]
    return JOINTS[language].join(one)


def week_words(tenant: Tenant, language: Language) -> list[str]:
    """Return the week in lines, neighbouring days with the same hours together, closed days last."""
    lines: list[str] = []
    closed: list[int] = []
    run: list[int] = []
    for number in range(8):
        spans = tenant.hours.week.get(WEEKDAYS[number], ()) if number < 7 else ()
        if run and (number == 7 or spans != tenant.hours.week.get(WEEKDAYS[run[-1]], ())):
            hours = spans_words(tenant.hours.week[WEEKDAYS[run[0]]], language)
            lines.append(f"{_run(run, language)} {hours}")
            run = []
        if spans:
            run.append(number)
        elif number < 7:
            closed.append(number)
    if closed or tenant.hours.closed_on_holidays:
        names = [plural_day(DAYS[language][one], language) for one in closed]
        names += [sentence(language, "holidays_word")] if tenant.hours.closed_on_holidays else []
        text = JOINTS[language].join(
            [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names
        )
        lines.append(sentence(language, "closed_days", days=text))
    return lines


def day_status(tenant: Tenant, day: date, language: Language) -> str:
    """Say whether and when the company is open on a day, and why not."""
    spans = company_spans(tenant, day)
    name = day_words(day, language)
    if spans:
        return sentence(language, "open_on", day=name, hours=spans_words(spans, language))
    special = next((one for one in tenant.hours.special_days if one.day == day), None)
    if special is not None and special.reason:
        return sentence(language, "closed_on_reason", day=name, reason=special.reason)
    key = "closed_on_holiday" if why_closed(tenant, day) == "holiday" else "closed_on"
    return sentence(language, key, day=name)


def open_until(tenant: Tenant, now: datetime) -> time | None:
    """Return when the company closes if it is open at this moment, else None."""
    local = now.astimezone(tenant.zone)
    spans = company_spans(tenant, local.date())
    moment = local.time().replace(tzinfo=None)
    return next((span.end for span in spans if span.start <= moment < span.end), None)


def next_opening(tenant: Tenant, now: datetime, language: Language) -> str:
    """Return when the company opens next: `mañana lunes a las 8:00 a. m.`; "" when nobody knows."""
    local = now.astimezone(tenant.zone)
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        for span in company_spans(tenant, day):
            if ahead == 0 and span.start <= local.time():
                continue
            near = {0: "today_at", 1: "tomorrow_at"}.get(ahead, "day_at")
            hour = time_words(span.start, language)
            return sentence(language, near, day=day_words(day, language), hour=hour)
    return ""


def _run(days: Sequence[int], language: Language) -> str:
    names = DAYS[language]
    if len(days) == 1:
        return plural_day(names[days[0]], language)
    if len(days) == 2:
        return JOINTS[language].join(plural_day(names[one], language) for one in days)
    return sentence(language, "from_day_to_day", first=names[days[0]], last=names[days[-1]])


def plural_day(day: str, language: Language) -> str:
    """Return `sábados` of `sábado`, `Mondays` of `Monday`; most Spanish weekdays are their own."""
    return f"{day}s" if language in {"en", "pt"} or day in {"sábado", "domingo"} else day


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
