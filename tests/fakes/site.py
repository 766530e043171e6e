"""A clinic's web site, with what goes wrong on web sites."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send


@dataclass
class Site:
    """Answers by path; what it does not know is 404."""

    pages: dict[str, str] = field(default_factory=dict)
    """HTML by path."""
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """Content and media type by path."""
    redirects: dict[str, str] = field(default_factory=dict)
    robots: str | None = None
    broken: int = 0
    """How many further pages are answered with 503."""
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        request = Request(scope, receive)
        await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        path = request.url.path
        self.agents.add(request.headers.get("user-agent", ""))
        if path == "/robots.txt":
            return PlainTextResponse(self.robots or "", 404 if self.robots is None else 200)
        self.asked.append(path)
        if self.broken:
            self.broken -= 1
            return PlainTextResponse("down", 503)
        if path in self.redirects:
            return Response(status_code=302, headers={"Location": self.redirects[path]})
        if path in self.files:
            content, media_type = self.files[path]
            return Response(content, media_type=media_type)
        if path in self.pages:
            return Response(self.pages[path], media_type="text/html; charset=utf-8")
        return PlainTextResponse("not here", 404)


def page(title: str, text: str, *links: str) -> str:
    """Return a page with a menu, a text and links."""
    anchors = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
    return (
        f"<html><head><title>{title}</title><script>var menu = 1;</script></head>"
        f"<body><nav>Inicio Contacto</nav><main><h1>{title}</h1><p>{text}</p>{anchors}</main></body></html>"
    )
