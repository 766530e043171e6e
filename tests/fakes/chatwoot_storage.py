"""Where Chatwoot keeps files: a link that never ends leads to a storage, sometimes before the file is there."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from tests.fakes.chatwoot_payloads import Json, attachment

LINK = "/rails/active_storage/blobs/redirect"


@dataclass
class StoredFile:
    """A file, and how it behaves."""

    content: bytes
    content_type: str
    late: int = 0
    """How often it is not there yet."""
    leads_to: str = ""
    """Where its link leads instead of our own storage."""


@dataclass
class Storage:
    """The files of all conversations."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Paths and tokens, as they were asked for."""
    tokens: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def keep(self, base_url: str, content: bytes, kind: str = "audio", **more: Any) -> Json:
        """Keep a file and return it as a message's attachment; `late` and `leads_to` are its manners."""
        number = next(self._numbers)
        name = more.pop("name", "voice.ogg")
        content_type = more.pop("content_type", "audio/ogg")
        self.files[f"s{number}"] = StoredFile(
            content=content,
            content_type=content_type,
            late=more.pop("late", 0),
            leads_to=more.pop("leads_to", ""),
        )
        return attachment(
            number,
            kind,
            data_url=f"{base_url}{LINK}/s{number}/{name}",
            content_type=content_type,
            file_size=len(content),
            extension=None,
            **more,
        )

    async def redirect(self, request: Request) -> Response:
        """Lead to the file, wherever it is."""
        signed, name = request.path_params["signed"], request.path_params["name"]
        self.asked.append(request.url.path)
        self.tokens += [
            request.headers[one] for one in ("api_access_token",) if one in request.headers
        ]
        file = self.files.get(signed)
        if file is None:
            return PlainTextResponse("", 404)
        if file.leads_to:
            return RedirectResponse(file.leads_to, 302)
        return RedirectResponse(f"/rails/active_storage/disk/{signed}/{name}", 302)

    async def serve(self, request: Request) -> Response:
        """Return the file, once it is there."""
        file = self.files[request.path_params["signed"]]
        if file.late > 0:
            file.late -= 1
            return PlainTextResponse("", 404)
        return Response(file.content, media_type=file.content_type)
