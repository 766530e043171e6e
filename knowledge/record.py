"""How a document lies in Redis: one hash with everything to rebuild its chunks, one hash a chunk.

The record keeps vectors as base64, so that it can be read as text and no vector is made twice.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from pydantic import JsonValue

from integrations.embedder import Vectors
from knowledge.document import Document, Draft, chunk_id
from knowledge.query import fold, labels_of, tag

HEAD = [
    "title", "category", "metadata", "digest", "chunks", "vectors", "model", "characters",
    "filename", "media_type", "size", "content_hash", "version", "created_at", "updated_at",
]  # fmt: skip
VECTOR = "vector:"


def packed(vectors: Vectors) -> list[bytes]:
    """Return each row as RediSearch takes it: float16."""
    return [row.astype(np.float16).tobytes() for row in vectors]


def head_of(document_id: str, values: Sequence[str | None]) -> Document | None:
    """Read the fields of HEAD; None when there is no such document."""
    field = dict(zip(HEAD, values, strict=True))
    if field["digest"] is None:
        return None
    text = {name: value or "" for name, value in field.items()}
    return Document(
        document_id=document_id,
        title=text["title"],
        category=text["category"],
        metadata=json.loads(text["metadata"]),
        digest=text["digest"],
        chunks=int(text["chunks"]),
        vectors=int(text["vectors"]),
        model=text["model"],
        characters=int(text["characters"]),
        filename=text["filename"],
        media_type=text["media_type"],
        size=int(text["size"] or 0),
        content_hash=text["content_hash"],
        version=int(text["version"] or 1),
        created_at=datetime.fromisoformat(text["created_at"]),
        updated_at=datetime.fromisoformat(text["updated_at"]),
    )


def record_of(
    draft: Draft,
    chunks: Sequence[str],
    vectors: Sequence[bytes | None],
    *,
    model: str,
    version: int,
    created_at: datetime,
    updated_at: datetime,
) -> dict[str, str]:
    """Return the whole record; `vectors` are None where a chunk is not embedded yet."""
    known = [vector for vector in vectors if vector is not None]
    return {
        "title": draft.title,
        "category": draft.category,
        "metadata": json.dumps(dict(draft.metadata), ensure_ascii=False),
        "digest": draft.digest,
        "chunks": str(len(chunks)),
        "vectors": str(len(known)),
        "model": model,
        "characters": str(len(draft.text)),
        "filename": draft.filename,
        "media_type": draft.media_type,
        "size": str(draft.size),
        "content_hash": draft.original_hash,
        "version": str(version),
        "created_at": created_at.isoformat(),
        "updated_at": updated_at.isoformat(),
        "text": draft.text,
        **{chunk_field(number): text for number, text in enumerate(chunks)},
        **{
            vector_field(number): vector_text(vector)
            for number, vector in enumerate(vectors)
            if vector is not None
        },
    }


def chunk_field(number: int) -> str:
    """Name the record's field with a chunk's text."""
    return f"chunk:{number}"


def vector_field(number: int) -> str:
    """Name the record's field with a chunk's vector."""
    return f"{VECTOR}{number}"


def vector_text(vector: bytes) -> str:
    """Return a packed vector as the record keeps it."""
    return base64.b64encode(vector).decode()


def vector_of(text: str) -> bytes:
    """Return a packed vector from the text that `vector_text` made."""
    return base64.b64decode(text)


def vectors_in(record: Mapping[str, str], chunks: int) -> list[bytes | None]:
    """Return the record's vectors in the order of its chunks, None where one is missing."""
    kept = [record.get(vector_field(number)) for number in range(chunks)]
    return [base64.b64decode(one) if one else None for one in kept]


def chunk_hashes(document_id: str, record: Mapping[str, str]) -> dict[str, dict[str, str | bytes]]:
    """Return what the index covers, by chunk id, in order."""
    metadata: dict[str, JsonValue] = json.loads(record["metadata"])
    vectors = vectors_in(record, int(record["chunks"]))
    hashes: dict[str, dict[str, str | bytes]] = {}
    for number, vector in enumerate(vectors):
        text = record[chunk_field(number)]
        fields: dict[str, str | bytes] = {
            "document_id": document_id,
            "title": record["title"],
            "category": tag(record["category"]),
            "labels": "\x1f".join(labels_of(metadata)),
            "metadata": record["metadata"],
            "text": text,
            "folded": fold(text),
        }
        if vector is not None:
            fields |= chunk_vector(record["model"], vector)
        hashes[chunk_id(document_id, number)] = fields
    return hashes


def chunk_vector(model: str, vector: bytes) -> dict[str, str | bytes]:
    """Return the fields of a chunk that hold a model's vector: two models' lie side by side."""
    return {vector_name(model): vector, mark_name(model): "1"}


def vector_name(model: str) -> str:
    """Name the field, of chunks and of indexes, with a model's vectors."""
    return f"vector_{_slot(model)}"


def mark_name(model: str) -> str:
    """Name the field of a chunk that says that it has a model's vector: short, to be returned."""
    return f"has_{_slot(model)}"


def _slot(model: str) -> str:
    return hashlib.sha256(model.encode()).hexdigest()[:8]


def digest_of(chunk: str) -> str:
    """Name a chunk's text, to find a vector that was made of it before."""
    return hashlib.sha256(chunk.encode()).hexdigest()


def vectors_by_digest(fields: Mapping[str, str]) -> dict[str, bytes]:
    """Return a record's vectors by the digest of their chunk; nothing of an empty record."""
    count = int(fields.get("chunks", 0))
    return {
        digest_of(fields[chunk_field(number)]): vector
        for number, vector in enumerate(vectors_in(fields, count))
        if vector is not None
    }
