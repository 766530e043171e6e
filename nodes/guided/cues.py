"""The cues that tell what a patient wants: expressions kept as data, one file a language."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from nodes.words import folded

FOLDER = Path(__file__).parent / "cues"
THUMBS = ("👍", "👌", "✅", "🙌")


def _unaccented(pattern: str) -> str:
    # Lower-casing would turn \W into \w.
    decomposed = unicodedata.normalize("NFKD", pattern)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _read() -> Mapping[str, re.Pattern[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for cue, patterns in tomllib.loads(file.read_text("utf-8")).items():
            found.setdefault(cue, []).extend(f"(?:{_unaccented(one)})" for one in patterns)
    return {cue: re.compile("|".join(patterns)) for cue, patterns in found.items()}


# Read at import: the event loop must not wait for a disk.
_CUES = _read()


def cues_in(text: str) -> frozenset[str]:
    """Return the names of the cues that a text gives; patients mix languages, so all are tried."""
    plain = folded(text)
    found = {cue for cue, pattern in _CUES.items() if pattern.search(plain)}
    if text.strip().startswith(THUMBS):
        found.add("yes")
    return frozenset(found)


def without(cue: str, text: str) -> str:
    """Return the folded text with what gave a cue taken out."""
    return _CUES[cue].sub(" ", folded(text))


def found_by(cue: str, text: str) -> str:
    """Return the words that gave a cue."""
    found = _CUES[cue].search(folded(text))
    return found[0] if found else ""
