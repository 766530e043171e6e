"""Companies as a whole over REST: copied, taken out as one JSON, brought in again."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.clock import Clock
from knowledge.copying import copy_documents
from knowledge.documents import Documents
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import BODY, json_body, query
from routes.company_administration import author_of, kept_of, written_answer
from tenants.administration import Administration
from tenants.company_store import PromptVersion
from tenants.directory import Directory
from tenants.moving import Luggage, Moving
from tenants.tenant import AgentName

LARGEST = 4 * BODY
"""Bytes of an export: a definition and every version of its prompts."""


FORMAT = "clinicdesk.company/1"


class Copy(BaseModel):
    """What a copy is called."""

    model_config = ConfigDict(extra="forbid")

    company_id: str
    company_name: Annotated[str, Field(min_length=1, max_length=200)]
    documents: bool = False


class MovedPrompt(BaseModel):
    """One version of a wish, as it was taken out."""

    text: Annotated[str, Field(max_length=4000)]
    written_at: str = ""
    written_by: str = ""
    note: str = ""


class Moved(BaseModel):
    """A company as it was taken out."""

    format: Literal["clinicdesk.company/1"] = "clinicdesk.company/1"
    definition: dict[str, Any]
    prompts: dict[AgentName, list[MovedPrompt]] = Field(default_factory=dict)
    """Newest first."""


class HowImported(BaseModel):
    """Whether something is only tried, and whether a company that is there may be replaced."""

    dry_run: bool = False
    replace: bool = False


class CompanyMoves:
    """Answers what moves a company as a whole; all of it is the administrator's."""

    def __init__(
        self,
        *,
        access: Access,
        administration: Administration,
        moving: Moving,
        directory: Directory,
        documents: Documents,
        clock: Clock,
    ) -> None:
        """Take who may call, what moves companies, and the documents that a copy may take along."""
        self._access = access
        self._administration = administration
        self._moving = moving
        self._directory = directory
        self._documents = documents
        self._clock = clock

    async def clone(self, request: Request, caller: Caller) -> Response:
        """Make a company like this one: without its secrets, account, tokens, calendars and patients."""
        caller.only_administrators()
        source = await kept_of(request, caller, self._access, self._administration)
        wanted = await json_body(request, Copy)
        written = await self._moving.clone(
            source, wanted.company_id, wanted.company_name, author_of(caller)
        )
        made = written.kept.company_id
        copied = 0
        if wanted.documents and written.revision:
            copied = await copy_documents(
                self._documents, source.company_id, self._directory.find(made), who=caller.who
            )
        tell(request, cloned_from=source.company_id, documents=copied)
        return written_answer(request, written, 201, documents_copied=copied)

    async def take_out(self, request: Request, caller: Caller) -> Response:
        """Return a company as one JSON: its definition, secrets left out, and its prompts' versions."""
        caller.only_administrators()
        kept = await kept_of(request, caller, self._access, self._administration)
        fields, wishes = await self._moving.take_out(kept)
        body = {
            "format": FORMAT,
            "exported_at": self._clock().isoformat(),
            "version": kept.version,
            "definition": fields,
            "prompts": {agent: [_told(one) for one in found] for agent, found in wishes.items()},
        }
        name = f"{kept.company_id}.clinicdesk.json"
        return JSONResponse(body, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def bring_in(self, request: Request, caller: Caller) -> Response:
        """Make a company from what was taken out; `dry_run` only says what is wrong with it."""
        caller.only_administrators()
        how = query(request, HowImported)
        moved = await json_body(request, Moved, LARGEST)
        luggage = Luggage(
            fields=moved.definition,
            wishes={
                agent: [(one.text, _history(one)) for one in versions]
                for agent, versions in moved.prompts.items()
            },
        )
        if how.dry_run:
            tenant = await self._moving.look(luggage, author_of(caller), replace=how.replace)
            return JSONResponse(
                {
                    "dry_run": True,
                    "company_id": tenant.company_id,
                    "company_name": tenant.company_name,
                    "treatments": len(tenant.treatments),
                    "staff": len(tenant.staff),
                }
            )
        written = await self._moving.bring_in(luggage, author_of(caller), replace=how.replace)
        return written_answer(request, written, 201)

    def routes(self) -> list[Route]:
        """Return the paths below /api; the first stands before `/companies/{company_id}`."""
        guarded = self._access.guarded
        one = "/companies/{company_id}"
        return [
            Route("/companies/import", guarded(self.bring_in), methods=["POST"]),
            Route(f"{one}/clone", guarded(self.clone), methods=["POST"]),
            Route(f"{one}/export", guarded(self.take_out), methods=["GET"]),
        ]


def _told(one: PromptVersion) -> dict[str, object]:
    return {
        "version": one.version,
        "text": one.text,
        "written_at": one.written_at.isoformat(),
        "written_by": one.written_by,
        "note": one.note,
    }


def _history(one: MovedPrompt) -> str:
    known = " ".join(part for part in (one.written_at[:10], one.written_by[:60]) if part)
    return f"{one.note[:120]} ({known})".strip() if known else one.note[:200]
