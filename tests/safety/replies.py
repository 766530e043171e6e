"""Reads `corpus/replies.txt`: what may be said with the shipped companies' data, and what may not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast, get_args

from knowledge.splitting import split
from tenants.tenant import Language, Tenant
from tests.safety.companies import shipped
from tools.price_text import price_text

FILE = Path(__file__).parent / "corpus" / "replies.txt"
DOCUMENTS = Path(__file__).parents[2] / "tenants" / "companies"


@dataclass(slots=True)
class Case:
    """What one turn knew."""

    tenant: Tenant
    language: Language
    passages: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    acted: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A reply in its case; `kind` is empty when it may be sent."""

    case: Case
    text: str
    kind: str


@cache
def replies() -> tuple[Written, ...]:
    """Return every reply of the file, in order."""
    return tuple(_read(FILE.read_text(encoding="utf-8").splitlines()))


def _read(lines: list[str]) -> Iterator[Written]:
    case: Case | None = None
    for line in lines:
        mark, _, rest = line.partition(" ")
        if mark == "@":
            company, language = rest.split()
            assert language in get_args(Language)
            case = Case(shipped(company), cast("Language", language))
        elif case is None or not rest:
            continue
        elif mark == "+":
            yield Written(case, rest.replace("\\n", "\n"), "")
        elif mark == "-":
            text, _, kind = rest.partition(" => ")
            yield Written(case, text, kind)
        else:
            _learn(case, mark, rest)


def _learn(case: Case, mark: str, rest: str) -> None:
    match mark:
        case "list:":
            case.facts += [_told(case, one) for one in rest.split(", ")]
        case "docs:":
            case.passages += [text for one in rest.split(", ") for text in _chunks(case, one)]
        case "fact:":
            case.facts.append(rest)
        case "said:":
            case.said.append(rest)
        case "acted:":
            case.acted = True


def _told(case: Case, treatment_id: str) -> str:
    one = case.tenant.treatment(treatment_id)
    assert one is not None, treatment_id
    price = price_text(case.tenant, one, case.language)
    notes = (one.price_note, one.deposit_note, one.description, one.preparation, one.aftercare)
    minutes = int(one.duration.total_seconds() // 60)
    return "\n".join((f"- {one.name} (id {one.id}): {price}; {minutes} min", *notes))


def _chunks(case: Case, wanted: str) -> list[str]:
    name, _, heading = wanted.partition("#")
    file = DOCUMENTS / case.tenant.company_id / "documents" / name
    text = file.read_text(encoding="utf-8")
    title = text.splitlines()[0].removeprefix("# ")
    found = [one for one in split(title, text) if heading in one.partition("\n")[0]]
    assert found, wanted
    return found
