"""The language that the rule files are written in, and how one of its patterns is found in a text.

A file has one statement a line; `#` begins a comment:

    let eye: ojo, ojos, ojit*, la vista     names a list of words and phrases
    emergency: no {see} ... {eye}           a rule: its label, a colon, a pattern

A pattern is made of elements. An element is a word, alternatives (`puedo|puede`), or a named list
(`{eye}`). A word may be a beginning (`hinch*`) or forgive no slip (`=ojo`); hyphens join the words
of a phrase (`me-falta`). What lowers an alarm (`unless`, frames) forgives no slip either. Between two elements up to two other words may stand; `...` between
them allows six, a dot before an element (`no .{have}`) none. Above the elements:

    a + b         near each other (ten words), in any order
    a ++ b        both anywhere in the text
    a unless b    a, when b is not near it in the same sentence

Positions are bits of an integer, so a pattern costs a few shifts and no text can make it slow.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safety.lexicon import Lexicon
from safety.positions import after, around, between, bits
from safety.reading import Word, fold

GAP = 2
WIDE_GAP = 6
NEAR = 10

Phrase = tuple[int, ...]

_STATEMENT = re.compile(r"(?P<label>[a-z][a-z0-9_ -]*):\s*(?P<rest>.+)")


class RuleError(ValueError):
    """A rule file says something that is no rule; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Masks:
    """Where the words of the rules stand in one text."""

    at: Mapping[int, int]
    """The positions of each word, as bits, by the word's number."""
    present: int
    """The numbers of all words that stand anywhere, as bits."""
    sentences: tuple[int, ...]
    """The positions of each sentence, as bits."""
    sentence_of: Mapping[int, int]
    """Which sentence each position is in."""

    def within(self, mask: int, reached: int) -> int:
        """Return what is reached of the sentences in which a mask's bits stand."""
        return sum(reached & one for one in self.sentences if mask & one)


@dataclass(frozen=True, slots=True)
class Element:
    """One step of a sequence: any of its phrases, at most `gap` words after the step before."""

    phrases: tuple[Phrase, ...]
    gap: int

    def ends(self, masks: Masks, seen: int, reach: int) -> int:
        """Return the bits where a phrase ends that begins within `reach`."""
        found = 0
        for phrase in self.phrases:
            at = masks.at.get(phrase[0], 0) & seen & reach
            for number in phrase[1:]:
                if not at:
                    break
                at = (at << 1) & masks.at.get(number, 0) & seen
            found |= at
        return found

    def spans(self, masks: Masks, seen: int, reach: int) -> Iterator[tuple[int, int]]:
        """Yield the first and last position of every phrase that begins within `reach`."""
        for phrase in self.phrases:
            at = masks.at.get(phrase[0], 0) & seen & reach
            for number in phrase[1:]:
                at = (at << 1) & masks.at.get(number, 0) & seen
            for end in bits(at):
                yield end - len(phrase) + 1, end


@dataclass(frozen=True, slots=True)
class Steps:
    """Elements one after the other."""

    elements: tuple[Element, ...]

    def ends(self, masks: Masks, seen: int) -> int:
        """Return the bits where the sequence ends; 0 when it is nowhere."""
        found, started = 0, False
        for element in self.elements:
            found = element.ends(masks, seen, after(found, element.gap) if started else -1)
            if not found:
                return 0
            started = True
        return found

    def spans(self, masks: Masks, seen: int) -> Iterator[tuple[int, int]]:
        """Yield first and last position of each occurrence, the shortest for each start."""
        for start, end in self.elements[0].spans(masks, seen, -1):
            # Every end is followed: after "me he" goes on what after "me" alone does not.
            ends = 1 << end
            for element in self.elements[1:]:
                ends = element.ends(masks, seen, after(ends, element.gap))
                if not ends:
                    break
            else:
                yield start, next(bits(ends))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sequences near each other, others anywhere, and what must not be near."""

    near: tuple[Steps, ...]
    anywhere: tuple[tuple[Steps, ...], ...]
    unless: tuple[Steps, ...]
    needs: tuple[int, ...]
    """For each element the words it may begin with, as bits, the scarcest first."""
    line: str

    def found(self, masks: Masks, seen: int) -> bool:
        """Say whether the pattern stands in what may be seen of a text."""
        for need in self.needs:
            if not need & masks.present:
                return False
        at = self._near(self.near, masks, seen)
        if not at or not all(self._near(group, masks, seen) for group in self.anywhere):
            return False
        for veto in self.unless:
            # Another sentence cannot take the danger out of this one.
            ends = veto.ends(masks, -1)
            at &= ~masks.within(ends, around(ends, NEAR))
        return bool(at)

    @staticmethod
    def _near(group: Sequence["Steps"], masks: Masks, seen: int) -> int:
        at = -1
        for sequence in group:
            ends = sequence.ends(masks, seen)
            if not ends:
                return 0
            at &= around(ends, NEAR) if at != -1 else ends
        return at

    def evidence(self, masks: Masks, seen: int) -> int:
        """Return the bits of one occurrence, for people to read."""
        shown = 0
        for sequence in (*self.near, *(one for group in self.anywhere for one in group)):
            span = next(sequence.spans(masks, seen), None)
            if span is not None:
                shown |= between(*span)
        return shown


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement of a rule file: its label and its pattern."""

    label: str
    pattern: Pattern


