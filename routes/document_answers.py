"""Documents and uploads as the API shows them."""

from typing import Any

from pydantic import JsonValue

from knowledge.document import Document
from knowledge.ingestion import Accepted
from knowledge.uploads import Upload


def row_of(document: Document, embedded: int) -> dict[str, Any]:
    """Return a document as lists show it."""
    return {
        "id": document.document_id,
        "filename": document.filename or document.title or document.document_id,
        "title": document.title,
        "category": document.category,
        "chunks": document.chunks,
        "created_at": document.created_at.isoformat(),
        "updated_at": document.updated_at.isoformat(),
        "version": document.version,
        **progress_of(document, embedded),
    }


def progress_of(document: Document, embedded: int) -> dict[str, Any]:
    """Return how much of a document is found by its sense."""
    return {
        "state": "ready" if embedded == document.chunks else "embedding",
        "percent": 100 * embedded // max(1, document.chunks),
        "embedded_chunks": embedded,
    }


def metadata_of(document: Document) -> dict[str, JsonValue]:
    """Return what was said of a document, its category among it."""
    category = {"category": document.category} if document.category else {}
    return {**category, **document.metadata}


def waiting_of(upload: Upload) -> dict[str, Any]:
    """Describe an upload that is no document yet, or the one that replaces it."""
    return {
        "id": upload.document_id,
        "filename": upload.filename or upload.title or upload.document_id,
        "state": upload.state,
        "percent": upload.percent,
        "reason": upload.reason or None,
        "url": upload.url or None,
        "since": upload.at,
        "who": upload.who,
    }


def status_of(accepted: Accepted, *, made: int) -> int:
    """Return the status of an answer; `made` when a document was made or replaced."""
    if accepted.upload is not None:
        return 202
    return 200 if accepted.unchanged else made
