"""What the fake OpenAI thinks in a journey: it names itself, and stalls where it is told to."""

from tests.fakes.openai import Answer, Fault, Request, calls, says


class Thoughts:
    """Answers every request; the choice of an agent at once, words perhaps late."""

    def __init__(self) -> None:
        """Stall nowhere."""
        self.stalls: dict[str, float] = {}
        """Seconds of silence before words, by the model's name."""
        self.asked: list[str] = []
        """Names of the models that were asked for words, in order."""

    def __call__(self, request: Request) -> Answer:
        """Return the answer to a request."""
        if [one["function"]["name"] for one in request.get("tools", ())] == ["Choice"]:
            return calls("Choice", agent="support")
        name = str(request["model"])
        self.asked.append(name)
        if name in self.stalls:
            return Fault(kind="stall", seconds=self.stalls[name])
        return says(f"Con gusto le ayudo, soy {name}.")
