"""Words about time made plain: no accents, no greetings, no typos, numbers as digits."""

import re
import unicodedata
from functools import lru_cache

_GREETINGS = re.compile(
    r"\b(?:muy\s+)?(?:buen[oa]s?|feli[zc](?:es)?|lind[oa]s?|excelente|good|gd|happy)\s+"
    r"(?:dias?|tardes?|tardecitas?|noches?|morning|afternoon|evening|night|day)\b"
    r"(?!\s+(?:para|to)\b)|\bha(?:ve|s) a (?:nice|great|good) day\b"
)

_SHORT = {
    "mnn": "manana", "mna": "manana", "mnna": "manana", "manan": "manana", "manaan": "manana",
    "mnana": "manana", "maana": "manana", "manna": "manana", "manhana": "manana",
    "mananita": "manana", "oy": "hoy", "hoi": "hoy",
    "tarditas": "tarde", "tardecita": "tarde", "tardesita": "tarde", "tardesito": "tarde",
    "nochecita": "noche", "tempranito": "temprano", "temprani": "temprano",
    "ahorita": "ahora", "horita": "hora",
    "lun": "lunes", "mie": "miercoles", "mier": "miercoles", "jue": "jueves", "juev": "jueves",
    "vie": "viernes", "vier": "viernes", "sab": "sabado", "dom": "domingo", "vienes": "viernes",
    "finde": "fin de semana", "findes": "fin de semana", "findesemana": "fin de semana",
    "prox": "proximo", "sgte": "siguiente", "sig": "siguiente",
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "2morrow": "tomorrow",
    "tomorow": "tomorrow", "tommorrow": "tomorrow", "2moro": "tomorrow", "tonite": "tonight",
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday",
    "weds": "wednesday", "thu": "thursday", "thur": "thursday", "thurs": "thursday",
    "fri": "friday", "sat": "saturday", "nxt": "next", "wk": "week", "wknd": "weekend",
    "arvo": "afternoon", "aft": "afternoon", "afternoons": "afternoon", "mornings": "morning",
    "evenings": "evening", "weekends": "weekend",
    "noontime": "noon", "midday": "noon", "mediodias": "mediodia",
    "despue": "despues", "dsps": "despues", "desp": "despues", "dps": "despues",
    "setiembre": "septiembre", "disiembre": "diciembre", "diciemb": "diciembre",
    "nobiembre": "noviembre", "novienbre": "noviembre", "otubre": "octubre",
    "febreo": "febrero", "aprox": "aproximadamente",
    "asap": "lo antes posible",
}  # fmt: skip

# Words in which one slip of the finger is forgiven; the first letter must be right.
_FORGIVEN = (
    "manana", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
    "semana", "tarde", "noche", "temprano", "mediodia", "despues", "proxima", "proximo",
    "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "afternoon", "morning", "evening", "weekend",
)  # fmt: skip
_REAL_WORDS = frozenset(
    [
        "manzana",
        "mates",
        "matres",
        "lentes",
        "tarda",
        "tardo",
        "tarden",
        "tarder",
        "tardan",
        "tarta",
        "carde",
        "sunlay",
        "monay",
        "money",
        "sanana",
        "semanal",
        "sabana",
        "sabado",
        "jueces",
        "juegos",
        "marte",
        "marcas",
        "marzo",
        "mars",
        "lunar",
        "luna",
        "lunas",
        "noches",
        "tardes",
        "mananas",
        "semanas",
        "viernes",
        "everything",
        "even",
        "mourning",
        "warning",
        "noche",
        "nocha",
        "hace",
        "saber",
        "sabida",
        "proximas",
        "proximos",
        "next",
        "ninguna",
        "tarjeta",
        "domingos",
        "sundry",
    ]
)

