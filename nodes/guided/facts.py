"""What the company itself says in a line: hours, place, phone, payment, people."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from agenda.opening import company_spans, is_holiday
from nodes.guided import clock_words
from nodes.guided.cues import cues_in
from nodes.guided.picking import WEEKDAYS, wish_in
from nodes.guided.reply import finished, listed, say
from nodes.guided.turn import Turn
from nodes.guided.words import content
from nodes.words import folded, words_of
from tenants.hours import WEEKDAYS as OPENING_DAYS

NOW = re.compile(
    r"\b(?:ahora|ahorita|en este momento|right now|now|currently)\b|\bestan (?:abiert|cerrad)[oa]s?\W*$|\bare you open\W*$"
)
WHICH_HOUR = re.compile(
    r"\b(?:que horas?|hasta|desde|horario|what time|hours|how late|until|when do)\b"
)
FEAST = 6  # letters from which a word of a holiday's name names it: navidad, thanksgiving
SHORT_QUESTION = 5  # telling words
AHEAD = 60  # days searched for the next holiday

Fact = Callable[[Turn], str]
"""A sentence, or "" when the company has not said it."""


def hours(turn: Turn) -> str:
    """Answer for the day that is asked about, for this moment, or for the week."""
    tenant, language, today = turn.tenant, turn.language, turn.now.date()
    if not tenant.hours.week:
        return ""
    plain = folded(turn.heard.text)
    if feast := _own_day_named(turn, plain) or _feast_named(turn, plain):
        return clock_words.day_status(tenant, feast, language)
    week = say(turn, "week", hours="; ".join(clock_words.week_words(tenant, language)))
    if re.search(r"\b(festivos?|feriados?|holidays?)\b", plain):
        return f"{_about_holidays(turn)} {week}"
    if any(word in {"domingos", "sabados", "sundays", "saturdays"} for word in words_of(plain)):
        return _every(turn, plain)
    if NOW.search(plain):
        return _at_this_moment(turn)
    day = wish_in(turn.heard.text, today).on(today)
    if day is None:
        return week
    if WHICH_HOUR.search(plain) and (spans := company_spans(tenant, day)):
        name, words = clock_words.day_words(day, language), clock_words.spans_words(spans, language)
        return say(turn, "open_at", day=name, hours=words)
    status = clock_words.day_status(tenant, day, language)
    return status if company_spans(tenant, day) else f"{status} {week}"


def closed_then(turn: Turn) -> str:
    """Say that the clinic is closed on the day that is wished for; "" when it is open or none is named."""
    today = turn.now.date()
    day = wish_in(turn.heard.when, today).on(today)
    if day is None or not turn.tenant.hours.week or company_spans(turn.tenant, day):
        return ""
    return clock_words.day_status(turn.tenant, day, turn.language)


def goes_on_about_hours(turn: Turn) -> bool:
    """Tell whether another day is asked about after the hours of one: `¿y el 24?`."""
    heard = turn.heard
    if turn.booking or heard.mentions or not heard.cues <= {"hours", "what_is", "offered"}:
        return False
    asked = turn.notes.get("hours") or "hours" in cues_in(turn.last_words())
    short = len(content(heard.text)) <= SHORT_QUESTION
    return bool(asked) and short and wish_in(heard.text, turn.now.date()).has_day


def _own_day_named(turn: Turn, plain: str) -> date | None:
    """Return the company's own special day that is called by its name: Christmas Eve, not Christmas."""
    said, today = content(plain), turn.now.date()
    for one in sorted(turn.tenant.hours.special_days, key=lambda one: one.day):
        reason = content(one.reason)
        if one.day >= today and len(reason) and all(word in said for word in reason):
            return one.day
    return None


def _feast_named(turn: Turn, plain: str) -> date | None:
    """Return the coming public holiday that is called by its name."""
    import holidays

    today, said = turn.now.date(), set(words_of(plain))
    try:
        named = holidays.country_holidays(turn.tenant.country, years=(today.year, today.year + 1))
    except NotImplementedError:
        return None
    return next(
        (
            day
            for day, name in sorted(named.items())
            if day >= today and said & {one for one in words_of(name) if len(one) > FEAST}
        ),
        None,
    )