class RuleBook:
    """Rule files of one language, read into patterns over one lexicon."""

    def __init__(self, lexicon: Lexicon, key: Callable[[Word], str]) -> None:
        """Take the lexicon that numbers the words and the key by which a word is looked up."""
        self._lexicon = lexicon
        self._key = key
        self._lists: dict[str, tuple[Phrase, ...]] = {}
        self._strict = False

    def read(self, file: Path, *, shared: bool = False, strict: bool = False) -> list[Rule]:
        """Return a file's rules in order; raises RuleError.

        Files read later know its lists if `shared`. Its words forgive no slip if `strict`.
        """
        known = dict(self._lists)
        self._strict = strict
        rules: list[Rule] = []
        for number, raw in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            line = raw.split("#")[0].strip()
            if not line:
                continue
            try:
                rules.extend(self._statement(line))
            except (KeyError, ValueError) as error:
                raise RuleError(f"{file.name}, line {number}: {error}") from error
        if not shared:
            self._lists = known
        return rules

    def words(self) -> Iterator[str]:
        """Yield the whole words of every file read so far."""
        return self._lexicon.words()

    def masks(self, words: Iterable[Word]) -> Masks:
        """Return where each word of the rules stands in a text."""
        at: dict[int, int] = {}
        sentences: dict[int, int] = {}
        sentence_of: dict[int, int] = {}
        for word in words:
            bit = 1 << word.position
            sentence_of[word.position] = word.sentence
            sentences[word.sentence] = sentences.get(word.sentence, 0) | bit
            for number in self._lexicon.answers_to(self._key(word)):
                at[number] = at.get(number, 0) | bit
        present = sum(1 << number for number in at)
        return Masks(at, present, tuple(sentences.values()), sentence_of)

    def _statement(self, line: str) -> list[Rule]:
        if line.startswith("let "):
            name, colon, rest = line[4:].partition(":")
            if not colon:
                raise ValueError("`let name: words` has no colon")
            self._lists[name.strip()] = self._named(rest)
            return []
        match = _STATEMENT.fullmatch(line)
        if match is None:
            raise ValueError(f"not understood: {line}")
        return [Rule(match["label"].strip(), self._pattern(match["rest"]))]

    def _named(self, rest: str) -> tuple[Phrase, ...]:
        phrases: list[Phrase] = []
        for entry in (part.strip() for part in rest.split(",")):
            if entry.startswith("{"):
                phrases.extend(self._lists[entry.strip("{}")])
            elif entry:
                phrases.append(self._phrase(entry.split()))
        return tuple(dict.fromkeys(phrases))

    def _phrase(self, words: Sequence[str]) -> Phrase:
        return tuple(self._lexicon.number(_folded(word, self._strict)) for word in words if word)

    def _pattern(self, text: str) -> Pattern:
        wanted, *unless = re.split(r"\s+unless\s+", text)
        first, *anywhere = (self._group(one) for one in re.split(r"\s+\+\+\s+", wanted))
        before, self._strict = self._strict, True
        vetoes = tuple(self._sequence(one) for one in unless)
        self._strict = before
        return Pattern(
            near=first,
            anywhere=tuple(anywhere),
            unless=vetoes,
            needs=_needs(steps for group in (first, *anywhere) for steps in group),
            line=text,
        )

    def _group(self, text: str) -> tuple[Steps, ...]:
        return tuple(self._sequence(one) for one in re.split(r"\s+\+\s+", text))

    def _sequence(self, text: str) -> Steps:
        elements = []
        gap = GAP
        for piece in text.split():
            if piece == "...":
                gap = WIDE_GAP
                continue
            here = 0 if piece.startswith(".") else gap
            elements.append(Element(self._alternatives(piece.lstrip(".")), here))
            gap = GAP
        if not elements:
            raise ValueError("an empty pattern")
        return Steps(tuple(elements))

    def _alternatives(self, piece: str) -> tuple[Phrase, ...]:
        phrases: list[Phrase] = []
        for part in piece.split("|"):
            if part.startswith("{"):
                phrases.extend(self._lists[part.strip("{}")])
            else:
                phrases.append(self._phrase(part.split("-")))
        return tuple(dict.fromkeys(phrases))


def _needs(all_steps: Iterable[Steps]) -> tuple[int, ...]:
    needs = (
        sum({1 << phrase[0] for phrase in element.phrases})
        for steps in all_steps
        for element in steps.elements
    )
    return tuple(sorted(needs, key=int.bit_count))


def _folded(word: str, strict: bool) -> str:
    bare = word.removeprefix("=")
    folded = f"{fold(bare[:-1])}*" if bare.endswith("*") else fold(bare)
    return f"={folded}" if strict or bare != word else folded
