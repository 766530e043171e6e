"""Tables as Markdown: a row stays a row, under the names of its columns."""

import re
from collections.abc import Sequence

ROWS = 20_000  # of one table
COLUMNS = 40

Row = Sequence[str]
_FIGURE = re.compile(r"\d")
_AMOUNT = re.compile(r"[$€£]|\d[.,]\d{3}|\d{4}")


def cell(value: object) -> str:
    """Return a cell's text on one line, without the sign that parts cells."""
    return " ".join(str("" if value is None else value).replace("|", "/").split())


def markdown(rows: Sequence[Row], header: Row | None = None) -> str:
    """Return rows as a Markdown table; without a header given, the first row is one if it looks so.

    A row with one cell only is a heading within the table: it becomes one of the text. Above the
    names of columns it is that of the whole table.
    """
    named = [[cell(one) for one in row] for row in rows[:ROWS]]
    named = [row for row in named if any(row)]
    if not named:
        return ""
    width = min(COLUMNS, max(len(row) for row in named))
    named = [(row + [""] * width)[:width] for row in named]
    parts: list[str] = []
    while header is None and len(named) > 1 and _is_heading(named[0]):
        parts.append(f"### {named.pop(0)[0]}")
    if header is None and is_header(named[0], named[1:]):
        header, named = named[0], named[1:]
    names = [cell(one) for one in (header or [])]
    names = (names + [""] * width)[:width]
    group: list[list[str]] = []
    for row in named:
        if _is_heading(row) and not _FIGURE.search(row[0]):
            parts += _table(names, group)
            parts.append(f"### {row[0]}")
            group = []
        else:
            group.append(row)
    parts += _table(names, group)
    return "\n\n".join(parts)


def _is_heading(row: Row) -> bool:
    return len(row) > 1 and bool(row[0]) and not any(row[1:])


def is_header(first: Row, rest: Sequence[Row]) -> bool:
    """Tell whether a first row names the columns: words above figures, "6 sessions" above amounts."""
    if not rest or sum(map(bool, first)) < 2:
        return False
    if any(_FIGURE.search(one) for one in first):
        return all(
            not _FIGURE.search(name) or _names_amounts(name, [row[at] for row in rest if row[at:]])
            for at, name in enumerate(first)
        )
    body = [one for row in rest for one in row if one]
    with_figures = sum(bool(_FIGURE.search(one)) for one in body)
    return with_figures > 0 or len(rest) > 1


def is_amount(text: str) -> bool:
    """Tell whether a text says what something costs."""
    return bool(_AMOUNT.search(text))


def _names_amounts(name: str, column: Sequence[str]) -> bool:
    amounts = sum(map(is_amount, column))
    return not is_amount(name) and amounts > 0 and amounts * 2 >= sum(map(bool, column))


def _table(names: Row, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    head = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return ["\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])]
