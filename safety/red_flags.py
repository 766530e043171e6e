"""Whether somebody is in danger: rules over words first, then the nearest of the approved examples.

Either may raise an alarm, neither can lower one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from integrations.embedder import Embedder
from safety.alarm import GROUPS, Alarm, Group, Level
from safety.frames import Frames, Sight
from safety.lexicon import Lexicon
from safety.nearest_examples import NearestExamples
from safety.patterns import Masks, Pattern, RuleBook, RuleError
from safety.reading import Word, english_key, read, spanish_key

RULES = Path(__file__).parent / "rules"

_LABELS: dict[str, tuple[Level, bool]] = {
    "emergency": ("emergency", False),
    "urgent": ("urgent", False),
    "emergency always": ("emergency", True),
    "urgent always": ("urgent", True),
}
# A pattern that says "no" itself must see the words that "no" would hide.
_DENIES = re.compile(r"(?:^|[\s|.])(?:no|ni|sin|nunca|not|without|dont|doesnt|\{no\})(?=[\s|-]|$)")


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

    def __init__(
        self, language: str, key: Callable[[str], str], of_word: Callable[[Word], str]
    ) -> None:
        known = (RULES / f"known.{language}.txt").read_text(encoding="utf-8").split()
        self.book = RuleBook(Lexicon(key, known), of_word)
        self.book.read(RULES / f"shared.{language}.txt", shared=True)
        self.frames = Frames(self.book.read(RULES / f"frames.{language}.txt"))
        flags = [
            flag
            for group in GROUPS
            if (file := RULES / f"{group}.{language}.txt").is_file()
            for flag in self._flags(group, file)
        ]
        self._flags_by_rank = sorted(flags, key=lambda flag: flag.rank)

    def _flags(self, group: Group, file: Path) -> Iterator[_Flag]:
        for rule in self.book.read(file):
            if rule.label not in _LABELS:
                raise RuleError(f"{file.name}: unknown label {rule.label}")
            level, always = _LABELS[rule.label]
            wanted = rule.pattern.line.split(" unless ")[0]
            yield _Flag(group, level, always, bool(_DENIES.search(wanted)), rule.pattern)

    def first_alarm(self, words: Sequence[Word], masks: Masks, sight: Sight) -> Alarm | None:
        for flag in self._flags_by_rank:
            seen = flag.seen(sight)
            if flag.pattern.found(masks, seen):
                shown = flag.pattern.evidence(masks, seen)
                return Alarm(
                    group=flag.group,
                    level=flag.level,
                    evidence=tuple(word.text for word in words if shown >> word.position & 1),
                    source="rules",
                )
        return None


class RedFlags:
    """Screens what patients write, in Spanish and English at once."""

    def __init__(self, embedder: Embedder | None) -> None:
        """Read the rules and examples; without an embedder `screen` knows the rules only."""
        self._languages = (
            _LanguageRules("es", spanish_key, attrgetter("es")),
            _LanguageRules("en", english_key, attrgetter("en")),
        )
        self._examples = NearestExamples(embedder) if embedder is not None else None

    def rules(self, text: str) -> Alarm | None:
        """Return the most pressing alarm that the words raise, or None. Costs well under a millisecond."""
        words = read(text)
        masks = [one.book.masks(words) for one in self._languages]
        sights = [
            one.frames.sight(words, found)
            for one, found in zip(self._languages, masks, strict=True)
        ]
        sight = sights[0] & sights[1]
        alarms = [
            alarm
            for one, found in zip(self._languages, masks, strict=True)
            if (alarm := one.first_alarm(words, found, sight)) is not None
        ]
        return min(alarms, key=lambda alarm: alarm.rank, default=None)

    async def screen(self, text: str) -> Alarm | None:
        """Return the more pressing of what the rules and the nearest approved examples raise."""
        by_rules = self.rules(text)
        if self._examples is None or (by_rules is not None and by_rules.level == "emergency"):
            return by_rules
        by_examples = await self._examples.alarm_for(text)
        alarms = [alarm for alarm in (by_rules, by_examples) if alarm is not None]
        return min(alarms, key=lambda alarm: alarm.rank, default=None)
