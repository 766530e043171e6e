"""What a request does, by its method and its path as the table of routes writes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.routing import Route

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

READING_POSTS = frozenset({("POST", "/documents/search"), ("POST", "/multimedia/test-multimedia")})
"""They ask in a body and change nothing: a read-only key may call them."""

STREAMED = "/conversations/{user_id}/stream"
"""Changes a thread by whatever method, and knows itself which turn was answered before."""

UNTRACED: Mapping[tuple[str, str], str] = {
    ("POST", "/documents/search"): "changes nothing",
    ("POST", "/multimedia/test-multimedia"): "changes nothing",
    ("POST", "/companies/{company_id}/prompts/{agent}/preview"): "changes nothing, but costs",
    ("POST", "/webhook/test"): "a turn: the transcript has it",
    ("POST", "/conversations/{user_id}/test"): "a turn: the transcript has it",
    ("GET", STREAMED): "a turn: the transcript has it",
    ("POST", STREAMED): "a turn: the transcript has it",
    ("POST", "/multimedia/process-voice"): "a turn: the transcript has it",
    ("POST", "/multimedia/process-image"): "a turn: the transcript has it",
}
"""What is not kept in the trail of changes, and why. Everything else that changes something is."""


@dataclass(frozen=True, slots=True)
class Action:
    """A method and a path, such as `DELETE /documents/{document_id}`."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        """True when nothing is changed by it."""
        if self.streams:
            return False
        return self.method in READING_METHODS or (self.method, self.path) in READING_POSTS

    @property
    def streams(self) -> bool:
        """True when a turn is told while it happens."""
        return self.path == STREAMED

    @property
    def traced(self) -> bool:
        """True when it belongs in the trail of changes."""
        return not self.reads and (self.method, self.path) not in UNTRACED


SIGN_IN = Action("POST", "/session")
"""Brings a key and is answered by a cookie: neither is kept, however sealed."""


def action_of(request: Request) -> Action:
    """Return what a request does; one that came by no route has its own path, and changes things."""
    route = request.scope.get("route")
    path = route.path if isinstance(route, Route) else request.url.path
    return Action(request.method, path)
