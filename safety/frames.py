"""What takes the danger out of words: a negation, a supposition, a story, the past, an idiom.

The frame files (`rules/frames.<language>.txt`) use the rule language with these labels:

    idiom      the words themselves mean nothing here ("me muero por")
    deny       opens a negation that reaches to the end of the clause ("no tengo")
    no-deny    is none, though it looks like one ("no solo")
    resume     begins a clause that the negation does not reach ("pero", "me duele")
    suppose    the sentence asks about what might be ("puede causar")
    story      the sentence is about somebody else, elsewhere ("vi en las noticias")
    past       the sentence is about long ago ("hace cinco años")
    now        the sentence is about this moment all the same ("ahora", "tengo")
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from safety.patterns import Masks, Pattern, Rule, between
from safety.reading import Word

DENIAL = 12  # words a negation reaches at most
BACK_TO_ARTICLE = 3  # words before its verb where a clause may begin: "el labio está"
FRAMES = ("suppose", "story", "past")


@dataclass(frozen=True, slots=True)
class Shade:
    """Positions of a text that one language's frames cover; shades of several languages add up."""

    idioms: int
    denied: int
    framed: int
    """Sentences that suppose, tell of others, or of long ago."""
    now: int
    """Sentences that speak of this moment."""

    def __or__(self, other: "Shade") -> "Shade":
        return Shade(
            idioms=self.idioms | other.idioms,
            denied=self.denied | other.denied,
            framed=self.framed | other.framed,
            now=self.now | other.now,
        )


@dataclass(frozen=True, slots=True)
class Sight:
    """Positions of a text that a rule may look at, by how much it minds the frames."""

    plain: int
    """Neither denied, nor framed, nor an idiom."""
    denying: int
    """For rules that carry their own `no`: denied words count."""
    always: int
    """For what is said of oneself, now: frames do not matter, denials and idioms do."""
    all: int
    """For rules with their own `no` that no frame can hush: idioms only are left out."""


def sight_under(shade: Shade) -> Sight:
    """Return what the frames leave to be seen: what happens now is seen whatever else its sentence says."""
    seen = ~shade.idioms
    unframed = ~(shade.framed & ~shade.now)
    return Sight(
        plain=seen & ~shade.denied & unframed,
        denying=seen & unframed,
        always=seen & ~shade.denied,
        all=seen,
    )


class Frames:
    """The frames of one language."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Sort a frame file's rules by label."""
        self._by_label: Mapping[str, list[Pattern]] = {
            label: [rule.pattern for rule in rules if rule.label == label]
            for label in {rule.label for rule in rules}
        }

    def shade(self, words: Sequence[Word], masks: Masks) -> Shade:
        """Return what the frames of this language cover in a text."""
        idioms = self._covered("idiom", masks, -1)
        seen = ~idioms
        framed = 0
        for label in FRAMES:
            framed |= self._covered(label, masks, seen)
        return Shade(
            idioms=idioms,
            denied=self._denied(words, masks, seen),
            framed=masks.within(framed, -1),
            now=masks.within(self._covered("now", masks, seen), -1),
        )

    def _spans(self, label: str, masks: Masks, seen: int) -> Iterator[tuple[int, int]]:
        """Yield where a label's patterns stand within one sentence: another one lowers nothing here."""
        for pattern in self._by_label.get(label, ()):
            if pattern.found(masks, seen):
                for first, last in pattern.near[0].spans(masks, seen):
                    if any(one >> first & 1 and one >> last & 1 for one in masks.sentences):
                        yield first, last

    def _covered(self, label: str, masks: Masks, seen: int) -> int:
        covered = 0
        for first, last in self._spans(label, masks, seen):
            covered |= between(first, last)
        return covered

    def _starts(self, label: str, masks: Masks, seen: int) -> dict[int, int]:
        starts: dict[int, int] = {}
        for first, last in self._spans(label, masks, seen):
            starts[first] = max(last, starts.get(first, last))
        return starts

    def _denied(self, words: Sequence[Word], masks: Masks, seen: int) -> int:
        openers = self._starts("deny", masks, seen)
        if not openers:
            return 0
        no_openers = self._starts("no-deny", masks, seen)
        resumes = self._starts("resume", masks, seen)
        articles = sum(1 << start for start in self._starts("article", masks, seen))
        index = {word.position: i for i, word in enumerate(words)}
        denied = 0
        for first, last in openers.items():
            if first not in no_openers:
                reach = _Reach(words, {*openers}, {*resumes}, articles)
                end = reach.end(index[first], index[last])
                denied |= between(first, words[end].position)
        return denied


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a negation goes in one text; openers, resumes and articles are positions."""

    words: Sequence[Word]
    openers: set[int]
    resumes: set[int]
    articles: int

    def end(self, first: int, last: int) -> int:
        """Return the index of the last word that a negation reaches which stands from `first` to `last`."""
        end = last
        for i in range(last + 1, min(last + 1 + DENIAL, len(self.words))):
            word = self.words[i]
            if word.sentence != self.words[first].sentence or word.position in self.openers:
                # The next sentence is another matter, the next negation has its own reach.
                break
            if word.position in self.resumes:
                return self._before_article(last, i)
            end = i
        return end

    def _before_article(self, last: int, resume: int) -> int:
        for i in range(resume - 1, max(last, resume - 1 - BACK_TO_ARTICLE), -1):
            if self.articles >> self.words[i].position & 1:
                return i - 1
        return resume - 1
