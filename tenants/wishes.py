"""What a company wishes of an agent, version by version: written, read, rolled back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tenants.administration import Administration, Author
from tenants.company_store import CompanyStore, PromptVersion
from tenants.errors import InvalidCompanyError, StaleVersionError, UnknownVersionError
from tenants.kept_companies import FROM_FILE, Kept
from tenants.patching import WISHFUL, unstorable, wish_of
from tenants.tenant import AgentName

LONGEST = 4000  # characters of a wish
FILED = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishWritten:
    """What became of a wish."""

    version: PromptVersion
    revision: str
    not_served: str


def wish_faults(text: str) -> Mapping[str, str]:
    """Say what is wrong with a wish, by the body's field. Whatever it asks for is data to the model."""
    if len(text) > LONGEST:
        return {"text": f"has {len(text)} characters; {LONGEST} are taken"}
    if list(unstorable(text)):
        return {"text": "has a sign that cannot be stored"}
    if "${" in text:
        return {"text": 'must not hold "${": variables are read in the places of secrets only'}
    return {}


class Wishes:
    """The wishes of every company."""

    def __init__(self, store: CompanyStore, administration: Administration) -> None:
        """Take where they are kept, and what has companies served anew."""
        self._store = store
        self._administration = administration

    async def of(self, company_id: str, agent: AgentName) -> Sequence[PromptVersion]:
        """Return the versions, newest first; what only the definition says is version 0.

        Raises UnknownCompanyError, InvalidCompanyError for an agent without wishes.
        """
        kept = await self._administration.find(company_id)
        return await self._of(kept, agent)

    async def version(self, company_id: str, agent: AgentName, number: int) -> PromptVersion:
        """Return one version; raises UnknownVersionError."""
        for one in await self.of(company_id, agent):
            if one.version == number:
                return one
        raise UnknownVersionError(f"The {agent} agent's prompt has no version {number}.")

    async def write(
        self,
        company_id: str,
        agent: AgentName,
        text: str,
        author: Author,
        *,
        note: str = "",
        expected: str = "",
    ) -> WishWritten:
        """Store a new version and serve it; the same text once more is no new version.

        Raises InvalidCompanyError, StaleVersionError when the newest version is not `expected`.
        """
        if faults := wish_faults(text):
            raise InvalidCompanyError("; ".join(f"{k}: {v}" for k, v in faults.items()), faults)
        async with self._administration.alone():
            kept = await self._administration.find(company_id)
            before = await self._of(kept, agent)
            newest = before[0]
            if expected and expected != str(newest.version):
                raise StaleVersionError(
                    f"The prompt is at version {newest.version}, not at {expected}; read it again"
                )
            if newest.text == text:
                return self._written(newest, "")
            if newest.version == 0 and newest.text:
                # So that there is a version to go back to.
                await self._store.add_prompt(
                    kept.company_id, agent, newest.text, actor=FROM_FILE, note="as it was written"
                )
            added = await self._store.add_prompt(
                kept.company_id, agent, text, actor=author.name, note=note
            )
            return self._written(added, await self._administration.serve(kept.company_id))

    async def _of(self, kept: Kept, agent: AgentName) -> Sequence[PromptVersion]:
        if agent not in WISHFUL:
            words = f"the {agent} agent takes no wishes: its words are part of the safety rules"
            raise InvalidCompanyError(f"agent: {words}", {"agent": words})
        if found := await self._store.prompts(kept.company_id, agent):
            return found
        return [
            PromptVersion(
                company_id=kept.company_id,
                agent=agent,
                version=0,
                text=wish_of(kept.fields, agent),
                written_at=kept.written_at or FILED,
                written_by=kept.written_by,
            )
        ]

    def _written(self, version: PromptVersion, not_served: str) -> WishWritten:
        revision = self._administration.revision_of(version.company_id)
        return WishWritten(version=version, revision=revision, not_served=not_served)
