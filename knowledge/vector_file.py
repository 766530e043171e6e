"""Ready vectors in a file, by what they were made of and by which model: so that a first start need not wait."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

DIGEST = 32  # bytes of a SHA-256


def read_vectors(path: Path, model: str) -> dict[str, bytes]:
    """Return float16 vectors by the digest of their text; nothing from another model or no file."""
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["model"]) != model:
            return {}
        digests, vectors = stored["digests"], stored["vectors"]
    return {
        row.tobytes().hex(): vector.tobytes() for row, vector in zip(digests, vectors, strict=True)
    }


def write_vectors(path: Path, model: str, vectors: Mapping[str, bytes]) -> None:
    """Write vectors in the order of their digests: the same vectors are the same file."""
    ordered: Sequence[str] = sorted(vectors)
    digests = [np.frombuffer(bytes.fromhex(one), np.uint8) for one in ordered]
    rows = [np.frombuffer(vectors[one], np.float16) for one in ordered]
    np.savez(
        path,
        model=np.array(model),
        digests=np.stack(digests) if digests else np.empty((0, DIGEST), np.uint8),
        vectors=np.stack(rows) if rows else np.empty((0, 0), np.float16),
    )
