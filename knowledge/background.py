"""What all texts have in common for a model, so that it does not count; `python -m knowledge.background` makes it anew.

Models of the e5 kind put any two texts close together: most of a cosine says that both are texts of
people. Taken away from a question, that leaves more of what it asks.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

from integrations.embedder import Vectors
from integrations.local_embedder import MODEL
from knowledge.record import packed
from knowledge.shipped_vectors import shipped_vectors
from knowledge.vector_file import read_vectors, write_vectors

logger = structlog.get_logger(__name__)

FILE = Path(__file__).parent / "background.npz"
SHARE = 0.3  # of what is common that is taken away; 0.3 to 0.5 were measured alike
MEAN = "00" * 32


@dataclass(frozen=True, slots=True)
class Background:
    """The mean of many passages of one model."""

    mean: Vectors

    def without(self, question: Vectors) -> tuple[Vectors, float]:
        """Return one question's row without what is common, and what a cosine with it is too high by."""
        rest = question - SHARE * self.mean
        unit: Vectors = rest / np.linalg.norm(rest)
        return unit, SHARE * float(unit[0] @ self.mean)


def background_of(model: str) -> Background | None:
    """Return what is known of a model; None of those that were not measured."""
    return _KNOWN.get(model)


def _read(model: str) -> dict[str, Background]:
    kept = read_vectors(FILE, model).get(MEAN)
    return {model: Background(np.frombuffer(kept, np.float16).astype(np.float32))} if kept else {}


async def main() -> None:
    """Write the mean of the shipped documents' vectors. Thresholds are measured with it: see the README."""
    vectors = await asyncio.to_thread(shipped_vectors, MODEL)
    rows = [np.frombuffer(one, np.float16).astype(np.float32) for one in vectors.values()]
    (mean,) = packed(np.stack([np.mean(rows, axis=0)]))
    await asyncio.to_thread(write_vectors, FILE, MODEL, {MEAN: mean})
    logger.info("background_written", passages=len(rows))


_KNOWN = _read(MODEL)

if __name__ == "__main__":
    asyncio.run(main())
