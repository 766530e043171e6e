"""Days and moments in a query, by the company's clock."""

from datetime import date, datetime, time, timedelta

from routes.errors import InvalidRequestError
from tenants.tenant import Tenant

DAY = len("2026-11-24")
YEARS = range(1900, 2200)
"""In which clinics have appointments; further out there is no day after the last."""


def moment_in(tenant: Tenant, name: str, text: str, *, ends: bool = False) -> datetime:
    """Return the moment that `2026-11-24` or `2026-11-24T15:00` names; a day that `ends` is whole.

    A moment without an offset is the company's. Raises InvalidRequestError with the parameter's name.
    """
    try:
        return _read(tenant, text, ends=ends)
    except (ValueError, OverflowError) as error:
        raise InvalidRequestError(
            f"{name}: must be a day (2026-11-24) or a moment (2026-11-24T15:00:00-05:00)"
        ) from error


def _read(tenant: Tenant, text: str, *, ends: bool) -> datetime:
    if len(text) == DAY:
        day = date.fromisoformat(text) + timedelta(days=1 if ends else 0)
        moment = datetime.combine(day, time(), tenant.zone)
    else:
        # A plus that was not escaped came as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=tenant.zone)
    if moment.year not in YEARS:
        raise ValueError("No clinic is there then.")
    return moment.astimezone(tenant.zone)
