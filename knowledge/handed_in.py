"""What somebody hands in to become a document."""

import hashlib
import json
from dataclasses import dataclass, field

from knowledge.document import Document, Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What somebody hands in: a file, or text when `plain`."""

    content: bytes
    filename: str = ""
    title: str = ""
    category: str = ""
    metadata: Metadata = field(default_factory=dict)
    document_id: str = ""
    """Empty: made from the content, so that the same thing is the same document."""
    plain: bool = False

    @property
    def name(self) -> str:
        """The document's id."""
        return self.document_id or document_id_of(
            self.content, self.filename, self.title, self.category, self.metadata
        )

    def made(self, document: Document) -> bool:
        """Tell whether this is what a document was made of."""
        return (
            document.content_hash == hashlib.sha256(self.content).hexdigest()
            and document.filename == self.filename
            and document.category == self.category
            and document.metadata == self.metadata
            and self.title in {"", document.title}
        )


def document_id_of(
    content: bytes, filename: str, title: str, category: str, metadata: Metadata
) -> str:
    """Name a document by what it is: handed in twice, it is one."""
    about = json.dumps([filename, title, category, dict(metadata)], sort_keys=True)
    digest = hashlib.sha256(content + b"\0" + about.encode("utf-8", "replace")).hexdigest()
    return f"doc_{digest[:20]}"
