"""The API's description and a page to read and try it, whose scripts are served from here."""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import distribution
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from routes.openapi import described

ASSETS = {
    "swagger_bundle.js": "text/javascript",
    "swagger_preset.js": "text/javascript",
    "swagger_style.css": "text/css",
}
# Found, not imported: only its files are wanted.
FOLDER = Path(str(distribution("offapi").locate_file("offapi")))
DAY = "public, max-age=86400"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Clinicdesk API</title>
<link rel="stylesheet" href="docs/swagger_style.css">
</head>
<body>
<div id="api"><noscript>This page needs JavaScript; the description is at openapi.json.</noscript></div>
<script src="docs/swagger_bundle.js"></script>
<script src="docs/swagger_preset.js"></script>
<script src="docs/begin.js"></script>
</body>
</html>
"""
BEGIN = """window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


class Docs:
    """Tells what the API can do; it names no company, so it needs no key."""

    def __init__(self, routes: Sequence[Route], *, version: str, open_paths: Sequence[str]) -> None:
        """Take the paths below /api; they are described when somebody asks."""
        self._routes = routes
        self._version = version
        self._open_paths = open_paths

    @cached_property
    def description(self) -> str:
        """The description as JSON."""
        found = described(self._routes, version=self._version, open_paths=self._open_paths)
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    async def openapi(self, _request: Request) -> Response:
        """Return the description."""
        return Response(self.description, media_type="application/json")

    async def page(self, _request: Request) -> HTMLResponse:
        """Return the page."""
        return HTMLResponse(PAGE)

    async def asset(self, request: Request) -> Response:
        """Return a script or a style of the page."""
        name = request.path_params["name"]
        if name == "begin.js":
            return Response(BEGIN, media_type="text/javascript")
        if name not in ASSETS:
            raise HTTPException(404)
        headers = {"Cache-Control": DAY}
        return FileResponse(FOLDER / name, media_type=ASSETS[name], headers=headers)

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        return [
            Route("/openapi.json", self.openapi, methods=["GET"]),
            Route("/docs", self.page, methods=["GET"]),
            Route("/docs/{name}", self.asset, methods=["GET"]),
        ]
