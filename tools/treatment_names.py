"""Which treatments a few words mean: names, aliases and categories, without accents, with typos."""

from collections.abc import Iterable, Sequence

from knowledge.query import STOP_WORDS, fold
from tenants.offer import Treatment

ENOUGH = 0.5  # share of the asked words that a name must have
CLEAR = 0.75  # of the best: what lies below is not meant
LONG = 5  # letters from which one may be wrong, or the word cut short
LONGER = 8  # letters from which two may be wrong

_PRICE_WORDS = """
precio precios costo costos cuesta cuestan vale valen valor tarifa tarifas cobran lista tratamiento
tratamientos servicio servicios procedimiento procedimientos sesion sesiones cita agendar reservar
price prices cost costs charge fee fees list treatment treatments service services session sessions
procedure procedures book appointment offer
"""
_FRAME = frozenset(_PRICE_WORDS.split())


def treatments_like(words: str, treatments: Sequence[Treatment]) -> list[Treatment]:
    """Return what the words mean, best first; all when they name nothing ("precios"), none when unknown."""
    asked = [word for word in fold(words).split() if word not in STOP_WORDS and word not in _FRAME]
    exact = [one for one in treatments if one.id == words.strip()]
    if exact or not asked:
        return exact or list(treatments)
    scored = [(_fit(asked, one), one) for one in treatments]
    best = max((fit for fit, _ in scored), default=0.0)
    meant = [pair for pair in scored if pair[0] >= ENOUGH and pair[0] >= CLEAR * best]
    return [one for _, one in sorted(meant, key=lambda pair: -pair[0])]


def _fit(asked: Sequence[str], treatment: Treatment) -> float:
    """Return how much of what was asked a name has; a name that is said whole is a little better."""
    best = 0.0
    for name in (treatment.name, *treatment.aliases):
        own = [word for word in fold(name).split() if word not in STOP_WORDS]
        best = max(best, _share(asked, own) + 0.2 * _share(own, asked))
    category = fold(treatment.category).split()
    return max(best, _share(asked, category))


def _share(wanted: Sequence[str], there: Sequence[str]) -> float:
    return sum(any(alike(one, other) for other in there) for one in wanted) / max(1, len(wanted))


def alike(one: str, other: str) -> bool:
    """Tell whether two folded words are one: equal, plural, cut short, or with a slip of the finger."""
    if one == other or _singular(one) == _singular(other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < LONG:
        return False
    if long.startswith(short) and len(short) * 2 > len(long):
        return True
    return _slips(short, long) <= (2 if len(short) >= LONGER else 1)


def _singular(word: str) -> str:
    for ending in ("ces", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("z" if ending == "ces" else "")
    return word


def _slips(one: str, other: str) -> int:
    """Return how many letters were left out, added, changed or swapped."""
    if len(other) - len(one) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, twin in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != twin))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == twin:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def names_of(treatments: Iterable[Treatment]) -> str:
    """Return the names as a sentence lists them."""
    return ", ".join(one.name for one in treatments)
