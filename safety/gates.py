"""The last look at a reply: what is not in the company's data is not sent.

Sentence by sentence, so that a good answer survives one bad claim. What fails gives way to a
fixed sentence that offers to ask a human.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import get_args

from safety.amounts import amounts_in, numbers_in
from safety.claims import doses_in, leaks, percents_in, promotion_words, states_diagnosis
from safety.clock_times import times_in
from safety.contacts import addresses_in, phone_digits, phones_in
from safety.reading import fold
from safety.verbatim import Verbatim
from tenants.hours import WEEKDAYS, Hours, Span, Weekday
from tenants.tenant import Language, Tenant

TEXTS = Path(__file__).parent / "texts"
NOTHING = Verbatim(())
_SENTENCE_END = re.compile(
    r"(\n+|(?<=[.!?…])(?<!\ba\.)(?<!\bp\.)(?<!\bDr\.)(?<!\bDra\.)(?<!\bSra\.)(?<!\bSr\.)(?<!\bUd\.)(?<!\bNo\.)(?<!\bTel\.)(?<!\btel\.)(?<!\bCra\.)(?<!\bCl\.)(?<!\bAv\.)(?<!\bMr\.)(?<!\bMs\.)\s+(?=[^\sa-z]))"
)
_UNSEEN = re.compile("[*~\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
"""Bold and invisible signs: `**99.000** pesos` is an amount all the same."""
_AVAILABILITY = re.compile(
    r"\b(?:no|ya|nao|ja)\b[^.;]{0,60}\b(?:disponivel|livre|vaga|disponible|libre|cupo|ocupad|espacio|available|taken|booked|free)"
)
_OPENS = re.compile(
    r"\b(?:abrimos|atendemos|abierto|abierta|abiertos|aberto|aberta|abertos|funcionamos|we open|we are open|were open|open on)\b"
)
_ROUND_THE_CLOCK = re.compile(r"\b24/7\b|\b24 (?:horas|hours)\b")
_ALWAYS_OPEN = re.compile(
    r"24/7|(?:abrimos|abiert|atendemos|atencion|open|linea|line)[^.;]{0,40}\b24 (?:horas|hours)"
)
_SPANISH = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_PORTUGUESE = ("segunda", "terca", "quarta", "quinta", "sexta")
"""Its weekend is called as in Spanish."""
_DAYS: dict[str, Weekday] = {
    **dict(zip(WEEKDAYS, WEEKDAYS, strict=True)),
    **{day: WEEKDAYS[place] for place, day in enumerate(_SPANISH)},
    **{day: WEEKDAYS[place] for place, day in enumerate(_PORTUGUESE)},
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reply that may be sent, and what was wrong with the one that was given."""

    text: str
    blocked: tuple[str, ...]
    """Kinds of claims that were replaced, in the order of the text."""


