"""What a company's document is: as it is handed in, and as it is kept."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from knowledge import splitting
from knowledge.errors import InvalidDocumentError

DOCUMENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
TITLE_LIMIT = 200  # characters
CATEGORY_LIMIT = 100  # characters
TEXT_LIMIT = 2_000_000  # characters
FILENAME_LIMIT = 255  # characters
METADATA_LIMIT = 64  # entries
METADATA_SIZE = 16_000  # bytes of JSON

Metadata = Mapping[str, JsonValue]
State = Literal["waiting", "fetching", "reading", "embedding", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document to be kept: Markdown or plain text. Without a title its chunks begin with their headings."""

    document_id: str
    title: str
    text: str
    category: str = ""
    metadata: Metadata = field(default_factory=dict)
    filename: str = ""
    media_type: str = "text/markdown"
    """Of the original."""
    original_bytes: int = 0
    """How large the original is that is kept beside the text; 0 when the text is the original."""
    content_hash: str = ""
    """SHA-256 of the original; empty means that of the text."""

    @property
    def size(self) -> int:
        """What the document takes of the company's megabytes: its original, or its text."""
        return self.original_bytes or len(self.text.encode("utf-8", "replace"))

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

    @property
    def original_hash(self) -> str:
        """Return the SHA-256 of what was handed in."""
        return self.content_hash or hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()

    def check(self) -> None:
        """Raise InvalidDocumentError when this cannot be kept."""
        if not DOCUMENT_ID.fullmatch(self.document_id):
            raise InvalidDocumentError(f"document_id must match {DOCUMENT_ID.pattern}")
        for name, value, limit in (
            ("title", self.title, TITLE_LIMIT),
            ("category", self.category, CATEGORY_LIMIT),
            ("filename", self.filename, FILENAME_LIMIT),
            ("text", self.text, TEXT_LIMIT),
        ):
            if len(value) > limit:
                raise InvalidDocumentError(f"{name} is longer than {limit} characters")
        if len(self.metadata) > METADATA_LIMIT:
            raise InvalidDocumentError(f"metadata has more than {METADATA_LIMIT} entries")
        try:
            metadata = json.dumps(dict(self.metadata), ensure_ascii=False, allow_nan=False).encode()
            whole = [self.title, self.category, self.filename, self.text]
            json.dumps(whole, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise InvalidDocumentError("the text is not valid Unicode") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise InvalidDocumentError("metadata is no JSON") from error
        if len(metadata) > METADATA_SIZE:
            raise InvalidDocumentError(f"metadata has more than {METADATA_SIZE} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A kept document, without its text."""

    document_id: str
    title: str
    category: str
    metadata: Metadata
    digest: str
    chunks: int
    vectors: int
    """How many chunks are embedded by `model`; the others are found by their words only."""
    model: str
    characters: int
    filename: str
    media_type: str
    size: int
    """Bytes that count towards the company's limit."""
    content_hash: str
    version: int
    """1, and one more for each replacement."""
    created_at: datetime
    updated_at: datetime

    def embedded(self, model: str) -> bool:
        """Tell whether every chunk has a vector of that model."""
        return self.model == model and self.vectors == self.chunks

    def vectors_of(self, model: str) -> int:
        """Return how many chunks have a vector of that model."""
        return self.vectors if self.model == model else 0


def chunk_id(document_id: str, number: int) -> str:
    """Name a chunk: its document and its place in it, from 0."""
    return f"{document_id}:{number}"
