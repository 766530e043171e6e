"""A company as its source wrote it, and the way from there to a checked Tenant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from tenants.errors import InvalidCompanyError
from tenants.faults import lines_of
from tenants.offer import AgendaRules, Treatment
from tenants.tenant import Tenant

Fields = dict[str, Any]
"""A company's definition in plain JSON values."""

UNITS = ("minutes", "hours", "days")
_LENGTHS: dict[type[BaseModel], tuple[str, ...]] = {
    model: tuple(
        name for name, about in model.model_fields.items() if about.annotation is timedelta
    )
    for model in (Tenant, AgendaRules, Treatment)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a source says of one company. `where` names it to the person who has to mend it."""

    company_id: str
    where: str
    fields: Fields
    origins: Mapping[str, str] = field(default_factory=dict)
    """Which environment variable a field came from, by the field's dotted path."""
    refers: bool = True
    """False when the source is known to hold no `${NAME}`: nothing need be looked for."""


def tenant_from(definition: Definition) -> Tenant:
    """Return the company, without a revision; raises InvalidCompanyError with a line for each fault."""
    fields = definition.fields
    if "revision" in fields:
        raise InvalidCompanyError(
            f"{definition.where}: revision: is computed and cannot be given (company {definition.company_id})"
        )
    timed = _with_durations(definition)
    try:
        return Tenant.model_validate(timed)
    except ValidationError as error:
        # The cause would print the offending values, and some of them are secrets.
        lines = lines_of(
            error,
            where=definition.where,
            company_id=definition.company_id,
            origins=definition.origins,
            fields=timed,
        )
        raise InvalidCompanyError("\n".join(lines)) from None


def _with_durations(definition: Definition) -> Fields:
    """Turn `duration_minutes: 45` into `duration`, wherever a company's model has a length of time."""
    fields = _timed(Tenant, definition.fields, "", definition)
    if isinstance(agenda := fields.get("agenda"), dict):
        fields["agenda"] = _timed(AgendaRules, agenda, "agenda.", definition)
    if isinstance(treatments := fields.get("treatments"), list):
        fields["treatments"] = [
            _timed(Treatment, one, f"treatments.{number}.", definition)
            if isinstance(one, dict)
            else one
            for number, one in enumerate(treatments)
        ]
    return fields


def _timed(model: type[BaseModel], fields: Fields, path: str, definition: Definition) -> Fields:
    timed = dict(fields)
    for name in _LENGTHS[model]:
        if name in fields and not isinstance(fields[name], timedelta):
            raise InvalidCompanyError(
                f"{definition.where}: {path}{name}: has no unit; write {name}_minutes, {name}_hours or {name}_days"
                f" (company {definition.company_id})"
            )
        for unit in UNITS:
            if (written := f"{name}_{unit}") in fields:
                timed[name] = _length(timed.pop(written), unit, f"{path}{written}", definition)
    return timed


def _length(value: object, unit: str, path: str, definition: Definition) -> timedelta:
    fault = (
        f"{definition.where}: {path}: must be a number of {unit} (company {definition.company_id})"
    )
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidCompanyError(fault)
    try:
        return timedelta(**{unit: value})
    except (OverflowError, ValueError) as error:
        raise InvalidCompanyError(fault) from error
