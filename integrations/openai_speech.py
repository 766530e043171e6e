"""Words said aloud by OpenAI's API or any server that speaks it: OGG/Opus, as voice notes are."""

import asyncio

import httpx
import openai
from pydantic import SecretStr

from integrations.errors import IntegrationError
from integrations.openai import FAILURES, SYSTEM, client_of, failure_of

LARGEST = 4_000_000  # bytes of sound
NO_INSTRUCTIONS = ("tts-1",)
"""Names of models that take no word about how to speak."""
_MANNER = {
    "es": "Habla en español latinoamericano, con voz cálida, clara y pausada, como en la recepción de una clínica.",
    "en": "Speak English in a warm, clear and unhurried voice, as at a clinic's front desk.",
    "pt": "Fale em português do Brasil, com voz acolhedora, clara e pausada, como na recepção de uma clínica.",
}


async def said(
    text: str,
    *,
    model: str,
    voice: str,
    language: str,
    api_key: SecretStr,
    base_url: str | None,
    http: httpx.AsyncClient,
    timeout_seconds: float,
) -> bytes:
    """Return how a text sounds, as OGG/Opus; raises IntegrationError, also for what is no such sound."""
    client = client_of(api_key, base_url, http, timeout_seconds)
    manner = (
        openai.omit if model.startswith(NO_INSTRUCTIONS) else _MANNER.get(language, _MANNER["es"])
    )
    sound = bytearray()
    try:
        # The client's own time-out starts anew with each byte; this one does not.
        async with (
            asyncio.timeout(timeout_seconds),
            client.audio.speech.with_streaming_response.create(
                input=text,
                model=model,
                voice=voice,
                instructions=manner,
                response_format="opus",
            ) as answer,
        ):
            async for piece in answer.iter_bytes():
                sound += piece
                if len(sound) > LARGEST:
                    break
    except FAILURES as error:
        raise failure_of(error) from error
    if len(sound) > LARGEST or not is_voice_note(sound):
        raise IntegrationError(SYSTEM, "no voice note", permanent=False)
    return bytes(sound)


def is_voice_note(sound: bytes | bytearray) -> bool:
    """Say whether some bytes are Opus in OGG, with something in it."""
    return sound.startswith(b"OggS") and b"OpusHead" in sound[:200] and len(sound) > 200
