"""What a clinic sells and who does it."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, SecretStr, model_validator

from tenants.hours import Hours

Minutes = Annotated[
    timedelta,
    Field(ge=timedelta(0), le=timedelta(hours=24)),
    PlainSerializer(
        lambda value: int(value.total_seconds() // 60), return_type=int, when_used="json"
    ),
]
Notice = Annotated[
    timedelta,
    Field(ge=timedelta(0), le=timedelta(days=60)),
    PlainSerializer(
        lambda value: int(value.total_seconds() // 60), return_type=int, when_used="json"
    ),
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,38}$")]


class Treatment(BaseModel):
    """Something a patient can ask about, and book when `bookable`. Durations in files are `*_minutes`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    name: str
    aliases: tuple[str, ...] = ()
    """Other words for it, as patients write them: `toxina`, `botox`."""
    category: str = ""
    description: str = ""
    duration: Minutes
    buffer_before: Minutes = timedelta(0)
    buffer_after: Minutes = timedelta(0)
    price: Annotated[Decimal, Field(ge=0)] | None = None
    """In the company's currency; None is "after a valuation"."""
    price_from: bool = False
    """The price is the lowest of several ("desde")."""
    price_note: str = ""
    preparation: str = ""
    aftercare: str = ""
    deposit_note: str = ""
    staff: tuple[Slug, ...] = ()
    """Ids of who may do it; empty means every member of the staff."""
    resources: tuple[Slug, ...] = ()
    """Rooms or devices that it occupies, all of them."""
    bookable: bool = True
    minimum_gap_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Days from one session of a person to their next; 0 when they may follow each other."""
    comes_after: tuple[Slug, ...] = ()
    """Treatments of which a person must have had one before the first of this: `["valoracion"]`."""
    first_visit_duration: Minutes = timedelta(0)
    """How long it takes with somebody who comes for the first time; 0: as always."""

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.bookable and not self.duration:
            raise ValueError("a treatment that can be booked must last longer than nothing")
        if self.id in self.comes_after:
            raise ValueError("comes_after: a treatment cannot come after itself")
        return self


class Resource(BaseModel):
    """A room or a device that serves one patient at a time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    name: str


class StaffMember(BaseModel):
    """A person whose time is booked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    name: str
    role: str = ""
    hours: Hours | None = None
    """None means the company's hours; staff hours never reach outside them."""
    calendar_id: str = ""


class AgendaRules(BaseModel):
    """How far ahead and how finely a clinic is booked, and where its calendar is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: Literal["local", "google", "http"] = "local"
    minimum_notice: Notice = timedelta(hours=2)
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    granularity: Minutes = timedelta(minutes=30)
    hold: Minutes = timedelta(minutes=10)
    cancel_notice: Notice = timedelta(hours=24)
    first_visit: tuple[Slug, ...] = ()
    """What somebody who never came begins with, one of these treatments; empty: with any."""
    reminder_hours: tuple[Annotated[int, Field(ge=1, le=168)], ...] = (24, 2)
    """How long before an appointment the patient is reminded; empty reminds nobody."""
    tell_staff_changes: bool = True
    """Write to a patient whose appointment staff moved or deleted in their own calendar."""
    google_credentials: SecretStr | None = None
    """JSON of a service account's key, or of an authorized user with a refresh token."""
    google_endpoint: Annotated[str, Field(pattern=r"^(https?://\S+/calendar/v3/)?$")] = ""
    """Another address of the API; must end with `/calendar/v3/`."""
    all_day_events: Literal["block", "ignore"] = "block"
    """Google shows a new all-day event ("Vacaciones") as free; a clinic that writes it is away."""
    service_url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """The scheduling service that `http` speaks to."""
