"""Companies changed over REST: made, replaced, patched, switched on and off. One is moved in `company_moves`."""

from typing import Any

from pydantic import RootModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from routes.tags import expected_in, tagged
from tenants.administration import Administration, Author, Change, Written
from tenants.ids import CompanyId
from tenants.kept_companies import Kept
from tenants.patching import merged
from tenants.secret_fields import masked

CHANGES_TOLD = 60
"""Names of changed fields that a trail's line holds."""


class DefinitionBody(RootModel[dict[str, Any]]):
    """A company as in a company.json, or a part of one."""


def author_of(caller: Caller) -> Author:
    """Return who changes something, as stores and trails name them."""
    return Author(name=caller.who, own_only=not caller.administrator)


async def kept_of(
    request: Request, caller: Caller, access: Access, administration: Administration
) -> Kept:
    """Return the company of the path: an administrator sees those that are not active too."""
    company_id = request.path_params["company_id"]
    if not caller.administrator:
        access.named(caller, company_id)
    return await administration.find(company_id)


def definition_answer(kept: Kept) -> dict[str, object]:
    """Return a definition as it may be shown."""
    return {
        "company_id": kept.company_id,
        "version": kept.version,
        "tag": kept.tag,
        "source": "stored" if kept.version else "file",
        "written_at": kept.written_at.isoformat() if kept.written_at else None,
        "written_by": kept.written_by,
        "active": kept.fields.get("active", True) is not False,
        "definition": masked(kept.fields),
    }


def written_answer(
    request: Request, written: Written, status: int = 200, **more: object
) -> Response:
    """Answer a change with what it led to, and leave what changed, from what to what, for the trail."""
    kept = written.kept
    tell(
        request,
        company=kept.company_id,
        fields=list(written.changed[:CHANGES_TOLD]),
        differences=list(written.differences),
    )
    body = {
        **definition_answer(kept),
        "revision": written.revision,
        "changed": list(written.changed),
        "warnings": dict(written.warnings),
        "served": not written.not_served,
        "reason": written.not_served,
        **more,
    }
    return tagged(JSONResponse(body, status_code=status), kept.tag)


class CompanyAdministration:
    """Answers changes of companies."""

    def __init__(self, *, access: Access, administration: Administration) -> None:
        """Take who may call and what changes companies."""
        self._access = access
        self._administration = administration

    async def definition(self, request: Request, caller: Caller) -> Response:
        """Return a company as it is written, its secrets as `***`, with an ETag."""
        kept = await kept_of(request, caller, self._access, self._administration)
        return tagged(JSONResponse(definition_answer(kept)), kept.tag)

    async def inactive(self, _request: Request, caller: Caller) -> JSONResponse:
        """List the companies that were switched off."""
        caller.only_administrators()
        found = [
            {
                "company_id": one.company_id,
                "company_name": (one.fields or {}).get("company_name"),
                "since": one.written_at.isoformat(),
                "written_by": one.written_by,
            }
            for one in await self._administration.inactive()
        ]
        return JSONResponse({"total": len(found), "companies": found})

    async def create(self, request: Request, caller: Caller) -> Response:
        """Make a company from a definition."""
        caller.only_administrators()
        fields = (await json_body(request, DefinitionBody)).root
        written = await self._administration.create(fields, author_of(caller))
        answer = written_answer(request, written, 201)
        answer.headers["Location"] = f"/api/companies/{written.kept.company_id}"
        return answer

    async def replace(self, request: Request, caller: Caller) -> Response:
        """Put a whole definition in the place of a company's; `***` keeps the secret that is there."""
        fields = (await json_body(request, DefinitionBody)).root
        return await self._change(request, caller, lambda _: fields)

    async def patch(self, request: Request, caller: Caller) -> Response:
        """Change a company by a JSON merge patch: null removes a field, a list is replaced whole."""
        patch = (await json_body(request, DefinitionBody)).root
        return await self._change(request, caller, lambda fields: dict(merged(fields, patch)))

    async def activate(self, request: Request, caller: Caller) -> Response:
        """Serve a company again."""
        caller.only_administrators()
        return await self._change(request, caller, lambda fields: {**fields, "active": True})

    async def deactivate(self, request: Request, caller: Caller) -> Response:
        """Serve a company no more: nothing is deleted, Chatwoot's events are refused, people take over."""
        caller.only_administrators()
        return await self._change(request, caller, lambda fields: {**fields, "active": False})

    async def _change(self, request: Request, caller: Caller, change: Change) -> Response:
        company = await self._company(request, caller)
        written = await self._administration.change(
            company, change, author_of(caller), expected=expected_in(request)
        )
        return written_answer(request, written)

    async def _company(self, request: Request, caller: Caller) -> CompanyId:
        kept = await kept_of(request, caller, self._access, self._administration)
        return kept.company_id

    def routes(self) -> list[Route]:
        """Return the paths below /api; `inactive` stands before `{company_id}`."""
        guarded = self._access.guarded
        one = "/companies/{company_id}"
        return [
            Route("/companies/inactive", guarded(self.inactive), methods=["GET"]),
            Route("/companies", guarded(self.create), methods=["POST"]),
            Route(one, guarded(self.replace), methods=["PUT"]),
            Route(one, guarded(self.patch), methods=["PATCH"]),
            Route(f"{one}/definition", guarded(self.definition), methods=["GET"]),
            Route(f"{one}/deactivate", guarded(self.deactivate), methods=["POST"]),
            Route(f"{one}/activate", guarded(self.activate), methods=["POST"]),
        ]
