"""Streets, branches and people that a reply names: those of the company, or nobody's."""

import re

from safety.known import Known
from safety.reading import fold

_KINDS = {
    "carrera": "carrera", "cra": "carrera", "kra": "carrera", "kr": "carrera", "cr": "carrera", "calle": "calle",
    "cll": "calle", "cl": "calle", "avenida": "avenida", "av": "avenida", "avenue": "avenida", "ave": "avenida",
    "transversal": "transversal", "diagonal": "diagonal", "rua": "rua", "consultorio": "room", "oficina": "room",
    "suite": "room", "piso": "piso", "floor": "piso", "local": "room", "sala": "room",
}  # fmt: skip
_STREET = re.compile(
    rf"\b(?P<kind>{'|'.join(_KINDS)})\b\.?\s*(?:#|no\.?\s|n\s)?\s*(?P<number>\d+[a-z]{{0,2}})\b"
)
_DOOR = re.compile(r"#\s*(\d+[a-z]{0,2}\s*-\s*\d+)")
_ENGLISH = re.compile(
    r"\b(\d{1,5}) (?:[a-z]+ ){1,3}(?:street|st|avenue|ave|drive|dr|road|rd|boulevard|blvd|plaza|lane|way)\b"
)
_BRANCH = re.compile(
    r"(?i:\b(?:sedes?|sucursal(?:es)?|branch(?:es)?|locations?|office|unidade|clínica|clinic)\s+(?:tambi[eé]n\s+)?(?:en|in|em|de|at)\s+)(?P<place>[A-ZÁÉÍÓÚÑ]\w+)"
)
_TITLE = re.compile(
    r"(?i:\b(?:dra?|doutora?|doctora?|lic|licenciad[ao]|enf|enfermer[ao]|nurse|esteticista|cosmet[oó]log[ao]|terapeuta)\b)\.?\s+"
    r"(?P<name>[A-ZÁÉÍÓÚÑÃÂÊÔÇ][\w'-]+(?:\s+(?:de\s+|la\s+|del\s+)?[A-ZÁÉÍÓÚÑÃÂÊÔÇ][\w'-]+){0,2})"
)


def wrong_place(known: Known, sentence: str, folded: str) -> bool:
    """Say whether a sentence names a street, a door or a town where the company is not."""
    there = known.addresses
    streets = _streets(folded)
    if streets and not streets <= _streets(there):
        return True
    doors = {_tight(one) for one in _DOOR.findall(folded)}
    if doors and not doors <= {_tight(one) for one in _DOOR.findall(there)}:
        return True
    if any(number not in there for number in _ENGLISH.findall(folded)):
        return True
    return any(not _known(at["place"], there) for at in _BRANCH.finditer(sentence))


def wrong_person(known: Known, sentence: str) -> bool:
    """Say whether a sentence names somebody with a title whom the company has not."""
    there = known.addresses
    return any(
        not all(_known(word, there) for word in at["name"].split() if word[0].isupper())
        for at in _TITLE.finditer(sentence)
    )


def _streets(folded: str) -> set[tuple[str, str]]:
    return {(_KINDS[at["kind"]], at["number"]) for at in _STREET.finditer(folded)}


def _tight(text: str) -> str:
    return re.sub(r"\s", "", text)


def _known(word: str, there: str) -> bool:
    return bool(re.search(rf"\b{re.escape(fold(word))}\b", there))
