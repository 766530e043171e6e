"""Texts that patients never see, recognised wherever a reply repeats them word for word."""

import re
from collections.abc import Iterable

from safety.reading import fold

RUN = 9
"""Words in a row that nobody writes by chance; short rules ("Never promise a result.") stay sayable."""

_WORD = re.compile(r"[a-z0-9]+")
_SLOT = re.compile(r"\$\{?\w+\}?")


class Verbatim:
    """The runs of words of some texts; what stands in a template's slot is not theirs."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the texts as they are written."""
        self._runs = frozenset(
            run for text in texts for piece in _SLOT.split(text) for run in _runs(piece)
        )

    def repeated(self, text: str) -> bool:
        """Say whether a text repeats a long part of one of them, whatever its signs and lines."""
        return any(run in self._runs for run in _runs(text))


def _runs(text: str) -> Iterable[str]:
    words = _WORD.findall(fold(text))
    return (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
