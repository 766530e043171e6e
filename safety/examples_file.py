"""The approved examples, and their vectors, which are shipped so that a start takes no time.

After a change of the examples run `python -m safety.examples_file`; vectors that do not belong
to the examples and the model at hand are never used.
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from integrations.embedder import Embedder, Vectors
from safety.alarm import GROUPS, Group, Level

EXAMPLES = Path(__file__).parent / "examples"
VECTORS = EXAMPLES / "vectors.npz"
DANGER = ("danger.es.txt", "danger.en.txt", "danger.pt.txt")
LEVELS: tuple[Level, ...] = get_args(Level)
HARMLESS = ("harmless.es.txt", "harmless.en.txt", "harmless.pt.txt")

_WORD = re.compile(r"[^\W\d_]+")


class ExamplesError(ValueError):
    """An example file says something else than examples; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Example:
    """Something a patient could write; harmless when it has no group."""

    text: str
    group: Group | None = None
    level: Level = "urgent"


def _heading(line: str) -> tuple[Group, Level]:
    wanted = tuple(line.strip("[]").split())
    for group in GROUPS:
        for level in LEVELS:
            if wanted == (group, level):
                return group, level
    raise ExamplesError(f"no such group or level: {line}")


def read_examples() -> tuple[Example, ...]:
    """Return every approved example, in the order of the files. Raises ExamplesError."""
    examples: list[Example] = []
    for name in (*DANGER, *HARMLESS):
        group: Group | None = None
        level: Level = "urgent"
        for raw in (EXAMPLES / name).read_text(encoding="utf-8").splitlines():
            line = raw.strip()
            if line.startswith("["):
                group, level = _heading(line)
            elif line and not line.startswith("#"):
                if name in DANGER and group is None:
                    raise ExamplesError(f"{name}: {line} stands under no heading")
                examples.append(Example(line, group, level))
    return tuple(examples)


def example_words() -> set[str]:
    """Return every word of the examples."""
    return {word for one in read_examples() for word in _WORD.findall(one.text)}


def _digest(examples: Sequence[Example], model: str) -> str:
    text = "\n".join((model, *(example.text for example in examples)))
    return hashlib.sha256(text.encode()).hexdigest()


def shipped_vectors(examples: Sequence[Example], model: str) -> Vectors | None:
    """Return the shipped vectors, or None when they were made of other examples or by another model."""
    if not VECTORS.is_file():
        return None
    with np.load(VECTORS) as stored:
        if str(stored["digest"]) != _digest(examples, model):
            return None
        vectors: Vectors = stored["vectors"].astype(np.float32)
        return vectors


async def ship_vectors(embedder: Embedder, file: Path = VECTORS) -> int:
    """Embed every example and write the vectors; returns how many there are."""
    examples = read_examples()
    vectors = await embedder.questions([example.text for example in examples])
    await asyncio.to_thread(
        np.savez_compressed,
        file,
        vectors=vectors.astype(np.float16),
        digest=np.array(_digest(examples, embedder.model)),
    )
    return len(examples)


async def _ship() -> None:
    from integrations.local_embedder import LocalEmbedder

    embedder = LocalEmbedder()
    count = await ship_vectors(embedder)
    embedder.close()
    print(f"{count} examples: {VECTORS}")  # noqa: T201 # Said to whoever ran the command.


if __name__ == "__main__":
    asyncio.run(_ship())
