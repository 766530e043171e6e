"""The text of a PDF, its tables row by row: ruled ones by their lines, the others by the gaps in a row."""

import io
import itertools
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.errors import UnreadableFileError
from knowledge.reading import tables

PAGES = 600
GAP = 1.6  # of a line's height: a wider gap parts two cells
HEADING = 1.2  # times the usual height of letters
HEADING_LENGTH = 100  # characters
LINE = 0.5  # of a word's height: words this near in height stand on one line
COLUMN = 25  # characters that a line of a text column has on average

Word = dict[str, Any]


def read_pdf(content: bytes) -> str:
    """Return a PDF as Markdown; raises UnreadableFileError for locked, damaged and scanned ones."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            count = len(pdf.pages)
            pages = _Pages()
            texts = [pages.text_of(page) for page in pdf.pages[:PAGES]]
            pictures = any(page.images for page in pdf.pages[:PAGES])
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
    return text


class _Pages:
    """Reads pages in order: a table that goes on keeps the names of its columns."""

    def __init__(self) -> None:
        self._header: tables.Row | None = None

    def text_of(self, page: Any) -> str:
        found = [one for one in page.find_tables() if len(one.cells) > 2]
        words = page.extract_words(keep_blank_chars=False, use_text_flow=False)
        free = [word for word in words if not any(_inside(word, one.bbox) for one in found)]
        parts = list(_blocks(free, float(page.width)))
        for number, one in enumerate(found):
            rows = [[tables.cell(value) for value in row] for row in one.extract()]
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


def _inside(word: Word, box: tuple[float, float, float, float]) -> bool:
    middle, height = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= height <= box[3])


def _blocks(words: Sequence[Word], width: float) -> Iterator[tuple[float, str]]:
    """Yield the text outside of ruled tables with its height on the page, paragraph by paragraph."""
    lines = list(_lines(words))
    if not lines:
        return
    if (gutter := _gutter(lines, width)) is not None:
        for side in (
            [word for word in words if word["x0"] < gutter],
            [word for word in words if word["x0"] >= gutter],
        ):
            for _, text in _blocks_of(list(_lines(side))):
                yield float(min(word["top"] for word in words)), text
        return
    yield from _blocks_of(lines)


def _blocks_of(lines: Sequence[Sequence[Word]]) -> Iterator[tuple[float, str]]:
    usual = statistics.median(word["bottom"] - word["top"] for line in lines for word in line)
    block: list[list[str]] = []
    top = before = float(lines[0][0]["top"])
    for line in lines:
        height = max(word["bottom"] - word["top"] for word in line)
        cells = _cells(line)
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


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
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


def _cells(line: Sequence[Word]) -> list[str]:
    """Return what stands apart in a line."""
    cells = [line[0]["text"]]
    for left, right in itertools.pairwise(line):
        height = max(1.0, left["bottom"] - left["top"])
        # Dots lead the eye from a product to its price.
        if right["x0"] - left["x1"] > GAP * height or set(right["text"]) <= {".", "·", "…"}:
            cells.append("")
        cells[-1] = f"{cells[-1]} {right['text']}".strip()
    return [cell for cell in (one.strip(" .·…_|") for one in cells) if cell]


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


def _gutter(lines: Sequence[Sequence[Word]], width: float) -> float | None:
    """Return where two columns of running text part, or None: a price list is no such thing."""
    middle = width / 2
    sides = [
        (
            " ".join(word["text"] for word in line if word["x1"] <= middle),
            " ".join(word["text"] for word in line if word["x0"] >= middle),
        )
        for line in lines
        if not any(word["x0"] < middle < word["x1"] for word in line)
    ]
    both = [(left, right) for left, right in sides if left and right]
    if len(both) < 5 or len(both) < 0.6 * len(lines):
        return None
    lengths = [statistics.mean(len(side[at]) for side in both) for at in (0, 1)]
    return middle if min(lengths) > COLUMN else None
