"""What takes the danger out of words: a negation, a supposition, a story, the past, an idiom.

The frame files (`rules/frames.<language>.txt`) use the rule language with these labels:

    idiom      the words themselves mean nothing here ("me muero por")
    deny       opens a negation ("no tengo") that reaches on until a clause resumes
    no-deny    is none, though it looks like one ("no tengo aire")
    resume     begins a clause of its own after a negation ("pero", "me duele")
    suppose    opens a question about what might be ("puede causar"), until a person speaks of a body
    ask        wants to know ("quisiera saber", "tratamiento para"), in its clause
    story      is told of somebody else, elsewhere ("vi en las noticias"), before and after
    past       was long ago ("hace cinco años"), before and after, in its clause
    person     speaks of a body, now: ends a supposition ("me", "tengo", "está")
    teller     speaks of the patient's own: ends a story ("mi", "tengo", "está")
    if         what follows is supposed all the same ("si me ...")
    now        the sentence is about this moment, whatever else it says ("ahora", "hoy")
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from safety.patterns import Masks, Pattern, Rule
from safety.positions import between
from safety.reading import Word

DENIAL = 12  # words a negation reaches at most
BACK_TO_ARTICLE = 3  # words before its verb where a clause may begin: "el labio está"
FORWARD = ("suppose", "ask")
FRAME = 24  # words a supposition or a story reaches at most
AFTER_IF = 3  # words after an "if" that begin no clause of their own


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


@dataclass(frozen=True, slots=True)
class Voices:
    """Positions where a person speaks of a body, now: there a supposition or a story ends."""

    persons: set[int]
    tellers: set[int]

    def __or__(self, other: "Voices") -> "Voices":
        return Voices(self.persons | other.persons, self.tellers | other.tellers)


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

    def voices(self, masks: Masks) -> "Voices":
        """Return where somebody speaks of a body, now, in this language."""
        seen = ~self._covered("idiom", masks, -1)
        return Voices(self._resumes("person", masks, seen), self._resumes("teller", masks, seen))

    def shade(self, words: Sequence[Word], masks: Masks, voices: "Voices") -> Shade:
        """Return what the frames of this language cover in a text, until a voice of any language."""
        idioms = self._covered("idiom", masks, -1)
        seen = ~idioms
        return Shade(
            idioms=idioms,
            denied=self._denied(words, masks, seen),
            framed=self._framed(words, masks, seen, voices),
            now=masks.within(self._covered("now", masks, seen), -1),
        )

    def _spans(self, label: str, masks: Masks, seen: int) -> Iterator[tuple[int, int]]:
        """Yield where a label's patterns stand within one sentence: another one lowers nothing here."""
        for pattern in self._by_label.get(label, ()):
            if pattern.found(masks, seen):
                for first, last in pattern.near[0].spans(masks, seen):
                    if masks.sentence_of.get(first, -1) == masks.sentence_of.get(last):
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

    def _framed(self, words: Sequence[Word], masks: Masks, seen: int, voices: "Voices") -> int:
        framed = 0
        for label, resumes, clause in (
            ("suppose", voices.persons, False),
            ("ask", voices.persons, True),
            ("story", voices.tellers, False),
            ("past", voices.tellers, True),
        ):
            if spans := list(self._spans(label, masks, seen)):
                cover = _Cover(words, resumes, clause=clause, forward=label in FORWARD)
                for first, last in spans:
                    framed |= between(cover.begin(first), cover.end(last))
        return framed

    def _resumes(self, label: str, masks: Masks, seen: int) -> set[int]:
        supposed = {
            last + step
            for _, last in self._spans("if", masks, seen)
            for step in range(1, AFTER_IF + 1)
        }
        return {first for first, _ in self._spans(label, masks, seen)} - supposed


class _Cover:
    """How far frames go to either side; `clause` keeps them between commas, `forward` from going back."""

    def __init__(
        self, words: Sequence[Word], resumes: set[int], *, clause: bool, forward: bool
    ) -> None:
        """Walk through the words once, however many frames there are."""
        self._words = words
        self._resumes = resumes
        self._clause = clause
        self._index = {word.position: i for i, word in enumerate(words)}
        self._begins = {} if forward else self._begins_of(words)

    def begin(self, first: int) -> int:
        """Return where a frame begins to cover that stands at `first`: nowhere else if a person spoke before."""
        return self._begins.get(first, first)

    def end(self, last: int) -> int:
        """Return where a frame ends to cover that stands up to `last`."""
        end, place = last, self._index[last]
        for i in range(place + 1, len(self._words)):
            word = self._words[i]
            stops = word.position in self._resumes or (self._clause and word.after_comma)
            beyond = word.sentence != self._words[place].sentence or word.position > last + FRAME
            if stops or beyond:
                break
            end = word.position
        return end

    def _begins_of(self, words: Sequence[Word]) -> dict[int, int]:
        """Return for each position where a frame begins to cover that stands there."""
        begins: dict[int, int] = {}
        begin: int | None = words[0].position
        for before, word in pairwise(words):
            if before.sentence != word.sentence:
                begin = word.position
            elif before.position in self._resumes:
                begin = None  # Nothing before is covered until the next comma or sentence.
            elif before.after_comma:
                begin = before.position
            begins[word.position] = word.position if begin is None else begin
        return begins


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
