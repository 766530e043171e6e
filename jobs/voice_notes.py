"""Voice notes that patients send: what is said in them, how sure that is, and what kept it from being heard."""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import structlog
from pydantic_core import from_json, to_json
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client
from integrations.sounds import Sound, UnreadableSoundError, seconds_of, sound_of
from jobs.not_said import nobody_said
from jobs.readings import Ability, Outcome, Reading, ability_of
from nodes.breaker import Breaker
from nodes.router import Screen
from tenants import keys
from tenants.budget import Budget
from tenants.tenant import Tenant
from tenants.usage import COST, by

if TYPE_CHECKING:
    from integrations.openai_audio import Transcript

logger = structlog.get_logger(__name__)

KIND = "audio_seconds"
"""What is counted and paid for."""
REMEMBERED = 24 * 3600  # seconds that a transcript is kept
LISTENING = 20.0  # seconds for the shortest note, second try included
PER_SECOND = 0.1  # seconds more for each second of sound
SHORTEST = 0.3  # seconds; less is a slip of the thumb, and servers refuse it
MEGABYTE = 1_000_000
MOST_NAMES = 30
KEPT = ("outcome", "text", "confidence", "language", "seconds")
"""What of a reading is kept."""
LEAST_SURE = 0.2
"""Confidence in words that a model may have imagined, but which sound like danger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """A note that can be listened to."""

    content: bytes
    sound: Sound
    seconds: float
    hint: str

    def told(self, outcome: Outcome) -> Reading:
        """Return why it was not heard."""
        return Reading(kind="speech", outcome=outcome, seconds=self.seconds)


class VoiceNotes:
    """Listens to voice notes; implements `AttachmentReader`."""

    def __init__(
        self,
        redis: Client,
        *,
        http: httpx.AsyncClient,
        screen: Screen,
        budget: Budget | None,
        clock: Clock,
        seconds: float = LISTENING,
    ) -> None:
        """Take the models' connections, who sees danger in words, who pays, how long we wait."""
        self._seconds = seconds
        self._redis = redis
        self._http = http
        self._screen = screen
        self._budget = budget
        self._clock = clock
        self._breakers: dict[tuple[str, str], Breaker] = {}

    def takes(self, content: bytes) -> bool:
        """Say whether some bytes are a sound, whatever they are called."""
        return sound_of(content) is not None

    def ability(self, tenant: Tenant) -> Ability:
        """Say whether a company's voice notes are listened to, and why not."""
        return ability_of(tenant, wanted=tenant.media.voice)

    async def read(self, tenant: Tenant, content: bytes, *, caption: str, language: str) -> Reading:
        """Return what is said, or why it could not be heard; never raises for the note's sake."""
        del caption
        ability, sound = self.ability(tenant), sound_of(content)
        if ability != "read":
            return Reading(kind="speech", outcome=ability)
        if len(content) > tenant.media.max_audio_megabytes * MEGABYTE:
            return Reading(kind="speech", outcome="too_large")
        if sound is None or not sound.heard:
            return Reading(kind="speech", outcome="unreadable")
        try:
            seconds = await asyncio.to_thread(seconds_of, content, sound)
        except UnreadableSoundError as error:
            logger.info("voice_note_refused", fault=str(error))
            return Reading(kind="speech", outcome="unreadable")
        if seconds > tenant.media.max_audio_minutes * 60:
            return Reading(kind="speech", outcome="too_long", seconds=seconds)
        if seconds < SHORTEST:
            return Reading(kind="speech", outcome="not_heard", seconds=seconds)
        hint = _hint(tenant, language)
        note = _Note(content=content, sound=sound, seconds=seconds, hint=hint)
        return await self._known_or_heard(tenant, note)

    async def _known_or_heard(self, tenant: Tenant, note: "_Note") -> Reading:
        model = tenant.media.whisper_model
        marks = (model, tenant.model.base_url or "", note.hint)
        digest = hashlib.sha256(note.content + "\0".join(marks).encode()).hexdigest()
        key = keys.heard_speech(tenant.company_id, digest)
        with suppress(RedisError, ValueError, TypeError):
            if known := await self._redis.get(key):
                return Reading(kind="speech", **from_json(known))
        breaker = self._breakers.setdefault((tenant.company_id, model), Breaker(self._clock))
        if not breaker.admit():
            return Reading(kind="speech", outcome="failed", seconds=note.seconds)
        reading = await self._heard(tenant, note, breaker)
        if reading.outcome in {"read", "not_heard"}:
            told = {name: getattr(reading, name) for name in KEPT}
            with suppress(RedisError):
                await self._redis.set(key, to_json(told), ex=REMEMBERED)
        return reading

    async def _heard(self, tenant: Tenant, note: "_Note", breaker: Breaker) -> Reading:
        # Imported here: a company without a key never pays for the library.
        from integrations.openai import EmptyAnswerError, RefusedRequestError

        model, budget = tenant.media.whisper_model, self._budget
        cost = budget.prices.sound(model, note.seconds) if budget else 0
        grant = None
        if budget:
            # An emergency may be spoken: who is out of money listens all the same.
            grant = await budget.reserve(tenant, [cost]) or budget.beyond(tenant)
        spent, counts = 0, {"voice_notes_failed": 1}
        try:
            found, counts = await self._listened(tenant, note)
            spent = counts.get(by(COST, KIND), 0)
        except (EmptyAnswerError, RefusedRequestError) as error:
            # The server is well: only this one note failed.
            breaker.succeeded()
            logger.warning("voice_note_not_heard", model=model, failure=error.detail)
            return note.told(_refusal(error))
        except IntegrationError as error:
            breaker.failed(error.retry_after)
            logger.warning("voice_note_not_heard", model=model, failure=error.detail)
            return note.told("failed")
        finally:
            if budget and grant:
                await budget.settle(grant, spent, counts)
        breaker.succeeded()
        reading = Reading(
            kind="speech",
            text=found.text,
            confidence=found.confidence,
            language=found.language,
            seconds=note.seconds,
        )
        return await self._believed(reading, _names(tenant))

    async def _listened(self, tenant: Tenant, note: "_Note") -> tuple["Transcript", dict[str, int]]:
        """Return what was heard, and what it adds to the company's counters."""
        from integrations.openai_audio import heard

        model, began = tenant.media.whisper_model, self._clock()
        assert tenant.model.api_key is not None  # noqa: S101 # `ability` has looked.
        found = await heard(
            note.content,
            name=f"voice.{note.sound.extension}",
            content_type=note.sound.content_type,
            model=model,
            language=note.hint,
            languages=tenant.languages,
            words=_names(tenant),
            api_key=tenant.model.api_key,
            base_url=tenant.model.base_url,
            http=self._http,
            timeout_seconds=self._seconds + PER_SECOND * note.seconds,
        )
        paid = max(found.seconds, note.seconds)
        took = int((self._clock() - began).total_seconds() * 1000)
        return found, {
            "voice_notes_heard": 1,
            "voice_notes_milliseconds": max(took, 0),
            by(KIND, model): max(round(paid), 1),
            by(COST, KIND): self._budget.prices.sound(model, paid) if self._budget else 0,
        }

    async def _believed(self, reading: Reading, names: tuple[str, ...]) -> Reading:
        """Leave out what nobody said, unless it may be danger: then it is told as most unsure."""
        if not nobody_said(reading.text, names):
            return reading
        if reading.text and await self._screen.screen(reading.text) is not None:
            return Reading(
                kind="speech",
                text=reading.text,
                confidence=LEAST_SURE,
                language=reading.language,
                seconds=reading.seconds,
            )
        return Reading(kind="speech", outcome="not_heard", seconds=reading.seconds)


def _refusal(error: IntegrationError) -> Outcome:
    """Return what a server means that will not have this one file, or says nothing of it."""
    if error.detail == "HTTP 413":
        return "too_large"
    return "unreadable" if error.permanent else "failed"


def _hint(tenant: Tenant, language: str) -> str:
    """Return the language that must be spoken, where a company speaks but one.

    A model that is told the wrong one translates: where there are several it finds out by itself.
    """
    return language if tenant.languages == (language,) else ""


def _names(tenant: Tenant) -> tuple[str, ...]:
    """Return the names that a model would hear wrong: treatments and people."""
    named = (*(one.name for one in tenant.treatments), *(one.name for one in tenant.staff))
    return tuple(dict.fromkeys(named))[:MOST_NAMES]
