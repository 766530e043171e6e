"""Makes a company's agenda on the calendar that the company chose."""

import httpx
from pydantic import SecretStr

from agenda.booked_agenda import BookedAgenda
from agenda.calendar import Calendar
from agenda.front_office import FrontOffice, unhurried
from agenda.google_calendar import GoogleCalendar
from agenda.google_sync import GoogleSync
from agenda.holds import Holds
from agenda.ledger import Ledger
from agenda.local_calendar import LocalCalendar
from agenda.mending import Mending
from agenda.offered_slots import OfferedSlots
from agenda.patient_records import PatientRecords
from agenda.service_calendar import ServiceCalendar
from agenda.staff_edits import StaffEdits
from agenda.unfinished import Unfinished
from integrations.clock import Clock
from integrations.google_calendar import GoogleCalendars
from integrations.google_threads import GoogleThreads
from integrations.redis import Client
from integrations.schedule_service import ScheduleService
from tenants.ids import CompanyId
from tenants.tenant import Tenant


class Calendars:
    """Makes agendas: cheap, they keep no state of their own; a company's door to Google is kept."""

    def __init__(
        self,
        redis: Client,
        clock: Clock,
        google: GoogleThreads | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """Take the connections and the threads for Google; whoever opened them closes them.

        Without them only companies with a local calendar can be booked.
        """
        self._http = http
        self._redis = redis
        self._clock = clock
        self._google = google or GoogleThreads()
        self._doors: dict[CompanyId, tuple[tuple[SecretStr | None, str], GoogleCalendars]] = {}

    def agenda_of(self, tenant: Tenant) -> BookedAgenda:
        """Return the agenda that patients see."""
        return BookedAgenda(
            tenant,
            self._clock,
            calendar=self.calendar_of(tenant),
            offered=OfferedSlots(self._redis, tenant, self._clock),
            holds=Holds(self._redis, tenant.company_id, self._clock),
            ledger=Ledger(self._redis, tenant, self._clock),
            unfinished=Unfinished(self._redis, tenant.company_id, self._clock),
        )

    def ledger_of(self, tenant: Tenant) -> Ledger:
        """Return the company's record of appointments."""
        return Ledger(self._redis, tenant, self._clock)

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

    def records_of(self, tenant: Tenant) -> PatientRecords:
        """Return all that the company's agenda holds of its patients."""
        return PatientRecords(
            self._redis,
            tenant,
            calendar=self.calendar_of(tenant),
            ledger=self.ledger_of(tenant),
            office=self.front_office_of(tenant),
            clock=self._clock,
        )

    def mending_of(self, tenant: Tenant) -> Mending:
        """Return what settles the company's unfinished business."""
        return Mending(
            tenant.company_id,
            calendar=self.calendar_of(tenant),
            ledger=Ledger(self._redis, tenant, self._clock),
            unfinished=Unfinished(self._redis, tenant.company_id, self._clock),
        )

    def sync_of(self, tenant: Tenant) -> GoogleSync | None:
        """Return what follows staff's own edits, or None where there is nothing to follow."""
        if tenant.agenda.calendar != "google":
            return None
        return GoogleSync(
            self._redis,
            self.google_of(tenant),
            local=LocalCalendar(self._redis, tenant, self._clock),
            ledger=Ledger(self._redis, tenant, self._clock),
            edits=self.staff_edits_of(tenant),
            tenant=tenant,
        )

    def staff_edits_of(self, tenant: Tenant) -> StaffEdits:
        """Return what staff changed and patients do not know yet."""
        return StaffEdits(self._redis, tenant.company_id, self._clock)

    def calendar_of(self, tenant: Tenant) -> Calendar:
        """Return the calendar that the company chose."""
        local = LocalCalendar(self._redis, tenant, self._clock)
        if tenant.agenda.calendar == "google":
            return GoogleCalendar(self.google_of(tenant), local, tenant)
        if tenant.agenda.calendar == "http":
            return ServiceCalendar(self._service_of(tenant), tenant)
        return local

    def _service_of(self, tenant: Tenant) -> ScheduleService | None:
        url = tenant.agenda.service_url
        if not url or self._http is None:
            return None
        return ScheduleService(url, tenant.company_id, self._http)

    def google_of(self, tenant: Tenant) -> GoogleCalendars:
        """Return the company's door to Google; without usable credentials every call through it fails."""
        wanted = tenant.agenda.google_credentials, tenant.agenda.google_endpoint
        kept = self._doors.get(tenant.company_id)
        if kept is not None and kept[0] == wanted:
            return kept[1]
        door = GoogleCalendars(*wanted, self._google)
        self._doors[tenant.company_id] = (wanted, door)
        return door
