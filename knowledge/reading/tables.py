"""Tables as Markdown: a row stays a row, under the names of its columns."""

import re
from collections.abc import Sequence

ROWS = 20_000  # of one table
COLUMNS = 40

Row = Sequence[str]
_FIGURE = re.compile(r"\d")


def cell(value: object) -> str:
    """Return a cell's text on one line, without the sign that parts cells."""
    return " ".join(str("" if value is None else value).replace("|", "/").split())


def markdown(rows: Sequence[Row], header: Row | None = None) -> str:
    """Return rows as a Markdown table; without a header given, the first row is one if it looks so.

    A row with one cell only is a heading within the table: it becomes one of the text.
    """
    named = [[cell(one) for one in row] for row in rows[:ROWS]]
    named = [row for row in named if any(row)]
    if not named:
        return ""
    width = min(COLUMNS, max(len(row) for row in named))
    named = [(row + [""] * width)[:width] for row in named]
    if header is None and is_header(named[0], named[1:]):
        header, named = named[0], named[1:]
    names = [cell(one) for one in (header or [])]
    names = (names + [""] * width)[:width]
    parts: list[str] = []
    group: list[list[str]] = []
    for row in named:
        if width > 1 and sum(map(bool, row)) == 1 and row[0] and not _FIGURE.search(row[0]):
            parts += _table(names, group)
            parts.append(f"### {row[0]}")
            group = []
        else:
            group.append(row)
    parts += _table(names, group)
    return "\n\n".join(parts)


def is_header(first: Row, rest: Sequence[Row]) -> bool:
    """Tell whether a first row names the columns: words only, above rows with figures."""
    if not rest or sum(map(bool, first)) < 2 or any(_FIGURE.search(one) for one in first):
        return False
    body = [one for row in rest for one in row if one]
    with_figures = sum(bool(_FIGURE.search(one)) for one in body)
    return with_figures > 0 or len(rest) > 1


def _table(names: Row, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    head = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return ["\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])]
