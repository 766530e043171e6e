"""The web panel's files, as they were built: pages for whoever signs in there."""

import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
YEAR = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Its own scripts and styles only, none of them inside a page."""
NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Clinicdesk</title></head>
<body>
<h1>The panel is not built</h1>
<p>Run <code>make panel</code> where Clinicdesk is installed, and load this page again.
The API works without it: <a href="/api/docs">its description</a>.</p>
</body>
</html>
"""


class Panel:
    """Serves the panel: one page whatever the path, and the files that it names by their content."""

    def __init__(self, folder: Path) -> None:
        """Take the folder where the build puts them; it may come later."""
        self._folder = folder

    async def home(self, request: Request) -> Response:
        """Lead a browser to the panel; programs find nothing at the root."""
        if "text/html" not in request.headers.get("accept", ""):
            raise HTTPException(404)
        return RedirectResponse("/panel/")

    async def page(self, _request: Request) -> Response:
        """Return the page; which of its views is shown, the path tells its script."""
        page = self._folder / "index.html"
        if not page.is_file():
            return HTMLResponse(NOT_BUILT, status_code=503)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return FileResponse(page, media_type="text/html", headers=headers)

    async def asset(self, request: Request) -> Response:
        """Return a script, a style or a picture, compressed as it was when built. Its name changes with its content."""
        name = request.path_params["name"]
        kind = KINDS.get(Path(name).suffix)
        if kind is None or not NAME.fullmatch(name):
            raise HTTPException(404)
        file, headers = self._folder / "assets" / name, {"Cache-Control": YEAR}
        headers["Vary"] = "Accept-Encoding"
        accepted = request.headers.get("accept-encoding", "")
        for coding, ending in (("br", ".br"), ("gzip", ".gz")):
            packed = file.with_name(name + ending)
            if coding in accepted and packed.is_file():
                headers["Content-Encoding"] = coding
                return FileResponse(packed, media_type=kind, headers=headers)
        if not file.is_file():
            raise HTTPException(404)
        return FileResponse(file, media_type=kind, headers=headers)

    def routes(self) -> list[Route]:
        """Return the paths at the root."""
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/panel", self.page, methods=["GET"]),
            Route("/panel/assets/{name:path}", self.asset, methods=["GET"]),
            Route("/panel/{path:path}", self.page, methods=["GET"]),
        ]
