"""What Chatwoot's REST API answers: read tolerantly, every refusal made exact."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from integrations.errors import IntegrationError

SYSTEM = "chatwoot"
PERMANENT = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})
NOT_FOR_BOTS = "not authorized for bots"
TOO_MANY = "Too many messages"
"""200 messages a minute in one conversation: a 422 that passes."""

File = tuple[str, tuple[str, bytes, str]]
"""A form's field with a file: name, content and type."""

TOLERANT = ConfigDict(frozen=True, extra="ignore")
"""How an answer is read: what is not named is dropped."""

Model = TypeVar("Model", bound=BaseModel)


class NotForBotsError(IntegrationError):
    """A bot may not do that in this version of Chatwoot: it is neither the token's fault nor ours."""

    def __init__(self) -> None:
        super().__init__(SYSTEM, f"HTTP 401: {NOT_FOR_BOTS}", permanent=True)


def object_in(value: object) -> object:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> list[object]:
    """Return the objects of a list, or none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    timeout: httpx.Timeout,  # noqa: ASYNC109 # httpx's own, a part of each call.
    body: Mapping[str, object] | None = None,
    file: File | None = None,
) -> httpx.Response:
    """Return a good answer; raises IntegrationError."""
    try:
        answer = await http.request(
            method,
            url,
            json=None if file else body,
            data=body if file else None,
            files=[file] if file else None,
            headers=headers,
            timeout=timeout,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        permanent = isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol)
        raise IntegrationError(SYSTEM, type(error).__name__, permanent=permanent) from error
    if answer.is_success:
        return answer
    raise _refusal(answer)


def read(model: type[Model], answer: httpx.Response, *, within: str = "") -> Model:
    """Return an answer as a model, or `within` a field of it; raises IntegrationError for what is no JSON."""
    try:
        fields = from_json(answer.content)
        return model.model_validate({within: fields} if within else object_in(fields))
    except (ValueError, ValidationError) as error:
        raise IntegrationError(SYSTEM, "answered no JSON", permanent=False) from error


def _refusal(answer: httpx.Response) -> IntegrationError:
    """Make a refusal exact: what Chatwoot said, and whether trying again can help."""
    said = _words(answer)
    if answer.status_code == 401 and NOT_FOR_BOTS in said:
        return NotForBotsError()
    passing = answer.status_code not in PERMANENT and not answer.is_redirect
    return IntegrationError(
        SYSTEM,
        f"HTTP {answer.status_code}: {said}",
        permanent=not (passing or TOO_MANY in said),
        retry_after=_retry_after(answer),
    )


def _words(answer: httpx.Response) -> str:
    """Return what a refusal says, without echoing a page of HTML."""
    if answer.is_redirect:
        return "redirected; is the base URL right?"
    try:
        fields = from_json(answer.content)
    except ValueError:
        return answer.reason_phrase
    if not isinstance(fields, dict):
        return answer.reason_phrase
    said = fields.get("error") or fields.get("message") or fields.get("errors")
    return str(said)[:200] if said else answer.reason_phrase


def _retry_after(answer: httpx.Response) -> timedelta | None:
    seconds = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None
