"""Photos that patients send: made harmless, looked at by a model, told in words that judge nothing.

Danger is looked for in everything the model said of a photo; only what is neutral goes on to the
agents. Whatever fails, the patient is told kindly; whoever may be in danger is never lowered.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import httpx
import structlog
from redis.exceptions import RedisError

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.pictures import Pictures, UnreadablePictureError, kind_of
from integrations.redis import Client
from jobs.photo_reports import Report, advice_for, report_of, text_of
from jobs.readings import Ability, Reading, ability_of
from nodes.breaker import Breaker
from nodes.prompt import LANGUAGE_NAMES, TEMPLATES, plain
from nodes.router import Screen, graver
from safety.alarm import Alarm
from tenants import keys
from tenants.budget import Budget
from tenants.tenant import Language, Tenant
from tenants.usage import COST, Counts, by

logger = structlog.get_logger(__name__)

AGENT = "photos"
"""Under whose name the cost is counted."""
REMEMBERED = 24 * 3600  # seconds that what a photo shows is kept
ESTIMATE = (2600, 400)
"""Tokens in and out that a photo of 1,280 pixels takes, nearly."""
LONGEST_CAPTION = 1000  # characters that go along
MEGABYTE = 1_000_000


class Photos:
    """Reads photos; implements `AttachmentReader`."""

    def __init__(
        self,
        redis: Client,
        *,
        http: httpx.AsyncClient,
        screen: Screen,
        budget: Budget | None,
        clock: Clock,
        pictures: Pictures | None = None,
    ) -> None:
        """Take the models' connections, who sees danger in words, and who pays."""
        self._redis = redis
        self._http = http
        self._screen = screen
        self._budget = budget
        self._clock = clock
        self._pictures = pictures or Pictures()
        self._breakers: dict[tuple[str, str], Breaker] = {}

    def takes(self, content: bytes) -> bool:
        """Say whether some bytes are a picture, whatever they are called."""
        return kind_of(content) is not None

    def ability(self, tenant: Tenant) -> Ability:
        """Say whether a company's photos are looked at, and why not."""
        return ability_of(tenant, wanted=tenant.media.images)

    async def read(self, tenant: Tenant, content: bytes, *, caption: str, language: str) -> Reading:
        """Return what a photo shows, or why it could not be told; never raises for the photo's sake."""
        ability = self.ability(tenant)
        if ability != "read":
            return Reading(kind="image", outcome=ability)
        if len(content) > tenant.media.max_image_megabytes * MEGABYTE:
            return Reading(kind="image", outcome="too_large")
        asked = _Asked(tenant=tenant, caption=caption[:LONGEST_CAPTION], language=language)
        key = keys.seen_photo(tenant.company_id, asked.digest(content))
        report = await self._known(key)
        if report is None:
            looked = await self._looked(asked, content)
            if isinstance(looked, Reading):
                return looked
            report = looked
            with suppress(RedisError):
                await self._redis.set(key, report.model_dump_json(), ex=REMEMBERED)
        return await self._told(tenant, report, caption, language)

    async def _known(self, key: str) -> Report | None:
        with suppress(RedisError, ValueError):
            if known := await self._redis.get(key):
                return Report.model_validate_json(known)
        return None

    async def _told(self, tenant: Tenant, report: Report, caption: str, language: str) -> Reading:
        seen = "\n".join((caption, report.description, *report.signs)).strip()
        # By rules: examples of what patients write are like any sentence about skin.
        words = await self._screen.screen(caption) if caption else None
        alarm = graver(words, self._screen.rules(seen), _alarm_of(report))
        if alarm is not None:
            logger.warning("photo_alarm", group=alarm.group, source=alarm.source)
        return Reading(
            kind="image",
            text=text_of(report, language),
            alarm=alarm,
            note=report.note(tenant.language),
        )

    async def _looked(self, asked: "_Asked", content: bytes) -> Report | Reading:
        """Return what a photo shows, or the reading that says why nobody could tell."""
        try:
            jpeg = await self._pictures.harmless(content)
        except UnreadablePictureError as error:
            logger.info("photo_refused", fault=error.fault)
            advice = advice_for(error.fault, asked.language)
            return Reading(kind="image", outcome="unreadable", advice=advice)
        tenant, budget, model = asked.tenant, self._budget, asked.model
        breaker = self._breakers.setdefault((tenant.company_id, model), Breaker(self._clock))
        if not breaker.admit():
            return Reading(kind="image", outcome="failed")
        cost = budget.prices.tokens(model, sent=ESTIMATE[0], written=ESTIMATE[1]) if budget else 0
        grant = await budget.reserve(tenant, [cost]) if budget else None
        if budget and grant is None:
            return Reading(kind="image", outcome="over_budget")
        counts: Counts = {"photos_failed": 1}
        try:
            report, counts = await self._seen(asked, jpeg)
        except IntegrationError as error:
            _note(breaker, error)
            logger.warning("photo_not_seen", model=model, failure=error.detail)
            return Reading(kind="image", outcome="failed")
        finally:
            if budget and grant:
                await budget.settle(grant, counts.get(by(COST, AGENT), 0), counts)
        breaker.succeeded()
        return report

    async def _seen(self, asked: "_Asked", jpeg: bytes) -> tuple[Report, Counts]:
        """Return what the model sees, and what that adds to the company's counters; raises IntegrationError."""
        # Imported here: a company without a key never pays for the library.
        from integrations.openai_vision import look_at

        tenant, model, began = asked.tenant, asked.model, self._clock()
        assert tenant.model.api_key is not None  # noqa: S101 # `ability` has looked.
        sight, tokens = await look_at(
            jpeg,
            prompt=_prompt(tenant, asked.language),
            caption=asked.caption,
            model=model,
            api_key=tenant.model.api_key,
            base_url=tenant.model.base_url,
            http=self._http,
        )
        sent, written = tokens["input_tokens"], tokens["output_tokens"]
        took = int((self._clock() - began).total_seconds() * 1000)
        prices = self._budget.prices if self._budget else None
        return report_of(sight), {
            "photos_seen": 1,
            "photos_milliseconds": max(took, 0),
            by("tokens_in", AGENT, model): sent,
            by("tokens_out", AGENT, model): written,
            by(COST, AGENT): prices.tokens(model, sent=sent, written=written) if prices else 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked of a photo."""

    tenant: Tenant
    caption: str
    language: str

    @property
    def model(self) -> str:
        return self.tenant.media.vision_model

    def digest(self, content: bytes) -> str:
        """Name the question: the same photo, asked the same of the same model, is looked at once."""
        marks = (self.model, self.tenant.model.base_url or "", self.language, self.caption)
        return hashlib.sha256(content + "\0".join(marks).encode()).hexdigest()


def _note(breaker: Breaker, error: IntegrationError) -> None:
    from integrations.openai import EmptyAnswerError, RefusedRequestError, SilentModelError

    if isinstance(error, EmptyAnswerError | RefusedRequestError):
        # The server is well: only this one photo failed.
        breaker.succeeded()
    else:
        breaker.failed(error.retry_after, silent=isinstance(error, SilentModelError))


def _prompt(tenant: Tenant, language: str) -> str:
    spoken = LANGUAGE_NAMES.get(cast("Language", language), LANGUAGE_NAMES["es"])
    return TEMPLATES["photo"].substitute(
        company_name=plain(tenant.company_name), language_name=spoken
    )


def _alarm_of(report: Report) -> Alarm | None:
    if report.complication != "likely":
        return None
    return Alarm(group="photo", level="emergency", evidence=report.signs, source="photo")
