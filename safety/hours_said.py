"""Whether the hours in a sentence are the clinic's, or those of a time that was really offered."""

import re

from safety.clock_times import Time, times_in
from safety.known import Known
from safety.week import HOLIDAY, SPECIAL, Days, dates_in, days_in, pairs_in

_OPENS = re.compile(
    r"\b(?:abrimos|abrir(?:l[aoe]s?)?|abre|atendemos|atencion|abiert[oa]s?|abert[oa]s?|funcionamos|trabajamos|laboramos|cerramos|cierra\w*|fechamos"
    r"|jornada|horarios? (?:es|de atencion|son)|we (?:are )?(?:also )?open|were (?:also )?open|open (?:on|from|until)|we clos\w+|hours are|closed)\b"
)
_ROUND_THE_CLOCK = re.compile(r"\b24/7\b|\b24 (?:horas|hours)\b")
_ALWAYS_OPEN = re.compile(
    r"24/7|(?:abrimos|abiert|atendemos|atencion|open|linea|line)[^.;]{0,40}\b24.(?:horas|hours?)"
)
_CALL = re.compile(r"\b(?:linea|line|llam\w+|call|telefono)\b")
_SPAN_OF_HOURS = re.compile(
    r"\b(?:por|durante|for|en|within|in|las proximas|next|hasta|con|menos de|mas de)\s+24 (?:horas|hours)\b"
)
_OFFERS = re.compile(
    r"\b(?:l[aoe]s? esper\w+|nos vemos|see you|te espero|libre|disponib\w+|available|cupos?|espacios?|turnos?|agend\w+|reserv\w+|book\w+|scheduled?"
    r"|su cita|your appointment|sua consulta|l[ea] (?:queda|ofrezco|tengo)|puedo ofrecer\w*|can offer|i have|we have|tengo|tenho|vagas?|all set|is open\b|esta bien|works for us"
    r"|i can do|le sirve|cambie|moved|confirmad\w+)"
)
_FREE_DAY = re.compile(
    r"\b(?:(?:hay|tengo|tenemos|tenho|temos|queda|quedan|have|there is|there are)\b[^.;?]{0,40}\b(?:cupos?|espacios?|disponib\w+|libres?|citas?|agenda|turnos?|horarios?|vagas?|available|openings?|slots?)"
    r"|l[aoe]s? esper\w+|te espero|nos vemos|see you|(?:esta|is|are) (?:libre|disponible|open|free|available)|le (?:ofrezco|queda)|can offer|puedo ofrecer\w*"
    r"|(?:quedo|esta|is|was|foi|ha sido)\s+(?:re)?(?:agendad|reservad|confirmad|programad|booked|scheduled|confirmed)\w*|agende\b|agendei|cambie|moved|all set)"
)
_TAKEN = re.compile(
    r"\b(?:no|ya no|nao|ja nao|not|isnt|arent|nothing|nada|ninguna?|none|without|sin)\b[^.;]{0,60}\b(?:disponi\w+|livre|vagas?|libres?|cupos?|ocupad\w*|espacios?|available|taken|booked|free|open)"
    r"|\b(?:disponi\w+|livre|vagas?|libres?|cupos?|espacios?|available|taken|booked|free|ocupad\w*)\b[^.;]{0,20}\b(?:no hay|not)\b|\bya (?:esta|fue) ocupad"
)
_TURN = re.compile(r"\b(?:pero|but|mas|sin embargo|however|en cambio|le puedo|i can)\b")
_SOMEBODY = re.compile(r"\b(?:dra?|doctora?|doutora?|nurse|np)\b")


def wrong_hour(known: Known, sentence: str) -> bool:
    """Say whether a folded sentence opens the clinic when it is closed, or offers what nobody found."""
    if _OPENS.search(sentence) and not _FREE_DAY.search(sentence):
        return _opens_wrongly(known, sentence)
    if _TAKEN.search(sentence):
        return _after_a_turn(known, sentence)
    if _OFFERS.search(sentence):
        return _offers_wrongly(known, sentence)
    return any(not times & known.minutes for times in times_in(sentence))


def _opens_wrongly(known: Known, sentence: str) -> bool:
    if _always(sentence) and not _ALWAYS_OPEN.search(known.folded):
        return True
    week = known.week
    if any(_closed(known, days) for days in days_in(sentence)):
        return True
    return bool(week.ends) and any(
        not _within(known, days, time) for days, time in pairs_in(sentence)
    )


def _always(sentence: str) -> bool:
    rest = _SPAN_OF_HOURS.sub(" ", sentence)
    return bool(_ROUND_THE_CLOCK.search(rest)) and not _CALL.search(sentence)


def _closed(known: Known, days: Days) -> bool:
    if days.denied:
        return False
    return any(not known.week.open_on(day) for day in days.days)


def _within(known: Known, days: Days | None, time: Time) -> bool:
    week = known.week
    named = days.days if days and not days.denied else frozenset((*week.starts, *week.ends_of))
    if known.dates or _SOMEBODY.search(known.reply):
        named |= {SPECIAL}
    allowed: set[int] = set()
    for day in named:
        if time.bound != "until":
            allowed |= week.starts.get(day, set())
        if time.bound != "from":
            allowed |= week.ends_of.get(day, set())
    return bool(time.readings & allowed)


def _after_a_turn(known: Known, sentence: str) -> bool:
    """Judge what is offered instead of a time that is taken."""
    turns = [at.start() for at in _TURN.finditer(sentence)]
    taken = [at.start() for at in _TAKEN.finditer(sentence)]
    cut = next((at for at in turns if at > taken[0]), None)
    return cut is not None and _offers_wrongly(known, sentence[cut:])


def _offers_wrongly(known: Known, sentence: str) -> bool:
    asked = known.asked if "?" in sentence else set()
    slots = known.offered
    pairs = list(pairs_in(sentence))
    date = dates_in(sentence)
    for days, time in pairs:
        fits = [
            row
            for row in slots
            if any(times & time.readings for times in times_in(row.text))
            and (days is None or _same_day(row.text, days))
            and (len(pairs) > 1 or not date or date & dates_in(row.text) or not dates_in(row.text))
        ]
        if not fits and not time.readings & asked:
            return True
    if _FREE_DAY.search(sentence) and "?" not in sentence and not pairs:
        said = {day for row in known.offered for one in days_in(row.text) for day in one.days}
        return any(
            not one.days & said and not one.denied and HOLIDAY not in one.days
            for one in days_in(sentence)
        )
    return False


def _same_day(text: str, days: Days) -> bool:
    there = days_in(text)
    return not there or any(one.days & days.days for one in there)