def _every(turn: Turn, plain: str) -> str:
    word = next(
        one for one in words_of(plain) if one in {"domingos", "sabados", "sundays", "saturdays"}
    )
    number = WEEKDAYS[word.rstrip("s") if word != "domingos" else "domingo"]
    day = turn.now.date() + timedelta(days=(number - turn.now.weekday()) % 7 or 7)
    name = clock_words.plural_day(clock_words.DAYS[turn.language][number], turn.language)
    spans = turn.tenant.hours.week.get(OPENING_DAYS[day.weekday()], ())
    if spans:
        words = clock_words.spans_words(spans, turn.language)
        key = "open_every_at" if WHICH_HOUR.search(plain) else "open_every"
        return say(turn, key, day=name, hours=words)
    lines = "; ".join(clock_words.week_words(turn.tenant, turn.language))
    return f"{say(turn, 'closed_every', day=name)} {say(turn, 'week', hours=lines)}"


def _at_this_moment(turn: Turn) -> str:
    until = clock_words.open_until(turn.tenant, turn.now)
    if until is not None:
        return say(turn, "open_now", until=clock_words.time_words(until, turn.language))
    opening = clock_words.next_opening(turn.tenant, turn.now, turn.language)
    return say(turn, "closed_now", opening=opening) if opening else ""


def _about_holidays(turn: Turn) -> str:
    tenant, today = turn.tenant, turn.now.date()
    if not tenant.hours.closed_on_holidays:
        return say(turn, "open_on_holidays")
    coming = (today + timedelta(days=one) for one in range(AHEAD))
    day = next(
        (
            one
            for one in coming
            if is_holiday(tenant.country, one) and not company_spans(tenant, one)
        ),
        None,
    )
    if day is None:
        return say(turn, "closed_on_holidays")
    name = clock_words.day_words(day, turn.language)
    return f"{say(turn, 'closed_on_holidays')} {say(turn, 'next_holiday', day=name)}"


def address(turn: Turn) -> str:
    """Say where the clinic is and how to get there."""
    tenant = turn.tenant
    if not tenant.address:
        return ""
    way = finished(tenant.how_to_get_there)
    return f"{say(turn, 'address', address=tenant.address.rstrip('.'))} {way}".strip()


def parking(turn: Turn) -> str:
    """Quote what the company says about parking."""
    sentences = re.split(r"(?<=[.!?])\s+", turn.tenant.how_to_get_there)
    found = [one for one in sentences if re.search(r"parque|parking|estaciona|valet", folded(one))]
    return finished(" ".join(found))


def phone(turn: Turn) -> str:
    """Say the clinic's number."""
    return say(turn, "phone", phone=turn.tenant.phone) if turn.tenant.phone else ""


def website(turn: Turn) -> str:
    """Say the clinic's web address."""
    return say(turn, "website", website=turn.tenant.website) if turn.tenant.website else ""


def payment(turn: Turn) -> str:
    """Say how one can pay."""
    methods = [_uncapitalised(one) for one in turn.tenant.payment_methods]
    return say(turn, "payment", methods=listed(turn, methods)) if methods else ""


def staff(turn: Turn) -> str:
    """Say who works here, or who does the treatment that is named."""
    tenant = turn.tenant
    treatment = next((one.treatments[0] for one in turn.heard.mentions), None)
    able = [
        one
        for one in tenant.staff
        if treatment is None or not treatment.staff or one.id in treatment.staff
    ]
    people = [f"{one.name} ({_uncapitalised(one.role)})" if one.role else one.name for one in able]
    if not people:
        return ""
    if treatment is not None:
        return say(turn, "staff_for", treatment=treatment.name, people=listed(turn, people))
    return say(turn, "staff", people=listed(turn, people))


FACTS: Mapping[str, Fact] = {
    "hours": hours,
    "address": address,
    "parking": parking,
    "phone": phone,
    "website": website,
    "payment": payment,
    "staff": staff,
}


def _uncapitalised(text: str) -> str:
    # A name stays as it is: "Nequi", "PSE"; a plain word does not: "Efectivo".
    plain = {
        "efectivo",
        "tarjeta",
        "tarjetas",
        "transferencia",
        "cash",
        "credit",
        "debit",
        "card",
        "cards",
        "bank",
    }
    first = folded(text.split(maxsplit=1)[0]) if text.split() else ""
    is_role = first.startswith(("medic", "especialista", "esteticista", "odontolog", "cosmetolog", "terapeut", "enfermer", "fisioterap", "higienista", "dermatolog", "ciruj", "ortodonc", "massage", "therapist", "nurse", "doctor", "aesthetic", "director", "coordin", "licensed", "lead", "senior"))  # fmt: skip
    return text[0].lower() + text[1:] if first in plain or is_role else text
