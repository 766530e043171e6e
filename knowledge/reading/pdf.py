"""The text of a PDF, its tables row by row: ruled ones by their lines, the others by the gaps in a row."""

import io
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.errors import UnreadableFileError
from knowledge.reading import tables
from knowledge.reading.columns import goes_across, gutter_of
from knowledge.reading.lines import Line, Word, cells_of, lines_of

PAGES = 600
HEADING = 1.2  # times the usual height of letters
HEADING_LENGTH = 100  # characters


def read_pdf(content: bytes) -> str:
    """Return a PDF as Markdown; raises UnreadableFileError for locked, damaged and scanned ones."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            count = len(pdf.pages)
            pages = _Pages()
            texts = [pages.text_of(page) for page in pdf.pages[:PAGES]]
            pictures = [at for at, page in enumerate(pdf.pages[:PAGES]) if page.images]
    except PdfminerException as error:
        if "Password" in type(error.args[0] if error.args else error).__name__:
            raise UnreadableFileError(
                "The PDF is protected by a password: remove it and send it again."
            ) from error
        raise UnreadableFileError("The PDF is damaged: it cannot be opened.") from error
    if count > PAGES:
        raise UnreadableFileError(f"The PDF has more than {PAGES} pages: divide it.")
    text = "\n\n".join(one for one in texts if one)
    if not text:
        raise UnreadableFileError(
            "The PDF has no text: it seems to be scanned. Make it searchable (OCR) or send it as text."
            if pictures
            else "The PDF has no text."
        )
    if unread := [str(at + 1) for at in pictures if not texts[at]]:
        text += f"\n\n(Pages that are pictures and were not read: {', '.join(unread)}.)"
    return text


class _Pages:
    """Reads pages in order: a table that goes on keeps the names of its columns."""

    def __init__(self) -> None:
        self._header: tables.Row | None = None

    def text_of(self, page: Any) -> str:
        found = [one for one in page.find_tables() if len(one.rows[0].cells) > 1]
        words = page.extract_words(keep_blank_chars=False, use_text_flow=False)
        free = [word for word in words if not any(_inside(word, one.bbox) for one in found)]
        parts = list(_blocks(free, float(page.width)))
        for number, one in enumerate(found):
            rows = _rows(one)
            top = float(one.bbox[1])
            goes_on = number == 0 and not any(place < top for place, _ in parts)
            parts.append((top, self._table(rows, goes_on=goes_on)))
        if not found and free:
            self._header = None
        page.close()
        return "\n\n".join(text for _, text in sorted(parts, key=lambda part: part[0]) if text)

    def _table(self, rows: list[list[str]], *, goes_on: bool) -> str:
        rows = [row for row in rows if any(row)]
        if not rows:
            return ""
        if tables.is_header(rows[0], rows[1:]):
            self._header = rows[0]
            return tables.markdown(rows[1:], self._header)
        known = self._header if goes_on and len(self._header or ()) == len(rows[0]) else None
        return tables.markdown(rows, known or [])


def _rows(table: Any) -> list[list[str]]:
    """Return a ruled table's rows; a cell over several rows says its text in each of them."""
    above: dict[int, tuple[float, str]] = {}
    rows: list[list[str]] = []
    for row, values in zip(table.rows, table.extract(), strict=True):
        top = float(row.bbox[1])
        cells: list[str] = []
        for at, (box, value) in enumerate(zip(row.cells, values, strict=True)):
            if box is not None:
                above[at] = (float(box[3]), tables.cell(value))
            end, text = above.get(at, (0.0, ""))
            cells.append(text if box is not None or end > top + 1 else "")
        rows.append(cells)
    return rows


def _inside(word: Word, box: tuple[float, float, float, float]) -> bool:
    middle, height = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= height <= box[3])


def _blocks(words: Sequence[Word], width: float) -> Iterator[tuple[float, str]]:
    """Yield the text outside of ruled tables with its height on the page, paragraph by paragraph."""
    lines = list(lines_of(words))
    if not lines:
        return
    usual = statistics.median(word["bottom"] - word["top"] for word in words)
    if (gutter := gutter_of(lines, width)) is None:
        yield from _blocks_of(lines, usual)
        return
    across = [line for line in lines if goes_across(line, gutter)]
    for line in across:
        yield from _blocks_of([line], usual)
    words = [word for line in lines if line not in across for word in line]
    for side in (
        [word for word in words if word["x0"] < gutter],
        [word for word in words if word["x0"] >= gutter],
    ):
        for _, text in _blocks_of(list(lines_of(side)), usual):
            yield float(min(word["top"] for word in words)), text


def _blocks_of(lines: Sequence[Line], usual: float) -> Iterator[tuple[float, str]]:
    """Yield paragraphs and headings; `usual` is the height of most letters."""
    block: list[list[str]] = []
    top = before = float(lines[0][0]["top"])
    for line in lines:
        height = max(word["bottom"] - word["top"] for word in line)
        cells = cells_of(line)
        heading = height > HEADING * usual and len(cells) == 1 and len(cells[0]) < HEADING_LENGTH
        apart = float(line[0]["top"]) - before > 2.2 * usual
        if block and (heading or apart):
            yield top, _paragraph(block)
            block = []
        if not block:
            top = float(line[0]["top"])
        before = float(line[0]["top"])
        if heading:
            yield top, f"## {cells[0]}"
        else:
            block.append(cells)
    if block:
        yield top, _paragraph(block)


def _paragraph(block: Sequence[Sequence[str]]) -> str:
    """Return lines as text; rows of as many cells under a line of names become a table."""
    block = [cells for cells in block if cells]
    if not block:
        return ""
    width = len(block[0])
    if len(block) > 2 and width > 1 and all(len(cells) == width for cells in block[1:]):
        first, rest = block[0], block[1:]
        if tables.is_header(first, rest):
            return tables.markdown(rest, first)
    rows = any(len(cells) > 1 for cells in block)
    return "\n".join(" | ".join(cells) for cells in block) if rows else _joined(block)


def _joined(block: Sequence[Sequence[str]]) -> str:
    text = ""
    for (line,) in block:
        broken = text.endswith("-") and line[:1].islower()
        text = text[:-1] + line if broken else f"{text}\n{line}".strip()
    return text
