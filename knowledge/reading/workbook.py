"""The text of Excel files as people see them: what is hidden is not read, amounts have their sign."""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.errors import UnreadableFileError
from knowledge.reading import tables

CELLS = 500_000  # of a workbook

_BROKEN = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError,
    IndexError, SyntaxError,
)  # fmt: skip
"""What the library raises on damaged files, SyntaxError being the XML parser's."""

_CURRENCY = re.compile(r'\[\$([^\]-]+)(?:-[^\]]*)?\]|"([^"]*[^\W\d_]{2,}[^"]*)"|"?([$€£])"?')
"""The sign in a format: `[$€-C0A]`, `"COP"`, `"$"` or `$`."""
_UNCOUNTED = re.compile(
    rb'<c\s[^>]*?\br="([A-Z]+[0-9]+)"(?![^>]*\bt="str")[^>]*><f\b[^>]*?(?:/>|>[^<]*</f>)'
    rb"(?:<v\s*/>|<v></v>)?</c>"
)
"""A formula whose result was not stored; one that results in an empty text is a `str`."""


def read_xlsx(content: bytes) -> str:
    """Return a workbook as Markdown, a heading for each visible sheet; raises UnreadableFileError."""
    try:
        _check_formulas(content)
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        seen = [one for one in book.worksheets if one.sheet_state == "visible"]
        if sum(len(sheet._cells) for sheet in seen) > CELLS:  # noqa: SLF001 # Rows would be made up.
            raise UnreadableFileError(f"The workbook has more than {CELLS} cells: divide it.")
        sheets = [(sheet.title, _rows(sheet)) for sheet in seen]
    except _BROKEN as error:
        raise UnreadableFileError("The Excel file is damaged: it cannot be opened.") from error
    named = sum(bool(rows) for _, rows in sheets) > 1
    return "\n\n".join(
        f"## {title}\n\n{_sheet(rows)}" if named else _sheet(rows) for title, rows in sheets if rows
    )


def _check_formulas(content: bytes) -> None:
    """Refuse what would lose its prices: a program may write formulas without counting them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and (
                found := _UNCOUNTED.search(archive.read(name))
            ):
                raise UnreadableFileError(
                    f"The workbook has formulas without results (cell {found[1].decode()}): open it"
                    " in Excel, save it and send it again."
                )


def _rows(sheet: Any) -> list[list[str]]:
    """Return the visible cells, row by row; the columns that nothing stands in are left out."""
    shown: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), one in sorted(sheet._cells.items()):  # noqa: SLF001 # Sparse, as the file is.
        if column <= tables.COLUMNS and (text := _shown(one)):
            shown[row][column] = text
    for merged in sheet.merged_cells.ranges:
        _spread(shown, merged.bounds)
    hidden = {at for at in range(1, tables.COLUMNS + 1) if _is_hidden(sheet, at)}
    rows = [
        {at: text for at, text in cells.items() if at not in hidden}
        for row, cells in sorted(shown.items())
        if not (row in sheet.row_dimensions and sheet.row_dimensions[row].hidden)
    ]
    used = sorted({at for cells in rows for at in cells})
    return [[cells.get(at, "") for at in used] for cells in rows if cells]


def _spread(shown: Mapping[int, dict[int, str]], bounds: tuple[int, int, int, int]) -> None:
    """Say a merged cell's text in each of its rows that says anything: it belongs to all of them."""
    left, top, right, bottom = bounds
    text = shown[top].get(left, "") if top in shown else ""
    if not text or top == bottom:
        return
    for row, cells in shown.items():
        if top < row <= bottom and cells:
            cells.update(dict.fromkeys(range(left, min(right, tables.COLUMNS) + 1), text))


def _is_hidden(sheet: Any, column: int) -> bool:
    letter = get_column_letter(column)
    for name, one in sheet.column_dimensions.items():
        first, last = one.min or 0, one.max or 0
        if one.hidden and (name == letter or first <= column <= last):
            return True
    return False


def _sheet(rows: Sequence[list[str]]) -> str:
    """Return a sheet: what stands above the row of names is text."""
    above: list[str] = []
    narrow = list(rows)
    while narrow and sum(map(bool, narrow[0])) == 1 and len(narrow[0]) > 1:
        above.append("".join(narrow.pop(0)))
    return "\n\n".join([*above, tables.markdown(narrow)]).strip()


def _shown(one: Any) -> str:
    """Return a cell as people see it: amounts with their sign, dates as dates."""
    value = one.value
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, (int, float)):
        return _number(value, str(one.number_format or ""))
    return tables.cell(value)


def _number(value: float, form: str) -> str:
    if "%" in form:
        return f"{value * 100:.10g} %"
    whole = float(value).is_integer()
    found = _CURRENCY.search(form.split(";", maxsplit=1)[0])
    if found is None and "#,##0" not in form:
        return str(int(value)) if whole else f"{value:.10g}"
    amount = f"{value:,.0f}" if whole else f"{value:,.2f}"
    # As Spanish writes amounts: points between thousands, a comma before cents.
    amount = amount.translate(str.maketrans(",.", ".,"))
    if found is None:
        return amount
    sign = next(one.strip() for one in found.groups() if one)
    behind = re.search(r"[#0]", form[: found.start()])
    return f"{amount} {sign}" if behind else f"{sign} {amount}"
