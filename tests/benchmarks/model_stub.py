"""The stand-in for the model's server as a process: `python -m tests.benchmarks.model_stub`."""

from tests.benchmarks.serving import serve_here
from tests.fakes.openai import Answer, FakeOpenAI, Request, calls, says

ANSWER = "Con gusto. Cuénteme qué le gustaría saber y le ayudo enseguida."


def two_calls(request: Request) -> Answer:
    """Choose an agent, then speak at once: two calls a turn."""
    if [tool["function"]["name"] for tool in request.get("tools", ())] == ["Choice"]:
        return calls("Choice", agent="support")
    return says(ANSWER)


if __name__ == "__main__":
    serve_here(FakeOpenAI(respond=two_calls, keep_requests=False))
