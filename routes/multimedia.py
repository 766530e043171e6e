"""Voice and photos over REST: what a patient would hear or see done with them, for who tries it out."""

import base64
import binascii
import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from graph.replies import Reply
from integrations.errors import IntegrationError
from jobs.media_abilities import MediaAbilities
from jobs.media_words import MARKERS, in_words
from jobs.readings import AttachmentReader, Outcome, Reading
from jobs.try_out import TryOut
from routes.access import Access, Caller
from routes.body import json_body, query
from routes.errors import (
    ConflictError,
    InvalidRequestError,
    RequestError,
    TooLargeError,
    UnsupportedMediaError,
)
from routes.forms import form_with_file, is_form
from tenants.ids import USER_ID, UserId
from tenants.tenant import Tenant

MEGABYTE = 1_000_000
LARGEST = 25 * MEGABYTE  # of any company's file: its own limit is looked at when it is known
PROVIDER = "openai"
_DATA_URL = re.compile(r"data:[\w.+/-]{0,100}(?:;[\w.=-]{1,100})*;base64,", re.ASCII)

Name = Annotated[str, Field(pattern=USER_ID)]

_WHY: dict[Outcome, tuple[type[RequestError], str]] = {
    "off": (ConflictError, "is switched off for this company"),
    "no_model": (ConflictError, "needs a model, and the company has no key of one"),
    "over_budget": (ConflictError, "the company's budget for models is spent"),
    "too_large": (TooLargeError, "is larger than the company takes"),
    "too_long": (TooLargeError, "is longer than the company takes"),
    "unreadable": (UnsupportedMediaError, "is damaged, or of a kind that is not read"),
    "not_heard": (InvalidRequestError, "nothing was heard in it"),
}


class Image(BaseModel):
    """A picture in JSON: a data URL, or bare base64."""

    company_id: str = ""
    user_id: Name
    image_base64: Annotated[str, Field(min_length=1)]
    action: Literal["analyze"] = "analyze"
    message: Annotated[str, Field(max_length=4000)] = ""
    """What the patient writes with it."""


class Probe(BaseModel):
    """What is to be tried."""

    company_id: str = ""
    media_type: Literal["voice", "image", "speech"] = "voice"
    test_data: dict[str, object] = Field(default_factory=dict)
    """Taken for the older system's callers; nothing is sent to a provider."""


class Period(BaseModel):
    """Which days are counted."""

    days: Annotated[int, Field(ge=1, le=366)] = 30


