"""Hold an answer to the schema that Google publishes with its client."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import googleapiclient

PLAIN: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "array": list,
    "any": object,
}


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Any]:
    shipped = Path(googleapiclient.__file__).parent / "discovery_cache/documents/calendar.v3.json"
    found: dict[str, Any] = json.loads(shipped.read_text(encoding="utf-8"))["schemas"]
    return found


def faults(answer: Any, schema: str) -> list[str]:
    """Return what an answer has that the schema does not allow, by path; empty is good."""
    return _faults(answer, {"$ref": schema}, schema)


def _faults(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    if ref := schema.get("$ref"):
        return _faults(value, _schemas()[ref], path)
    kind = schema.get("type", "any")
    fits: bool = isinstance(value, PLAIN[kind]) and not (
        kind == "integer" and isinstance(value, bool)
    )
    if not fits:
        return [f"{path}: is no {kind}"]
    if kind == "array":
        items = schema.get("items", {})
        return [
            one for at, item in enumerate(value) for one in _faults(item, items, f"{path}.{at}")
        ]
    if kind == "object":
        return _faults_of_object(value, schema, path)
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        return [f"{path}: has no offset"]
    return []


def _faults_of_object(value: dict[str, Any], schema: dict[str, Any], path: str) -> list[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    found: list[str] = []
    for name, inner in value.items():
        if name not in known and more is None:
            found.append(f"{path}.{name}: is unknown")
        else:
            found += _faults(inner, known.get(name, more), f"{path}.{name}")
    return found
