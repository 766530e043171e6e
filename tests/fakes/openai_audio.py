"""The part of OpenAI's stand-in that listens: strict about the form, scripted in words, doubts and faults."""

import asyncio
import io
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from python_multipart.multipart import parse_form
from starlette.types import Scope, Send

FIELDS = frozenset(
    {
        "file", "model", "language", "prompt", "response_format", "temperature", "include[]",
        "languages[]", "keywords[]", "chunking_strategy", "timestamp_granularities[]",
    }
)  # fmt: skip
EXTENSIONS = frozenset({"flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"})
LARGEST = 26_214_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Hears:
    """A scripted answer, or a failure."""

    text: str = ""
    logprob: float = -0.2
    no_speech: float = 0.01
    repeating: float = 1.2
    language: str = "spanish"
    status: int = 200
    retry_after: str = ""
    kind: Literal["", "not_json", "wrong_shape", "text"] = ""
    seconds: float = 0.0
    """Until the answer comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """One request, taken apart."""

    fields: dict[str, list[str]]
    name: str
    content_type: str
    content: bytes
    key: str


@dataclass(slots=True)
class FakeListening:
    """What is heard: the script first, then always the same."""

    script: deque[Hears] = field(default_factory=deque)
    always: Hears = field(default_factory=lambda: Hears(text="Hola, buenas tardes."))
    by_content: dict[bytes, Hears] = field(default_factory=dict)
    requests: list[Listened] = field(default_factory=list)

    async def answer(self, scope: Scope, body: bytes, send: Send) -> None:
        """Serve one request."""
        request = _taken_apart(scope, body)
        self.requests.append(request)
        if wrong := wrong_with(request):
            await _send(send, 400, {"error": {"message": wrong, "type": "invalid_request_error"}})
            return
        hears = self.by_content.get(request.content)
        if hears is None:
            hears = self.script.popleft() if self.script else self.always
        await asyncio.sleep(hears.seconds)
        if hears.status != 200:
            headers = [(b"retry-after", hears.retry_after.encode())] if hears.retry_after else []
            await _send(send, hears.status, {"error": {"message": "no"}}, headers)
        else:
            await _send(send, 200, _told(hears, request))


def wrong_with(request: Listened) -> str:
    """Return what OpenAI would refuse in a request."""
    model = request.fields.get("model", [""])[0]
    shape = request.fields.get("response_format", ["json"])[0]
    if unknown := set(request.fields) - FIELDS:
        return f"Unknown parameter: '{min(unknown)}'."
    if not model or not request.content:
        return "Missing required parameter."
    if request.name.rpartition(".")[2] not in EXTENSIONS:
        return "Invalid file format."
    if len(request.content) > LARGEST:
        return "Maximum content size limit exceeded."
    if model.startswith("gpt-") and shape != "json":
        return f"response_format '{shape}' is not compatible with model '{model}'."
    if "include[]" in request.fields and not model.startswith("gpt-4o"):
        return "logprobs are not supported by this model."
    newer = {"languages[]", "keywords[]"} & set(request.fields)
    if newer and not model.startswith("gpt-transcribe"):
        return "languages and keywords are not supported by this model."
    return ""


def _taken_apart(scope: Scope, body: bytes) -> Listened:
    headers = {name.decode().title(): value for name, value in scope["headers"]}
    fields: dict[str, list[str]] = {}
    files: list[Any] = []
    parse_form(
        {"Content-Type": headers["Content-Type"]},
        io.BytesIO(body),
        lambda one: fields.setdefault(
            (one.field_name or b"").decode(), []).append((one.value or b"").decode()),
        files.append,
    )  # fmt: skip
    file = files[0]
    file.file_object.seek(0)
    return Listened(
        fields=fields,
        name=(file.file_name or b"").decode(),
        content_type=str(getattr(file, "content_type", "") or ""),
        content=file.file_object.read(),
        key=headers.get("Authorization", b"").decode(),
    )


def _told(hears: Hears, request: Listened) -> Any:
    if hears.kind == "not_json":
        return b'{"text": "hol'
    if hears.kind == "wrong_shape":
        return {"words": hears.text}
    if hears.kind == "text":
        return hears.text.encode()
    shape = request.fields.get("response_format", ["json"])[0]
    if shape != "verbose_json":
        answer: dict[str, Any] = {"text": hears.text}
        if "include[]" in request.fields:
            answer["logprobs"] = [{"token": "x", "logprob": hears.logprob, "bytes": [120]}] * 3
        if request.fields["model"][0].startswith("gpt-transcribe"):
            answer["languages"] = [{"code": hears.language[:2]}]
        return answer
    segment = {
        "id": 0, "seek": 0, "start": 0.0, "end": 3.0, "text": hears.text, "tokens": [1],
        "temperature": 0.0, "avg_logprob": hears.logprob, "compression_ratio": hears.repeating,
        "no_speech_prob": hears.no_speech,
    }  # fmt: skip
    return {
        "task": "transcribe",
        "language": hears.language,
        "duration": 3.0,
        "text": hears.text,
        "segments": [segment] if hears.text else [],
        "usage": {"type": "duration", "seconds": 3},
    }


async def _send(
    send: Send, status: int, body: Any, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = [(b"content-type", b"application/json"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": content})
