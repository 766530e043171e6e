"""What may be seen of a turn while it runs: who was chosen, which tools work. Never what is said."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import AIMessage, ToolMessage

from graph.build import SPECIALITIES

TOOLS = frozenset(make.__name__ for one in SPECIALITIES for make in one.tools)
"""A model may make a name up, out of a patient's words even: only these are told."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The router chose who answers."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToolStep:
    """A tool began, or ended."""

    name: str
    state: Literal["started", "done", "failed"]


Step = Chosen | ToolStep
Watch = Callable[[Step], None]
"""Is told each step as it happens; must neither wait nor raise."""


def steps_of(updates: Mapping[str, Any]) -> Iterator[Step]:
    """Yield what the graph's nodes did, from one chunk of its stream of updates."""
    for node, update in updates.items():
        # A node whose tools were several returns several updates.
        for one in update if isinstance(update, list | tuple) else (update,):
            if isinstance(one, dict):
                yield from _steps(node, one)


def _steps(node: str, update: Mapping[str, Any]) -> Iterator[Step]:
    if node == "router" and "route" in update:
        yield Chosen(update["route"]["agent"], update["route"]["reason"])
    yield from (one for one in _tool_steps(update.get("messages", ())) if one.name in TOOLS)


def _tool_steps(messages: Iterable[object]) -> Iterator[ToolStep]:
    for message in messages:
        if isinstance(message, AIMessage):
            yield from (ToolStep(call["name"], "started") for call in message.tool_calls)
        elif isinstance(message, ToolMessage):
            yield ToolStep(message.name or "", "failed" if message.status == "error" else "done")
