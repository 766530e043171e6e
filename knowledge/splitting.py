"""How a document becomes chunks: along its headings, tables row by row, about 800 characters each."""

import re
from collections.abc import Iterator

from langchain_text_splitters import MarkdownHeaderTextSplitter, RecursiveCharacterTextSplitter

VERSION = "1"
"""Raised when the same text would be split otherwise: every document is then split again."""
CHUNK = 800  # characters; measured: full recall with half the context of 1,500
ROWS = 400  # characters of a group of table rows; a price is found better among few
PATH_LIMIT = 200  # characters

_HEADINGS = [("#", "h1"), ("##", "h2"), ("###", "h3"), ("####", "h4")]
_SEPARATORS = ["\n\n", "\n", ". ", "? ", "! ", "; ", ",", " ", ""]
_RULE = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|)*\s*:?-{2,}:?\s*\|?")
_NO_VALUE = {"", "-", "–", "—"}
_MARKS = re.compile(r"\*\*|__|`")

_sections = MarkdownHeaderTextSplitter(_HEADINGS)
_pieces = RecursiveCharacterTextSplitter(
    chunk_size=CHUNK, chunk_overlap=0, separators=_SEPARATORS, keep_separator="end"
)


def split(title: str, text: str) -> tuple[str, ...]:
    """Return the chunks of a Markdown or plain text, each under the path of its headings."""
    chunks: list[str] = []
    for section in _sections.split_text(text.replace("\r\n", "\n")):
        headings = [str(section.metadata.get(name, "")) for _, name in _HEADINGS]
        path = _path(title, headings)
        bodies = (_MARKS.sub("", piece).strip() for piece in _pieces_of(section.page_content))
        chunks += [f"{path}\n{body}" if path else body for body in bodies if body]
    return tuple(chunks)


def _path(title: str, headings: list[str]) -> str:
    parts = [_MARKS.sub("", part).strip() for part in (title, *headings)]
    return " > ".join(dict.fromkeys(part for part in parts if part))[:PATH_LIMIT]


def _pieces_of(section: str) -> Iterator[str]:
    prose: list[str] = []
    lines = [line.rstrip() for line in section.split("\n")]
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end == at:
            prose.append(lines[at])
            at += 1
            continue
        yield from _pieces.split_text("\n".join(prose))
        prose = []
        yield from _packed(_rows(lines[at:end]))
        at = end
    yield from _pieces.split_text("\n".join(prose))


def _table_end(lines: list[str], start: int) -> int:
    """Return where the table that starts here ends; `start` itself when none does."""
    if start + 1 >= len(lines) or "|" not in lines[start] or not _RULE.fullmatch(lines[start + 1]):
        return start
    end = start + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return end


def _rows(table: list[str]) -> Iterator[str]:
    header = _cells(table[0])
    for line in table[2:]:
        cells = _cells(line)
        named = [
            f"{name}: {cell}" if name else cell
            for name, cell in zip(header + [""] * len(cells), cells, strict=False)
            if cell not in _NO_VALUE
        ]
        yield "; ".join(named)


def _packed(rows: Iterator[str]) -> Iterator[str]:
    """Yield groups of whole rows: a row that is cut would part a price from its product."""
    group: list[str] = []
    for row in rows:
        if group and sum(map(len, group)) + len(row) > ROWS:
            yield "\n".join(group)
            group = []
        group.append(row)
    yield "\n".join(group)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
