"""Money as people and models write it: `$450.000`, `450 mil pesos`, `USD 120`, `medio millón`, ranges."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from safety.reading import fold

_NUMBER = r"(?<!\d)(?<!\d[., ])(?:\d{1,3}(?: \d{3})++(?![\d.,])(?! \d)|\d++(?:[.,]\d++)*+)"
"""Taken whole: no row of digits is tried twice. `99 000` is one number, a telephone's digits are not."""
_TIMES = r"(?:mil(?:lon(?:es)?|hao|hoes)?|millions?|thousand|lucas|palos?|k|m)\b"
_SIGN = r"(?:us\s?\$|r\$|s/\.?|usd|cop|mxn|ars|clp|pen|eur|gbp|[$€£])"
_COIN = r"(?:pesos|pesitos|cop|mxn|ars|clp|soles|dolares|dolar|usd|euros?|eur|dollars?|bucks|pounds|reais|€|\$)"

_SIGNED = re.compile(rf"{_SIGN}\s*(?P<number>{_NUMBER})\s*(?P<times>{_TIMES})?")
_RANGE = re.compile(
    rf"(?P<number>{_NUMBER})\s*+(?:a|y|o|to|and|or|-|–|—)\s*+{_SIGN}?\s*+{_NUMBER}\s*+(?P<times>{_TIMES})"
)
_COINED = re.compile(rf"(?P<number>{_NUMBER})\s*+(?P<times>{_TIMES})?\s*+(?:de\s+)?{_COIN}")
_SCALED = re.compile(
    rf"(?P<number>{_NUMBER})\s*(?P<times>mil(?:lon(?:es)?)?|millions?|thousand|lucas|palos?|k)\b"
)
_BARE = re.compile(
    r"(?<![\w.,:/+-])(?<!\d )(?P<number>\d{1,3}(?:[.,]\d{3})+|\d{1,3}(?: \d{3})+|\d{4,9})(?![\w:/%]|[.,]\d| \d)"
)
_SAYING = r"\b(?:qued[ae]|sale|sai|fica|deja|dejo|dejamos|cuesta|custa|vale|cobramos|costs?)\b[^.,;:?!\d]{0,40}?\b(?:en|a|por|solo|for)\s"
_SAID = re.compile(rf"{_SAYING}$")
_SPOKEN = re.compile(
    rf"{_SAYING}"
    r"(?P<number>\d{2,3})(?=\s*+(?:[.,;!?)]|$))"
)
"""`Le queda en 850`: thousands, as people say them."""
_LISTED = re.compile(
    r"(?:[:=–—]|\s-|\b(?:a|por|en|son|at|for))\s*+(?P<number>(?<![\w.,:/+-])\d{1,3}(?:[., ]\d{3}){1,2})(?![\w:/%]|[.,]\d| \d)"
)
"""As lists have prices, the price word a line above: `Botox: 450.000`."""
_PLAIN = re.compile(_NUMBER)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PRICED = re.compile(
    r"\b(?:cuest|vale\b|valen|valor(?!a)|preci|costo|costa|cobr|pag(?:a|o|u)|abon|custa|parcel|sinal de|a partir de|anticipo|deposit|tarifa"
    r"|inversion|desde|total|price|cost|fee|pay|charge|from)"
)
_COUNTED = re.compile(
    r"\s*(?:ml|cc|mg|m2|pacientes|clientes|personas|clients|patients|people|anos|years|horas|hours"
    r"|min|mins|minutos|minutes|dias|days|meses|months|semanas|weeks|unidades|units|seguidores|followers|reviews|resenas|disparos|pessoas|anos|sessoes|avaliacoes)\b"
)

