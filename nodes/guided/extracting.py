"""The sentences of a passage that answer a question, quoted as they stand."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.guided.word_lists import word_groups, word_list
from nodes.guided.words import content, stem
from nodes.words import folded

LONGEST = 360  # characters of a quotation
TRUST = 4.0  # what a point of the search's own score weighs against a share of the words
SURE = 0.76  # score from which the search is believed on fewer words
NEARLY = 0.4  # share of the words that is then enough
CLEAR = 0.5  # share that is enough otherwise
HEADING = re.compile(r"^\s*(?:#{1,6}\s+(?P<marked>.+?)|\*\*(?P<bold>[^*]{3,90})\*\*:?)\s*#*\s*$")
BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
RULE = re.compile(r"^[\s|:=-]+$")
COUNTS = re.compile(r"\b(?:cuant[oa]s|how many)\b\s*(?P<thing>\w*)")
COLUMN = re.compile(
    r"(:|;) (?:(Precio|Duraci[oó]n|Price|Duration|Valor)|(Observaciones|Notas|Notes)): "
)
SIDE_EFFECTS = re.compile(r"\b(?:efectos? secundarios?|side effects?)\b")
NUMBER = re.compile(
    r"\d|\b(?:un[ao]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|one|two|three|four|five|six|eight|ten)"
    r"\s+(?:y|a|o|to|or|sesi|veces|control|visit|session|treatment|aplicac|promedio)|"
    r"\b(?:sesiones|sessions)\b"
)
FIRST_COLUMN = re.compile(r"^[^\s:;]{3,20}: (?=[^;]+; [^\s:;]+: )")
"""The index writes each cell of a table with its column: the first one goes without saying."""

KIN = tuple(frozenset(stem(word) for word in group) for group in word_groups("kin"))
FRAME = frozenset(stem(word) for word in word_list("frame"))
"""Words that frame a question without saying what it is about: alone they prove no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading with what stands beneath it, in units: sentences, bullets, rows."""

    heading: str
    units: Sequence[str]
    listed: bool
    """True when the units stood one a line."""
    title: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """What a document says, and where."""

    text: str
    heading: str
    title: str


def quotation(
    question: str,
    passages: Sequence[Mapping[str, Any]],
    *,
    about: str = "",
    foreign: Callable[[str], bool] = lambda _heading: False,
    alone: bool = False,
) -> Quotation | None:
    """Return the part of the passages that answers, or None when none of them does.

    `about` is the treatment that is talked of: it helps to choose, and proves nothing. What stands
    under a `foreign` heading is about another one; a question that is `alone`, without its subject,
    wants no text about another one either.
    """
    question = SIDE_EFFECTS.sub(" riesgos ", folded(question))
    topic = set(content(about))
    telling = [word for word in content(question) if word not in FRAME and word not in topic]
    framing = [word for word in content(question) if word in FRAME]
    every = [block for one in passages for block in blocks_of(one)]
    blocks = [block for block in every if not foreign(f"{block.title} {block.heading}")]
    if not telling and len(framing) == 1:
        # "¿Y cuánto duran?" is answered where that very thing is asked of what is talked of.
        blocks = [one for one in blocks if _asks_the_same(one.heading, framing, topic)]
    if not blocks or not (telling or framing):
        return None
    rare = _weights([*telling, *framing, *topic], blocks)
    top = max(one.score for one in every)
    wanted = telling or framing
    best = max(blocks, key=lambda one: _worth(one, wanted, topic, rare, top))
    if (counted := COUNTS.search(folded(question))) and not _counts(best, counted["thing"]):
        return None
    if _answered(best, wanted, rare) < (NEARLY if best.score >= SURE and telling else CLEAR):
        return None
    text = _chosen(best, wanted, rare)
    if alone and foreign(text):
        return None
    return Quotation(text=without_columns(text), heading=best.heading, title=best.title)


def _words(block: Block) -> set[str]:
    return set(content(f"{block.title} {block.heading} {' '.join(block.units)}"))


def _worth(
    block: Block, wanted: Sequence[str], topic: set[str], rare: Mapping[str, float], top: float
) -> float:
    """Return how well a block fits: by its words, by its heading, and by the search's own score."""
    whole, named = _words(block), set(content(block.heading))
    return (
        _share(wanted, whole, rare)
        + 0.3 * _share(wanted, named, rare)
        + 0.3 * _share(sorted(topic), whole, rare)
        - TRUST * (top - block.score)
        - (1.0 if _asks_something_else(block.heading, {*wanted, *topic}) else 0.0)
    )


def _answered(block: Block, wanted: Sequence[str], rare: Mapping[str, float]) -> float:
    """Return which share of a question a block answers."""
    there = _words(block)
    share = _share(wanted, there, rare)
    # Kin alone is a hint; only a question that asks the same makes it an answer.
    hint = "?" not in block.heading and not any(word in there for word in wanted)
    return share / 2 if hint else share


