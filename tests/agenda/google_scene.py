"""Benova on a fake Google: two doctors, a calendar each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agenda.appointment import Appointment, Patient, Slot
from agenda.booked_agenda import BookedAgenda
from agenda.calendars import Calendars
from tenants.ids import UserId
from tenants.tenant import Tenant
from tests.agenda.clinics import MovingClock, benova
from tests.fakes.google_calendar import FakeGoogle

RUIZ, MORA = "ruiz@benova.example", "mora@benova.example"
ANA, LUIS = UserId("41"), UserId("42")
PATIENT = Patient(name="Ana Gómez", phone="+573001234567", notes="primera vez")
TUESDAY = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def with_google(fake: FakeGoogle, url: str, **more: Any) -> Tenant:
    """Return Benova with its doctors' calendars at a fake Google."""
    company = benova()
    staff = [
        one.model_copy(update={"calendar_id": calendar})
        for one, calendar in zip(company.staff, (RUIZ, MORA), strict=True)
    ]
    return benova(
        staff=[one.model_dump() for one in staff],
        agenda={
            "calendar": "google",
            "google_credentials": fake.tokens.service_account(url),
            "google_endpoint": f"{url}/calendar/v3/",
            **more,
        },
    )


@dataclass(frozen=True)
class Scene:
    """Everything that a test of Google looks at."""

    fake: FakeGoogle
    url: str
    tenant: Tenant
    calendars: Calendars
    agenda: BookedAgenda
    time: MovingClock

    async def free(self, treatment: str = "botox") -> list[str]:
        """Return the starts that are offered on Tuesday."""
        found = await self.agenda.free_slots(treatment, TUESDAY, TUESDAY + DAY)
        return [one.start.strftime("%H:%M") for one in found]

    async def slot(self, number: int = 0, treatment: str = "botox") -> Slot:
        """Return an offered slot of Tuesday."""
        return (await self.agenda.free_slots(treatment, TUESDAY, TUESDAY + DAY))[number]

    async def booked_by(self, user: UserId) -> Appointment:
        """Book Tuesday's first time."""
        return await self.agenda.book(user, (await self.slot()).slot_id, PATIENT)

    async def follow(self) -> int:
        """Read what staff changed; return how much that was."""
        sync = self.calendars.sync_of(self.tenant)
        assert sync is not None
        return await sync.run()
