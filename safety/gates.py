"""The last look at a reply: what is not in the company's data is not sent.

Sentence by sentence, so that a good answer survives one bad claim. What fails gives way to a
fixed sentence that offers to ask a human.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import get_args

from safety.agreed_prices import grants_unsaid
from safety.amounts import amounts_in
from safety.booked import wrong_booking
from safety.claims import (
    doses_in,
    guarantees,
    leaks,
    percents_in,
    promises_person,
    states_diagnosis,
)
from safety.contacts import addresses_in, phone_digits, phones_in
from safety.hours_said import wrong_hour
from safety.known import Company, Known
from safety.places import wrong_person, wrong_place
from safety.prices import wrong_price
from safety.promotions import wrong_promotion
from safety.sentences import folded, pieces_of, plain
from safety.treatments_named import Mention
from safety.verbatim import Verbatim
from tenants.tenant import Language, Tenant

TEXTS = Path(__file__).parent / "texts"
NOTHING = Verbatim(())


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reply that may be sent, and what was wrong with the one that was given."""

    text: str
    blocked: tuple[str, ...] = ()
    """Kinds of claims that were replaced, in the order of the text."""
    refused: tuple[str, ...] = ()
    """The sentences that were replaced, as they were written."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reply may rest on beside the company's own data."""

    passages: Sequence[str] = ()
    """Of documents that were found in this turn."""
    facts: Sequence[str] = ()
    """What this turn's tools said (slot labels, price texts, the appointment), and earlier answers."""
    said: Sequence[str] = ()
    """What the patient wrote: their phones, addresses and hours may be repeated, and nothing else."""
    today: date | None = None
    """On the clinic's calendar: some promotions hold now, some do not."""
    acted: bool = False
    """A tool of this turn booked, moved or cancelled something."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    """As it is read, with its capitals."""
    folded: str
    following: str
    """The folded sentence after it."""
    earlier: Sequence[Mention]
    """The treatments that were named last before it."""


def _leak(_known: Known, sentence: _Sentence) -> bool:
    return leaks(sentence.folded)


def _dose(known: Known, sentence: _Sentence) -> bool:
    return any(dose not in known.folded for dose in doses_in(sentence.folded))


def _diagnosis(known: Known, sentence: _Sentence) -> bool:
    return states_diagnosis(sentence.folded) and sentence.folded.strip(" .!*-•") not in known.folded


def _contact(known: Known, sentence: _Sentence) -> bool:
    money = {
        phone_digits(sentence.folded[one.start : one.end]) for one in amounts_in(sentence.folded)
    }
    if any(one not in known.digits and one not in money for one in phones_in(sentence.folded)):
        return True
    if any(one not in known.addresses for one in addresses_in(sentence.folded)):
        return True
    return wrong_place(known, sentence.text, sentence.folded)


def _staff(known: Known, sentence: _Sentence) -> bool:
    return wrong_person(known, sentence.text)


def _promotion(known: Known, sentence: _Sentence) -> bool:
    return wrong_promotion(known, sentence.folded)


def _price(known: Known, sentence: _Sentence) -> bool:
    return grants_unsaid(known, sentence.folded) or wrong_price(
        known, sentence.folded, sentence.following, sentence.earlier
    )


def _guarantee(known: Known, sentence: _Sentence) -> bool:
    # A share that no document knows is a promise too: "pierde el 30 % de la grasa".
    shares = percents_in(sentence.folded) - {"100"}
    return not shares <= known.percents or any(
        one not in known.folded for one in guarantees(sentence.folded)
    )


def _booking(known: Known, sentence: _Sentence) -> bool:
    return wrong_booking(known, sentence.folded)


def _hour(known: Known, sentence: _Sentence) -> bool:
    return wrong_hour(known, sentence.folded)


_GATES: tuple[tuple[str, Callable[[Known, _Sentence], bool]], ...] = (
    ("leak", _leak),
    ("dose", _dose),
    ("diagnosis", _diagnosis),
    ("contact", _contact),
    ("staff", _staff),
    ("promotion", _promotion),
    ("guarantee", _guarantee),
    ("price", _price),
    ("booking", _booking),
    ("hour", _hour),
)
KINDS = tuple(kind for kind, _ in _GATES)


def _read(language: Language) -> dict[str, str]:
    lines = (TEXTS / f"gates.{language}.md").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


# Read at import: the event loop must not wait for a disk.
_SAFE_SENTENCES = {language: _read(language) for language in get_args(Language)}


class Gates:
    """Looks at the replies of one company."""

    def __init__(self, tenant: Tenant, private: Verbatim = NOTHING) -> None:
        """Take the company, and what nobody may read: a reply that repeats it says nothing else either."""
        self._tenant = tenant
        self._private = private

    @cached_property
    def _company(self) -> Company:
        # Made with the first reply: most companies of a process have none to send.
        return Company(self._tenant)

    def check(self, text: str, evidence: Evidence, language: Language) -> Verdict:
        """Return what may be sent of a reply."""
        safe = _SAFE_SENTENCES[language]
        if self._private.repeated(text):
            return Verdict(safe["leak"], ("leak",), (text,))
        known = Known(
            self._company,
            tuple(evidence.passages),
            tuple(evidence.facts),
            tuple(evidence.said),
            folded(plain(text)),
            evidence.acted,
            foreign=language != self._tenant.language,
            today=evidence.today,
        )
        pieces: list[str] = []
        blocked: list[str] = []
        refused: list[str] = []
        written = pieces_of(text)
        for piece, kind in zip(written, self._faults(known, written), strict=True):
            if kind is None:
                pieces.append(piece)
                continue
            refused.append(piece.strip())
            if kind not in blocked:
                blocked.append(kind)
                pieces.append(safe[kind])
        if not blocked:
            return Verdict(text)
        return Verdict("".join(pieces).strip(), tuple(blocked), tuple(refused))

    def _faults(self, known: Known, pieces: Sequence[str]) -> list[str | None]:
        """Return what is wrong with each piece, None where nothing is."""
        seen = [plain(piece) for piece in pieces]
        flat = [folded(piece) for piece in seen]
        faults: list[str | None] = []
        earlier: Sequence[Mention] = ()
        for at, one in enumerate(flat):
            following = next((later for later in flat[at + 1 :] if later), "")
            sentence = _Sentence(seen[at], one, following, earlier)
            faults.append(_fault(known, sentence) if one else None)
            earlier = known.company.naming.mentions(one) or earlier
        return faults


def _fault(known: Known, sentence: _Sentence) -> str | None:
    return next((kind for kind, fails in _GATES if fails(known, sentence)), None)


def somebody_comes(text: str) -> bool:
    """Say whether a reply tells the patient that a person was asked to go on."""
    return any(promises_person(folded(plain(piece))) for piece in pieces_of(text))
