"""The company's data as rows: a line or sentence, the treatments it is about, and the money in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from safety.amounts import amounts_in, listed_in
from safety.reading import fold
from safety.seasons import Season, season_of
from safety.treatments_named import Naming

PATH = " > "
"""Between the headings that a passage's first line names."""

_PIECE = re.compile(r"\n+|(?<=[.!?])(?<!\ba\.)(?<!\bp\.)(?<!\bDr\.)(?<!\bDra\.)\s+(?=[^\sa-z])")
_MARKED = re.compile(r"\*\*|__|`|\(id [a-z0-9-]+\)")


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of the company's data."""

    text: str
    """Folded."""
    ids: frozenset[str]
    """The treatments that it is about; empty: about anything."""
    amounts: frozenset[Decimal]
    season: Season | None = None
    """When it holds; None: always."""
    under: str = ""
    """The headings of the passage that it stands in, folded."""


def rows_of(
    text: str, naming: Naming, ids: frozenset[str] = frozenset(), *, money: bool = True
) -> Iterator[Row]:
    """Yield a text's rows; a row that names no treatment is about the one named before it."""
    about, family, under = ids, frozenset[str](), ""
    for number, piece in enumerate(_PIECE.split(_MARKED.sub("", text))):
        line = " ".join(fold(piece).split())
        if not line:
            continue
        heading = number == 0 and PATH in line
        named = frozenset[str]().union(
            *(one.ids for one in naming.mentions(line, categories=heading or not ids))
        )
        if heading:
            family, under = named, line
            continue
        about = named or about
        found = [one.value for one in amounts_in(line)] if money else []
        listed = listed_in(line) if money and not found else ()
        yield Row(
            line, named or about or family, frozenset((*found, *listed)), season_of(line), under
        )


def rows_in(texts: Iterable[str], naming: Naming) -> list[Row]:
    """Return the rows of many texts."""
    return [row for text in texts for row in rows_of(text, naming)]
