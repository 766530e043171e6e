"""Which fields of a company are secret: read from the company's own types, so that none is forgotten."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from tenants.definition import Fields
from tenants.tenant import Tenant

SHOWN = "***"
"""Stands for a secret where a company is shown; written back, it keeps the secret that is stored."""

Plan = Mapping[str, "Plan | None"]
"""The fields that are secret (None) or have secrets within, by name."""
Change = Callable[[str, str], str]
"""Takes a secret's dotted field, a list's item numbered, and its value; returns what replaces it."""


def changed_secrets(fields: Fields, change: Change) -> Fields:
    """Return a copy with each secret changed; an empty one, or one that is no text, stays as it is."""
    return dict(_changed(fields, _plan(Tenant), "", change))


def masked(fields: Fields) -> Fields:
    """Return a company as it may be shown: secrets as `***`, `${NAME}` references as they are."""
    return changed_secrets(
        fields, lambda _, value: value if value.startswith("${") and value.endswith("}") else SHOWN
    )


def numberless(path: str) -> str:
    """Return a field without its place in a list: `chatwoot.webhook_secrets.1` loses the 1."""
    return ".".join(part for part in path.split(".") if not part.isdigit())


def value_at(fields: object, path: str) -> object:
    """Return what stands at a dotted field, or None."""
    for part in path.split("."):
        if isinstance(fields, list):
            fields = fields[int(part)] if part.isdigit() and int(part) < len(fields) else None
        else:
            fields = fields.get(part) if isinstance(fields, dict) else None
    return fields


def _changed(value: Any, plan: Plan | None, path: str, change: Change) -> Any:
    if isinstance(value, list):
        return [_changed(one, plan, f"{path}.{number}", change) for number, one in enumerate(value)]
    if plan is None:
        return change(path, value) if isinstance(value, str) and value else value
    if not isinstance(value, dict):
        return value
    return {
        name: _changed(one, plan[name], f"{path}.{name}" if path else name, change)
        if name in plan
        else one
        for name, one in value.items()
    }


@cache
def _plan(model: type[BaseModel]) -> Plan:
    plan: dict[str, Plan | None] = {}
    for name, about in model.model_fields.items():
        for kind in _kinds(about.annotation):
            if issubclass(kind, SecretStr):
                plan[name] = None
            elif issubclass(kind, BaseModel) and (inner := _plan(kind)):
                plan[name] = inner
    return plan


def _kinds(annotation: Any) -> list[type]:
    if inner := get_args(annotation):
        return [kind for one in inner for kind in _kinds(one)]
    return [annotation] if isinstance(annotation, type) else []
