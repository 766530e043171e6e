"""Makes a company's agenda on the calendar that the company chose."""

from agenda.booked_agenda import BookedAgenda
from agenda.calendar import Calendar
from agenda.front_office import FrontOffice, unhurried
from agenda.holds import Holds
from agenda.ledger import Ledger
from agenda.local_calendar import LocalCalendar
from agenda.offered_slots import OfferedSlots
from integrations.clock import Clock
from integrations.redis import Client
from tenants.tenant import Tenant


class Calendars:
    """Makes agendas: cheap, they keep no state of their own."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    def agenda_of(self, tenant: Tenant) -> BookedAgenda:
        """Return the agenda that patients see."""
        return BookedAgenda(
            tenant,
            self._clock,
            calendar=self.calendar_of(tenant),
            offered=OfferedSlots(self._redis, tenant, self._clock),
            holds=Holds(self._redis, tenant.company_id, self._clock),
            ledger=Ledger(self._redis, tenant, self._clock),
        )

    def front_office_of(self, tenant: Tenant) -> FrontOffice:
        """Return the agenda that the company's staff work with."""
        company = unhurried(tenant)
        return FrontOffice(
            self.agenda_of(company),
            company=company,
            calendar=self.calendar_of(company),
            ledger=Ledger(self._redis, company, self._clock),
            clock=self._clock,
        )

    def calendar_of(self, tenant: Tenant) -> Calendar:
        """Return the calendar that the company chose."""
        return LocalCalendar(self._redis, tenant, self._clock)
