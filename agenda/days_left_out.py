"""Days of the week that a patient leaves out: "cualquier día menos lunes", "any day except Mondays"."""

import re

from agenda.day_readings import DAY_NAMES, weekday_of

_LIST = rf"(?:{DAY_NAMES})(?:\s*(?:,|\b(?:y|e|ni|o|u|and|or|nor)\b)\s*(?:(?:el|los|on)\s+)?(?:{DAY_NAMES}))*"
_LEFT_OUT = re.compile(
    rf"\b(?:(?:cualquier dia|todos los dias|any ?(?:day|time)|every day|whenever)?\s*+,?\s*+"
    rf"(?:menos|excepto|salvo|que no (?:sea|sean)|except(?: for)?|other than|not)"
    rf"|(?:any ?(?:day|time)|every day)\s+but)\s+(?:(?:el|los|en|on|the)\s+)*(?P<days>{_LIST})\b"
)


def days_left_out(words: str) -> tuple[str, frozenset[int]]:
    """Return the text without what it leaves out, and those days of the week (Monday is 0)."""
    left_out = {
        weekday_of(name)
        for found in _LEFT_OUT.finditer(words)
        for name in re.findall(DAY_NAMES, found["days"])
    }
    return (_LEFT_OUT.sub(" ", words) if left_out else words), frozenset(left_out)
