"""The text of Word and Excel files, in their order, tables row by row."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import docx
import openpyxl
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.errors import UnreadableFileError
from knowledge.reading import tables

DEEPEST_HEADING = 4
CELLS = 500_000  # of a workbook

_BROKEN = (
    OpcError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError,
    AttributeError, IndexError, SyntaxError,
)  # fmt: skip
"""What the two libraries raise on damaged files, SyntaxError being the XML parser's."""


def read_docx(content: bytes) -> str:
    """Return a Word file as Markdown; raises UnreadableFileError."""
    try:
        document = docx.Document(io.BytesIO(content))
        parts = [_block(one) for one in document.iter_inner_content()]
    except _BROKEN as error:
        raise UnreadableFileError("The Word file is damaged: it cannot be opened.") from error
    return "\n\n".join(part for part in parts if part)


def _block(block: Paragraph | Table) -> str:
    if isinstance(block, Table):
        return tables.markdown([_cells(row) for row in block.rows])
    text = " ".join(block.text.split())
    style = (block.style.name or "") if block.style is not None else ""
    if not text:
        return ""
    if style == "Title":
        return f"# {text}"
    if style.startswith("Heading"):
        level = int(style[-1]) if style[-1].isdigit() else 2
        return f"{'#' * min(DEEPEST_HEADING, level + 1)} {text}"
    return f"- {text}" if style.startswith("List") else text


def _cells(row: Any) -> list[str]:
    """Return a row's cells; one that spans columns is repeated, so that columns stay in place."""
    return [tables.cell(" ".join(one.text for one in cell.paragraphs)) for cell in row.cells]


def read_xlsx(content: bytes) -> str:
    """Return a workbook as Markdown, a heading for each sheet; raises UnreadableFileError."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [
            (sheet.title, [*_rows(sheet)])
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    except UnreadableFileError:
        raise
    except _BROKEN as error:
        raise UnreadableFileError("The Excel file is damaged: it cannot be opened.") from error
    parts = [
        f"## {title}\n\n{_sheet(rows)}" if len(sheets) > 1 else _sheet(rows)
        for title, rows in sheets
        if rows
    ]
    return "\n\n".join(parts)


def _rows(sheet: Any) -> Iterator[list[str]]:
    left = CELLS
    for row in sheet.iter_rows(max_col=tables.COLUMNS):
        left -= len(row)
        if left < 0:
            raise UnreadableFileError(f"The workbook has more than {CELLS} cells: divide it.")
        cells = [_shown(one) for one in row]
        if any(cells):
            yield cells


def _sheet(rows: Sequence[list[str]]) -> str:
    """Return a sheet: what stands above the row of names is text."""
    used = [at for at in range(len(rows[0])) if any(row[at] for row in rows if at < len(row))]
    narrow = [[row[at] if at < len(row) else "" for at in used] for row in rows]
    above: list[str] = []
    while narrow and sum(map(bool, narrow[0])) == 1 and len(used) > 1:
        above.append("".join(narrow.pop(0)))
    return "\n\n".join([*above, tables.markdown(narrow)]).strip()


def _shown(one: Any) -> str:
    """Return a cell as people see it: amounts with their sign, dates as dates."""
    value = one.value
    if value is None or isinstance(value, str):
        return tables.cell(value)
    form = str(getattr(one, "number_format", "") or "")
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, form)
    return tables.cell(value)


def _number(value: float, form: str) -> str:
    if "%" in form:
        return f"{value * 100:.10g} %"
    sign = next((one for one in ("$", "€", "£") if one in form), "")
    whole = float(value).is_integer()
    if not sign:
        return str(int(value)) if whole else f"{value:.10g}"
    amount = f"{value:,.0f}" if whole else f"{value:,.2f}"
    # As Spanish writes amounts: points between thousands, a comma before cents.
    return f"{sign} {amount.translate(str.maketrans(',.', '.,'))}"
