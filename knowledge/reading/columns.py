"""Where a PDF's page parts into two columns: of running text, or of price lists beside each other."""

import itertools
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from knowledge.reading import tables
from knowledge.reading.lines import GAP, Line, cells_of

COLUMN = 25  # characters that a line of a text column has on average
COLUMN_LINES = 4  # that make a column
MARGIN = 3  # points beside a word where no column begins
TITLES = 0.1  # of the lines, and two of few, may go across two columns
PRICED = 0.7  # of a price list's lines have a price


def gutter_of(lines: Sequence[Line], width: float) -> float | None:
    """Return where two columns part, of running text or of price lists; None where rows go across."""
    for gutter in sorted(_free_places(lines, width), key=lambda place: abs(place - width / 2)):
        left = [side for line in lines if (side := [w for w in line if w["x1"] <= gutter])]
        right = [side for line in lines if (side := [w for w in line if w["x0"] >= gutter])]
        if min(len(left), len(right)) < COLUMN_LINES:
            continue
        sides = (left, right)
        if all(_is_text(side) for side in sides) or all(_is_price_list(side) for side in sides):
            return gutter
    return None


def _free_places(lines: Sequence[Line], width: float) -> Iterator[float]:
    """Yield places in the middle of a page that hardly a word stands over, nor close to."""
    crossed = Counter(
        place
        for line in lines
        for word in line
        for place in range(int(word["x0"] - MARGIN), int(word["x1"] + MARGIN) + 1)
    )
    few = max(2, TITLES * len(lines))
    places = range(int(width * 0.3), int(width * 0.7))
    for free, run in itertools.groupby(places, key=lambda place: crossed[place] <= few):
        if free:
            found = list(run)
            yield float(found[len(found) // 2])


def _is_text(side: Sequence[Line]) -> bool:
    lengths = [len(" ".join(word["text"] for word in line)) for line in side]
    return statistics.mean(lengths) > COLUMN and sum(
        len(cells_of(one)) for one in side
    ) < 1.5 * len(side)


def _is_price_list(side: Sequence[Line]) -> bool:
    """Tell whether most lines begin with a name and end with an amount."""
    rows = [cells_of(line) for line in side]
    priced = sum(
        len(row) > 1
        and not row[0][:1].isdigit()
        and "$" not in row[0]
        and tables.is_amount(row[-1])
        for row in rows
    )
    return priced >= PRICED * len(rows)


def goes_across(line: Line, gutter: float) -> bool:
    """Tell whether a line, a title as a rule, runs on over where the columns part."""
    if any(word["x0"] < gutter < word["x1"] for word in line):
        return True
    return any(
        left["x1"] <= gutter <= right["x0"]
        and right["x0"] - left["x1"] < GAP / 2 * (left["bottom"] - left["top"])
        for left, right in itertools.pairwise(line)
    )
