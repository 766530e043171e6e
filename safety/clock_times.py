"""Hours of the day as people and models write them: `3:00 p. m.`, `15:30`, `a las 3`, `de 8 a 6`."""

import re
from collections.abc import Iterator

from safety.reading import fold

MIDDAY = 12 * 60
DAY = 24 * 60

_HALF = r"(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?|am\b|pm\b|de la manana|de la tarde|de la noche|da manha|da tarde|da noite|in the (?:morning|afternoon|evening)|o'?clock|hrs?\b|h\b)"
_TIME = re.compile(
    rf"(?P<cue>\b(?:a|hasta|desde|de|entre|y)\s+las?\s+|\b(?:as|das|ate as|pelas)\s+|\bat\s+|\buntil\s+|\bby\s+)?"
    rf"(?<![\d.,$/-])(?P<hour>[01]?\d|2[0-4])(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>{_HALF})?"
    r"(?![\d%/])(?!\s*(?:de\s+)?(?:dias|meses|semanas|horas|minutos|anos|sesiones|ml|mg|cc|days|weeks|months|hours|minutes|years|sessions|units|unidades|mil|millones|pesos|personas|opciones|treatments|tratamientos|sessoes|reais|pessoas|opcoes|tratamentos))"
)
_SPAN = re.compile(
    r"\b(?:de|das|from|entre|between)\s+(?P<a>\d{1,2})\s*(?:a|as|e|to|y|and|-|–)\s*(?P<b>\d{1,2})\b(?!\s*(?:dias|meses|semanas|horas|minutos|anos|sesiones|days|weeks|months|hours|minutes|years|sessions|units|unidades|mil|millones|%|ml|mg|cc|pesos|de\s))"
)
_OPENING = re.compile(
    r"\b(?:horario|abrimos|abre|aberto|funcionamos|fechamos|atendemos|abierto|atencion|open|hours|closes?|cerramos|cierra)"
)
_NAMED = {
    "mediodia": MIDDAY,
    "midday": MIDDAY,
    "noon": MIDDAY,
    "meio-dia": MIDDAY,
    "medianoche": 0,
    "midnight": 0,
}


def _readings(hour: int, minute: int, half: str) -> frozenset[int]:
    at = hour * 60 + minute
    if (
        half.startswith("p")
        or "tarde" in half
        or "noche" in half
        or "noite" in half
        or half.endswith(("noon", "evening"))
    ):
        return frozenset({at % MIDDAY + MIDDAY})
    if half.startswith("a") or "manana" in half or "manha" in half or "morning" in half:
        return frozenset({at % MIDDAY})
    if hour > 12 or hour == 0:
        return frozenset({at % DAY})
    return frozenset({at % DAY, (at + MIDDAY) % DAY})


def times_in(text: str) -> Iterator[frozenset[int]]:
    """Yield, for each hour that a text states, the minutes of the day that it may mean."""
    folded = fold(text)
    for name, minutes in _NAMED.items():
        if re.search(rf"\b{name}\b", folded):
            yield frozenset({minutes})
    for at in _TIME.finditer(folded):
        half = (
            re.sub(r"\s", "", at["half"] or "")
            if (at["half"] or "")[:1] in "ap"
            else at["half"] or ""
        )
        colon = at["minute"] is not None and folded[at.end("hour")] in ":h"
        if at["cue"] or half or colon:
            yield _readings(int(at["hour"]), int(at["minute"] or 0), half)
    if _OPENING.search(folded):
        for at in _SPAN.finditer(folded):
            for one in ("a", "b"):
                if int(at[one]) <= 24:
                    yield _readings(int(at[one]), 0, "")
