"""Whether the money in a sentence stands in the company's data, and there means the same."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safety.amounts import Amount, amounts_in, words_value
from safety.known import Known
from safety.rows import Row
from safety.treatments_named import Mention

_COUNT = (
    r"(?P<count>\d{1,2}|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|dois|duas|quatro|sete|oito|dez|doze"
    r"|two|three|four|five|six|seven|eight|nine|ten|twelve|ambas|ambos|both)"
)
_THINGS = (
    r"(?:sesion|session|sesso|jering|syringe|seringa|person|people|pessoa|zona|area|aplicacion|aplicac|amig|friend"
    r"|unidad|unit|vial|ampol|miembro|limpieza|masaje|massage|tratamiento|treatment|diente|teeth)"
)
_COUNTED = re.compile(rf"\b{_COUNT}\s+(?:\w+\s+)?{_THINGS}")
_PACKAGE = re.compile(
    r"\b(?:paquete|package|pacote) (?:de|of) \w+(?=\s*(?:[.,;:$]|$|cuesta|vale|is\b|costs))"
)
"""A bundle whose things go without saying: "cada sesión, y el paquete de diez"."""
_BOTH = re.compile(
    r"\b(?:los|las) dos(?=\s*(?:[.,;:!)]|$|por\b|en\b|junt|qued|sal|val|cuest))|\b(?:entre (?:los|las) dos|para dos|en pareja|for two|for both|a couple|entre os dois|para dois)\b"
)
_ADVISED = re.compile(
    r"\b(?:recom[ie]+nd\w+|sug\w+|suel\w+|necesit\w+|requier\w+|usual\w*|needs?|take|lleva\w*|entre)\b[^.;]{0,20}$"
)
_FROM = re.compile(
    r"\b(?:desde|a partir|from|start\w*|begin\w*|minim\w+|inicia\w*|parte|parten|arranca\w*|depend\w*|definitiv\w*"
    r"|final|segun|varia\w*|vary|varies|quote|como minimo|base|comeca\w*|conforme)\b"
)
_UP_TO = re.compile(r"\b(?:hasta|maximo|up to|at most|ate|no maximo|fijo|fixed)\s*$")
_ROLES = {
    "deposit": r"abono|anticipo|deposit|reserva de|sena\b|sinal",
    "share": r"cuotas?|mensualidad|installment|instalment|parcela|payments of|pagos de",
    "penalty": r"multa|penalidad|penalty|(?:late|no.show|cancell?ation) fee|recargo",
    "unit": r"por unidad|per unit|la unidad|cada unidad",
}
_ROLE = re.compile("|".join(rf"(?P<{name}>\b(?:{words}))" for name, words in _ROLES.items()))
_OF = re.compile(r"\s*(?:pesos |cop )?(?:del?|of|d[ao])(?: (?:la|los|las|el|the))? ")
MOST = 40  # amounts of one sentence that are looked at; what has more is no answer
_AFTER = 24  # characters behind an amount that may still say what it is
_SHARES = re.compile(
    r"\b(?P<count>\d{1,2}|[a-z]{3,10})\s+(?:cuotas|mensualidades|installments|instalments|parcelas)\b"
)

_ALONE = re.compile(r"\W*\d{1,3}(?:[., ]\d{3})+(?: pesos)?\W*")
"""A line that is nothing but a number: the line above says of what."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One amount of a sentence, and what the sentence says that it is."""

    amount: Amount
    before: str
    """Between the amount before and this one."""
    after: str
    mentions: Sequence[Mention]
    """The treatments whose price it may be; empty: any that this turn is about."""


def wrong_price(known: Known, sentence: str, following: str, earlier: Sequence[Mention]) -> bool:
    """Say whether a folded sentence has a price that the data has not, or not for that.

    `following` is the sentence after it, which may say that the price is the lowest of several;
    `earlier` are the treatments that were named last before it.
    """
    mentions = known.company.naming.mentions(sentence)
    # What another language calls a treatment is not known: no other may be taken for it.
    meant = () if known.foreign else earlier or known.topics
    if _too_many_shares(known, sentence):
        return True
    for number, said in enumerate(_amounts(sentence, mentions, meant)):
        if number == MOST:
            return True
        rows = [
            row
            for row in known.standing(said.amount)
            if _about(row, said) and _same_role(row, said) and _same_count(row, said, known)
        ]
        if not rows or _lowest_only(known, said, sentence + following):
            return True
        if not any(known.holds(row) for row in rows):
            return True
    return False