def _counts(block: Block, thing: str) -> bool:
    """Tell whether a block says how many of a thing there are; `24 horas` counts no sessions."""
    wanted = content(thing)
    return any(
        NUMBER.search(folded(one))
        and (not wanted or is_present(wanted[0], set(content(f"{block.heading} {one}"))))
        for one in block.units
    )


def without_columns(text: str) -> str:
    """Return a table's row as people say it: `Hidrafacial: $ 320.000, 60 min`."""
    if len(COLUMN.findall(text)) < 2:
        return text
    return COLUMN.sub(lambda found: ": " if found[1] == ":" else ". " if found[3] else ", ", text)


def _asks_something_else(heading: str, asked: set[str]) -> bool:
    """Tell whether a heading is a question about another matter: its answer is no answer here."""
    if "?" not in heading:
        return False
    own = [word for word in content(heading) if word not in FRAME]
    return bool(own) and not any(is_present(word, asked) for word in own)


def _asks_the_same(heading: str, framing: Sequence[str], topic: set[str]) -> bool:
    """Tell whether a heading is the same short question about the same thing."""
    there = set(content(heading))
    return "?" in heading and is_present(framing[0], there) and not topic.isdisjoint(there)


def blocks_of(passage: Mapping[str, Any]) -> list[Block]:
    """Cut a passage at its headings; a question as a heading belongs to the answer beneath it."""
    title, score = str(passage.get("title", "")), float(passage.get("score") or 0)
    heading, columns = "", ""
    units: list[str] = []
    listed = False
    found: list[Block] = []

    def close() -> None:
        if units:
            one = Block(
                heading=heading, units=tuple(units), listed=listed, title=title, score=score
            )
            found.append(one)

    for number, line in enumerate(str(passage.get("text", "")).splitlines()):
        if not line.strip() or RULE.match(line):
            continue
        if number == 0 and (" > " in line or line.strip() == title):
            # The index puts the path of headings first.
            heading = line.split(" > ")[-1].strip()
        elif mark := HEADING.match(line):
            close()
            heading, units, columns, listed = (
                (mark["marked"] or mark["bold"]).strip(),
                [],
                "",
                False,
            )
        elif line.count("|") > 1:
            if columns:
                units.append(_row(line))
            columns, listed = line, True
        else:
            listed = listed or bool(BULLET.match(line) or FIRST_COLUMN.match(line.strip()))
            bare = BULLET.sub("", line).strip()
            row = FIRST_COLUMN.sub("", bare)
            # "Hidrafacial; Precio: $ 320.000; ..." reads as a name with its facts.
            units += _sentences(row.replace("; ", ": ", 1) if row != bare else bare)
    close()
    return found


def _row(line: str) -> str:
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    said = [cell for cell in cells if cell and cell not in {"—", "-", "–"}]
    return f"{said[0]}: {', '.join(said[1:])}" if len(said) > 1 else "".join(said)


def _sentences(text: str) -> list[str]:
    clean = re.sub(r"\*\*|__|`", "", text)
    if "?" in clean[:120] and not clean.endswith("?"):
        # A question and its answer on one line are one unit.
        return [clean]
    return [one for one in re.split(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡«\"0-9$])", clean) if one]


def _kin(word: str) -> frozenset[str]:
    return frozenset({word}).union(*(group for group in KIN if word in group))


def is_present(word: str, there: set[str]) -> bool:
    """Tell whether a stem or one of its kin is among others."""
    return not there.isdisjoint(_kin(word))


def _weights(wanted: Sequence[str], blocks: Sequence[Block]) -> Mapping[str, float]:
    texts = [set(content(f"{one.heading} {' '.join(one.units)}")) for one in blocks]
    seen = Counter(word for word in set(wanted) for text in texts if is_present(word, text))
    total = len(texts) + 1
    return {word: math.log(1 + total / (1 + seen[word])) for word in set(wanted)}


def _share(wanted: Sequence[str], there: set[str], rare: Mapping[str, float]) -> float:
    total = sum(rare[word] for word in wanted)
    return sum(rare[word] for word in wanted if is_present(word, there)) / total if total else 0.0


def _chosen(block: Block, wanted: Sequence[str], rare: Mapping[str, float]) -> str:
    """Return the block when its heading is what was asked and it is short, else the units that fit."""
    units, joint = list(block.units), "\n" if block.listed else " "
    if _share(wanted, set(content(block.heading)), rare) >= CLEAR or len(units) == 1:
        return joint.join(_within(units))
    fits = [_share(wanted, set(content(one)), rare) for one in units]
    if not any(fits):
        return joint.join(_within(units))
    best = max(range(len(units)), key=lambda place: fits[place])
    kept = [one for place, one in enumerate(units) if place == best or fits[place] >= fits[best]]
    if len(kept) == 1 and best + 1 < len(units) and len(kept[0]) < SHORT_UNIT:
        # A short sentence often needs the next: "Sí." "Depende de la zona."
        kept.append(units[best + 1])
    return joint.join(_within(kept))


SHORT_UNIT = 25  # characters


def _within(units: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for unit in units:
        if kept and len(" ".join([*kept, unit])) > LONGEST:
            break
        kept.append(unit)
    return kept
