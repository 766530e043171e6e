"""Which of the company's treatments a patient names, with aliases, plurals and typos."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nodes.guided.word_lists import word_list
from nodes.guided.words import STOP, alike, base, stem
from nodes.words import words_of
from tenants.offer import Treatment

TELLING = 5  # letters of a word that can name a treatment alone, if no other has it
ENOUGH = 0.5  # share of a full name's weight that must be said when no alias fits
LONGEST = 400  # words of a message that are looked at: nobody names a treatment after that many


JOINTS = frozenset({"y", "e", "o", "and", "or", "vs", "versus"})
IDLE = word_list("idle")
"""Words of names that people also say when they name nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words of the patient and the treatments that they may mean, likeliest first."""

    words: tuple[int, ...]
    """Positions in the patient's tokens."""
    treatments: tuple[Treatment, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    treatment: Treatment
    words: frozenset[int]
    weight: float
    whole: bool


def named(text: str, treatments: Sequence[Treatment]) -> list[Mention]:
    """Return the treatments a text names, in the order said; one mention may fit several."""
    said = words_of(text)[:LONGEST]
    rarity = _rarity(treatments)
    hits = [
        hit for one in treatments if (hit := _best_hit(one, said, rarity)) is not None and hit.words
    ]
    kept = [hit for hit in hits if not any(_beats(other, hit, said) for other in hits)]
    groups: dict[frozenset[int], list[_Hit]] = {}
    for hit in kept:
        groups.setdefault(hit.words, []).append(hit)
    return [
        Mention(
            words=tuple(sorted(words)),
            treatments=_with_namesakes(
                [one.treatment for one in group], [said[i] for i in sorted(words)], treatments
            ),
        )
        for words, group in sorted(groups.items(), key=lambda item: min(item[0]))
    ]


def _with_namesakes(
    found: Sequence[Treatment], said: Sequence[str], treatments: Sequence[Treatment]
) -> tuple[Treatment, ...]:
    """Add whoever's name has all the words said: `depilación láser` may be any zone."""
    if any(len(words_of(one.name)) == len(said) for one in found):
        return tuple(found)
    more = [
        one
        for one in treatments
        if one not in found
        and all(any(alike(word, own) for own in words_of(one.name)) for word in said)
    ]
    return (*found, *more)


def closest(text: str, treatments: Sequence[Treatment], count: int = 3) -> list[Treatment]:
    """Return treatments that share anything with a text (name, category, description), best first."""
    wanted = {stem(word) for word in words_of(text) if word not in VAGUE and len(word) > 3}
    scored = [(_overlap(wanted, one), -position, one) for position, one in enumerate(treatments)]
    best = sorted((item for item in scored if item[0] > 0), reverse=True, key=lambda item: item[:2])
    return [one for _, _, one in best[:count]]


def _overlap(wanted: set[str], treatment: Treatment) -> int:
    near = {stem(word) for phrase in _phrases(treatment) for word in phrase}
    far = {stem(word) for word in words_of(f"{treatment.category} {treatment.description}")}
    return 3 * len(wanted & near) + len(wanted & far) if wanted & near else 0


def of_category(text: str, treatments: Sequence[Treatment]) -> list[Treatment]:
    """Return the treatments of the group that a text names: `los inyectables`."""
    wanted = {stem(word) for word in words_of(text) if word not in STOP}
    return [one for one in treatments if one.category and stem_of_group(one) in wanted]


def stem_of_group(treatment: Treatment) -> str:
    """Return the first word of a treatment's category, cut to its stem."""
    return stem(words_of(treatment.category.replace("_", " "))[0])


def _phrases(treatment: Treatment) -> Sequence[Sequence[str]]:
    return tuple(_phrase(one) for one in (treatment.name, *treatment.aliases))


@lru_cache(maxsize=16_384)
def _phrase(name: str) -> Sequence[str]:
    return tuple(word for word in words_of(name) if word not in STOP or len(word) > 5)


def _rarity(treatments: Iterable[Treatment]) -> Counter[str]:
    return Counter(
        word
        for one in treatments
        for word in {base(word) for phrase in _phrases(one) for word in phrase}
    )


def _best_hit(treatment: Treatment, said: Sequence[str], rarity: Counter[str]) -> _Hit | None:
    best: _Hit | None = None
    for position, phrase in enumerate(_phrases(treatment)):
        hit = _hit(treatment, phrase, said, rarity, own_name=position == 0)
        if hit is not None and (best is None or _rank(hit) > _rank(best)):
            best = hit
    return best


def _rank(hit: _Hit) -> tuple[int, float]:
    return (len(hit.words), hit.weight + hit.whole)


def _hit(
    treatment: Treatment,
    phrase: Sequence[str],
    said: Sequence[str],
    rarity: Counter[str],
    *,
    own_name: bool,
) -> _Hit | None:
    if not phrase:
        return None
    weights = [1 / max(1, rarity[base(word)]) for word in phrase]
    found: set[int] = set()
    weight = 0.0
    whole = True
    for word, worth in zip(phrase, weights, strict=True):
        place = next(
            (i for i, one in enumerate(said) if one not in STOP and alike(one, word)), None
        )
        if place is None:
            whole = False
        else:
            found.add(place)
            weight += worth
    telling = [said[i] for i in found if said[i] not in IDLE]
    unique = any(
        rarity[base(word)] == 1
        and len(word) >= TELLING
        and any(alike(said[i], word) for i in found)
        for word in phrase
        if word not in IDLE
    )
    partly = (
        own_name
        and (unique or weight >= ENOUGH * sum(weights))
        and any(len(one) > 3 for one in telling)
    )
    if (whole and (telling or len(found) > 1)) or partly:
        return _Hit(treatment, frozenset(found), weight, whole)
    return None


def _beats(one: _Hit, other: _Hit, said: Sequence[str]) -> bool:
    """Tell whether a hit makes another one idle: it explains more of the same words, or all of its own."""
    if one.words > other.words:
        return not (other.whole and _parted(other.words, one.words - other.words, said))
    if one.words != other.words:
        return bool(one.words & other.words) and len(one.words) > len(other.words)
    exact = len(words_of(one.treatment.name)) == len(one.words) and one.whole
    exact_other = len(words_of(other.treatment.name)) == len(other.words) and other.whole
    return (one.whole and not other.whole) or (exact and not exact_other)


def _parted(some: frozenset[int], others: frozenset[int], said: Sequence[str]) -> bool:
    """Tell whether "and" stands between two groups of words: `el hidrafacial y la limpieza`."""
    first, second = sorted((some, others), key=min)
    return not JOINTS.isdisjoint(said[max(first) + 1 : min(second)])


EDGES = STOP | word_list("edges")
VAGUE = STOP | IDLE | word_list("vague")
"""Words that two treatments may share without being alike."""


def unknown_words(text: str) -> str:
    """Return what a question seems to be about when no treatment fits: its words without the frame."""
    words = re.findall(r"[^\W\d_]+", text)
    folded = [words_of(word)[0] if words_of(word) else "" for word in words]
    inside = [i for i, word in enumerate(folded) if word and word not in EDGES]
    if not inside:
        return ""
    first, last = inside[0], inside[-1]
    return " ".join(words[first : last + 1]) if last - first < 5 else ""
