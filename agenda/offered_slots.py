"""Slots that were offered: nothing else can be held or booked, whatever a model writes."""

import json
from collections.abc import Sequence
from datetime import timedelta

from agenda.appointment import Slot
from agenda.stored import slot_fields, slot_from, text_of
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.tenant import Tenant

OFFERED_FOR = timedelta(hours=2)

_REMEMBER = """
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'EX', ARGV[1]) end
"""


class OfferedSlots:
    """What one company's agenda offered lately."""

    def __init__(self, redis: Client, tenant: Tenant, clock: Clock) -> None:
        self._redis = redis
        self._company = tenant.company_id
        self._zone = tenant.zone
        self._clock = clock
        self._remember = redis.register_script(_REMEMBER)

    async def remember(self, slots: Sequence[Slot]) -> None:
        """Note that slots were offered now, in one round trip."""
        if not slots:
            return
        until = (self._clock() + OFFERED_FOR).timestamp()
        await self._remember(
            keys=[keys.issued_slot(self._company, slot.slot_id) for slot in slots],
            args=[
                int(OFFERED_FOR.total_seconds()),
                *(text_of({**slot_fields(slot), "until": until}) for slot in slots),
            ],
        )

    async def recall(self, slot_id: str) -> Slot | None:
        """Return a slot that was offered, or None when it never was or too long ago."""
        text = await awaitable(self._redis.get(keys.issued_slot(self._company, slot_id)))
        if text is None:
            return None
        fields = json.loads(text)
        if fields["until"] <= self._clock().timestamp():
            return None
        return slot_from(fields, self._zone)
