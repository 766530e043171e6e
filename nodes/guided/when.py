"""Where a patient's message speaks of time: the words that the agenda's own reader is given."""

import re

from nodes.guided.words import aligned

_HOUR_WORDS = (
    r"una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve"
)
_MONTHS = (
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|"
    r"diciembre|january|february|march|april|june|july|august|september|october|november|december|"
    r"(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec|dic|ene|abr|ago)(?=\W|$)"
)
_WEEKDAYS = (
    r"lunes|martes|mi?ercoles|miercole|jue[vb][ei]s|vi?erne[sz]|[sz]abados?|domingos?|mondays?|tuesdays?|"
    r"wednesdays?|wensday|thursdays?|fridays?|saturdays?|sundays?|mon|tues?|wed|thurs?|fri|sat"
)
_BOUND = (
    r"(?:antes|despues|a partir|desde|hasta|before|after|from|until|by|starting)"
    r"(?: del?| de la| el| on| the| that)*"
)
_NAMED = (
    r"thanksgiving(?: day)?|navidad|nochebuena|ano nuevo|velitas|christmas(?: eve)?|new year'?s?(?: day)?|black friday|"
    r"(?:el |the |este |proximo )+(?:dia )?(?:festivo|feriado|holiday)"
)
_TIME = re.compile(
    "|".join((
        rf"\b(?:cualquier dia |any ?day |every day )?(?:menos|excepto|salvo|que no sea|except|other than|(?<=y )but|not)(?: el| los| on)* (?:{_WEEKDAYS})\b",
        rf"\b(?:{_BOUND} )(?:{_WEEKDAYS}|{_NAMED}|(?:dia )?\d{{1,2}}(?:st|nd|rd|th)?)\b",
        rf"\b(?:{_NAMED})\b",
        rf"\b(?:a|an|one|two|1|2) weeks? from (?:this )?(?:today|now|tomorrow|{_WEEKDAYS})\b|\b(?:{_WEEKDAYS}) week\b|\bfortnight\b",
        rf"\b(?:el |los |este |proximo |otro |primer |segundo |tercer |ultimo |on |next |this |the |coming |following |first |last )*(?:{_WEEKDAYS})\b(?: (?:que|q) viene| proximo| entrante| del? mes| afternoon| morning| arvo)?(?: @ ?\d{{1,2}})?",
        r"\bmanana \d{1,2}\b(?! ?(?:sesion|persona|de |/|:|am|pm|a\.|p\.))",
        r"\b(?:pasado )?manana(?: (?:temprano|mismo))?\b",
        r"\b(?:the )?day after tomorrow\b|\b(?:tmrw|tmr|tmw|tomor+ow|tommorrow|2morrow)\b",
        r"\besta (?:misma )?(?:manana|tarde|noche)\b|\bahorita\b|\bnow\b",
        r"\ben las (?:mananas|tardes|noches)\b|\b(?:mornings|afternoons|evenings|arvo)\b",
        r"\b(?:a )?media (?:manana|tarde)\b|\bdespues del? almuerzo\b|\bafter (?:lunch|work)\b|\blunch ?time\b",
        r"\b(?:a )?ultima hora\b|\b(?:al? )?final(?:es)? del dia\b|\bend of (?:the )?(?:day|month)\b|\bfirst thing\b",
        r"\b\d{1,2} ?ish\b|\b12 ?m\b|\b(?:12|doce) del dia\b|\bin an hour\b|\ben una hora\b",
        r"\b(?:en|dentro de) (?:ocho|quince|\d{1,2}) dias\b",
        rf"\b(?:la )?(?:primera|segunda|tercera|ultima) semana de (?:{_MONTHS})\b|\b(?:first|second|third|last) week (?:of|in) (?:{_MONTHS})\b",
        rf"\ba (?:principios|comienzos|mediados|fin|finales) de (?:{_MONTHS})\b|\b\d{{1,2}}(?:st|nd|rd|th) of (?:{_MONTHS})\b",
        r"\b(?:la )?semana q (?:viene|entra)\b|\bin a couple of (?:days|weeks)\b",
        r"\b(?:el|este|para el|proximo) (?:lun|mar|mie|jue|vie|sab|dom)\b\.?",
        r"\b(?:hoy|ayer|antier|anteayer|today|tonight|tomorrow|yesterday)\b(?: mismo)?",
        r"\bde (?:hoy|\w+) en (?:ocho|quince)\b",
        r"\b(?:en|por|a|de) la (?:manana|mananita|tarde|tardecita|noche|nochecita)\b",
        r"\b(?:al? )?medio ?dia\b",
        r"\b(?:a )?primera hora\b|\btempran(?:o|ito)\b|\btardecita\b|\b(?:final|fin) de la tarde\b",
        (
            r"\b(?:la |esta |otra |proxima |siguiente |entrante |fin de |next |this |the |following )+"
            r"(?:semana|week)(?: que (?:viene|entra)| proxima| entrante| siguiente)?\b"
        ),
        r"\b(?:el |este |proximo |fin(?:es)? de |this |next |the )*(?:semana|finde|weekend)\b",
        r"\b(?:fin|final|finales|mediados|principios|comienzos) de (?:mes|ano)\b",
        r"\b(?:el |este |next |the |proximo |otro )(?:mes|month)\b(?: que viene)?",
        rf"\b(?:(?:el|the|on|dia) )*\d{{1,2}}(?:st|nd|rd|th)?(?: de| of)? (?:{_MONTHS})\w*(?: (?:de |del )?\d{{4}})?",
        rf"\b(?:{_MONTHS})\w*(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?",
        r"\bmay \d{1,2}(?:st|nd|rd|th)?\b",
        r"\b\d{4}-\d{1,2}-\d{1,2}(?:t\d{2}:\d{2}\S*)?\b",
        r"\b\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?\b",
        r"\b(?:el|the|para el|dia) \d{1,2}(?:st|nd|rd|th)?\b(?! ?(?:%|min|mil|sesion|hora))",
        (
            r"\b(?:en|dentro de|in) (?:\d{1,2}|un|una|dos|tres|cuatro|cinco|a|two|three|four|five) "
            r"(?:dias?|semanas?|days?|weeks?|mes(?:es)?|months?)\b"
        ),
        rf"\b(?:despues de|antes de|a partir de|desde|hasta|tipo|como a|hacia|sobre)(?: las?)? (?:\d{{1,2}}|{_HOUR_WORDS})\b(?:[:.]\d{{2}})?",
        rf"\b(?:a|de|tipo|como)?\s?\b(?:las \d{{1,2}}|(?<=a )las (?:{_HOUR_WORDS})|(?<=de )las (?:{_HOUR_WORDS})|(?<=tipo )las (?:{_HOUR_WORDS})|la (?:1|una))\b(?:[:.]\d{{2}})?(?: (?:y (?:media|cuarto|\d+)|o \d{{1,2}}))?(?:\s?(?:a\.?|p\.?)\s?m\b\.?)?",
        r"\b(?:ala (?:1|una)|alas \d{1,2})\b",
        rf"\b(?:at|around|about|after|before|from|until|by) (?:\d{{1,2}}|{_HOUR_WORDS})\b(?::\d{{2}})?(?! ?(?:min|session|week|day|hour|people))",
        rf"\b(?:half past|quarter (?:to|past)) (?:\d{{1,2}}|{_HOUR_WORDS})\b",
        r"\bentre (?:las )?\d{1,2} y (?:las )?\d{1,2}\b|\bbetween \d{1,2} and \d{1,2}\b",
        r"\b\d{1,2}(?:[:.]\d{2})?\s?(?:a\.? ?m|p\.? ?m)\b\.?",
        r"\b\d{1,2}:\d{2}\b|\b\d{1,2} ?h(?:oras|rs)?\b(?! de)",
        rf"\b(?:\d{{1,2}}|{_HOUR_WORDS}) (?:y media|y cuarto|en punto|de la (?:manana|tarde|noche)|o'?clock)\b",
        r"\b(?:in the |this |tomorrow |late |early )?(?:morning|afternoon|evening)\b|\bnoon\b|\bmidday\b",
        r"\bdia de por medio\b|\bentre semana\b|\bweekdays?\b",
    ))
)  # fmt: skip
_GREETING = re.compile(
    r"\b(?:buen(?:os|as)? (?:dias?|tardes?|noches?)|feliz (?:dia|tarde|noche)|good (?:morning|afternoon|evening|day))\b"
)
_REASON = re.compile(r"\b(?:porque|ya que|because|since i)\b.*", re.DOTALL)
_ASIDE = re.compile(
    r"\b(?:de nuevo|el (?:primero|segundo) de|the (?:first|second|third|last)|for the \d+ )\b"
)
NUMBER = re.compile(r"\W*(\d{1,2})\W*")
PAST = re.compile(r"\b(?:ayer|antier|anteayer|yesterday)\b", re.IGNORECASE)
"""Days on which nobody comes any more."""


def when_words(text: str) -> str:
    """Return the patient's own words from the first to the last that speak of time, or ""."""
    plain = aligned(text)
    for pattern in (_REASON, _GREETING, _ASIDE):
        plain = pattern.sub(lambda found: "_" * len(found[0]), plain)
    spans = [found.span() for found in _TIME.finditer(plain) if found[0].strip()]
    if not spans:
        return ""
    return " ".join(text[spans[0][0] : spans[-1][1]].split())


def without_times(text: str) -> str:
    """Return the text with what speaks of time blanked: "y media" is no "médica"."""
    plain = aligned(text)
    if len(plain) != len(text):
        return text
    shown = list(text)
    for found in _TIME.finditer(plain):
        shown[found.start() : found.end()] = " " * (found.end() - found.start())
    return "".join(shown)


def bare_number(text: str) -> int | None:
    """Return the number when the message is nothing but one of up to two digits."""
    found = NUMBER.fullmatch(text)
    return int(found[1]) if found else None