class MultimediaRoutes:
    """Answers what staff ask about voice and photos. Every path is one company's."""

    def __init__(
        self,
        *,
        access: Access,
        voice_notes: AttachmentReader,
        photos: AttachmentReader,
        abilities: MediaAbilities,
        try_out: TryOut,
    ) -> None:
        """Take who listens, who looks, what a company can do, and who answers a tester."""
        self._access = access
        self._voice_notes = voice_notes
        self._photos = photos
        self._abilities = abilities
        self._try_out = try_out

    async def process_voice(self, request: Request, caller: Caller) -> JSONResponse:
        """Listen to a voice note and answer it as a patient's, in this request."""
        self._named_before_the_body(request, caller)
        if not is_form(request):
            raise UnsupportedMediaError("body: send a form with the file in `audio`")
        form = await form_with_file(request, "audio", most=LARGEST)
        tenant = self._access.company(request, caller, form.fields.get("company_id") or None)
        user = _user(form.fields.get("user_id", ""))
        heard = await _read(self._voice_notes, tenant, form.content, "audio")
        reply = await self._try_out.answer(
            tenant, user, heard.text, source="test", alarm=heard.alarm
        )
        return JSONResponse(
            {
                "transcription": heard.text,
                "language": heard.language or None,
                "confidence": heard.confidence,
                "seconds": round(heard.seconds, 1),
                "bot_response": reply.text,
                **_facts(tenant, user, reply),
            }
        )

    async def process_image(self, request: Request, caller: Caller) -> JSONResponse:
        """Look at a picture and answer it as a patient's, in this request."""
        self._named_before_the_body(request, caller)
        if is_form(request):
            form = await form_with_file(request, "image", most=LARGEST)
            company = form.fields.get("company_id", "")
            user, content = _user(form.fields.get("user_id", "")), form.content
            caption = form.fields.get("message", "")[:4000]
        else:
            wanted = await json_body(request, Image, most=LARGEST * 4 // 3 + MEGABYTE)
            company, caption = wanted.company_id, wanted.message
            user, content = UserId(wanted.user_id), _picture(wanted.image_base64)
        tenant = self._access.company(request, caller, company or None)
        seen = await _read(self._photos, tenant, content, "image", caption=caption)
        told = in_words(MARKERS, tenant.language)["picture"].format(text=seen.text)
        reply = await self._try_out.answer(
            tenant, user, caption.strip(), source="test", shown=told, alarm=seen.alarm
        )
        return JSONResponse(
            {
                "analysis": seen.text,
                "recommendation": reply.text,
                "vision_model": tenant.media.vision_model,
                **_facts(tenant, user, reply),
            }
        )

    async def test(self, request: Request, caller: Caller) -> JSONResponse:
        """Say whether a kind of media would be read now; nothing is sent to a provider."""
        self._named_before_the_body(request, caller)
        wanted = await json_body(request, Probe)
        tenant = self._access.company(request, caller, wanted.company_id or None)
        told = self._abilities.of(tenant)
        return JSONResponse(
            {
                "status": "success" if told[f"{wanted.media_type}_available"] else "unavailable",
                "company_id": tenant.company_id,
                "media_type": wanted.media_type,
                "capabilities": told,
            }
        )

    async def capabilities(self, request: Request, caller: Caller) -> JSONResponse:
        """Say what a company does with voice and photos, by which models, within which limits."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        return JSONResponse({"company_id": tenant.company_id, **self._abilities.of(tenant)})

    async def stats(self, request: Request, caller: Caller) -> JSONResponse:
        """Count what was heard, seen and said in the last days."""
        tenant = self._access.company(request, caller)
        days = timedelta(days=query(request, Period).days)
        return JSONResponse(await self._abilities.counted(tenant, days))

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        root = "/multimedia"
        return [
            Route(f"{root}/process-voice", guarded(self.process_voice), methods=["POST"]),
            Route(f"{root}/process-image", guarded(self.process_image), methods=["POST"]),
            Route(f"{root}/test-multimedia", guarded(self.test), methods=["POST"]),
            Route(
                f"{root}/capabilities/{{company_id}}", guarded(self.capabilities), methods=["GET"]
            ),
            Route(f"{root}/stats", guarded(self.stats), methods=["GET"]),
        ]

    def _named_before_the_body(self, request: Request, caller: Caller) -> None:
        """Refuse a company that is not the caller's before a large body is read for it."""
        if "x-company-id" in request.headers or "company_id" in request.query_params:
            self._access.company(request, caller)


async def _read(
    reader: AttachmentReader, tenant: Tenant, content: bytes, field: str, *, caption: str = ""
) -> Reading:
    """Return what a file says; raises what its caller can mend, else ConflictError, IntegrationError."""
    if not content:
        raise InvalidRequestError(f"{field}: the file is empty")
    if not reader.takes(content):
        raise UnsupportedMediaError(f"{field}: {_WHY['unreadable'][1]}")
    reading = await reader.read(tenant, content, caption=caption, language=tenant.language)
    if reading.outcome == "read":
        return reading
    if reading.outcome not in _WHY:
        raise IntegrationError(PROVIDER, "no usable answer", permanent=False)
    kind, words = _WHY[reading.outcome]
    raise kind(f"{field}: {words}")


def _user(written: str) -> UserId:
    if not re.fullmatch(USER_ID, written):
        raise InvalidRequestError("user_id: letters, digits and ._@+- only, 128 at most")
    return UserId(written)


def _picture(written: str) -> bytes:
    start = _DATA_URL.match(written)
    if start is None and written.startswith("data:"):
        raise InvalidRequestError("image_base64: is no data URL with base64")
    try:
        return base64.b64decode(written[start.end() if start else 0 :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError("image_base64: is no base64") from error


def _facts(tenant: Tenant, user: UserId, reply: Reply) -> dict[str, object]:
    return {
        "status": "success",
        "company_id": tenant.company_id,
        "user_id": user,
        "agent_used": reply.agent,
        "emergency": reply.red_flag or None,
        "handoff": reply.handoff is not None,
    }
