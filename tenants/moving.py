"""Companies as a whole: copied under another id, taken out as one JSON, brought in again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenants.administration import Administration, Author, Written
from tenants.company_store import CompanyStore, PromptVersion
from tenants.definition import Fields
from tenants.errors import CompanyTakenError, InvalidCompanyError, UnknownCompanyError
from tenants.kept_companies import Kept
from tenants.patching import WISHFUL, with_wish
from tenants.secret_fields import SHOWN, changed_secrets, masked, value_at
from tenants.tenant import AgentName, Tenant
from tenants.wishes import wish_faults

OF_ONE_ACCOUNT = ("account_id", "team_id", "assignee_id")
GONE = "\x00"
"""Stands for a secret that is left behind; no text that is stored holds that sign."""
MOST_VERSIONS = 50  # of one agent's wish that are brought in


@dataclass(frozen=True, slots=True, kw_only=True)
class Luggage:
    """What is taken out of a company and brought into another."""

    fields: Fields
    """Secrets are `***` or `${NAME}`."""
    wishes: Mapping[AgentName, Sequence[tuple[str, str]]]
    """Text and note of each version, newest first."""


def copied(fields: Fields, company_id: str, company_name: str) -> Fields:
    """Return a definition for another company: without secrets, account, or what is reached with them."""
    copy = _without_secrets(fields)
    staff = copy.get("staff")
    agenda = _without(copy.get("agenda"), "service_url", "google_endpoint")
    if agenda and agenda.get("calendar", "local") != "local":
        agenda["calendar"] = "local"
    changed = {
        "chatwoot": _without(copy.get("chatwoot"), *OF_ONE_ACCOUNT),
        "emergency": _without(copy.get("emergency"), "team_id"),
        # Another clinic has other people: nobody is woken for it until somebody says who.
        "on_call": None,
        "agenda": agenda,
        "staff": [_without(one, "calendar_id") for one in staff] if staff else None,
    }
    return {
        **{name: value for name, value in copy.items() if name not in changed},
        **{name: value for name, value in changed.items() if value},
        "company_id": company_id,
        "company_name": company_name,
        "active": True,
    }


class Moving:
    """Moves companies as a whole."""

    def __init__(self, store: CompanyStore, administration: Administration) -> None:
        """Take where prompts are kept and what makes companies."""
        self._store = store
        self._administration = administration

    async def clone(
        self, source: Kept, company_id: str, company_name: str, author: Author
    ) -> Written:
        """Make a company like another, without its secrets and account; raises as `create`."""
        fields = copied(source.fields, company_id, company_name)
        return await self._administration.create(fields, author)

    async def take_out(
        self, kept: Kept
    ) -> tuple[Fields, Mapping[AgentName, Sequence[PromptVersion]]]:
        """Return a definition without its secrets, and every version of its wishes, newest first."""
        versions = {
            agent: found
            for agent in WISHFUL
            if (found := await self._store.prompts(kept.company_id, agent))
        }
        return masked(kept.fields), versions

    async def look(self, luggage: Luggage, author: Author, *, replace: bool) -> Tenant:
        """Return what would be brought in; raises as `bring_in`, stores nothing."""
        before, fields = await self._prepared(luggage, replace=replace)
        return await self._administration.check(fields, author, before)

    async def bring_in(self, luggage: Luggage, author: Author, *, replace: bool) -> Written:
        """Make the company, or replace the one of that id if told to; secrets it has are kept.

        Raises InvalidCompanyError, CompanyTakenError.
        """
        before, fields = await self._prepared(luggage, replace=replace)
        if before:
            # Its own versions stay; what came is one more of each.
            return await self._administration.change(before.company_id, lambda _: fields, author)
        written = await self._administration.create(fields, author)
        company = written.kept.company_id
        for agent, versions in luggage.wishes.items():
            for text, note in reversed(versions):
                await self._store.add_prompt(company, agent, text, actor=author.name, note=note)
        not_served = await self._administration.serve(company)
        return Written(
            kept=await self._administration.find(company),
            revision=self._administration.revision_of(company),
            changed=written.changed,
            warnings={**written.warnings, **_to_be_set(luggage.fields, fields)},
            not_served=not_served,
        )

    async def _prepared(self, luggage: Luggage, *, replace: bool) -> tuple[Kept | None, Fields]:
        faults: dict[str, str] = {}
        for agent, versions in luggage.wishes.items():
            if agent not in WISHFUL:
                faults[f"prompts.{agent}"] = "takes no wishes"
            if len(versions) > MOST_VERSIONS:
                faults[f"prompts.{agent}"] = f"has more than {MOST_VERSIONS} versions"
            for number, (text, _) in enumerate(versions):
                if found := wish_faults(text):
                    faults[f"prompts.{agent}.{number}.text"] = found["text"]
        if faults:
            raise InvalidCompanyError.of(faults)
        before = await self._there(luggage.fields.get("company_id"))
        if before and not replace:
            raise CompanyTakenError(
                f"There is a company {before.company_id} already; ?replace=true replaces it.",
                {"company_id": "is taken"},
            )
        # What was masked where it came from cannot be known here, unless the company is here.
        fields = luggage.fields if before else _without_masks(luggage.fields)
        for agent, versions in luggage.wishes.items():
            if versions:
                fields = with_wish(fields, agent, versions[0][0])
        return before, fields

    async def _there(self, company_id: object) -> Kept | None:
        try:
            return await self._administration.find(str(company_id))
        except UnknownCompanyError:
            return None


def _to_be_set(shown: Fields, stored: Fields) -> Mapping[str, str]:
    """Name the secrets that were masked in what came and have to be set here."""
    lost: dict[str, str] = {}

    def note(path: str, value: str) -> str:
        if value == SHOWN and not value_at(stored, path):
            lost[path] = "was not taken along; set it here"
        return value

    changed_secrets(shown, note)
    return lost


def _without_secrets(fields: Fields) -> Fields:
    return dict(_pruned(changed_secrets(fields, lambda *_: GONE)))


def _without_masks(fields: Fields) -> Fields:
    return dict(
        _pruned(changed_secrets(fields, lambda _, value: GONE if value == SHOWN else value))
    )


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pruned(one) for name, one in value.items() if not _gone(one)}
    if isinstance(value, list):
        return [_pruned(one) for one in value if one != GONE]
    return value


def _gone(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(one == GONE for one in items)


def _without(value: Any, *names: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: one for key, one in value.items() if key not in names}
