"""Whether agents may serve a patient on while people see to something urgent that is no emergency."""

from collections.abc import Mapping

from safety.alarm import Alarm
from tenants.tenant import Tenant


def goes_on(tenant: Tenant, group: str, level: str) -> bool:
    """Say whether a company approved that its agents go on after such an alarm."""
    return level == "urgent" and group in tenant.emergency.agents_go_on


def told_before(tenant: Tenant, alarm: Alarm, known: Mapping[str, str] | None) -> bool:
    """Say whether a patient's open emergency is this very alarm, so that its text need not come again."""
    return (
        known is not None
        and goes_on(tenant, alarm.group, alarm.level)
        and (known["group"], known["level"]) == (alarm.group, alarm.level)
    )
