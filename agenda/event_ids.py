"""Names of calendar events: derived from what they are, so that a second insert is refused."""

import hashlib

from tenants.ids import CompanyId


def event_id_of(company: CompanyId, slot_id: str, uses: int) -> str:
    """Name the event of a slot; a slot that was freed gets another (letters that calendars take)."""
    return hashlib.sha256(f"{company}/{slot_id}/{uses}".encode()).hexdigest()[:24]
