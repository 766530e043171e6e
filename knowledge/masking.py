"""What people wrote to one patient, made fit for all: names, telephones, addresses taken out, prices left."""

import re
from collections.abc import Iterable

import phonenumbers

from knowledge.query import STOP_WORDS, fold
from tenants.tenant import Tenant

GONE = "…"

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+")
_LINK = re.compile(r"(?:https?://|www\.)([^\s/]+)\S*", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
_MONEY_BEFORE = re.compile(
    r"(?:\$|€|usd|cop|mxn|eur|us\$|valor|precio|cuesta|por|desde)\s*$", re.IGNORECASE
)
_MONEY_AFTER = re.compile(r"\s*(?:\$|€|pesos|usd|cop|mxn|eur|dólares|dolares|mil\b)", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3}){1,2}")
_CALLED = re.compile(
    r"\b((?:soy|me llamo|mi nombre es|(?:te|le) (?:habla|saluda|escribe)|doña|don|dra?\.?|señora?|"
    r"sra?\.?|srta\.?|hola|buenas?|buenos días|buenas (?:tardes|noches)|gracias|mrs?\.?|ms\.?|hi|"
    r"hello|dear|i'm|this is|thanks)[\s,]+)"
    r"((?-i:[A-ZÁÉÍÓÚÑ][\w'-]+(?:\s+(?:de(?:l| la)?\s+)?[A-ZÁÉÍÓÚÑ][\w'-]+){0,3}))",
    re.IGNORECASE,
)


def masked(text: str, tenant: Tenant, names: Iterable[str] = ()) -> str:
    """Return a text without what could name anybody; `names` are known ones, the company's own stay."""
    own = _tokens([tenant.company_name, *(one.name for one in tenant.staff)])
    phones = {_digits(one) for one in (tenant.phone, tenant.emergency.clinic_phone) if one}
    site = tenant.website.partition("//")[2].partition("/")[0].removeprefix("www.")
    text = _LINK.sub(lambda found: _link(found, site), _EMAIL.sub(GONE, text))
    text = _NUMBER.sub(lambda found: _number(found, phones), text)
    for match in phonenumbers.PhoneNumberMatcher(text, tenant.country):
        if not _is_price(text, match.start, match.end) and _digits(match.raw_string) not in phones:
            text = text.replace(match.raw_string, GONE)
    text = _CALLED.sub(lambda found: _called(found, own), text)
    for token in sorted(_tokens(names) - own, key=len, reverse=True):
        text = re.sub(_spelt(token), GONE, text, flags=re.IGNORECASE)
    return re.sub(rf"{GONE}(?:\s*{GONE})+", GONE, text).strip()


def _link(found: re.Match[str], site: str) -> str:
    own = bool(site) and found[1].lower().removeprefix("www.") == site
    return found[0] if own else GONE


def _number(found: re.Match[str], phones: set[str]) -> str:
    price = _is_price(found.string, found.start(), found.end())
    return found[0] if price or _digits(found[0]) in phones else GONE


def _is_price(text: str, start: int, end: int) -> bool:
    number = text[start:end]
    about = _MONEY_BEFORE.search(text[:start][-12:]) or _MONEY_AFTER.match(text[end : end + 12])
    return bool(_THOUSANDS.fullmatch(number) and (about or len(_digits(number)) < 8))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)[-10:]


def _called(found: re.Match[str], own: set[str]) -> str:
    tokens = _tokens([found[2]])
    if not tokens or tokens <= own:
        return found[0]
    return f"{found[1]}{GONE}"


def _tokens(names: Iterable[str]) -> set[str]:
    words = (word for name in names for word in fold(name).split())
    return {word for word in words if len(word) > 2 and word not in STOP_WORDS}


def _spelt(token: str) -> str:
    """Return a pattern of a folded word that also finds it with accents."""
    accents = {"a": "[aáà]", "e": "[eéè]", "i": "[iíï]", "o": "[oóö]", "u": "[uúü]", "n": "[nñ]"}
    return r"\b" + "".join(accents.get(letter, letter) for letter in token) + r"\b"
