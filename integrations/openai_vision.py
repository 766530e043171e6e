"""A model that looks at photos: one picture in, one checked answer out."""

import asyncio
import base64
import json
from typing import Any, Literal

import httpx
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from integrations.openai import SYSTEM, EmptyAnswerError, SilentModelError, ask, chat_model

MOST_TOKENS = 1200
TIMEOUT = 20.0  # seconds


class Sight(BaseModel):
    """What a model sees in a photo."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    description: str = Field(max_length=4000)
    visible_text: str = Field(default="", max_length=4000)
    is_medical_photo: bool
    possible_complication: Literal["none", "unclear", "likely"]
    signs: tuple[str, ...] = ()
    quality: Literal["good", "poor"]


def _schema() -> dict[str, Any]:
    """Return the answer's shape as strict servers want it: every field, no others, no limits."""
    text = {"type": "string"}
    fields: dict[str, Any] = {
        "description": text,
        "visible_text": text,
        "is_medical_photo": {"type": "boolean"},
        "possible_complication": {"type": "string", "enum": ["none", "unclear", "likely"]},
        "signs": {"type": "array", "items": text},
        "quality": {"type": "string", "enum": ["good", "poor"]},
    }
    shape = {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
    return {
        "type": "json_schema",
        "json_schema": {"name": "sight", "strict": True, "schema": shape},
    }


async def look_at(
    jpeg: bytes,
    *,
    prompt: str,
    caption: str,
    model: str,
    api_key: SecretStr,
    base_url: str | None,
    http: httpx.AsyncClient,
    timeout_seconds: float = TIMEOUT,
) -> tuple[Sight, dict[str, int]]:
    """Return what the model sees, and the tokens it took; raises IntegrationError for every failure."""
    thinker = chat_model(
        model,
        api_key=api_key,
        base_url=base_url,
        temperature=None,
        max_tokens=MOST_TOKENS,
        timeout_seconds=timeout_seconds,
        http=http,
    ).bind(response_format=_schema())
    address = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    content: list[str | dict[str, Any]] = [
        {"type": "text", "text": "Caption: " + json.dumps(caption, ensure_ascii=False)},
        {"type": "image_url", "image_url": {"url": address, "detail": "high"}},
    ]
    try:
        # The client's own time-out starts anew with each byte; this one does not.
        async with asyncio.timeout(timeout_seconds):
            answer = await ask(thinker, [SystemMessage(prompt), HumanMessage(content)])
    except TimeoutError as error:
        raise SilentModelError(SYSTEM, "no answer in time", permanent=False) from error
    try:
        sight = Sight.model_validate_json(answer.text)
    except ValidationError:
        # The cause would carry what the photo shows.
        raise EmptyAnswerError(SYSTEM, "unreadable answer", permanent=False) from None
    usage = answer.usage_metadata
    tokens = {
        "input_tokens": usage["input_tokens"] if usage else 0,
        "output_tokens": usage["output_tokens"] if usage else 0,
    }
    return sight, tokens