_UNITS_ES = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
    "treinta",
]
_UNITS_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_NUMBERS = {
    # "uno" and "one" count things far more often than hours; "a la una" is read as it stands.
    **{word: number for number, word in enumerate(_UNITS_ES) if number > 1},
    **{word: number for number, word in enumerate(_UNITS_EN) if number > 1},
    "cuarenta": 40, "cincuenta": 50, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
_FEASTS = {
    "(?:the )?day after christmas|boxing day": "26 de diciembre",
    "(?:la )?navidad|christmas(?: day)?": "25 de diciembre",
    "nochebuena|christmas eve": "24 de diciembre",
    "ano nuevo|new year'?s?(?: day)?": "1 de enero",
    "(?:dia de )?(?:las )?velitas": "7 de diciembre",
}
_TENS = re.compile(r"\b(30|40|50|20)(?: y |-| )([2-9])\b(?!\s*(?:pm|am|:|de la))")


def fold(text: str) -> str:
    """Return text in lower case without accents, on one line."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in spread if not unicodedata.combining(sign)).split())


@lru_cache(maxsize=2048)
def _mended(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 5 or word in _REAL_WORDS or word.removesuffix("s") in _FORGIVEN:
        return word
    return next((known for known in _FORGIVEN if _one_slip(word, known)), word)


def _one_slip(word: str, known: str) -> bool:
    """Say whether a word is another with one letter missing, added, wrong or swapped."""
    if word[0] != known[0] or abs(len(word) - len(known)) > 1:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b),
        min(len(word), len(known)),
    )
    return (
        word[at + 1 :] == known[at + 1 :]
        or word[at + 1 :] == known[at:]
        or word[at:] == known[at + 1 :]
        or (word[at : at + 2] == known[at : at + 2][::-1] and word[at + 2 :] == known[at + 2 :])
    )


def plain(text: str) -> str:
    """Return what a patient wrote as the readers of days and hours expect it."""
    words = fold(text[:500]).replace("’", "'").replace("º", "").replace("°", "")
    words = re.sub(r"\b([ap])\s?\.\s?m\b\.?", r"\1m", words)
    words = re.sub(r"(?<=\d)\s?([ap])\s?m\b\.?", r" \1m", words)
    words = re.sub(r"(?<=\d)([ap])\b", r" \1m", words)
    words = re.sub(r"\bo'? ?clock\b", "oclock", words)
    words = re.sub(r"\balas\b(?=\s+\w)", "a las", words)
    words = re.sub(r"\bala\b(?=\s+(?:1|una)\b)", "a la", words)
    words = re.sub(
        r"\b(?:a )?media (?:manana|mananita)\b|\bmid-? ?morning\b", "en la manana", words
    )
    words = re.sub(r"\blunch ?time\b|\bhora del? almuerzo\b", "mediodia", words)
    words = re.sub(r"\b(?:a |1 )?fortnight\b", "2 weeks", words)
    words = re.sub(r"\bpasado ?manana\b|\bpasao manana\b|\bpsdo manana\b", "pasadomanana", words)
    words = re.sub(r"\bmedio ?dia\b", "mediodia", words)
    words = re.sub(r"\bmedia ?noche\b", "medianoche", words)
    words = re.sub(r"\bno mas tarde (?:de|que)\b|\bno later than\b", "antes de", words)
    words = re.sub(r"\b12 ?m\b|\b12 del dia\b", "12 pm", words)
    for feast, day in _FEASTS.items():
        words = re.sub(rf"\b(?:{feast})\b", day, words)
    words = re.sub(r"[a-z0-9]+", lambda match: _mended(match[0]), words)
    words = _GREETINGS.sub(" ", words)
    words = re.sub(r"[a-z]+", _number, words)
    words = _TENS.sub(lambda match: str(int(match[1]) + int(match[2])), words)
    return re.sub(r"\s+", " ", re.sub(r"[!?¡¿;()\"*_]+", " ", words)).strip()


def _number(match: re.Match[str]) -> str:
    # English "once" is left to whoever reads hours: "a las once" is folded to 11 here all the same.
    number = _NUMBERS.get(match[0])
    return match[0] if number is None else str(number)


class Reader:
    """A text from which one reader takes what it understands, so that no other reads it again."""

    def __init__(self, text: str) -> None:
        self.text = f" {text} "

    def take(self, pattern: str, *, mark: str = "|") -> re.Match[str] | None:
        """Find a pattern and replace it by a mark; None when it is not there."""
        match = re.search(pattern, self.text)
        if match is not None:
            self.text = f"{self.text[: match.start()]} {mark} {self.text[match.end() :]}"
        return match

    def has(self, pattern: str) -> bool:
        """Say whether a pattern is there, and leave it."""
        return re.search(pattern, self.text) is not None