_UNITS = {
    "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
    "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13,
    "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18,
    "diecinueve": 19, "veinte": 20, "veinticinco": 25, "treinta": 30, "cuarenta": 40,
    "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100,
    "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "quatro": 4, "sete": 7, "oito": 8, "nove": 9,
    "dez": 10, "onze": 11, "doze": 12, "quinze": 15, "vinte": 20, "trinta": 30, "quarenta": 40,
    "cinquenta": 50, "sessenta": 60, "oitenta": 80, "cem": 100, "cento": 100,
    "duzentos": 200, "trezentos": 300, "quatrocentos": 400, "quinhentos": 500, "seiscentos": 600,
    "setecentos": 700, "oitocentos": 800, "novecentos": 900,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_PAIRS = {"ambos": 2, "ambas": 2, "both": 2, "doce": 12, "doze": 12}
_POWERS = {
    "mil": 1000, "thousand": 1000, "hundred": 100, "millon": 1_000_000, "millones": 1_000_000,
    "million": 1_000_000, "milhao": 1_000_000, "milhoes": 1_000_000,
}  # fmt: skip
_ANY = re.compile(rf"\d|\b(?:{'|'.join((*_UNITS, *_POWERS, 'medio'))})\b")
"""Most sentences have no number at all."""
_HALVES = {"medio millon": 500_000, "half a million": 500_000, "millon y medio": 1_500_000}
_WORDS = re.compile(
    rf"\b(?:(?:{'|'.join((*_UNITS, *_POWERS, 'y', 'e', 'and'))})\b\s*)+(?:de\s+)?(?P<coin>{_COIN})?"
)


DEAREST = 10_000_000  # in a list, without a sign; what is larger is a document's number
SMALL = 32  # what is less, and has no sign, is a day or a count
REACH = 70  # characters before a number in words that may say what it is
HUNDRED = 100
LARGE = 1000  # a number of this size in company data may be a price


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money and where it stands in the folded text."""

    value: Decimal
    start: int
    end: int
    spoken: bool = False
    """Said without a coin: thousands may be meant."""


def _value(number: str, times: str | None) -> Decimal:
    head, *groups = re.split(r"[., ]", number)
    if groups and len(groups[-1]) != 3:
        plain = Decimal(f"{head}{''.join(groups[:-1])}.{groups[-1]}")
    else:
        plain = Decimal("".join((head, *groups)))
    if times is None:
        return plain
    if len(groups) == 1 and len(groups[0]) == 3 and times.startswith("mi") and len(times) > 3:
        # "1.200 millones" is rare, "1.200 mil" is never said.
        plain = Decimal(f"{head}.{groups[0]}") if int(head) < 10 else plain
    return plain * (1_000_000 if times[:4] in {"mill", "milh", "m", "palo"} else 1000)


def _in_words(text: str) -> Iterator[Amount]:
    for phrase, value in _HALVES.items():
        for at in re.finditer(rf"\b{phrase}\b", text):
            yield Amount(Decimal(value), at.start(), at.end())
    for at in _WORDS.finditer(text):
        words = at.group().split()
        powers = any(word in _POWERS and word != "hundred" for word in words)
        spoken = not powers and at["coin"] is None
        if spoken and not _SAID.search(text[max(0, at.start() - REACH) : at.start()]):
            continue
        if not powers and not spoken and len(words) < 2:
            continue
        value = _sum(words)
        if value >= (HUNDRED if spoken else LARGE) or at["coin"]:
            yield Amount(Decimal(value), at.start(), at.end(), spoken=spoken)


def _sum(words: Sequence[str]) -> int:
    total, part = 0, 0
    for word in words:
        if word in _UNITS:
            part += _UNITS[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _POWERS:
            total += max(part, 1) * _POWERS[word]
            part = 0
    return total + part


def amounts_in(text: str, *, priced: bool = False) -> list[Amount]:
    """Return the amounts of money that a text states, in order, once each.

    A bare number counts in a list, beside a price word, or when the text is known to be `priced`.
    """
    folded = fold(text)
    if not _ANY.search(folded):
        return []
    found: dict[int, Amount] = {}
    for pattern in (_RANGE, _SIGNED, _COINED, _SCALED):
        for at in pattern.finditer(folded):
            start = at.start("number")
            if start not in found and not _COUNTED.match(folded, at.end()):
                found[start] = Amount(_value(at["number"], at["times"]), start, at.end())
    bare = [_LISTED, _SPOKEN]
    if priced or _PRICED.search(folded):
        bare.insert(0, _BARE)
    for pattern in bare:
        for at in pattern.finditer(folded):
            start, value = at.start("number"), _value(at["number"], None)
            taken = any(one.start <= start < one.end for one in found.values())
            dated = pattern is _BARE and _YEAR.fullmatch(at["number"])
            dear = pattern is _LISTED and value >= DEAREST
            if not (taken or dated or dear or _COUNTED.match(folded, at.end())):
                found[start] = Amount(value, start, at.end(), spoken=pattern is _SPOKEN)
    words = [
        one
        for one in _in_words(folded)
        if not any(one.start < other.end and other.start < one.end for other in found.values())
    ]
    return sorted((*found.values(), *words), key=lambda one: one.start)


def listed_in(folded: str) -> set[Decimal]:
    """Return the numbers of a row of data without any sign of money that may be its price."""
    listed = "|" in folded or "\t" in folded or _PRICED.search(folded)
    numbers = (
        _value(at.group(), None)
        for at in _PLAIN.finditer(folded)
        if not _COUNTED.match(folded, at.end()) and not _YEAR.fullmatch(at.group())
    )
    return {one for one in numbers if one >= (SMALL if listed else LARGE)}


def words_value(word: str) -> int:
    """Return the number that one word or a few digits say; 0 when they say none."""
    return int(word) if word.isdigit() else _UNITS.get(word, _PAIRS.get(word, 0))
