"""Lists of words kept as data beside the code, folded when they are read.

`lists/<name>.txt` and `lists/<name>.<language>.txt` are one list: patients mix languages.
"""

from pathlib import Path

from nodes.words import words_of

FOLDER = Path(__file__).parent / "lists"


def word_groups(name: str) -> list[list[str]]:
    """Return the words of a list, one group a line; lines that begin with # are remarks."""
    files = (FOLDER / f"{name}.txt", *sorted(FOLDER.glob(f"{name}.*.txt")))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [words_of(line) for line in lines if line and not line.startswith("#")]


def word_list(name: str) -> frozenset[str]:
    """Return all words of a list."""
    return frozenset(word for group in word_groups(name) for word in group)
