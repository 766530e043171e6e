"""What is wrong with a definition, in words for the clinic's operator; never the value itself."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tenants.hours import Hours, Span, SpecialDay
from tenants.offer import AgendaRules, StaffMember, Treatment
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
    Hours, Span, SpecialDay, Treatment, StaffMember, AgendaRules,
)  # fmt: skip
_NAMES = sorted({name for part in _PARTS for name in part.model_fields})
_TIMED = {"duration", "buffer_before", "buffer_after", "minimum_notice", "granularity", "hold",
          "cancel_notice"}  # fmt: skip
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


def lines_of(
    error: ValidationError,
    *,
    where: str,
    company_id: str,
    origins: Mapping[str, str],
    fields: object,
) -> Iterator[str]:
    """Say each fault on one line: source, field, what is wrong, company, and variable if one gave it."""
    for one in error.errors(include_url=False, include_context=True, include_input=False):
        variable = origins.get(".".join(str(part) for part in one["loc"]))
        given = f", given by {variable}" if variable else ""
        place = _place(one["loc"], fields) or "the company"
        yield f"{where}: {place}: {_wording(one)} (company {company_id}{given})"


def _place(location: Sequence[int | str], fields: object) -> str:
    """Return the dotted field; a list's item is shown with its id: `treatments.3 (botox).price`."""
    words: list[str] = []
    here: Any = fields
    for part in location:
        name = f"{part}_minutes" if part in _TIMED else str(part)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int) and isinstance(here, dict) and isinstance(here.get("id"), str):
            name = f"{part} ({here['id'][:40]})"
        words.append(name)
    return ".".join(words)


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
