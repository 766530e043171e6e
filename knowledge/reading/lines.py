"""The words of a PDF's page as lines, and lines as cells: what stands on a row stays on it."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

GAP = 1.6  # of a line's height: a wider gap parts two cells
LINE = 0.5  # of a word's height: words this near in height stand on one line

Word = dict[str, Any]
Line = Sequence[Word]


def lines_of(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield a page's lines from top to bottom, each from left to right."""
    line: list[Word] = []
    for word in sorted(words, key=lambda one: (one["top"] + one["bottom"], one["x0"])):
        if line:
            first = line[0]
            near = abs(word["top"] + word["bottom"] - first["top"] - first["bottom"]) / 2
            if near > LINE * (first["bottom"] - first["top"]):
                yield sorted(line, key=lambda one: one["x0"])
                line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda one: one["x0"])


def cells_of(line: Line) -> list[str]:
    """Return what stands apart in a line."""
    cells = [line[0]["text"]]
    for left, right in itertools.pairwise(line):
        height = max(1.0, left["bottom"] - left["top"])
        # Dots lead the eye from a product to its price.
        if right["x0"] - left["x1"] > GAP * height or set(right["text"]) <= {".", "·", "…"}:
            cells.append("")
        cells[-1] = f"{cells[-1]} {right['text']}".strip()
    return [cell for cell in (one.strip(" .·…_|") for one in cells) if cell]
