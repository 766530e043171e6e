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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safety.patterns import Masks, Pattern, Rule, between, bits
from safety.reading import Word

DENIAL = 12  # words a negation reaches at most
BACK_TO_ARTICLE = 3  # words before its verb where a clause may begin: "el labio está"
FRAMES = ("suppose", "story", "past")


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

    def __and__(self, other: "Sight") -> "Sight":
        return Sight(
            plain=self.plain & other.plain,
            denying=self.denying & other.denying,
            always=self.always & other.always,
            all=self.all & other.all,
        )


class Frames:
    """The frames of one language."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Sort a frame file's rules by label."""
        self._by_label: Mapping[str, list[Pattern]] = {
            label: [rule.pattern for rule in rules if rule.label == label]
            for label in {rule.label for rule in rules}
        }

    def sight(self, words: Sequence[Word], masks: Masks) -> Sight:
        """Return what may be seen of a text."""
        idioms = self._covered("idiom", masks, -1)
        seen = ~idioms
        denied = self._denied(words, masks, seen)
        framed = self._framed(words, masks, seen)
        return Sight(
            plain=seen & ~denied & ~framed,
            denying=seen & ~framed,
            always=seen & ~denied,
            all=seen,
        )

    def _covered(self, label: str, masks: Masks, seen: int) -> int:
        covered = 0
        for pattern in self._by_label.get(label, ()):
            if not pattern.found(masks, seen):
                continue
            for first, last in pattern.near[0].spans(masks, seen):
                covered |= between(first, last)
        return covered

    def _starts(self, label: str, masks: Masks, seen: int) -> dict[int, int]:
        starts: dict[int, int] = {}
        for pattern in self._by_label.get(label, ()):
            if pattern.found(masks, seen):
                for first, last in pattern.near[0].spans(masks, seen):
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

    def _framed(self, words: Sequence[Word], masks: Masks, seen: int) -> int:
        found = 0
        for label in FRAMES:
            found |= self._covered(label, masks, seen)
        if not found:
            return 0
        now = self._covered("now", masks, seen)
        sentence_of = {word.position: word.sentence for word in words}
        hushed = {sentence_of[bit] for bit in bits(found) if bit in sentence_of}
        hushed -= {sentence_of[bit] for bit in bits(now) if bit in sentence_of}
        return sum(1 << word.position for word in words if word.sentence in hushed)


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
