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


def known_to(request: Request, tag: str) -> bool:
    """Tell whether the caller has that state already."""
    given = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/").strip('"') == tag for one in given.split(","))
