"""What is special about one agent: its name, which names its prompt, and its tools."""

from collections.abc import Callable
from dataclasses import dataclass

from langchain_core.tools import BaseTool

from nodes.state import Agent
from tools.desk import Desk

ToolFactory = Callable[[Desk], BaseTool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speciality:
    """An agent that thinks and acts. It can call its own tools and no others."""

    agent: Agent
    tools: tuple[ToolFactory, ...]
    one_call_at_a_time: bool = True
    """True where a call rests on the one before, as a booking on its hold."""
