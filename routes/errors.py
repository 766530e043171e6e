"""What routes raise, and how an error is answered: one shape of body, the status from a table."""

from collections.abc import Mapping

import structlog
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match, Mount, Route

from integrations.redis import words_for
from routes.security_headers import secure

logger = structlog.get_logger(__name__)

REQUEST = "clinicdesk.request_id"
"""Where a request's scope holds its id."""


class RequestError(Exception):
    """A request that cannot be served as it stands; the message is for who sent it."""

    headers: Mapping[str, str] = {}
    """What the answer says beside its body, such as when to try again."""


class InvalidRequestError(RequestError):
    """The body, the query or a header is wrong; the message names the field."""


class TooLargeError(RequestError):
    """The body is larger than this route takes."""


class UnsupportedMediaError(RequestError):
    """The file is of a kind that is not read here; the message names the field."""


class HeadersTooLargeError(RequestError):
    """The headers are larger than anybody needs."""


class SlowBodyError(RequestError):
    """The body stopped coming."""

    headers: Mapping[str, str] = {"Connection": "close"}


class InvalidHostError(RequestError):
    """The request is for a host that is not ours."""


class MissingKeyError(RequestError):
    """No API key came with the request."""


class WrongKeyError(RequestError):
    """The API key is not known."""


class ExpiredKeyError(RequestError):
    """The API key was good once."""


class SessionEndedError(RequestError):
    """The panel's session is over, or the key that it stood for is."""


class TooManyAttemptsError(RequestError):
    """Too many wrong keys came from one address."""

    def __init__(self, seconds: int) -> None:
        """Take how long the address has to wait."""
        super().__init__(f"Too many wrong keys came from your address; wait {seconds} seconds.")
        self.headers = {"Retry-After": str(seconds)}


class TooManyRequestsError(RequestError):
    """A key, or all of a company's together, calls too often."""

    def __init__(self, seconds: int, told: Mapping[str, str]) -> None:
        """Take how long the caller has to wait, and what is told of the limit."""
        super().__init__(f"Too many requests; try again in {seconds} seconds.")
        self.headers = {**told, "Retry-After": str(seconds)}


class NotAllowedError(RequestError):
    """The key is good, but not for this."""


class NotFoundError(RequestError):
    """There is no such thing, or it is another company's, which is the same."""


class ConflictError(RequestError):
    """The thing is not in a state that allows this."""


class KeyReusedError(InvalidRequestError):
    """An idempotency key came with another request than before."""


class StillRunningError(ConflictError):
    """The first request with that idempotency key is not done yet."""

    headers: Mapping[str, str] = {"Retry-After": "2"}


class AnswerLostError(ConflictError):
    """The request was done before, and its answer is not kept."""


ErrorTable = Mapping[type[Exception], int]


def status_of(error: Exception, table: ErrorTable) -> int | None:
    """Return the status of the nearest class in the table, or None when nobody foresaw the error."""
    return next((table[kind] for kind in type(error).__mro__ if kind in table), None)


def words_of(error: Exception) -> str:
    """Return what a caller may read of an error of the table."""
    return words_for(error) if isinstance(error, RedisError) else str(error)


def _body(
    name: str, detail: str, status: int, fields: Mapping[str, str] | None = None
) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    body = {"error": name, "detail": detail, **({"fields": dict(fields)} if fields else {})}
    return JSONResponse(body, status_code=status, headers=headers)


class ErrorAnswers:
    """Turns what routes raise into answers."""

    def __init__(self, table: ErrorTable) -> None:
        """Take the table of expected errors."""
        self._table = table

    async def expected(self, _request: Request, error: Exception) -> JSONResponse:
        """Answer an error of the table."""
        status = status_of(error, self._table) or 500
        if status >= 500:
            reason = words_for(error) if isinstance(error, RedisError) else ""
            logger.warning(
                "request_failed", error=type(error).__name__, reason=reason, status=status
            )
        answer = _body(
            type(error).__name__, words_of(error), status, getattr(error, "fields", None)
        )
        answer.headers.update(error.headers if isinstance(error, RequestError) else {})
        return answer

    async def http(self, request: Request, error: Exception) -> JSONResponse:
        """Answer Starlette's own errors: unknown path, wrong method."""
        assert isinstance(error, HTTPException)  # noqa: S101 # Registered for this class only.
        names = {404: "NotFoundError", 405: "MethodNotAllowedError"}
        answer = _body(
            names.get(error.status_code, "RequestError"), error.detail, error.status_code
        )
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        if error.status_code == 405:
            answer.headers["Allow"] = ", ".join(sorted(_methods_at(request)))
        return answer

    async def unexpected(self, request: Request, error: Exception) -> JSONResponse:
        """Answer what nobody foresaw; the details are in the log, not in the answer."""
        # This is answered outside of everything that adds headers and binds the id.
        request_id = str(request.scope.get(REQUEST, ""))
        kind = type(error).__name__
        logger.error("request_crashed", error=kind, request_id=request_id, exc_info=error)
        answer = _body("InternalError", "Something went wrong here; it is logged.", 500)
        answer.headers["X-Request-ID"] = request_id
        secure(answer.headers)
        return answer


def _methods_at(request: Request) -> set[str]:
    """Return all methods of a path: each is a route of its own, and Starlette names those of one."""
    mounted = [
        one.routes
        for one in request.app.routes
        if isinstance(one, Mount) and request.scope.get("root_path", "").endswith(one.path)
    ]
    return {
        method
        for route in [*request.app.routes, *(route for routes in mounted for route in routes)]
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
