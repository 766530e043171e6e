"""What may be told on of a photo: what was seen, without a name for it."""

import re

from safety.claims import doses_in, names_condition, states_diagnosis
from safety.reading import fold

_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){11,}")
"""Of cards, accounts and identities; a phone is shorter."""
_SIGNS = str.maketrans({"[": "(", "]": ")", "<": "‹", ">": "›", "«": "‹", "»": "›"})


def neutral(text: str, limit: int) -> str:
    """Return a description without the sentences that diagnose, name a disease or a medicine."""
    kept = [one for one in _SENTENCE.split(plain(text, limit * 2)) if one and not _judges(one)]
    return " ".join(kept)[:limit].strip()


def plain(text: str, limit: int) -> str:
    """Return text of unknown origin on one line: no signs of ours, no long numbers."""
    line = " ".join(text.translate(_SIGNS).split())
    return _LONG_NUMBER.sub("…", line)[:limit]


def _judges(sentence: str) -> bool:
    folded = " ".join(fold(sentence).split())
    return names_condition(folded) or states_diagnosis(folded) or bool(doses_in(folded))
