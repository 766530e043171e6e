"""What a definition must be before it is stored: storable, a company, and its author's to write."""

import re
from collections.abc import Mapping, Sequence

from tenants.bookability import unbookable
from tenants.definition import Fields
from tenants.errors import InvalidCompanyError, NotYoursError
from tenants.json_directory import JsonDirectory
from tenants.kept_companies import Kept
from tenants.patching import beyond_own, new_references, silenced, unstorable
from tenants.sealing import Sealing
from tenants.secret_fields import SHOWN, changed_secrets, masked, value_at
from tenants.tenant import COLOMBIA, Tenant

_NAMED = re.compile(r"([a-z_]+(?:\.\w+)*): (.*)")


class DefinitionCheck:
    """Checks a definition as files are checked, and who writes it."""

    def __init__(self, sealing: Sealing, directory: JsonDirectory) -> None:
        """Take what seals secrets, and what makes companies of definitions."""
        self._sealing = sealing
        self._directory = directory

    def checked(self, before: Kept, fields: Fields, *, own_only: bool) -> tuple[Fields, Tenant]:
        """Return a definition as it is stored, and the company it makes.

        Raises InvalidCompanyError; NotYoursError when somebody writes beyond `own_only`.
        """
        whole = {**fields, "company_id": fields.get("company_id", before.company_id)}
        if faults := _faults(before, whole):
            raise InvalidCompanyError.of(faults)
        try:
            sealed = self._sealing.seal_secrets(whole, before.fields)
            tenant = self._directory.checked(before.company_id, sealed)
        except InvalidCompanyError as error:
            raise _by_field(error) from None
        if own_only and (foreign := _foreign(before.fields, whole)):
            raise NotYoursError(
                "Only the deployment's administrator may change: " + ", ".join(foreign),
                dict.fromkeys(foreign, "may be changed by the deployment's administrator only"),
            )
        return sealed, tenant


def warnings_of(tenant: Tenant) -> Mapping[str, str]:
    """Return by field what is allowed and most likely a slip."""
    never = set(unbookable(tenant))
    found = {
        f"treatments.{number}": "fits into nobody's hours and could never be booked"
        for number, one in enumerate(tenant.treatments)
        if one.id in never
    }
    if tenant.emergency.calls_abroad(tenant.country):
        found["emergency.number"] = (
            f"is Colombia's {COLOMBIA}; in {tenant.country} it may reach nobody"
        )
    return found


def _faults(before: Kept, whole: Fields) -> Mapping[str, str]:
    """Say what no definition may hold, whatever company it would make."""
    faults = dict.fromkeys(unstorable(whole), "has a sign or number that cannot be stored")
    if whole["company_id"] != before.company_id:
        faults["company_id"] = "cannot be changed"
    faults |= dict.fromkeys(
        silenced(whole), "cannot be false: whoever is in danger must be answered"
    )
    for path in new_references(before.fields, whole):
        faults[path] = 'must not hold "${": variables are read in the places of secrets only'
    return faults


def _foreign(before: Fields, after: Fields) -> Sequence[str]:
    """Return what changed beyond a company's own; a secret that stays may be written as it is shown."""
    shown = masked(before)

    def as_shown(path: str, value: str) -> str:
        kept = value_at(shown, path)
        stays = value in {SHOWN, value_at(before, path)}
        return kept if stays and isinstance(kept, str) else value

    return beyond_own(shown, changed_secrets(after, as_shown))


def _by_field(error: InvalidCompanyError) -> InvalidCompanyError:
    """Return the error with its fields, read from its lines where whoever raised it named none."""
    if error.fields:
        return error
    named = [_NAMED.match(line) for line in str(error).splitlines()]
    return InvalidCompanyError(str(error), {one[1]: one[2] for one in named if one})
