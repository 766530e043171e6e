"""What comes with a request, bounded in size and made a model at once."""

import asyncio
import json
import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from routes.errors import InvalidRequestError, TooLargeError
from tenants.ids import USER_ID, UserId

BODY = 1_000_000  # bytes of a JSON body
LARGE = 200_000  # bytes from which JSON is read beside the event loop
DEEPEST = 32  # levels of JSON
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

Model = TypeVar("Model", bound=BaseModel)


async def raw_body(request: Request, most: int = BODY) -> bytes:
    """Read the body, but never more than `most` bytes; raises TooLargeError while it streams."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLargeError(f"The body has {announced} bytes; {most} are taken here.")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise TooLargeError(f"The body has more than the {most} bytes that are taken here.")
    return bytes(body)


def _depth(text: bytes) -> int:
    """Return how deep brackets nest, without parsing: strings may only make it look deeper."""
    deepest = level = 0
    for byte in text.translate(None, _NO_BRACKETS):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


async def json_body(request: Request, model: type[Model], most: int = BODY) -> Model:
    """Return the body as a model; raises InvalidRequestError that names the field."""
    body = await raw_body(request, most)
    if len(body) > LARGE:
        return await asyncio.to_thread(_parsed, body, model)
    return _parsed(body, model)


def _parsed(body: bytes, model: type[Model]) -> Model:
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        raise InvalidRequestError(f"body: JSON nests deeper than {DEEPEST} levels")
    try:
        return model.model_validate(json.loads(body.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"body: is not UTF-8 (byte {error.start})") from error
    except ValidationError as error:
        raise InvalidRequestError(in_words(error)) from error
    except (ValueError, RecursionError) as error:
        # No JSON, or a number of thousands of digits.
        raise InvalidRequestError(f"body: is no JSON: {error}") from error


def query(request: Request, model: type[Model]) -> Model:
    """Return the query string as a model; raises InvalidRequestError that names the parameter."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise InvalidRequestError(in_words(error)) from error


def user_id_of(request: Request) -> UserId:
    """Return the patient that a path names; raises InvalidRequestError for what can be no id."""
    user_id = str(request.path_params["user_id"])
    if not re.fullmatch(USER_ID, user_id):
        raise InvalidRequestError("user_id: letters, digits and ._@+- only, 128 at most")
    return UserId(user_id)


def in_words(error: ValidationError) -> str:
    """Say which fields are wrong and why, without repeating what was sent."""
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'body'}: {one['msg']}"
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    )
