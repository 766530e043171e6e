"""ETags: the name of a state, so that nobody writes over what they have not seen."""

from starlette.requests import Request
from starlette.responses import Response


def tagged(response: Response, tag: str) -> Response:
    """Return the answer with its state's name."""
    response.headers["ETag"] = f'"{tag}"'
    return response


def expected_in(request: Request) -> str:
    """Return the state that a write is meant for, or nothing when it is meant for any."""
    given = request.headers.get("if-match", "").strip()
    return "" if given == "*" else given.removeprefix("W/").strip('"')
