"""One file to Markdown, in this process: `child.py` runs it where it can do no harm."""

from dataclasses import dataclass
from pathlib import PurePath

from knowledge.document import TEXT_LIMIT, TITLE_LIMIT
from knowledge.errors import UnreadableFileError
from knowledge.reading.kinds import Kind, decoded, kind_of

PLAIN: frozenset[Kind] = frozenset({"text", "markdown"})
"""Kinds that need no parser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file says."""

    kind: Kind
    title: str
    text: str
    """Markdown."""
    links: tuple[str, ...] = ()
    """Where a web page leads, as it says them."""


def read(content: bytes, filename: str, kind: Kind | None = None) -> Read:
    """Return what a file says; raises UnreadableFileError. Blocks, and may take long."""
    kind = kind or kind_of(content, filename)
    title = PurePath(filename.replace("\\", "/")).stem.replace("_", " ").strip()
    if kind == "pdf":
        from knowledge.reading.pdf import read_pdf

        text = read_pdf(content)
    elif kind in {"docx", "xlsx"}:
        from knowledge.reading.word import read_docx
        from knowledge.reading.workbook import read_xlsx

        text = read_docx(content) if kind == "docx" else read_xlsx(content)
    else:
        text = decoded(content)
    links: tuple[str, ...] = ()
    if kind in {"csv", "html"}:
        from knowledge.reading.plain import links_of_html, read_csv, read_html, title_of_html

        links = links_of_html(text) if kind == "html" else ()
        title = (title_of_html(text) if kind == "html" else "") or title
        text = read_csv(text) if kind == "csv" else read_html(text)
    if not text.strip():
        raise UnreadableFileError("The file has no text.")
    if len(text) > TEXT_LIMIT:
        raise UnreadableFileError(
            f"The file has more than {TEXT_LIMIT:,} characters of text: divide it."
        )
    title = _heading_of(text, kind) or title[:TITLE_LIMIT]
    return Read(kind=kind, title=title, text=text, links=links)


def _heading_of(text: str, kind: Kind) -> str:
    first = text.lstrip().partition("\n")[0]
    if kind in {"markdown", "docx"} and first.startswith("# "):
        return first.removeprefix("# ").strip()[:TITLE_LIMIT]
    return ""
