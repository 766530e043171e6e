"""The parts of OpenAI's stand-in for pictures and speech: strict about what is sent, real in what comes back."""

import asyncio
import base64
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from starlette.types import Send

Request = dict[str, Any]

VOICE = Path(__file__).with_name("voice.ogg").read_bytes()
"""«Con mucho gusto.», as OGG/Opus."""
SPEECH_FIELDS = frozenset(
    {"input", "model", "voice", "instructions", "response_format", "speed", "stream_format"}
)
JPEG_ONLY = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def seen(description: str = "Se ve una mejilla con la piel rosada.", **more: Any) -> str:
    """Return what a model says of a photo."""
    report = {
        "description": description,
        "visible_text": "",
        "is_medical_photo": True,
        "possible_complication": "none",
        "signs": [],
        "quality": "good",
    }
    return json.dumps(report | more)


def pictures_in(request: Request) -> list[bytes]:
    """Return the pictures of a request for a chat completion."""
    parts = [
        part
        for message in request["messages"]
        if isinstance(message.get("content"), list)
        for part in message["content"]
    ]
    addresses = [one["image_url"]["url"] for one in parts if one["type"] == "image_url"]
    return [base64.b64decode(one.partition(",")[2], validate=True) for one in addresses]


def wrong_with_pictures(request: Request) -> str | None:
    """Return what is wrong with the pictures: ours are bare JPEGs of a bounded size."""
    for one in pictures_in(request):
        image = Image.open(io.BytesIO(one))
        if image.format != "JPEG" or set(image.info) - JPEG_ONLY or len(image.getexif()):
            return "The picture is not a bare JPEG."
        if max(image.size) > 1280:
            return "The picture is too large."
    return None


@dataclass(slots=True)
class FakeSpeech:
    """What is said aloud, and how it fails."""

    sound: bytes = VOICE
    fault: Literal["", "status", "empty", "mp3", "stall"] = ""
    status: int = 500
    seconds: float = 30.0
    requests: list[Request] = field(default_factory=list)

    async def answer(self, request: Request, send: Send) -> None:
        """Serve one request."""
        self.requests.append(request)
        unknown = set(request) - SPEECH_FIELDS
        if unknown or not {"input", "model", "voice"} <= set(request):
            await _send(send, 400, b'{"error": {"message": "bad request"}}', b"application/json")
            return
        if self.fault == "status":
            await _send(send, self.status, b'{"error": {"message": "no"}}', b"application/json")
            return
        if self.fault == "stall":
            await asyncio.sleep(self.seconds)
        sound = {"empty": b"", "mp3": b"ID3" + bytes(500)}.get(self.fault, self.sound)
        await _send(send, 200, sound, b"audio/opus")


async def _send(send: Send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