def _amounts(
    sentence: str, mentions: Sequence[Mention], meant: Sequence[Mention]
) -> Iterator[_Said]:
    found = amounts_in(sentence, priced=bool(mentions or (meant and _ALONE.fullmatch(sentence))))
    paired = len(mentions) == len(found) and mentions and mentions[0].start < found[0].start
    for number, one in enumerate(found):
        begin = found[number - 1].end if number else 0
        end = found[number + 1].start if number + 1 < len(found) else len(sentence)
        yield _Said(
            one,
            sentence[begin : one.start],
            sentence[one.end : end],
            _own(sentence, mentions, one)
            or ([mentions[number]] if paired else _near(mentions, one))
            or meant,
        )


def _own(sentence: str, mentions: Sequence[Mention], amount: Amount) -> Sequence[Mention]:
    """Return the treatment that an amount is said to be of: "los $ 890.000 de la toxina"."""
    after = [one for one in mentions if one.start >= amount.end][:1]
    return [one for one in after if _OF.fullmatch(sentence[amount.end : one.start])]


def _near(mentions: Sequence[Mention], amount: Amount) -> Sequence[Mention]:
    before = [one for one in mentions if one.start < amount.start]
    after = [one for one in mentions if one.start >= amount.end]
    return [*before[-1:], *after[:1]]


def _about(row: Row, said: _Said) -> bool:
    if not row.ids or not said.mentions:
        return True
    return any(row.ids & one.ids for one in said.mentions)


def _same_role(row: Row, said: _Said) -> bool:
    role = _role_of(said)
    return role is None or bool(re.search(rf"\b(?:{_ROLES[role]})", row.text))


def _role_of(said: _Said) -> str | None:
    near = re.match(
        rf"\s*(?:pesos\s+|cop\s+)?(?:de|of|as|por|per|a)?\s*(?:a\s)?{_ROLE.pattern}",
        said.after[:_AFTER],
    )
    before = list(_ROLE.finditer(said.before))
    found = near or (before[-1] if before else None)
    return found.lastgroup if found else None


def _same_count(row: Row, said: _Said, known: Known) -> bool:
    """Say whether a price is told for as many things as it stands for: one, or a bundle."""
    wanted = _bundle(said.before, known) | _bundle(_clause(said.after), known)
    places = [one for one in amounts_in(row.text) if one.value == said.amount.value]
    if not places:
        # It stands in the list of prices, for one.
        return wanted <= _counts(row.text)
    return any(_fits(wanted, row.text, one, known) for one in places)


def _fits(wanted: set[int], text: str, place: Amount, known: Known) -> bool:
    before = re.split(r"[;|]|\$", text[: place.start].rstrip("$ "))[-1]
    there = _bundle(before, known) | _bundle(_clause(text[place.end :]), known)
    # "Masaje en pareja" is for two by its name.
    return wanted <= there | _counts(before) if wanted else not there


def _clause(text: str) -> str:
    """Return what follows an amount and still belongs to it."""
    return re.split(r"[;,.|(]|\b(?:o|or|y|and|ou)\b", text, maxsplit=1)[0]


def _bundle(text: str, known: Known) -> set[int]:
    """Return how many things a text speaks of beside the names of treatments: "tres limpiezas"."""
    for one in reversed(known.company.naming.mentions(text)):
        text = f"{text[: one.start]}sesion{text[one.end :]}"
    return _counts(text)


def _counts(text: str) -> set[int]:
    """Return how many things a text speaks of, more than one; what is only advised is no bundle."""
    counts = {
        words_value(at["count"])
        for at in _COUNTED.finditer(_PACKAGE.sub(r"\g<0> sesiones", text))
        if not _ADVISED.search(at.string[: at.start()])
    }
    if _BOTH.search(text):
        counts.add(2)
    return counts - {1}


def _lowest_only(known: Known, said: _Said, whole: str) -> bool:
    """Say whether the lowest of several prices is told as the price."""
    ids = frozenset().union(*(one.ids for one in said.mentions)) if said.mentions else ()
    meant = [known.company.treatments[one] for one in ids]
    same = [one for one in meant if one.price == said.amount.value]
    if not same or not all(one.price_from for one in same):
        return False
    return not _FROM.search(whole) or bool(_UP_TO.search(said.before))


def _too_many_shares(known: Known, sentence: str) -> bool:
    wanted = {words_value(at["count"]) for at in _SHARES.finditer(sentence)} - {0}
    if not wanted:
        return False
    there = {words_value(at["count"]) for row in known.rows for at in _SHARES.finditer(row.text)}
    return max(wanted) > max(there, default=0)
