"""How a definition is changed in part, and what of it a clinic's own people may change."""

import math
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from tenants.definition import Fields
from tenants.secret_fields import changed_secrets
from tenants.tenant import AgentName

OWN = frozenset(
    {
        "company_name", "agent_name", "languages", "address", "phone", "website", "how_to_get_there",
        "payment_methods", "hours", "treatments", "staff", "resources", "inbox", "emergency",
    }
)  # fmt: skip
"""What a company's own key may change whole."""
OWN_WITHIN: Mapping[str, frozenset[str]] = {
    "agents": frozenset({"enabled", "temperature", "wishes", "examples"}),
    "agenda": frozenset(
        {
            "minimum_notice_minutes", "minimum_notice_hours", "minimum_notice_days", "horizon_days",
            "granularity_minutes", "granularity_hours", "hold_minutes", "hold_hours",
            "cancel_notice_minutes", "cancel_notice_hours", "cancel_notice_days", "first_visit",
            "reminder_hours", "all_day_events",
        }
    ),
    "knowledge": frozenset({"synonyms", "learns"}),
    "on_call": frozenset(
        {
            "steps", "repeat_minutes", "give_up_hours", "urgent_too", "assignment_counts",
            "inbox_template",
        }
    ),
}  # fmt: skip
"""And what in part. Everything else costs money, opens connections or holds secrets."""

ALWAYS: tuple[AgentName, ...] = ("router", "emergency")
"""Agents without a switch."""
WISHFUL: tuple[AgentName, ...] = ("sales", "support", "schedule", "availability")
"""Agents whose prompt has a place for a company's wishes."""

_REFERENCE = re.compile(r"\$\{[A-Za-z_]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def merged(target: Any, patch: Any) -> Any:
    """Return the target as a JSON merge patch changes it: null removes, a list is replaced whole.

    https://www.rfc-editor.org/rfc/rfc7396
    """
    if not isinstance(patch, dict):
        return deepcopy(patch)
    whole = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            whole.pop(name, None)
        else:
            whole[name] = merged(whole.get(name), value)
    return whole


def beyond_own(old: Fields, new: Fields) -> list[str]:
    """Return the fields that changed and that a company's own key may not change."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after or name in OWN:
            continue
        if name == "agents":
            for agent in sorted(_names(before) | _names(after)):
                inner = _changed(_at(before, agent), _at(after, agent), OWN_WITHIN[name])
                found += [f"agents.{agent}.{one}" for one in inner]
        elif name in OWN_WITHIN:
            found += [f"{name}.{one}" for one in _changed(before, after, OWN_WITHIN[name])]
        else:
            found.append(name)
    return found + _foreign_calendars(old, new)


def new_references(old: Fields, new: Fields) -> list[str]:
    """Return the fields that would be read from the environment and did not stand there before.

    A secret's place may name a variable. Anywhere else a patient could be told what the variable holds.
    """
    return list(_references(_without_secrets(old), _without_secrets(new), ""))


def unstorable(value: object, path: str = "") -> Iterator[str]:
    """Find texts with signs that no store keeps and no channel shows, and numbers that are none."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from unstorable(name, path)
            yield from unstorable(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from unstorable(one, f"{path}.{number}")
    elif (isinstance(value, str) and _UNSTORABLE.search(value)) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        yield path


def silenced(fields: Fields) -> list[str]:
    """Return where a definition would switch off what sees danger and what answers it."""
    agents = _at(fields, "agents")
    return [
        f"agents.{agent}.enabled" for agent in ALWAYS if _at(_at(agents, agent), "enabled") is False
    ]


def wish_of(fields: Fields, agent: AgentName) -> str:
    """Return what a definition wishes of an agent."""
    return str(_at(_at(_at(fields, "agents"), agent), "wishes") or "")


def with_wish(fields: Fields, agent: AgentName, text: str) -> Fields:
    """Return a definition with another wish of an agent."""
    return dict(merged(fields, {"agents": {agent: {"wishes": text}}}))


def changed_fields(old: Fields, new: Fields) -> list[str]:
    """Return the names of what differs, one level down where both sides are objects."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            found += [f"{name}.{one}" for one in _changed(before, after, frozenset())]
        else:
            found.append(name)
    return found


def _without_secrets(fields: Fields) -> Fields:
    return changed_secrets(fields, lambda *_: "")


def _references(old: object, new: object, path: str) -> Iterator[str]:
    if isinstance(new, dict):
        for name, value in new.items():
            yield from _references(_at(old, name), value, f"{path}.{name}" if path else name)
    elif isinstance(new, list):
        before = old if isinstance(old, list) else []
        for number, value in enumerate(new):
            if value not in before:
                yield from _references(None, value, f"{path}.{number}")
    elif isinstance(new, str) and new != old and _REFERENCE.search(new):
        yield path


def _changed(before: object, after: object, allowed: frozenset[str]) -> list[str]:
    names = sorted((_names(before) | _names(after)) - allowed)
    return [one for one in names if _at(before, one) != _at(after, one)]


def _foreign_calendars(old: Fields, new: Fields) -> list[str]:
    """Find calendars that appear at somebody: with shared credentials they may be another company's."""
    known = _calendars(old)
    return [
        f"staff.{number}.calendar_id"
        for number, (staff_id, calendar) in enumerate(_calendars(new).items())
        if calendar and known.get(staff_id) != calendar
    ]


def _calendars(fields: Fields) -> dict[str, str]:
    staff = fields.get("staff")
    return {
        str(one.get("id", number)): str(one.get("calendar_id") or "")
        for number, one in enumerate(staff if isinstance(staff, list) else [])
        if isinstance(one, dict)
    }


def _names(value: object) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def _at(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
