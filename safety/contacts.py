"""Phones, web and mail addresses as they stand in a text."""

import re

SHORTEST_PHONE = 7  # digits
COMPARED_DIGITS = 10  # a country code may be left off

_PHONE = re.compile(r"(?<![\w$.,/#-])\+?\(?\d[\d\s().-]{5,18}\d(?![\w/])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_CALLED = re.compile(
    r"\b(?:llam\w+|marqu\w+|marc\w+|lig\w+|call|dial)\b[^.;?]{0,25}?\b(\d{3,6})\b(?!\s*(?:dias|horas|hours|days|mil))"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"']+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|co|net|org|io|app|info|clinic|es|mx|ar|me|ly|link|site|health|us)\b(?:/[^\s<>()\"']*)?"
)
_HANDLE = re.compile(r"(?<![\w.])@[\w.]{3,}")


def phone_digits(text: str) -> str:
    """Return a text's digits, separators within numbers left out, numbers apart."""
    joined = re.sub(r"(?<=\d)[\s().-]+(?=\d)", "", text)
    return " ".join(re.findall(r"\d+", joined))


def phones_in(folded: str) -> list[str]:
    """Return the digits of every phone number in a folded text, without country code."""
    text = _MAIL.sub(" ", _WEB.sub(" ", _DATE.sub(" ", folded)))
    numbers = ("".join(re.findall(r"\d", at)) for at in _PHONE.findall(text))
    phones = [number[-COMPARED_DIGITS:] for number in numbers if len(number) >= SHORTEST_PHONE]
    return [*phones, *_CALLED.findall(text)]


def addresses_in(folded: str) -> list[str]:
    """Return the web and mail addresses and handles in a folded text, bare of protocol and full stop."""
    mails = _MAIL.findall(folded)
    rest = _MAIL.sub(" ", folded)
    webs = [at.group().rstrip(".,;:!?)*_") for at in _WEB.finditer(rest)]
    bare = [re.sub(r"^(?:https?://)?(?:www\.)?", "", one).rstrip("/") for one in webs]
    return [*mails, *bare, *_HANDLE.findall(_WEB.sub(" ", rest))]
