"""What a company's document is: as it is handed in, and as it is kept."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from knowledge import splitting
from knowledge.errors import InvalidDocumentError

DOCUMENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
TITLE_LIMIT = 200  # characters
CATEGORY_LIMIT = 100  # characters
TEXT_LIMIT = 2_000_000  # characters
METADATA_LIMIT = 20  # entries
VALUE_LIMIT = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document to be kept: Markdown or plain text."""

    document_id: str
    title: str
    text: str
    category: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Name the content and the way it is split: equal digests need no work."""
        whole = [
            splitting.VERSION,
            self.title,
            self.category,
            self.text,
            sorted(self.metadata.items()),
        ]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()

    def check(self) -> None:
        """Raise InvalidDocumentError when this cannot be kept."""
        if not DOCUMENT_ID.fullmatch(self.document_id):
            raise InvalidDocumentError(f"document_id must match {DOCUMENT_ID.pattern}")
        for name, value, limit in (
            ("title", self.title, TITLE_LIMIT),
            ("category", self.category, CATEGORY_LIMIT),
            ("text", self.text, TEXT_LIMIT),
        ):
            if len(value) > limit:
                raise InvalidDocumentError(f"{name} is longer than {limit} characters")
        if not self.title.strip():
            raise InvalidDocumentError("title is empty")
        if len(self.metadata) > METADATA_LIMIT or any(
            len(part) > VALUE_LIMIT for pair in self.metadata.items() for part in pair
        ):
            raise InvalidDocumentError(
                f"metadata may have {METADATA_LIMIT} entries of {VALUE_LIMIT} characters each"
            )
        try:
            json.dumps(
                [self.title, self.category, self.text, dict(self.metadata)], ensure_ascii=False
            ).encode()
        except UnicodeEncodeError as error:
            raise InvalidDocumentError("the text is not valid Unicode") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A kept document, without its text."""

    document_id: str
    title: str
    category: str
    metadata: Mapping[str, str]
    digest: str
    chunks: int
    vectors: int
    """How many chunks are embedded by `model`; the others are found by their words only."""
    model: str
    characters: int
    created_at: datetime
    updated_at: datetime

    def embedded(self, model: str) -> bool:
        """Tell whether every chunk has a vector of that model."""
        return self.model == model and self.vectors == self.chunks


def chunk_id(document_id: str, number: int) -> str:
    """Name a chunk: its document and its place in it, from 0."""
    return f"{document_id}:{number}"
