"""Whether somebody is in danger: rules over words first, then the nearest of the approved examples.

Either may raise an alarm, neither can lower one.
"""

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, or_
from pathlib import Path

import structlog

from integrations.embedder import Embedder
from integrations.errors import IntegrationError
from safety.alarm import GROUPS, Alarm, Group, Level
from safety.disguise import Disguises
from safety.examples_file import example_words
from safety.frames import Frames, Sight, sight_under
from safety.lexicon import Lexicon
from safety.nearest_examples import NearestExamples
from safety.patterns import Masks, Pattern, RuleBook, RuleError
from safety.reading import Word, english_key, plainly, portuguese_key, read, spanish_key

logger = structlog.get_logger(__name__)

RULES = Path(__file__).parent / "rules"

LONG = 600  # characters of a text that is read in a thread: a shorter one costs 5 ms at most
SENTENCES = 4  # of a text that are compared besides the whole
READINGS = 2  # of a text, in windows or undisguised, that are compared like one text each
REMEMBERED = 4096  # texts that were lately found harmless

_LABELS: dict[str, tuple[Level, bool]] = {
    "emergency": ("emergency", False),
    "urgent": ("urgent", False),
    "emergency always": ("emergency", True),
    "urgent always": ("urgent", True),
}
# A pattern that says "no" itself must see the words that "no" would hide.
_DENYING = {
    "es": r"no|ni|sin|nunca",
    "en": r"no|not|without|dont|doesnt|\{no\}",
    "pt": "nao|nem|sem|nunca",  # Here "no" means "in the".
}
_KEYS: dict[str, tuple[Callable[[str], str], Callable[[Word], str]]] = {
    "es": (spanish_key, attrgetter("es")),
    "en": (english_key, attrgetter("en")),
    "pt": (portuguese_key, attrgetter("pt")),
}


@dataclass(frozen=True, slots=True)
class _Flag:
    group: Group
    level: Level
    always: bool
    denies: bool
    pattern: Pattern

    def seen(self, sight: Sight) -> int:
        if self.denies:
            return sight.all if self.always else sight.denying
        return sight.always if self.always else sight.plain

    @property
    def rank(self) -> tuple[int, int]:
        return (0 if self.level == "emergency" else 1, GROUPS.index(self.group))


