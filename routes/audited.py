"""Every change that was made over REST leaves a line in its company's trail, without the handler's help."""

from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from routes.access import COMPANY, Caller, Handler
from routes.actions import action_of
from tenants.audit import DEPLOYMENT, Audit
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId, UserId, subject_of

NOTES = "clinicdesk.audit"


def tell(request: Request, *, target: str = "", company: str = "", **changes: object) -> None:
    """Say more of what a request changes: what was made, for whom, which fields. No patient's words."""
    notes: dict[str, Any] = request.scope.setdefault(NOTES, {"changes": {}})
    notes["target"] = target or notes.get("target", "")
    notes["company"] = company or notes.get("company", "")
    notes["changes"].update(changes)


class Audited:
    """Runs a handler and records what it changed."""

    def __init__(self, audit: Audit, directory: Directory) -> None:
        """Take the trails, and the companies that have one."""
        self._audit = audit
        self._directory = directory

    async def __call__(self, request: Request, caller: Caller, handler: Handler) -> Response:
        """Return the handler's answer; a success that changed something is in the trail then."""
        response = await handler(request, caller)
        action = action_of(request)
        if action.traced and response.status_code < 400:
            notes = request.scope.get(NOTES, {})
            named = dict(request.path_params)
            in_path = named.pop("company_id", "")
            company = notes.get("company") or in_path or request.scope.get(COMPANY, "")
            if user := named.get("user_id"):
                # The trail outlives what is kept of a patient.
                named["user_id"] = subject_of(CompanyId(company), UserId(str(user)))
            target = notes.get("target") or "/".join(str(one) for one in named.values())
            trail = self._trail(company)
            await self._audit.record(
                trail,
                actor=caller.who,
                action=str(action),
                # A company that is gone has no trail: the deployment's names it.
                target=target if trail == company else "/".join(filter(None, (company, target))),
                changes=notes.get("changes"),
                request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
            )
        return response

    def _trail(self, company: str) -> CompanyId:
        try:
            return self._directory.find(company).company_id
        except UnknownCompanyError:
            return DEPLOYMENT
