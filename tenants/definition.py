"""A company as its source wrote it, and the way from there to a checked Tenant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from tenants.errors import InvalidCompanyError
from tenants.faults import UNITS, Fault, faults_of
from tenants.offer import AgendaRules, Treatment
from tenants.tenant import Tenant

Fields = dict[str, Any]
"""A company's definition in plain JSON values."""

_LENGTHS: dict[type[BaseModel], tuple[str, ...]] = {
    model: tuple(
        name for name, about in model.model_fields.items() if about.annotation is timedelta
    )
    for model in (Tenant, AgendaRules, Treatment)
}
_SOME = timedelta(minutes=1)
"""Stands for a length that cannot be read, so that the other faults are found too."""


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
    withheld: frozenset[str] = frozenset()
    """Fields that variables without a company's suffix do not fill."""


def tenant_from(definition: Definition) -> Tenant:
    """Return the company, without a revision; raises InvalidCompanyError with a line for each fault."""
    timing = _Timing(definition)
    timed = timing.whole()
    found = timing.faults
    try:
        tenant = Tenant.model_validate(timed)
    except ValidationError as error:
        found += faults_of(
            error,
            where=definition.where,
            company_id=definition.company_id,
            origins=definition.origins,
            fields=definition.fields,
        )
    if found:
        # No cause: it would print the offending values, and some of them are secrets.
        raise InvalidCompanyError(
            "\n".join(one.line for one in found), {one.field: one.words for one in found}
        ) from None
    return tenant


class _Timing:
    """Turns `duration_minutes: 45` into `duration`, wherever a company's model has a length of time."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self.faults: list[Fault] = []

    def whole(self) -> Fields:
        written = self._definition.fields
        fields = self._timed(Tenant, written, "")
        if "revision" in fields:
            self._fault("revision", "is computed and cannot be given")
            del fields["revision"]
        if isinstance(agenda := fields.get("agenda"), dict):
            fields["agenda"] = self._timed(AgendaRules, agenda, "agenda.")
        if isinstance(treatments := fields.get("treatments"), list):
            fields["treatments"] = [
                self._timed(Treatment, one, f"treatments.{number}.")
                if isinstance(one, dict)
                else one
                for number, one in enumerate(treatments)
            ]
        return fields

    def _timed(self, model: type[BaseModel], fields: Fields, path: str) -> Fields:
        timed = dict(fields)
        for name in _LENGTHS[model]:
            if name in fields and not isinstance(fields[name], timedelta):
                units = f"{name}_minutes, {name}_hours or {name}_days"
                self._fault(path + name, f"has no unit; write {units}")
                timed[name] = _SOME
            for unit in UNITS:
                if (written := f"{name}_{unit}") in fields:
                    timed[name] = self._length(timed.pop(written), unit, path + written)
        return timed

    def _length(self, value: object, unit: str, path: str) -> timedelta:
        try:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return timedelta(**{unit: value})
        except (OverflowError, ValueError):
            pass
        self._fault(path, f"must be a number of {unit}")
        return _SOME

    def _fault(self, field: str, words: str) -> None:
        where, company = self._definition.where, self._definition.company_id
        line = f"{where}: {field}: {words} (company {company})"
        self.faults.append(Fault(field=field, words=words, line=line))
