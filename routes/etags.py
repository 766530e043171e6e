"""`ETag` on what is read as JSON: who has it already gets 304 and no body."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from routes.access import Caller, Handler

LARGEST = 1_000_000  # bytes of an answer that is looked at


async def tagged(request: Request, caller: Caller, handler: Handler) -> Response:
    """Tag the handler's answer by what it says, unless it has a tag; what the caller knows is not sent again."""
    response = await handler(request, caller)
    body = getattr(response, "body", None)
    if (
        request.method != "GET"
        or response.status_code != 200
        or response.headers.get("content-type") != "application/json"
        or not isinstance(body, bytes)
        or len(body) > LARGEST
    ):
        return response
    tag = response.headers.get("etag") or f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    response.headers["ETag"] = tag
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    # Weakly compared, as the RFC has it for reading (9110, 13.1.2).
    if "*" in known or tag.removeprefix("W/") in {one.removeprefix("W/") for one in known}:
        return Response(status_code=304, headers={"ETag": tag})
    return response
