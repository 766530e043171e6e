"""What is wrong with a definition, in words for the clinic's operator; never the value itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tenants.hours import Hours, Span, SpecialDay
from tenants.offer import AgendaRules, StaffMember, Treatment
from tenants.on_call import OnCall, OnCallStep
from tenants.tenant import (
    AgentWishes,
    ChatModel,
    ChatwootConnection,
    EmergencyPlan,
    InboxManners,
    KnowledgeRules,
    Tenant,
)

_PARTS: tuple[type[BaseModel], ...] = (
    Tenant, ChatwootConnection, InboxManners, ChatModel, AgentWishes, EmergencyPlan, KnowledgeRules,
    Hours, Span, SpecialDay, Treatment, StaffMember, AgendaRules, OnCall, OnCallStep,
)  # fmt: skip
_NAMES = sorted({name for part in _PARTS for name in part.model_fields})
UNITS = ("minutes", "hours", "days")
_NAMED = re.compile(r"([a-z_]+): (.*)", re.DOTALL)
"""A fault of the whole that begins with the field it is about."""
_TIMED = {"duration", "buffer_before", "buffer_after", "minimum_notice", "granularity", "hold",
          "cancel_notice", "first_visit_duration"}  # fmt: skip
_WORDS = {
    "missing": "is missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "time_parsing": "must be a time like 08:30",
    "date_from_datetime_parsing": "must be a date like 2026-12-24",
    "date_parsing": "must be a date like 2026-12-24",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a definition."""

    field: str
    """Dotted, as it was written: `treatments.3.duration_minutes`; empty when it is about the whole."""
    words: str
    line: str
    """Source, field, what is wrong, company, and variable if one gave it."""


def faults_of(
    error: ValidationError,
    *,
    where: str,
    company_id: str,
    origins: Mapping[str, str],
    fields: object,
) -> Iterator[Fault]:
    """Say each fault; a list's item stands in the line with its id: `treatments.3 (botox).price`."""
    for one in error.errors(include_url=False, include_context=True, include_input=False):
        variable = origins.get(".".join(str(part) for part in one["loc"]))
        given = f", given by {variable}" if variable else ""
        names, place = _names(one["loc"], fields)
        words = _wording(one)
        line = f"{where}: {place or 'the company'}: {words} (company {company_id}{given})"
        if not names and (named := _NAMED.fullmatch(words)):
            names, words = named[1], named[2]
        yield Fault(field=names, words=words, line=line)


def _names(location: Sequence[int | str], fields: object) -> tuple[str, str]:
    """Return the dotted field, and the same with the ids of a list's items."""
    names: list[str] = []
    shown: list[str] = []
    here: Any = fields
    for part in location:
        name = shows = _written(str(part), here)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int) and isinstance(here, dict) and isinstance(here.get("id"), str):
            shows = f"{part} ({here['id'][:40]})"
        names.append(name)
        shown.append(shows)
    return ".".join(names), ".".join(shown)


def _written(name: str, place: object) -> str:
    """Return a length of time's name with the unit in which it was written, or in which it should be."""
    if isinstance(place, dict):
        for unit in UNITS:
            if f"{name}_{unit}" in place:
                return f"{name}_{unit}"
    return f"{name}_minutes" if name in _TIMED else name


def _wording(one: ErrorDetails) -> str:
    kind = one["type"]
    if kind in _WORDS:
        return _WORDS[kind]
    if kind == "extra_forbidden":
        close = get_close_matches(str(one["loc"][-1]), _NAMES, n=1)
        return "is no field of a company" + (f"; did you mean {close[0]}?" if close else "")
    if kind == "value_error":
        return str(one["ctx"]["error"])
    return one["msg"].replace("Input should", "must").replace("String should", "must")
