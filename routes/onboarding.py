"""Connecting a company with its Chatwoot account over REST."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.onboarding import Onboarding, Wanted
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body
from routes.company_administration import author_of
from routes.errors import InvalidRequestError


class Connection(BaseModel):
    """The account, and an administrator's token that is used for this call only."""

    model_config = ConfigDict(extra="forbid")

    base_url: Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#@]*)?$")] | None = None
    """None: the one in the company's definition."""
    account_id: Annotated[int, Field(gt=0)] | None = None
    """None: the one in the company's definition."""
    admin_token: Annotated[SecretStr, Field(min_length=8, max_length=200)]
    inbox_ids: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(max_length=50)] = ()
    replace_bots: bool = False
    check: bool = True


class OnboardingRoutes:
    """Answers the wish to be connected."""

    def __init__(self, *, access: Access, onboarding: Onboarding) -> None:
        """Take who may call and what connects."""
        self._access = access
        self._onboarding = onboarding

    async def connect(self, request: Request, caller: Caller) -> JSONResponse:
        """Connect a company: bot, inboxes, secrets, and a message to see that it works. Call it as often as needed."""
        caller.only_administrators()
        tenant = self._access.named(caller, request.path_params["company_id"])
        wanted = await json_body(request, Connection)
        account = wanted.account_id or tenant.chatwoot.account_id
        if account is None:
            raise InvalidRequestError("account_id: the company has none yet; send it")
        steps = await self._onboarding.connect(
            tenant,
            Wanted(
                base_url=wanted.base_url or tenant.chatwoot.base_url,
                account_id=account,
                token=wanted.admin_token,
                inbox_ids=wanted.inbox_ids,
                replace_bots=wanted.replace_bots,
                check=wanted.check,
            ),
            author_of(caller),
        )
        tell(request, account=account, steps={one.step: one.state for one in steps})
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "done": all(one.state != "failed" for one in steps),
                "steps": [asdict(one) for one in steps],
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        path = "/companies/{company_id}/onboard"
        return [Route(path, self._access.guarded(self.connect), methods=["POST"])]
