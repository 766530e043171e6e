"""What exactly differs between two states of a definition, value by value, for the trail of changes."""

from collections.abc import Iterator, Mapping
from itertools import islice

from tenants.definition import Fields
from tenants.secret_fields import SHOWN, masked

MOST = 30  # differences told of one change
LENGTH = 60  # characters of a value that is told

Difference = Mapping[str, object]
"""`{"field", "from", "to"}`; what is absent on one side is null there."""


def differences(old: Fields, new: Fields) -> list[Difference]:
    """Return what differs, the first thirty; things with an id are named by it, secrets never told.

    `treatments.botox-frente.price` says more than `treatments.3.price`, and stays true when the
    list is sorted anew.
    """
    return list(islice(_between(masked(old), masked(new), ""), MOST))


def _between(old: object, new: object, path: str) -> Iterator[Difference]:
    if old == new:
        return
    before, after = _named(old), _named(new)
    if before is None or after is None:
        yield {"field": path, "from": _told(old), "to": _told(new)}
        return
    for name in sorted(before.keys() | after.keys()):
        inner = f"{path}.{name}" if path else name
        yield from _between(before.get(name), after.get(name), inner)


def _named(value: object) -> Mapping[str, object] | None:
    """Return what is inside by its name; None for a plain value."""
    if isinstance(value, Mapping):
        return {str(name): one for name, one in value.items()}
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        ids = [str(one.get("id", "")) for one in value]
        if all(ids) and len(set(ids)) == len(ids):
            return dict(zip(ids, value, strict=True))
    return None


def _told(value: object) -> object:
    """Return a value as a trail may hold it: small, and never the whole of a long text."""
    if value is None or isinstance(value, bool | int | float) or value == SHOWN:
        return value
    if isinstance(value, str):
        return value if len(value) <= LENGTH else f"{value[: LENGTH - 1]}…"
    if isinstance(value, Mapping):
        return f"({value['id']})" if "id" in value else f"({len(value)} fields)"
    return f"({len(value)} entries)" if isinstance(value, list) else None
