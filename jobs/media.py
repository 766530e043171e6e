"""Voice notes, photos, places: what becomes of a message that is not, or not only, words."""

from typing import Protocol

from integrations.chatwoot_events import PatientMessage
from tenants.tenant import Tenant

SPOKEN = frozenset({"audio"})
SEEN = frozenset({"image", "video", "ig_reel", "ig_post", "ig_story", "story_mention"})
PLACES = frozenset({"location"})

_MARKERS = {
    "es": {
        "spoken": "[nota de voz]",
        "seen": "[imagen]",
        "place": "[ubicación]",
        "file": "[archivo]",
    },
    "en": {"spoken": "[voice note]", "seen": "[picture]", "place": "[location]", "file": "[file]"},
}
_CANNOT = {
    "es": {
        "spoken": "Recibí su nota de voz, pero todavía no puedo escucharla.",
        "seen": "Recibí su imagen, pero todavía no puedo verla.",
        "place": "Recibí su ubicación, pero todavía no puedo abrirla.",
        "file": "Recibí su archivo, pero todavía no puedo abrirlo.",
    },
    "en": {
        "spoken": "I got your voice note, but I can't listen to it yet.",
        "seen": "I got your picture, but I can't see it yet.",
        "place": "I got your location, but I can't open it yet.",
        "file": "I got your file, but I can't open it yet.",
    },
}
_INSTEAD = {
    "es": (
        "¿Me lo puede contar por escrito? Si prefiere que lo atienda una persona del equipo,"
        " escríbame «hablar con una persona». Si es una urgencia, llame ya al {number}."
    ),
    "en": (
        "Could you write it to me? If you would rather have someone from our team look at it,"
        " write “talk to a person”. If this is an emergency, call {number} now."
    ),
}


class Reader(Protocol):
    """Makes words of what a patient sent."""

    async def words(self, tenant: Tenant, message: PatientMessage) -> str:
        """Return what a voice note says or a picture shows, or nothing when it cannot be told."""
        ...


class Transcripts:
    """Reads only what Chatwoot has transcribed itself."""

    async def words(self, tenant: Tenant, message: PatientMessage) -> str:
        """Return the transcripts that came with the message."""
        del tenant
        return "\n".join(one.transcript for one in message.attachments if one.transcript)


def kind_of(message: PatientMessage) -> str:
    """Return what a message is besides words: `spoken`, `seen`, `place`, `file`."""
    kinds = {one.kind for one in message.attachments}
    if kinds & SPOKEN:
        return "spoken"
    if kinds & SEEN:
        return "seen"
    return "place" if kinds & PLACES else "file"


def marker(message: PatientMessage, language: str) -> str:
    """Return the words that stand for what cannot be read."""
    return _MARKERS.get(language, _MARKERS["es"])[kind_of(message)]


def cannot_read(message: PatientMessage, tenant: Tenant, language: str) -> str:
    """Return what the patient is told: kindly what to do instead, and never nothing."""
    spoken = language if language in _CANNOT else "es"
    instead = _INSTEAD[spoken].format(number=tenant.emergency.number)
    return f"{_CANNOT[spoken][kind_of(message)]} {instead}"


def unread_besides(message: PatientMessage, language: str) -> str:
    """Return the short line for an answer to words that came with something unread."""
    return _CANNOT.get(language, _CANNOT["es"])[kind_of(message)]
