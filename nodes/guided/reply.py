"""What the guided agent answers, and the sentences it is made of."""

import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from nodes.guided.turn import Turn
from nodes.state import Booking
from tenants.tenant import Language

FOLDER = Path(__file__).parent / "sentences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text with what it does to the booking and what is worth remembering next turn."""

    text: str
    booking: Booking | None = None
    keeps_booking: bool = True
    """True leaves the state's booking alone, whatever `booking` says."""
    notes: Mapping[str, Any] = field(default_factory=dict)

    def then(self, text: str) -> "Reply":
        """Return the reply with another paragraph."""
        return replace(self, text=f"{self.text}\n\n{text}") if text else self


def _read(language: Language) -> Mapping[str, Sequence[str]]:
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return {key: [one] if isinstance(one, str) else one for key, one in content.items()}


# Read at import: the event loop must not wait for a disk.
_SENTENCES: Mapping[Language, Mapping[str, Sequence[str]]] = {
    one: _read(one) for one in get_args(Language)
}


def say(turn: Turn, key: str, /, **values: object) -> str:
    """Return a sentence in the patient's language; which wording depends on the turn's number."""
    return sentence(turn.language, key, turn.number, **values)


def sentence(language: Language, key: str, variant: int = 0, /, **values: object) -> str:
    """Return one wording of a sentence with its blanks filled; what fills them is never a template."""
    wordings = _SENTENCES[language][key]
    filled = string.Template(wordings[variant % len(wordings)]).substitute(
        {name: str(value) for name, value in values.items()}
    )
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", filled).strip()


def listed(turn: Turn, items: Sequence[str], *, last: str = "and") -> str:
    """Join items as people do: `a, b y c`; `last` is "and" or "or"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {_joint(turn.language, items[-1], last)} {items[-1]}"


def _joint(language: Language, following: str, last: str) -> str:
    if language == "en":
        return last
    if language == "pt":
        return "ou" if last == "or" else "e"
    sound = following.strip().lower()
    if last == "or":
        return "u" if sound.startswith(("o", "ho")) else "o"
    return "e" if sound.startswith(("i", "hi")) and not sound.startswith(("hie", "ia")) else "y"


def numbered(items: Sequence[str]) -> str:
    """Return items one a line with their numbers."""
    return "\n".join(f"{number}. {one}" for number, one in enumerate(items, start=1))


def finished(text: str) -> str:
    """Return a text of the company as a sentence: one full stop at its end."""
    clean = " ".join(text.split())
    return clean if not clean or clean[-1] in ".!?…" else f"{clean}."
