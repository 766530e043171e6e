"""What kind of file something is, told by its content: a name may say anything."""

import io
import re
import zipfile
from typing import Literal

from knowledge.errors import UnreadableFileError

Kind = Literal["pdf", "docx", "xlsx", "csv", "html", "markdown", "text"]

MEDIA_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
}
TAKEN = "PDF, Word (.docx), Excel (.xlsx), CSV, HTML, Markdown and plain text are taken"
UNPACKED = 100_000_000  # bytes of a .docx or .xlsx, unpacked
PACKED_ENTRIES = 5_000
BEGINNING = 2048  # bytes in which a format shows itself

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OTHER_OFFICE = frozenset({"ppt/presentation.xml", "mimetype", "Index/Document.iwa"})
"""What archives of presentations, OpenDocument and Apple's programs have."""
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|<body[\s>]|<(?:p|div|table|h1|ul)[\s>]", re.IGNORECASE
)
_MARKDOWN = re.compile(r"^#{1,6} \S|^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+", re.MULTILINE)
_BINARY_NAMES = frozenset({"pdf", "docx", "xlsx", "doc", "xls"})


def kind_of(content: bytes, filename: str) -> Kind:
    """Return what a file is; raises UnreadableFileError for what is not taken, with the reason."""
    if not content.strip():
        raise UnreadableFileError("The file is empty.")
    beginning = content[:BEGINNING]
    if b"%PDF-" in beginning[:1024]:
        return "pdf"
    if beginning.startswith(b"PK"):
        return _kind_of_zip(content)
    if beginning.startswith(_OLD_OFFICE):
        if _ENCRYPTED_OFFICE in content:
            raise UnreadableFileError(
                "The file is protected by a password: remove it and send it again."
            )
        raise UnreadableFileError(
            "The file is of an old Word or Excel: save it as .docx, .xlsx or PDF."
        )
    if beginning.startswith(b"{\\rtf"):
        raise UnreadableFileError("The file is rich text (.rtf): save it as .docx or PDF.")
    if beginning.startswith(_PICTURES) or beginning[4:12] in {b"ftypheic", b"ftypavif"}:
        raise UnreadableFileError("The file is a picture: pictures are not read. " + TAKEN + ".")
    return _kind_of_text(content, filename)


def decoded(content: bytes) -> str:
    """Return a file's text, whatever it is encoded in; raises UnreadableFileError for no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _without_controls(content.decode("utf-16", "replace"))
    if b"\0" in content[:100_000]:
        raise UnreadableFileError(f"The file is no text and of no known kind: {TAKEN}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    strange = sum(sign < " " and sign not in "\t\n\r\f" for sign in text[:20_000])
    if strange * 50 > len(text[:20_000]):
        raise UnreadableFileError(f"The file is no text and of no known kind: {TAKEN}.")
    return _without_controls(text)


def _without_controls(text: str) -> str:
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return "".join(sign for sign in clean if sign >= " " or sign in "\t\n")


def _kind_of_zip(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFileError("The file is damaged: it cannot be opened.") from error
    names = {one.filename for one in entries}
    found: Kind | None = None
    if "word/document.xml" in names:
        found = "docx"
    elif "xl/workbook.xml" in names:
        found = "xlsx"
    if found is None and (other := _OTHER_OFFICE.intersection(names)):
        raise UnreadableFileError(
            "The file is a presentation: save it as PDF."
            if "ppt/presentation.xml" in other
            else "The file is of OpenOffice, LibreOffice, Pages or Numbers: save it as .docx,"
            " .xlsx or PDF."
        )
    if found is None:
        raise UnreadableFileError(f"The file is an archive (ZIP), not a document: {TAKEN}.")
    if len(entries) > PACKED_ENTRIES or sum(one.file_size for one in entries) > UNPACKED:
        raise UnreadableFileError("The file unpacks to more than any document needs.")
    if any(one.flag_bits & 1 for one in entries):
        raise UnreadableFileError(
            "The file is protected by a password: remove it and send it again."
        )
    return found


def _kind_of_text(content: bytes, filename: str) -> Kind:
    name = filename.rpartition(".")[2].lower() if "." in filename else ""
    text = decoded(content)
    if name in _BINARY_NAMES:
        raise UnreadableFileError(f"The file is called .{name} but is none: it may be damaged.")
    if name in {"md", "markdown"}:
        return "markdown"
    if name in {"csv", "tsv"}:
        return "csv"
    if name in {"html", "htm"} or _HTML.search(text[:BEGINNING]):
        return "html"
    if _MARKDOWN.search(text[:20_000]):
        return "markdown"
    return "csv" if not name and _looks_like_csv(text) else "text"


def _looks_like_csv(text: str) -> bool:
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return len(lines) > 2 and any(
        lines[0].count(sign) and {line.count(sign) for line in lines} == {lines[0].count(sign)}
        for sign in ";\t,"
    )