@dataclass(frozen=True)
class _Known:
    """Everything a reply may rest on."""

    tenant: Tenant
    passages: tuple[str, ...]
    facts: tuple[str, ...]
    said: tuple[str, ...]
    """What the patient wrote: a phone or an hour of theirs may be repeated, a price may not."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        tenant = self.tenant
        own = (
            tenant.company_name,
            tenant.address,
            tenant.how_to_get_there,
            *tenant.payment_methods,
        )
        offers = (
            text
            for one in tenant.treatments
            for text in (
                one.name, one.description, one.price_note, one.deposit_note, one.preparation, one.aftercare,
            )
        )  # fmt: skip
        return tuple(text for text in (*self.passages, *self.facts, *own, *offers) if text)

    @cached_property
    def folded(self) -> str:
        return " \n".join(" ".join(fold(text).split()) for text in self.texts)

    @cached_property
    def numbers(self) -> set[Decimal]:
        prices = {one.price for one in self.tenant.treatments if one.price is not None}
        return prices.union(*(numbers_in(text) for text in self.texts))

    @cached_property
    def minutes(self) -> set[int]:
        hours = [self.tenant.hours, *(one.hours for one in self.tenant.staff if one.hours)]
        spans = {at for one in hours for span in _spans(one) for at in _ends(span)}
        return spans.union(*(at for text in (*self.texts, *self.said) for at in times_in(text)))

    @cached_property
    def digits(self) -> str:
        plan = self.tenant.emergency
        phones = (self.tenant.phone, plan.number, plan.clinic_phone, plan.self_harm_phone)
        return " ".join(
            phone_digits(text) for text in (*phones, *self.texts, *self.said, *plan.texts.values())
        )

    @cached_property
    def addresses(self) -> str:
        return fold(" ".join((self.tenant.website, *self.texts, *self.said)))

    @cached_property
    def percents(self) -> set[str]:
        return percents_in(self.folded)


def _spans(hours: Hours) -> Iterator[Span]:
    for spans in hours.week.values():
        yield from spans
    for day in hours.special_days:
        yield from day.spans


def _ends(span: Span) -> tuple[int, int]:
    return tuple(at.hour * 60 + at.minute for at in (span.start, span.end))  # type: ignore[return-value] # Two ends, two numbers.


def _leak(_known: _Known, _sentence: str, folded: str) -> bool:
    return leaks(folded)


def _dose(known: _Known, _sentence: str, folded: str) -> bool:
    return any(dose not in known.folded for dose in doses_in(folded))


def _diagnosis(known: _Known, _sentence: str, folded: str) -> bool:
    return states_diagnosis(folded) and folded.strip(" .!*-•") not in known.folded


def _price(known: _Known, sentence: str, _folded: str) -> bool:
    return any(amount.value not in known.numbers for amount in amounts_in(sentence))


def _promotion(known: _Known, _sentence: str, folded: str) -> bool:
    words = promotion_words(folded)
    if any(word[:6] not in known.folded for word in words):
        return True
    return bool(words) and not percents_in(folded) <= known.percents


def _hour(known: _Known, sentence: str, folded: str) -> bool:
    if not _AVAILABILITY.search(folded) and any(
        not readings & known.minutes for readings in times_in(sentence)
    ):
        return True
    return _opens_wrongly(known, folded)


def _opens_wrongly(known: _Known, folded: str) -> bool:
    opens = _OPENS.search(folded)
    if opens is None or re.search(r"\b(?:no|not|cerrad\w+|closed)\b", folded):
        return False
    if _ROUND_THE_CLOCK.search(folded) and not _ALWAYS_OPEN.search(known.folded):
        return True
    week = known.tenant.hours.week
    return any(
        re.search(rf"\b{word}s?\b", folded) and not week.get(day) and word not in known.folded
        for word, day in _DAYS.items()
    )


def _contact(known: _Known, sentence: str, folded: str) -> bool:
    money = [fold(sentence)[one.start : one.end] for one in amounts_in(sentence)]
    for phone in phones_in(folded):
        if phone not in known.digits and not any(phone == phone_digits(one) for one in money):
            return True
    return any(address not in known.addresses for address in addresses_in(folded))


_GATES: tuple[tuple[str, Callable[[_Known, str, str], bool]], ...] = (
    ("leak", _leak),
    ("dose", _dose),
    ("diagnosis", _diagnosis),
    ("contact", _contact),
    ("promotion", _promotion),
    ("price", _price),
    ("hour", _hour),
)


def _fault(known: _Known, sentence: str) -> str | None:
    folded = " ".join(fold(sentence).split())
    return next((name for name, fails in _GATES if fails(known, sentence, folded)), None)


def _read(language: Language) -> dict[str, str]:
    lines = (TEXTS / f"gates.{language}.md").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


# Read at import: the event loop must not wait for a disk.
_SAFE_SENTENCES = {language: _read(language) for language in get_args(Language)}


def check(
    text: str,
    *,
    tenant: Tenant,
    passages: Sequence[str],
    facts: Sequence[str],
    language: Language,
    said: Sequence[str] = (),
    private: Verbatim = NOTHING,
) -> Verdict:
    """Return what may be sent of a reply.

    `facts` are what this turn's tools said (slot labels, price texts, the appointment); `said` is
    what the patient wrote, whose phones, addresses and hours may be repeated, and nothing else.
    `private` is what nobody may read: a reply that repeats it says nothing else either.
    """
    if private.repeated(text):
        return Verdict(_SAFE_SENTENCES[language]["leak"], ("leak",))
    known = _Known(tenant, tuple(passages), tuple(facts), tuple(said))
    pieces: list[str] = []
    blocked: list[str] = []
    for piece in _SENTENCE_END.split(text):
        kind = _fault(known, piece) or _fault(known, _UNSEEN.sub("", piece))
        if kind is None:
            pieces.append(piece)
        elif kind not in blocked:
            blocked.append(kind)
            pieces.append(_SAFE_SENTENCES[language][kind])
    return Verdict("".join(pieces).strip() if blocked else text, tuple(blocked))
