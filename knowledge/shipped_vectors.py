"""The vectors of the shipped documents, ready in a file; `python -m knowledge.shipped_vectors` makes it anew.

Without the file, or for a document that changed since, everything works: vectors are made at start.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import structlog

from integrations.embedder import Embedder
from integrations.local_embedder import LocalEmbedder
from knowledge.record import digest_of, packed
from knowledge.splitting import split
from knowledge.vector_file import read_vectors, write_vectors
from tenants.company_files import SHIPPED as COMPANIES
from tenants.ids import CompanyId
from tenants.shipped_documents import shipped_documents

logger = structlog.get_logger(__name__)

FILE = Path(__file__).parent / "shipped_vectors.npz"


def shipped_vectors(model: str, file: Path = FILE) -> dict[str, bytes]:
    """Return the ready vectors of a model by the digest of their chunk. Blocks on a file."""
    return read_vectors(file, model)


async def rebuild(embedder: Embedder, chunks: Iterable[str], file: Path = FILE) -> int:
    """Write the file for these chunks, taking over what it has already; returns how many were embedded."""
    ready = await asyncio.to_thread(read_vectors, file, embedder.model)
    wanted = {digest_of(chunk): chunk for chunk in chunks}
    missing = {digest: chunk for digest, chunk in wanted.items() if digest not in ready}
    fresh = packed(await embedder.passages(list(missing.values())))
    vectors = {**ready, **dict(zip(missing, fresh, strict=True))}
    kept = {digest: vectors[digest] for digest in wanted}
    await asyncio.to_thread(write_vectors, file, embedder.model, kept)
    return len(missing)


def shipped_chunks() -> list[str]:
    """Return every chunk of every shipped company's documents. Blocks on files."""
    companies = sorted(path.name for path in COMPANIES.iterdir() if path.is_dir())
    return [
        chunk
        for company in companies
        for document in shipped_documents(CompanyId(company))
        for chunk in split(document.title, document.text)
    ]


async def main() -> None:
    """Bring the file up to date with the shipped documents."""
    embedder = LocalEmbedder()
    try:
        made = await rebuild(embedder, await asyncio.to_thread(shipped_chunks))
    finally:
        embedder.close()
    logger.info("shipped_vectors_written", made=made, bytes=FILE.stat().st_size)


if __name__ == "__main__":
    asyncio.run(main())
