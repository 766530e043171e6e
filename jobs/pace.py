"""How much is written: past a company's limit simpler answers, past a patient's one sentence and people."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import structlog
from redis.exceptions import RedisError

from graph.emergencies import OpenEmergencies
from integrations.rate_limits import RateLimits, Window
from integrations.redis import Client, awaitable
from jobs.drafting import Draft
from jobs.fixed_words import too_many, words_for_staff
from jobs.mailbox import Entry
from jobs.numbers import in_fixed_words
from jobs.turn_in_hand import HandOver
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

MINUTE = 60  # seconds
Speed = Literal["calm", "busy", "flood"]


class Pace:
    """Looks at how much patients write. Nobody is refused, and danger is seen before anybody looks here."""

    def __init__(self, redis: Client, limits: RateLimits, emergencies: OpenEmergencies) -> None:
        """Take the connection, the windows, and who is in danger."""
        self._redis = redis
        self._limits = limits
        self._emergencies = emergencies

    async def of(self, tenant: Tenant, user: UserId, new: Sequence[Entry]) -> Speed:
        """Count new messages and say what to make of them: `busy` is the company's, `flood` the patient's.

        Whoever is in an open emergency writes as much as they need. Without Redis all is calm.
        """
        rules, times, company = tenant.limits, len(new), tenant.company_id
        patients = Window(
            key=keys.patient_messages(company, user),
            before=keys.patient_messages_before(company, user),
            limit=rules.patient_messages,
            seconds=rules.patient_window_seconds,
        )
        everybody = Window(
            key=keys.company_messages(company),
            before=keys.company_messages_before(company),
            limit=rules.messages_per_minute,
            seconds=MINUTE,
        )
        full = await self._limits.full([patients, everybody], times=times)
        if full is everybody:
            logger.warning("company_busy", company_id=company)
            return "busy"
        if full is None or await self._emergencies.is_open(company, user):
            return "calm"
        logger.warning("patient_floods", company_id=company, messages=times)
        return "flood"

    async def too_many(self, tenant: Tenant, user: UserId, language: str) -> Draft:
        """Return what a patient who floods hears, once in a while, and the wish for a person to read it."""
        told = await self._told(tenant, user)
        return Draft(
            text="" if told else too_many(language),
            language=language,
            agent="support",
            handover=HandOver(reason=words_for_staff("flood", tenant.language), summary=""),
            numbers={**({} if told else in_fixed_words("support")), "floods": 1},
        )

    async def _told(self, tenant: Tenant, user: UserId) -> bool:
        life = timedelta(seconds=tenant.limits.patient_window_seconds)
        try:
            mark = self._redis.set(keys.flood_told(tenant.company_id, user), "1", nx=True, ex=life)
            return not await awaitable(mark)
        except RedisError:
            return True