class _LanguageRules:
    """The rule files of one language."""

    def __init__(self, language: str, known: Sequence[str]) -> None:
        key, of_word = _KEYS[language]
        self._denies = re.compile(rf"(?:^|[\s|.])(?:{_DENYING[language]})(?=[\s|-]|$)")
        self.book = RuleBook(Lexicon(key, known), of_word)
        self.book.read(RULES / f"shared.{language}.txt", shared=True)
        self.frames = Frames(self.book.read(RULES / f"frames.{language}.txt", strict=True))
        flags = [
            flag
            for group in GROUPS
            if (file := RULES / f"{group}.{language}.txt").is_file()
            for flag in self._flags(group, file)
        ]
        self.hints = [rule.pattern for rule in self.book.read(RULES / f"hints.{language}.txt")]
        self._flags_by_rank = sorted(flags, key=lambda flag: flag.rank)

    def _flags(self, group: Group, file: Path) -> Iterator[_Flag]:
        for rule in self.book.read(file):
            if rule.label not in _LABELS:
                raise RuleError(f"{file.name}: unknown label {rule.label}")
            level, always = _LABELS[rule.label]
            wanted = rule.pattern.line.split(" unless ")[0]
            yield _Flag(group, level, always, bool(self._denies.search(wanted)), rule.pattern)

    def first_alarm(self, words: Sequence[Word], masks: Masks, sight: Sight) -> Alarm | None:
        for flag in self._flags_by_rank:
            seen = flag.seen(sight)
            if flag.pattern.found(masks, seen):
                shown = flag.pattern.evidence(masks, seen)
                return Alarm(
                    group=flag.group,
                    level=flag.level,
                    evidence=tuple(
                        word.text for word in words if word.text and shown >> word.position & 1
                    ),
                    source="rules",
                )
        return None

    def hints_in(self, masks: Masks, sight: Sight) -> int:
        """Return where words stand, neither denied nor framed, that danger could use."""
        hints = 0
        for hint in self.hints:
            if hint.found(masks, sight.plain):
                hints |= hint.near[0].ends(masks, sight.plain)
        return hints


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text as the rules see it."""

    words: Sequence[Word]
    masks: Sequence[Masks]
    """Of each language."""
    sight: Sight


class RedFlags:
    """Screens what patients write, in every language at once: nobody in fear minds the clinic's."""

    def __init__(self, embedder: Embedder | None) -> None:
        """Read the rules and examples; without an embedder `screen` knows the rules only."""
        known = _known_words()
        self._languages = tuple(_LanguageRules(language, known) for language in _KEYS)
        words = (word for one in self._languages for word in one.book.words())
        self._disguises = Disguises([*words, *known, *example_words()])
        self._examples = NearestExamples(embedder) if embedder is not None else None
        # A message is looked at more than once on its way. Digests: nobody's words lie about here.
        self._harmless: OrderedDict[bytes, None] = OrderedDict()

    async def warm(self) -> None:
        """Have the examples ready before the first patient writes; raises IntegrationError."""
        if self._examples is not None:
            await self._examples.warm()

    def rules(self, text: str) -> Alarm | None:
        """Return the most pressing alarm that the words raise, or None. Costs under a millisecond."""
        return self._read(text)[1]

    async def screen(self, text: str) -> Alarm | None:
        """Return the more pressing of what the rules and the nearest approved examples raise."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._harmless:
            return None
        alarm, compared = await self._screened(text)
        if alarm is None and compared:
            self._harmless[digest] = None
            while len(self._harmless) > REMEMBERED:
                self._harmless.popitem(last=False)
        return alarm

    async def _screened(self, text: str) -> tuple[Alarm | None, bool]:
        """Return the alarm, and whether everything that could raise one was asked."""
        if len(text) > LONG:
            # Others' turns go on meanwhile.
            seen, by_rules = await asyncio.to_thread(self._read, text)
        else:
            seen, by_rules = self._read(text)
        if self._examples is None or (by_rules is not None and by_rules.level == "emergency"):
            return by_rules, True
        parts = {text: hints for one in seen for text, hints in self._suspicious_parts(one).items()}
        if len(seen) > READINGS:
            parts = dict(sorted(parts.items(), key=lambda part: -part[1])[: READINGS * SENTENCES])
        if not parts:
            return by_rules, True
        try:
            by_examples = await self._examples.alarm_for(parts)
        except IntegrationError as error:
            # The rules have spoken; a patient never waits for the embedder to mend.
            logger.warning("examples_not_compared", error=error.detail)
            return by_rules, False
        alarms = [alarm for alarm in (by_rules, by_examples) if alarm is not None]
        return min(alarms, key=lambda alarm: alarm.rank, default=None), True

    def _read(self, text: str) -> tuple[Sequence[_Seen], Alarm | None]:
        seen = [self._seen(one) for one in self._disguises.readings(text)]
        return seen, self._gravest(seen)

    def _seen(self, text: str) -> _Seen:
        words = read(text)
        masks = [one.book.masks(words) for one in self._languages]
        pairs = list(zip(self._languages, masks, strict=True))
        voices = reduce(or_, (one.frames.voices(found) for one, found in pairs))
        shade = reduce(or_, (one.frames.shade(words, found, voices) for one, found in pairs))
        return _Seen(words, masks, sight_under(shade))

    def _gravest(self, readings: Iterable[_Seen]) -> Alarm | None:
        alarms = [alarm for one in readings if (alarm := self._alarm_in(one)) is not None]
        return min(alarms, key=lambda alarm: alarm.rank, default=None)

    def _alarm_in(self, seen: _Seen) -> Alarm | None:
        alarms = [
            alarm
            for one, found in zip(self._languages, seen.masks, strict=True)
            if (alarm := one.first_alarm(seen.words, found, seen.sight)) is not None
        ]
        return min(alarms, key=lambda alarm: alarm.rank, default=None)

    def _suspicious_parts(self, seen: _Seen) -> dict[str, int]:
        """Return what is worth comparing, each with its count of words that hint at danger.

        These are sentences of which something is neither denied nor framed, those with hints
        first, and the whole when nothing at all is denied or framed.
        """
        hints = 0
        for one, found in zip(self._languages, seen.masks, strict=True):
            hints |= one.hints_in(found, seen.sight)
        sentences: dict[int, list[Word]] = {}
        for word in seen.words:
            sentences.setdefault(word.sentence, []).append(word)
        plain = [
            words
            for words in sentences.values()
            if all(seen.sight.plain >> word.position & 1 for word in words) or _hints(words, hints)
        ]
        plain.sort(key=lambda words: -_hints(words, hints))
        whole = (
            [list(seen.words)]
            if all(seen.sight.plain >> one.position & 1 for one in seen.words)
            else []
        )
        return {plainly(words): _hints(words, hints) for words in [*whole, *plain[:SENTENCES]]}


def _hints(words: Sequence[Word], hints: int) -> int:
    return sum(hints >> word.position & 1 for word in words)


def _known_words() -> list[str]:
    # Of all languages: a word of one is no slip in the other.
    files = sorted(RULES.glob("known.*.txt"))
    return [word for file in files for word in file.read_text(encoding="utf-8").split()]
