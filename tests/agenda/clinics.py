"""Two companies with an agenda, and a clock that a test can move."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tenants.tenant import Tenant

SUNDAY = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
"""Sunday 22 November 2026, 10:00 in Bogotá."""

WEEK = {
    day: [{"start": "08:00", "end": "12:00"}, {"start": "14:00", "end": "18:00"}]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
}
SATURDAY = {"saturday": [{"start": "08:00", "end": "12:00"}]}


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = SUNDAY) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Return the moment it stands at."""
        return self._now

    def pass_by(self, time: timedelta) -> None:
        """Let time go by."""
        self._now += time


def minutes(count: int) -> timedelta:
    """Return that many minutes."""
    return timedelta(minutes=count)


def benova(**changes: Any) -> Tenant:
    """Spanish, in Bogotá: two doctors, one of whom works in the mornings; one laser."""
    definition: dict[str, Any] = {
        "company_id": "benova",
        "company_name": "Benova",
        "address": "Calle 93 # 14-20, Bogotá",
        "hours": {"week": {**WEEK, **SATURDAY}},
        "staff": [
            {"id": "ruiz", "name": "Dra. Ruiz"},
            {
                "id": "mora",
                "name": "Dr. Mora",
                "hours": {
                    "week": {day: [{"start": "08:00", "end": "12:00"}] for day in WEEK},
                },
            },
        ],
        "treatments": [
            {
                "id": "botox",
                "name": "Toxina botulínica",
                "aliases": ["botox", "toxina"],
                "duration": minutes(30),
                "buffer_after": minutes(10),
                "price": "900000",
                "price_from": True,
                "preparation": "No tome aspirina tres días antes.",
                "staff": ["ruiz"],
            },
            {
                "id": "laser",
                "name": "Depilación láser",
                "aliases": ["laser"],
                "duration": minutes(60),
                "resources": ["laser-1"],
                "price": "250000",
            },
            {
                "id": "rinoplastia",
                "name": "Rinoplastia",
                "duration": minutes(180),
                "bookable": False,
            },
        ],
    }
    return Tenant.model_validate(definition | changes)


def medispa(**changes: Any) -> Tenant:
    """English and Spanish, in New York: the same ids as Benova's, nothing else in common."""
    definition: dict[str, Any] = {
        "company_id": "medispa",
        "company_name": "Medispa",
        "languages": ("en", "es"),
        "country": "US",
        "time_zone": "America/New_York",
        "currency": "USD",
        "address": "5 Main Street, New York",
        "hours": {"week": WEEK},
        "staff": [{"id": "ruiz", "name": "Dr. Ruiz"}],
        "treatments": [
            {
                "id": "botox",
                "name": "Botox",
                "duration": minutes(30),
                "price": "300",
                "staff": ["ruiz"],
            }
        ],
    }
    return Tenant.model_validate(definition | changes)
