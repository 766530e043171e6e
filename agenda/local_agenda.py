"""The agenda that comes with Clinicdesk: everything in Redis, nothing outside."""

from agenda.booked_agenda import BookedAgenda
from agenda.holds import Holds
from agenda.ledger import Ledger
from agenda.local_calendar import LocalCalendar
from agenda.offered_slots import OfferedSlots
from agenda.unfinished import Unfinished
from integrations.clock import Clock
from integrations.redis import Client
from tenants.tenant import Tenant


class LocalAgenda(BookedAgenda):
    """One company's agenda on the local calendar. Cheap to make; keeps no state of its own."""

    def __init__(self, redis: Client, tenant: Tenant, clock: Clock) -> None:
        super().__init__(
            tenant,
            clock,
            calendar=LocalCalendar(redis, tenant, clock),
            offered=OfferedSlots(redis, tenant, clock),
            holds=Holds(redis, tenant.company_id, clock),
            ledger=Ledger(redis, tenant, clock),
            unfinished=Unfinished(redis, tenant.company_id, clock),
        )
