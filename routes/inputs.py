"""What a handler reads of a request, found in its own code: so the API's description cannot say otherwise."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType, MethodType
from typing import Any

from pydantic import BaseModel

OURS = "routes."
"""Only our own functions are followed."""


@dataclass(slots=True)
class Inputs:
    """What is read of a request, and with which statuses it is answered when all is well."""

    query: list[type[BaseModel]] = field(default_factory=list)
    body: list[type[BaseModel]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Fields of a form that hold a file."""
    raw: bool = False
    """A body that is read as bytes."""
    names_company: bool = False
    """The company stands in a header, in the query, or is the key's own."""
    events: bool = False
    """Answered by a stream of events."""
    statuses: set[int] = field(default_factory=set)


def inputs_of(handler: Callable[..., Any]) -> Inputs:
    """Return what a handler and everything of ours that it calls read."""
    found = Inputs()
    bare = inspect.unwrap(handler)
    if isinstance(bare, MethodType):
        _follow(bare.__func__, bare.__self__, found, set())
    elif isinstance(bare, FunctionType):
        _follow(bare, None, found, set())
    return found


def _follow(function: Any, owner: object, found: Inputs, seen: set[Any]) -> None:
    if function in seen:
        return
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        _note(call, function, found)
        for called in _called(call, function, owner):
            _follow(called, owner, found, seen)


def _note(call: ast.Call, function: FunctionType, found: Inputs) -> None:
    name = _name(call.func)
    models = list(_models(call, function))
    if name == "json_body":
        found.body += models
    elif name == "query":
        found.query += models
    elif name == "form_with_file":
        found.files += [
            one.value
            for one in call.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
    elif name == "raw_body" and function.__name__ != "json_body":
        found.raw = True
    elif name == "company" and len(call.args) > 1:
        found.names_company = True
    elif name == "EventSourceResponse":
        found.events = True
    for keyword in call.keywords:
        if keyword.arg in {"status_code", "status"}:
            found.statuses |= {one for one in _numbers(keyword.value) if 200 <= one < 300}


def _called(call: ast.Call, function: FunctionType, owner: object) -> Iterator[FunctionType]:
    """Yield the functions of ours that a call leads to."""
    names: list[ast.expr] = [call.func, *call.args]
    for one in names:
        target: object = None
        if isinstance(one, ast.Name):
            target = function.__globals__.get(one.id)
        elif isinstance(one, ast.Attribute) and _name(one.value) == "self" and owner is not None:
            target = getattr(type(owner), one.attr, None)
        if isinstance(target, FunctionType) and target.__module__.startswith(OURS):
            yield target


def _models(call: ast.Call, function: FunctionType) -> Iterator[type[BaseModel]]:
    for one in call.args[1:]:
        target = function.__globals__.get(one.id) if isinstance(one, ast.Name) else None
        if isinstance(target, type) and issubclass(target, BaseModel):
            yield target


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _numbers(node: ast.expr) -> Iterator[int]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and type(one.value) is int:
            yield one.value
