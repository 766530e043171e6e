"""What the fake OpenAI thinks in a journey: it names itself, and stalls where it is told to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fakes.openai import Answer, Fault, Request, calls, says
from tests.fakes.openai_media import pictures_in, seen

APPOINTMENT = "$appointment"
"""In a plan's arguments: the id that my_appointments named first."""


class Thoughts:
    """Answers every request; the choice of an agent at once, words perhaps late."""

    def __init__(self) -> None:
        """Stall nowhere."""
        self.stalls: dict[str, float] = {}
        """Seconds of silence before words, by the model's name."""
        self.asked: list[str] = []
        """Names of the models that were asked for words, in order."""
        self.sees = seen()
        """What any photo shows."""

    def __call__(self, request: Request) -> Answer:
        """Return the answer to a request."""
        if [one["function"]["name"] for one in request.get("tools", ())] == ["Choice"]:
            return calls("Choice", agent="support")
        name = str(request["model"])
        if pictures_in(request):
            return says(self.sees)
        self.asked.append(name)
        if name in self.stalls:
            return Fault(kind="stall", seconds=self.stalls[name])
        return says(f"Con gusto le ayudo, soy {name}.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model does when a patient writes something: tools one after another, then words."""

    steps: Sequence[tuple[str, Mapping[str, Any]]]
    words: str


class Planned:
    """A model that works by plan, as a good one would; it says nothing of its own to what has none."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        """Take the plans by what the patient writes."""
        self._plans = plans

    def __call__(self, request: Request) -> Answer:
        """Return the next step of the plan, or its words."""
        if [one["function"]["name"] for one in request.get("tools", ())] == ["Choice"]:
            return calls("Choice", agent="schedule")
        messages = request["messages"]
        start = max(place for place, one in enumerate(messages) if one["role"] == "user")
        plan = self._plans.get(messages[start]["content"], Plan((), "¿En qué le ayudo?"))
        told = [str(one["content"]) for one in messages[start:] if one["role"] == "tool"]
        if len(told) == len(plan.steps):
            return says(plan.words)
        tool, arguments = plan.steps[len(told)]
        return calls(tool, **{name: _filled(value, told) for name, value in arguments.items()})


def _filled(value: Any, told: Sequence[str]) -> Any:
    if value != APPOINTMENT:
        return value
    found = re.search(r"appointment_id (\w+)", "\n".join(told))
    return found[1] if found else "unknown"
