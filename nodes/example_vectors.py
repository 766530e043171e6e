"""The shipped example utterances and their vectors; `python -m nodes.example_vectors` makes the vectors anew.

An example without a ready vector is embedded at start, in the background; words decide until then.
"""

import asyncio
import hashlib
from pathlib import Path

import structlog

from integrations.embedder import Embedder
from integrations.local_embedder import LocalEmbedder
from knowledge.record import packed
from knowledge.vector_file import read_vectors, write_vectors
from nodes.state import Agent

logger = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent / "examples"
FILE = FOLDER / "vectors.npz"
ANSWERING: tuple[Agent, ...] = ("sales", "support", "schedule", "availability")
"""Emergency is not among them: only a red flag leads there."""


def examples(folder: Path = FOLDER) -> list[tuple[str, Agent]]:
    """Return every shipped utterance with its agent, both languages. Blocks on files."""
    found: list[tuple[str, Agent]] = []
    for agent in ANSWERING:
        for path in sorted(folder.glob(f"*/{agent}.txt")):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [(line.strip(), agent) for line in lines if line.strip()]
    return found


def ready_vectors(model: str, file: Path = FILE) -> dict[str, bytes]:
    """Return the ready vectors of a model by the digest of their utterance. Blocks on a file."""
    return read_vectors(file, model)


def digest_of(utterance: str) -> str:
    """Name an utterance in the file of vectors."""
    return hashlib.sha256(utterance.encode()).hexdigest()


async def rebuild(embedder: Embedder, folder: Path = FOLDER, file: Path = FILE) -> int:
    """Write the file for the examples in a folder; returns how many had to be embedded."""
    utterances = {digest_of(text): text for text, _ in await asyncio.to_thread(examples, folder)}
    ready = await asyncio.to_thread(read_vectors, file, embedder.model)
    missing = {digest: text for digest, text in utterances.items() if digest not in ready}
    fresh = packed(await embedder.questions(list(missing.values())))
    vectors = {**ready, **dict(zip(missing, fresh, strict=True))}
    kept = {digest: vectors[digest] for digest in utterances}
    await asyncio.to_thread(write_vectors, file, embedder.model, kept)
    return len(missing)


async def main() -> None:
    """Bring the file up to date with the shipped examples."""
    embedder = LocalEmbedder()
    try:
        made = await rebuild(embedder)
    finally:
        embedder.close()
    logger.info("example_vectors_written", made=made, bytes=FILE.stat().st_size)


if __name__ == "__main__":
    asyncio.run(main())
