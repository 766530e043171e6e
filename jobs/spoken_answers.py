"""Answers said aloud: when, in which words, and what is written all the same."""

import base64
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import httpx
import structlog
from babel.numbers import get_currency_name
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client
from jobs.turn_in_hand import Part, TurnInHand
from nodes.breaker import Breaker
from tenants import keys
from tenants.budget import Budget
from tenants.tenant import Tenant
from tenants.usage import COST, by

logger = structlog.get_logger(__name__)

KIND = "speech_characters"
"""What is counted and paid for."""
SPEAKING = 8.0  # seconds until the answer is written instead
REMEMBERED = 3600  # seconds that a sound is kept
BY_EAR = frozenset({"whatsapp", "whatsapp_twilio", "telegram"})
"""Channels whose every app plays a voice note: there it may come without the words."""
VOICED = BY_EAR | {"web", "api"}
"""Channels in which most can listen. Messenger, Instagram and LINE take no OGG."""
FEWEST_LETTERS = 2

_LINK = re.compile(
    r"\[([^\[\]]*)\]\([^()]*\)|https?://\S+|www\.\S+|(?<![^\s@])[^\s@]++@[^\s@.]++\.\S+"
)
_FIGURE = re.compile(r"\d")
_BULLET = re.compile(r"^[^\S\n]*(?:[-*•]|#{1,6})\s+", re.MULTILINE)
_MARKS = re.compile(r"[*_~`>#|]+")
_PICTURES = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\u200d\u20e3]+"
)
_AMOUNT = re.compile(r"(?:\bUS)?[$€£]\s?(\d[\d.,]*\d|\d)(?:\s?[A-Z]{3}\b)?")


def must_be_read(text: str) -> bool:
    """Say whether an answer has something that nobody can keep by ear: a figure, a link, an address."""
    return bool(_FIGURE.search(text) or _LINK.search(text))


def aloud(text: str, tenant: Tenant, language: str) -> str:
    """Return an answer as it is said: without marks, links and pictures, amounts in words."""
    money = get_currency_name(tenant.currency, count=2, locale=language)
    said = _LINK.sub(lambda link: link[1] or "", text)
    said = _AMOUNT.sub(lambda amount: f"{amount[1]} {money}", said)
    said = _MARKS.sub("", _PICTURES.sub("", _BULLET.sub("", said)))
    lines = (" ".join(line.split()) for line in said.splitlines())
    return "\n".join(line for line in lines if line)


def wanted(tenant: Tenant, turn: TurnInHand) -> bool:
    """Say whether a company wants a turn's answer said aloud; never when somebody is in danger."""
    rules = tenant.media
    if not rules.voice or tenant.model.api_key is None or turn.channel not in VOICED:
        return False
    if turn.agent == "emergency" or (turn.handover is not None and turn.handover.alarm):
        return False
    return rules.spoken_answers == "always" or (
        rules.spoken_answers == "mirror" and turn.heard_speech
    )


def with_voice(
    tenant: Tenant, turn: TurnInHand, parts: Sequence[Part], text: str, key: str
) -> tuple[Part, ...]:
    """Return a reply's parts with the one that is said aloud.

    Alone, its words are written in its place should it fail; beside written ones it comes last.
    """
    written = tuple(parts)
    said = aloud(text, tenant, turn.language)
    letters = sum(sign.isalpha() for sign in said)
    if letters < FEWEST_LETTERS or len(said) > tenant.media.max_spoken_characters:
        return written
    voice = Part(key=key, kind="voice", text="", spoken=said)
    by_ear = turn.channel in BY_EAR and not must_be_read(text)
    if by_ear and len(written) == 1 and written[0].kind == "text":
        return (replace(voice, key=written[0].key, text=written[0].text),)
    return (*written, voice)


class Voice:
    """Says words aloud for every company."""

    def __init__(
        self,
        redis: Client,
        *,
        http: httpx.AsyncClient,
        budget: Budget | None,
        clock: Clock,
        seconds: float = SPEAKING,
    ) -> None:
        """Take the models' connections, who pays, and how long is waited for a sound."""
        self._redis = redis
        self._http = http
        self._budget = budget
        self._clock = clock
        self._seconds = seconds
        self._breakers: dict[tuple[str, str], Breaker] = {}

    async def sound(self, tenant: Tenant, text: str, language: str) -> bytes | None:
        """Return how some words sound, as OGG/Opus, or None: then they are to be written."""
        rules = tenant.media
        if tenant.model.api_key is None:
            return None
        marks = (text, rules.tts_model, rules.tts_voice, tenant.model.base_url or "", language)
        digest = hashlib.sha256("\0".join(marks).encode()).hexdigest()
        key = keys.said_aloud(tenant.company_id, digest)
        with suppress(RedisError, ValueError):
            if known := await self._redis.get(key):
                return base64.b64decode(known)
        breaker = self._breakers.setdefault(
            (tenant.company_id, rules.tts_model), Breaker(self._clock)
        )
        if not breaker.admit():
            return None
        sound = await self._asked(tenant, text, language, breaker)
        if sound is not None:
            with suppress(RedisError):
                await self._redis.set(key, base64.b64encode(sound), ex=REMEMBERED)
        return sound

    async def _asked(
        self, tenant: Tenant, text: str, language: str, breaker: Breaker
    ) -> bytes | None:
        # Imported here: a company without a key never pays for the library.
        from integrations.openai import RefusedRequestError, SilentModelError

        model, budget = tenant.media.tts_model, self._budget
        cost = budget.prices.speech(model, len(text)) if budget else 0
        grant = await budget.reserve(tenant, [cost]) if budget else None
        if budget and grant is None:
            return None
        spent, counts = 0, {"spoken_failed": 1}
        try:
            sound = await self._said(tenant, text, language)
        except RefusedRequestError as error:
            # The server is well: only these words failed.
            breaker.succeeded()
            logger.warning("answer_not_spoken", failure=error.detail)
            return None
        except IntegrationError as error:
            breaker.failed(error.retry_after, silent=isinstance(error, SilentModelError))
            logger.warning("answer_not_spoken", failure=error.detail)
            return None
        else:
            breaker.succeeded()
            spent = cost
            counts = {"spoken_answers": 1, by(KIND, model): len(text), by(COST, KIND): cost}
            return sound
        finally:
            if budget and grant:
                await budget.settle(grant, spent, counts)

    async def _said(self, tenant: Tenant, text: str, language: str) -> bytes:
        """Have the model say it; raises IntegrationError."""
        from integrations.openai_speech import said

        rules = tenant.media
        assert tenant.model.api_key is not None  # noqa: S101 # `sound` has looked.
        return await said(
            text,
            model=rules.tts_model,
            voice=rules.tts_voice,
            language=language,
            api_key=tenant.model.api_key,
            base_url=tenant.model.base_url,
            http=self._http,
            timeout_seconds=self._seconds,
        )
