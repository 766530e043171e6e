"""The documents that ship with a company, for its knowledge base at first start.

They are Markdown files in `companies/<id>/documents/`. A file begins with `# Title`, has no front
matter, and is divided by `##` headings so that each part can stand alone. The file's name is the
document's name, and the part before the first hyphen its category: `precios.md` is of the category
`precios`, `protocolo-toxina-botulinica.md` of `protocolo`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tenants.company_files import SHIPPED, CompanyFiles
from tenants.ids import CompanyId
from tenants.tenant import COMPANY_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedDocument:
    """A document as it is stored: the same name on every start, so that loading twice is loading once."""

    document_id: str
    """`shipped-` and the file's name without its ending; unique within the company."""
    filename: str
    title: str
    category: str
    text: str
    """The whole file, Markdown, with its title."""


def shipped_documents(company: CompanyId, folder: Path = SHIPPED) -> Iterator[ShippedDocument]:
    """Yield a company's documents by name; none for a company that ships without. Blocks on files."""
    if not COMPANY_ID.fullmatch(company):
        return
    for path in sorted((folder / company / "documents").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        first, _, _ = text.partition("\n")
        yield ShippedDocument(
            document_id=f"shipped-{path.stem}",
            filename=path.name,
            title=first.removeprefix("# ").strip(),
            category=path.stem.partition("-")[0],
            text=text,
        )


def documents_with(files: CompanyFiles, company: CompanyId) -> Iterator[ShippedDocument]:
    """Yield the documents that came with a company's own file.

    A company of the older system's files may be called as one of ours, but ours are invented: its
    patients must never hear our prices.
    """
    return iter(()) if files.older else shipped_documents(company, files.folder)
