"""Days and moments in a query, by the company's clock."""

from datetime import date, datetime, time, timedelta

from routes.errors import InvalidRequestError
from tenants.tenant import Tenant

DAY = len("2026-11-24")


def moment_in(tenant: Tenant, name: str, text: str, *, ends: bool = False) -> datetime:
    """Return the moment that `2026-11-24` or `2026-11-24T15:00` names; a day that `ends` is whole.

    A moment without an offset is the company's. Raises InvalidRequestError with the parameter's name.
    """
    try:
        if len(text) == DAY:
            day = date.fromisoformat(text) + timedelta(days=1 if ends else 0)
            return datetime.combine(day, time(), tenant.zone)
        # A plus that was not escaped came as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=tenant.zone)
        return moment.astimezone(tenant.zone)
    except (ValueError, OverflowError) as error:
        raise InvalidRequestError(
            f"{name}: must be a day (2026-11-24) or a moment (2026-11-24T15:00:00-05:00)"
        ) from error
