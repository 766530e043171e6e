"""Who the patient says they are: a name and a phone in their own words."""

import re
from collections.abc import Iterator

import phonenumbers

from nodes.guided.word_lists import word_list
from nodes.words import folded, words_of

LETTERS = r"[^\W\d_](?:[^\W\d_]|['’-])*"
_STRONG = re.compile(
    rf"\b(?:me llamo|mi nombre(?: completo)? es|a nombre de|nombre(?: completo)?\s*:|nombre (?:a|por)|change the name to|my (?:full )?name is|"
    rf"name\s*:|under the name(?: of)?|in the name of)\s+(?P<name>{LETTERS}(?:\s+{LETTERS}){{0,6}})",
    re.IGNORECASE,
)
_WEAK = re.compile(
    rf"\b(?:[Ss]oy|I am|I'm|i'm|i am|[Tt]his is)\s+(?P<name>{LETTERS}(?:\s+{LETTERS}){{0,6}})"
)
_CORRECTED = re.compile(
    rf"^\W*(?:no|perd[oó]n|mejor|sorry)\b\W*(?:es|soy|it'?s|it is)\s+(?P<name>{LETTERS}(?:\s+{LETTERS}){{0,5}})",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:\W|\b(?:si|sí|claro|ok|okay|bueno|listo|seria|sería|es|soy|yo|me llamo|mi nombre es|nombre|a nombre de|"
    r"con gusto|por favor|hola|yes|sure|it'?s|it is|i am|i'm|my name is|this is|name|the name is|de)\b)+",
    re.IGNORECASE,
)
_SURNAME_FIRST = re.compile(
    rf"(?P<family>{LETTERS}(?: {LETTERS})?), ?(?P<given>{LETTERS}(?: {LETTERS})?)"
)
DIGIT_WORDS = {
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6",
    "siete": "7", "ocho": "8", "nueve": "9", "zero": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_SPOKEN = re.compile(rf"(?:\b(?:{'|'.join(DIGIT_WORDS)})\b[\s,.-]*){{7,}}", re.IGNORECASE)
INSIDE = frozenset({"de", "del", "la", "las", "los", "y", "da", "do", "dos", "van", "von", "san"})
NO_NAME = word_list("no_name")
_END = word_list("name_ends")
LONGEST = 6  # words of a name
DIGITS = 5  # digits from which something was meant as a phone


def name_said(text: str) -> str:
    """Return a name that the text introduces as the patient's own, or ""."""
    plain = without_phones(text)
    if found := _STRONG.search(plain):
        return _tidied(found["name"])
    if found := _WEAK.search(plain):
        name = _tidied(found["name"])
        first = found["name"].split()[0]
        return name if name and first[0].isupper() else ""
    return ""


def name_answered(text: str) -> str:
    """Return the name when a text answers the question for it, or ""."""
    if introduced := name_said(text):
        return introduced
    plain = _LEAD.sub("", without_phones(text).strip()).strip(" .,;:!¡")
    if surname_first := _SURNAME_FIRST.fullmatch(plain):
        return _tidied(f"{surname_first['given']} {surname_first['family']}")
    plain = re.split(r"[,;\n]|(?<!\b[^\W\d_])\.| - ", plain, maxsplit=1)[0].strip()
    words = plain.split()
    if not words or "?" in text or re.search(r"\d", plain):
        return ""
    name = _tidied(plain)
    return name if len(name.split()) <= LONGEST else ""


def whole_name(text: str) -> str:
    """Return the text when it is nothing but a first and a family name in capitals, or ""."""
    name = name_answered(text)
    written = name and name in " ".join(text.split()) and len(name) + 2 >= len(text.strip())
    return name if written and looks_whole(name) and all(map(_capital, name.split())) else ""


def one_capital_word(text: str) -> str:
    """Return the text when it is one word that can be a family name, or ""."""
    name = name_answered(text)
    return name if name and len(text.split()) == 1 and text.strip()[0].isupper() else ""


def name_corrected(text: str) -> str:
    """Return the name that sets right what was read back: `no, es Juan Pablo Pérez`, or ""."""
    found = _CORRECTED.search(without_phones(text))
    name = _tidied(found["name"]) if found else ""
    return name if looks_whole(name) and all(_capital(word) for word in name.split()) else ""


def name_beside_phone(text: str) -> str:
    """Return the whole name that stands just before a phone number, or ""."""
    before = re.split(r"\+?\d[\d\s().-]{5,}\d", text, maxsplit=1)[0]
    piece = re.split(r"[,;:\n]|\s-\s", before.rstrip(" ,;:.-\n"))[-1].split()
    while piece and folded(piece[-1]).strip(".") in _END | {"whatsapp", "contacto"}:
        piece.pop()
    capitals: list[str] = []
    for word in reversed(piece):
        if not (_capital(word) or folded(word) in INSIDE):
            break
        capitals.insert(0, word)
    name = _tidied(" ".join(capitals))
    return name if looks_whole(name) and len(name.split()) <= LONGEST else ""


def _capital(word: str) -> bool:
    return word[0].isupper() or folded(word) in INSIDE


def looks_whole(name: str) -> bool:
    """Tell whether a name has at least a first and a family name, in letters."""
    words = name.split()
    return len(words) >= 2 and all(re.fullmatch(LETTERS, word) for word in words)


def phone_said(text: str, country: str) -> str:
    """Return the first phone number in a text in E.164, or ""."""
    for match in phonenumbers.PhoneNumberMatcher(in_digits(text), country):
        return phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def phone_words(phone: str) -> str:
    """Return an E.164 number as people of its country write it."""
    number, form = phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat
    written = phonenumbers.format_number(number, form.NATIONAL)
    if re.sub(r"\D", "", written) in phone:
        return written
    # Argentina's 11 2345 6789 would be 011 15-2345-6789: nobody knows the number again.
    return phonenumbers.format_number(number, form.INTERNATIONAL)


def in_digits(text: str) -> str:
    """Return the text with a number that was dictated digit by digit written in digits."""
    return _SPOKEN.sub(
        lambda found: "".join(DIGIT_WORDS[one] for one in words_of(found[0])) + " ", text
    )


def meant_a_phone(text: str) -> bool:
    """Tell whether a text has so many digits that a phone number was meant."""
    return sum(sign.isdigit() for sign in text) >= DIGITS


def without_phones(text: str) -> str:
    """Return the text with long runs of digits taken out."""
    return re.sub(r"\+?\d[\d\s().-]{5,}\d", " ", in_digits(text))


def _tidied(name: str) -> str:
    kept = list(_until_the_name_ends(name.split()))
    while kept and folded(kept[-1]) in INSIDE:
        kept.pop()
    if not kept or folded(kept[0]) in NO_NAME | INSIDE:
        return ""
    if any(folded(word) in NO_NAME - INSIDE for word in kept):
        return ""
    return " ".join(
        word.lower() if folded(word) in INSIDE else word[0].upper() + word[1:] for word in kept
    )


def _until_the_name_ends(words: list[str]) -> Iterator[str]:
    for position, word in enumerate(words):
        plain = folded(word).strip(".'")
        if position and plain in _END:
            return
        yield word.strip(".'")
