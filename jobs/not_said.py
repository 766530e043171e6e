"""Words that models hear where nobody speaks: endings of films and videos that they were taught with."""

import re
import unicodedata
from collections.abc import Sequence

_ENDINGS = re.compile(
    r"""
      amara\ org | subtitulos?\ (?:realizados?|creados?|hechos?|por|de\ la)\b
    | \b(?:subtitles?|captions?|transcribed|translated)\ by\b | \bsubtitulado\ por\b
    | \bgracias\ por\ ver(?:\ (?:el|este|mi|nuestro)\ (?:video|programa|contenido))?$
    | \bthanks?\ (?:you\ )?(?:so\ much\ )?for\ watching\b
    | \bsuscri(?:bete|banse|birse)\b.*\b(?:canal|video)\b | \bsuscribete$
    | \b(?:subscribe|like)\b.*\b(?:channel|video|button)\b
    | \bdale\ (?:like|me\ gusta)\b | \bactiva\ la\ campanita\b
    | \bhasta\ (?:el|la)\ proxim[oa]\ (?:video|capitulo|episodio)\b
    | \bsee\ you\ in\ the\ next\ (?:video|one)$
    | \b(?:www|http|https)\b.*\b(?:com|org|net|co|tv)\b$
    | \bmas\ informacion\ (?:en\ )?www\b
    """,
    re.VERBOSE,
)
_NOISE = re.compile(
    r"^(?:musica|music|aplausos|applause|risas|laughter|silencio|silence|ruido|noise|inaudible"
    r"|blank audio|no speech|sin voz)$"
)
LONGEST_ENDING = 90
"""Characters: in more than that a patient has said something besides."""
LIST = 3
"""Names in a row that nobody says and nothing else."""
CIRCLES = 4
"""Times that a phrase is said over and over before it is nobody's."""


def nobody_said(text: str, words: Sequence[str] = ()) -> bool:
    """Say whether a transcript is a model's imagination: noise, an ending, our own reminder of names."""
    bare = _bare(text)
    if not bare or _NOISE.fullmatch(bare):
        return True
    if len(bare) <= LONGEST_ENDING and _ENDINGS.search(bare):
        return True
    return _reminded(bare, words) or _in_circles(bare.split())


def _reminded(bare: str, words: Sequence[str]) -> bool:
    """Say whether all that was heard is the list of names that a model was reminded of."""
    named = [one for one in words if _bare(one) in bare]
    return len(named) >= LIST and _bare(" ".join(words)).startswith(bare)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(
        one if one.isalnum() else " " for one in plain if not unicodedata.combining(one)
    )
    return " ".join(letters.split())


def _in_circles(words: Sequence[str]) -> bool:
    """Say whether one phrase of up to eight words is all there is, many times; never a cry for help."""
    for length in range(2, 9):
        times, rest = divmod(len(words), length)
        if times >= CIRCLES and not rest and len(set(_pieces(words, length))) == 1:
            return True
    return False


def _pieces(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + length]) for at in range(0, len(words), length)]
