"""A Portuguese message told so that the readers of Spanish days, hours, names and choices understand it.

Cues and small words are read in Portuguese; what this rewrites is only what stands in a pattern
of time, of a person's name, or of a choice among those offered.
"""

import re

from agenda.portuguese_times import in_spanish

_TOLD: tuple[tuple[str, str], ...] = (
    (r"(?:o )?meu nome(?: completo)? [ée]", "mi nombre es"),
    (r"(?:eu )?(?:me chamo|chamo-me)", "me llamo"),
    (r"(?:em|no) nome d[eoa]", "a nombre de"),
    (r"(?:[Ee]u )?[Ss]ou (?:[oa] )?(?=[A-ZÀ-Ú])", "soy "),
    (r"[Aa]qui (?:[ée]|quem fala [ée]) (?:[oa] )?(?=[A-ZÀ-Ú])", "soy "),
    (r"[Nn][ãa]o,? [ée] (?=[A-ZÀ-Ú])", "no, es "),
    (r"o (primeiro|segundo|terceiro|quarto|quinto|sexto|[úu]ltimo)", r"el \1"),
    (r"a (primeira|segunda|terceira|quarta|quinta|sexta|[úu]ltima)(?! ?-?feira)", r"la \1"),
    (r"primeiro", "primero"),
    (r"primeira", "primera"),
    (r"terceir([oa])", r"tercer\1"),
    (r"op[çc][ãa]o", "opción"),
    (r"com (?:[oa] )?(?=dra?\b|doutora?\b)", "con "),
    (r"doutor(a?)", r"doctor\1"),
)  # fmt: skip
_IN_THE = (
    (r"no(?! puedo)", "en el"),
    (r"na", "en la"),
    (r"pro|para o", "para el"),
    (r"o(?= dia)", "el"),
)
_INTRODUCED = [
    (re.compile(rf"\b(?:{shape})", 0 if "[A-Z" in shape else re.IGNORECASE), told)
    for shape, told in _TOLD
]
_LEFT = [(re.compile(rf"\b(?:{shape})\b(?!,)", re.IGNORECASE), told) for shape, told in _IN_THE]


def told_in_spanish(text: str) -> str:
    """Return a Portuguese message with its times, introductions and choices in Spanish words."""
    for portuguese, spanish in _INTRODUCED:
        text = portuguese.sub(spanish, text)
    text = in_spanish(text)
    for portuguese, spanish in _LEFT:
        # What is left of "no" means "in the" and would be read as a refusal.
        text = portuguese.sub(spanish, text)
    return text
