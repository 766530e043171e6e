"""How a tool is declared: as with LangChain's `@tool`, but what a model sees of it is made once.

Each company has its own tools, closed over its own desk. Their names, descriptions and argument
schemas are the same for all, and cost milliseconds and tens of kilobytes each to make.
"""

from collections.abc import Awaitable, Callable
from types import CodeType
from typing import Any, cast

from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool

Coroutine = Callable[..., Awaitable[Any]]

_patterns: dict[tuple[str, CodeType], "DeclaredTool"] = {}


class DeclaredTool(StructuredTool):
    """A tool that knows how it is described to a model; shared, so not to be changed."""

    openai: dict[str, Any] = {}  # noqa: RUF012 # pydantic copies defaults.


def tool(name: str) -> Callable[[Coroutine], BaseTool]:
    """Turn a coroutine with a docstring into a tool; the same code becomes the same kind of tool."""

    def declare(function: Coroutine) -> BaseTool:
        key = (name, cast("CodeType", cast("Any", function).__code__))
        if key not in _patterns:
            made = DeclaredTool.from_function(coroutine=function, name=name)
            # The pattern keeps nothing of the company that happened to be first.
            plain = {"coroutine": _nobodys, "openai": convert_to_openai_tool(made)}
            _patterns[key] = cast("DeclaredTool", made.model_copy(update=plain))
        return _patterns[key].model_copy(update={"coroutine": function})

    return declare


def described(tool: BaseTool) -> dict[str, Any]:
    """Return a tool as OpenAI's API wants it described."""
    return tool.openai if isinstance(tool, DeclaredTool) else convert_to_openai_tool(tool)


async def _nobodys(*_values: Any, **_named: Any) -> Any:
    raise TypeError("This tool belongs to no company.")
