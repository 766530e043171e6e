"""The text of web pages, CSV lists, Markdown and plain text."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge.reading import tables

_DROPPED = "script,style,noscript,template,svg,nav,footer,form,iframe,aside,button"
_BLOCKS = frozenset({"p", "blockquote", "pre", "dd", "dt", "figcaption", "address", "summary"})
_HEADINGS = {"h1": "#", "h2": "##", "h3": "###", "h4": "####", "h5": "####", "h6": "####"}
DEEPEST = 200  # elements within each other
LINKS = 500  # of one page
LONGEST_LINK = 2000  # characters


def read_csv(text: str) -> str:
    """Return a CSV list as a Markdown table, whatever parts its columns."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) > 4:
        lines = lines[lines.index(first) + 1 :]
    csv.field_size_limit(1_000_000)
    try:
        rows = max((list(csv.reader(lines, delimiter=one)) for one in ";\t,|"), key=_regularity)
    except csv.Error:
        return text
    if max((len(row) for row in rows), default=0) < 2:
        return text
    return tables.markdown(rows)


def _regularity(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many rows are as wide as most are, and that width: what parts a list parts each row."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    return count, width


def title_of_html(text: str) -> str:
    """Return a page's title; empty when it has none."""
    found = LexborHTMLParser(text).css_first("title")
    return " ".join(found.text().split()) if found else ""


def links_of_html(text: str) -> tuple[str, ...]:
    """Return where a page leads, in order, each once; nothing when it asks not to be followed."""
    page = LexborHTMLParser(text)
    asked = (one.attributes.get("content") or "" for one in page.css("meta[name=robots]"))
    if any("nofollow" in one.lower() for one in asked):
        return ()
    found = (
        (one.attributes.get("href") or "").strip()
        for one in page.css("a[href]")
        if "nofollow" not in (one.attributes.get("rel") or "")
    )
    return tuple(dict.fromkeys(link for link in found if 0 < len(link) <= LONGEST_LINK))[:LINKS]


def read_html(text: str) -> str:
    """Return what a page says, without its menus and scripts, as Markdown."""
    page = LexborHTMLParser(text)
    for one in page.css(_DROPPED):
        one.decompose()
    for one in page.css("br"):
        one.replace_with(_BREAK)
    body = page.css_first("main") or page.css_first("article") or page.body
    if body is None:
        return ""
    parts = (_broken(part) for part in _parts(body, 0))
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(part for part in parts if part))


def _broken(part: str) -> str:
    """Return a block with its line breaks; within a row of a table or a heading there can be none."""
    lines = part.splitlines()
    if part.startswith(("#", "|")) or len(lines) > 1:
        return part.replace(_BREAK, " ").strip()
    return "\n".join(" ".join(one.split()) for one in part.split(_BREAK) if one.strip())


def _parts(node: LexborNode, depth: int) -> Iterator[str]:
    """Yield blocks in order; text that stands between blocks is one of its own."""
    loose: list[str] = []
    for child in node.iter(include_text=True):
        name = child.tag or ""
        if name == "-text":
            loose.append(child.text(deep=False))
        elif depth >= DEEPEST or (not _has_blocks(child) and name not in _KNOWN):
            loose.append(child.text())
        else:
            yield " ".join(" ".join(loose).split())
            loose = []
            yield from _block(child, name, depth)
    yield " ".join(" ".join(loose).split())


_KNOWN = frozenset(
    {*_BLOCKS, *_HEADINGS, "table", "ul", "ol", "li", "dl", "br", "hr", "div", "section"}
)
_BREAK = "\ue000"
"""Stands for a line break while all other white space becomes one: of the signs no text has."""


def _has_blocks(node: LexborNode) -> bool:
    # A search begins with the element itself.
    found = node.css("p,div,table,ul,ol,dl,h1,h2,h3,h4,h5,h6,section,article")
    return any(one.mem_id != node.mem_id for one in found)


def _text(node: LexborNode) -> str:
    """Return an element's text on one line; blocks within it do not run together."""
    return " ".join(node.text(separator=" " if _has_blocks(node) else "").split())


def _block(node: LexborNode, name: str, depth: int) -> Iterator[str]:
    text = _text(node)
    if name in _HEADINGS:
        yield f"{_HEADINGS[name]} {text}" if text else ""
    elif name == "table":
        rows = _rows(node)
        header = node.css_first("tr th") is not None and len(rows) > 1 and len(set(rows[0])) > 1
        yield tables.markdown(rows[1:], rows[0]) if header else tables.markdown(rows)
    elif name == "dl":
        yield "\n".join(_defined(node))
    elif name in {"ul", "ol"}:
        items = (_text(one) for one in node.css("li"))
        yield "\n".join(f"- {one}" for one in items if one)
    elif name in _BLOCKS and not _has_blocks(node):
        yield text
    else:
        yield from _parts(node, depth + 1)


def _rows(table: LexborNode) -> list[list[str]]:
    """Return a table's rows; a cell over several columns or rows says its text in each of them."""
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    for row in table.css("tr"):
        if _table_of(row) != table.mem_id:
            continue
        cells: list[str] = []
        for one in (one for one in row.iter() if one.tag in {"td", "th"}):
            _take_over(cells, below)
            text = _text(one).replace(_BREAK, " ")
            across = _span(one, "colspan")
            below.update(
                {len(cells) + at: (_span(one, "rowspan") - 1, text) for at in range(across)}
            )
            cells += [text] * across
        _take_over(cells, below)
        rows.append(cells)
    return rows


def _take_over(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Add what the rows above say of the next columns."""
    while len(cells) in below and below[len(cells)][0] > 0:
        left, text = below[len(cells)]
        below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: LexborNode, name: str) -> int:
    said = cell.attributes.get(name) or ""
    return min(tables.COLUMNS, max(1, int(said))) if said.isascii() and said.isdecimal() else 1


def _table_of(row: LexborNode) -> int:
    node = row.parent
    while node is not None and node.tag != "table":
        node = node.parent
    return node.mem_id if node is not None else 0


def _defined(node: LexborNode) -> Iterator[str]:
    """Yield what a list defines, each term with what is said of it."""
    term = ""
    for one in node.css("dt,dd"):
        if one.tag == "dt":
            term = _text(one)
        else:
            yield f"{term}: {_text(one)}" if term else _text(one)
