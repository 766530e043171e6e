"""Looks for the times that one company can offer: to anybody, or to the person who comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeGuard

from agenda.appointment import Slot
from agenda.claims import Claim, Claims
from agenda.ledger import Entry, Ledger
from agenda.slots import Search, able_staff, bounds, free_slots, length_of
from agenda.visits import Terms, Visitor
from integrations.clock import Clock
from tenants.offer import Treatment
from tenants.tenant import Tenant


class FreeTimes:
    """Reads the calendar, the holds and what a person had before; writes nothing."""

    def __init__(self, tenant: Tenant, clock: Clock, claims: Claims, ledger: Ledger) -> None:
        self._tenant = tenant
        self._clock = clock
        self._claims = claims
        self._ledger = ledger

    async def look(
        self,
        treatment: Treatment,
        after: datetime,
        before: datetime,
        *,
        staff_id: str = "",
        limit: int = 200,
        each_start_once: bool = False,
        visitor: Visitor | None = None,
    ) -> Sequence[Slot]:
        """Return free slots, earliest first; the own time that is given up is not among them."""
        window = bounds(self._tenant, self._clock(), after, before)
        if window[0] >= window[1]:
            return []
        pieces = [(window, treatment)]
        if _bound(visitor):
            pieces = list((await self.terms(treatment, visitor)).pieces(window))
        own = await self.given_up(visitor)
        staff = able_staff(self._tenant, treatment, staff_id)
        names = [*(member.id for member in staff), *treatment.resources]
        longest = max((lasting for _, lasting in pieces), key=length_of, default=treatment)
        busy = await self._claims.busy(names, window, longest, given_up=own.event_id if own else "")
        found: list[Slot] = []
        for (first, last), lasting in pieces:
            search = Search(
                treatment=lasting,
                after=datetime.fromtimestamp(first, self._tenant.zone),
                before=datetime.fromtimestamp(last, self._tenant.zone),
                staff_id=staff_id,
                each_start_once=each_start_once,
            )
            room = limit - len(found)
            found += free_slots(self._tenant, search, now=self._clock(), busy=busy, limit=room)
        return [slot for slot in found if own is None or slot.slot_id != own.appointment.slot_id]

    async def terms(self, treatment: Treatment, visitor: Visitor) -> Terms:
        """Return what the rules between visits say of a person."""
        if not visitor.name and (own := await self.given_up(visitor)):
            visitor = replace(visitor, name=own.appointment.patient.name)
        visits = [one.appointment for one in await self._ledger.visits(visitor.user)]
        return Terms(self._tenant, treatment, filter(visitor.is_of, visits))

    async def claim(self, slot: Slot, visitor: Visitor | None) -> Claim:
        """Return what an offered slot takes for whoever comes; TooCloseError, VisitNeededError."""
        treatment = self._claims.bookable(slot.treatment_id)
        if _bound(visitor):
            treatment = (await self.terms(treatment, visitor)).at(slot.start)
        return self._claims.claim(slot, treatment)

    async def given_up(self, visitor: Visitor | None) -> Entry | None:
        """Return the own appointment that a visitor gives up, if any."""
        if visitor is None or not visitor.giving_up:
            return None
        return await self._ledger.find(visitor.user, visitor.giving_up)


def _bound(visitor: Visitor | None) -> TypeGuard[Visitor]:
    return visitor is not None and not visitor.exempt
