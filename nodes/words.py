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
    """Return the words of a list in `small_words`: `<name>.txt`, and `<name>.<language>.txt` where there are any."""
    files = (FOLDER / f"{name}.txt", *sorted(FOLDER.glob(f"{name}.*.txt")))
    return frozenset(word for file in files for word in file.read_text(encoding="utf-8").split())
