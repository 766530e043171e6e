"""The text of Word files, in its order: tables row by row, and what stands in boxes, fields and corrections."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from knowledge.errors import UnreadableFileError
from knowledge.reading import tables

DEEPEST_HEADING = 4
DEEPEST = 50  # elements within each other

_PARAGRAPH, _TABLE, _BOX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
_TEXT, _BREAKS = qn("w:t"), {qn("w:tab"), qn("w:br"), qn("w:cr")}
_WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}
_UNSEEN = {
    _BOX, _TABLE, qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
"""What is not part of a paragraph's own line; a fallback says again what stands before it."""

_BROKEN = (
    OpcError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError,
    SyntaxError,
)  # fmt: skip
"""What the library raises on damaged files, SyntaxError being the XML parser's."""


def read_docx(content: bytes) -> str:
    """Return a Word file as Markdown, its headers and footers last; raises UnreadableFileError."""
    try:
        document = docx.Document(io.BytesIO(content))
        parts = [*_blocks(document.element.body, document)]
        edges = [part for one in document.sections for part in (one.header, one.footer)]
        parts += [text for one in edges for text in _blocks(one._element, one) if _tells(text)]  # noqa: SLF001 # It has no other door.
    except _BROKEN as error:
        raise UnreadableFileError("The Word file is damaged: it cannot be opened.") from error
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


def _tells(text: str) -> bool:
    """Tell whether a header says more than the number of its page."""
    return sum(sign.isalpha() for sign in text) > len("Página de")


def _blocks(parent: Any, document: Any, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        return
    for element in parent:
        if element.tag == _PARAGRAPH:
            yield _styled(Paragraph(element, document))
            for box in _boxes(element):
                yield from _blocks(box, document, depth + 1)
        elif element.tag == _TABLE:
            yield tables.markdown([*_rows(element)])
        elif element.tag in _WRAPPERS:
            yield from _blocks(element, document, depth + 1)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on a paragraph, each once."""
    for box in paragraph.iter(_BOX):
        around = {one.tag for one in box.iterancestors()}
        if not any("Fallback" in str(tag) for tag in around):
            yield box


def _styled(paragraph: Paragraph) -> str:
    text = _line(paragraph._element)  # noqa: SLF001 # Its `text` leaves out what was inserted.
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if not text:
        return ""
    if style == "Title":
        return f"# {text}"
    if style.startswith("Heading"):
        level = int(style[-1]) if style[-1].isdigit() else 2
        return f"{'#' * min(DEEPEST_HEADING, level + 1)} {text}"
    return f"- {text}" if style.startswith("List") else text


def _line(element: Any) -> str:
    return " ".join("".join(_texts(element)).split())


def _texts(element: Any) -> Iterator[str]:
    for one in element:
        if one.tag == _TEXT:
            yield one.text or ""
        elif one.tag in _BREAKS:
            yield " "
        elif one.tag not in _UNSEEN:
            yield from _texts(one)


def _rows(table: Any) -> Iterator[list[str]]:
    """Yield rows; a cell over several columns or rows says its text in each of them."""
    above: dict[int, str] = {}
    for row in _within(table, qn("w:tr")):
        cells: list[str] = []
        found = [*_within(row, qn("w:tc"))]
        for cell in found:
            at = len(cells)
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and merge.get(qn("w:val")) != "restart"
            above[at] = above.get(at, "") if goes_on else _cell(cell)
            cells += [above[at]] * _width(cell)
        # One cell over all columns is a heading within the table.
        yield cells[:1] if len(found) == 1 else cells


def _within(parent: Any, tag: str) -> Iterator[Any]:
    for one in parent:
        if one.tag == tag:
            yield one
        elif one.tag in _WRAPPERS:
            yield from _within(one, tag)


def _width(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return min(tables.COLUMNS, max(1, int(span.get(qn("w:val"))))) if span is not None else 1


def _cell(cell: Any) -> str:
    """Return what a cell says on one line; the rows of a table within it are parted by semicolons."""
    parts: list[str] = []
    for one in cell:
        if one.tag == _TABLE:
            parts.append("; ".join(" ".join(dict.fromkeys(row)) for row in _rows(one)))
        elif one.tag in _WRAPPERS:
            parts.append(_cell(one))
        elif one.tag == _PARAGRAPH:
            parts.append(_line(one))
            parts += [_cell(box) for box in _boxes(one)]
    return tables.cell(" ".join(part for part in parts if part))
