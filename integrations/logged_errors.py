"""Errors as the log shows them: where they came from and what kind, and their words only if they are ours.

A library's message repeats what it was given: a validator the value, a parser the line, a database
the query. That may be what a patient wrote. Our own messages are written for the log.
"""

from collections.abc import Iterator
from typing import Any

from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo

OURS = frozenset(
    {
        "agenda", "commands", "graph", "integrations", "jobs", "knowledge", "nodes", "routes",
        "safety", "server", "tenants", "tools",
    }
)  # fmt: skip
LEFT_OUT = "(left out)"

_transformed = ExceptionDictTransformer(show_locals=False)


def logged_errors(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """Return an error and what led to it, as structlog's transformer does, without others' words."""
    ours = {(type(one).__name__, str(one)) for one in _chain(exc_info[1]) if _is_ours(one)}
    return [_without_words(one, ours) for one in _transformed(exc_info)]


def _is_ours(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in OURS


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _without_words(stack: dict[str, Any], ours: set[tuple[str, str]]) -> dict[str, Any]:
    kept = (stack["exc_type"], stack["exc_value"]) in ours
    return {
        **stack,
        "exc_value": stack["exc_value"] if kept else LEFT_OUT,
        "exc_notes": [],
        "exceptions": [
            [_without_words(one, ours) for one in group] for group in stack.get("exceptions", ())
        ],
    }
