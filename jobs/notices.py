"""The company's privacy notice: sent once to each patient, before the first answer, and kept with its time."""

from jobs.consents import NOTICE, Consents
from jobs.outbox import reply_key
from jobs.turn_in_hand import Part, TurnInHand
from tenants.ids import UserId
from tenants.tenant import Tenant

PART = "notice"


class Notices:
    """Knows who has read which notice."""

    def __init__(self, consents: Consents) -> None:
        """Take where it is kept."""
        self._consents = consents

    async def parts_for(
        self, tenant: Tenant, user: UserId, turn: TurnInHand, language: str
    ) -> tuple[Part, ...]:
        """Return the notice as a message, or nothing: it was read, there is none, or somebody is in danger."""
        if turn.handover is not None and turn.handover.alarm:
            return ()
        text = await self._consents.notice_for(tenant, user, language)
        return (Part(key=reply_key(turn.turn_id, PART), kind="text", text=text),) if text else ()

    async def told(self, tenant: Tenant, user: UserId, turn: TurnInHand) -> None:
        """Keep that a turn's notice was sent; a second time is once."""
        key = reply_key(turn.turn_id, PART)
        text = next((one.text for one in turn.parts if one.key == key and key in turn.done), "")
        if text and not await self._consents.holds(tenant, user, text):
            await self._consents.record(tenant, user, text=text, how=NOTICE, by="clinicdesk")
