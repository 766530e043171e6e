"""Text as words, for the rules that need no model: lower case, without accents."""

import re
import unicodedata
from pathlib import Path

FOLDER = Path(__file__).parent / "small_words"
WORD = re.compile(r"[a-z0-9]+")
SPACES = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return text in lower case without accents, in single spaces: `¿CUÁNTO  vale?` is `¿cuanto vale?`."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return SPACES.sub(
        " ", "".join(sign for sign in bare if not unicodedata.combining(sign))
    ).strip()


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return WORD.findall(folded(text))


def word_list(name: str) -> frozenset[str]:
    """Return the words of a file in `small_words`."""
    return frozenset((FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())
