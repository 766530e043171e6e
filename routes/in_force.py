"""What a company works with now: its definition with the environment and the defaults, for who looks at settings."""

from typing import Final

from pydantic.main import IncEx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from routes.access import Access, Caller
from tenants.patching import OWN, OWN_WITHIN
from tenants.secret_fields import SHOWN as MASK
from tenants.secret_fields import masked

SHOWN: Final[dict[str, IncEx | bool]] = {
    "chatwoot": {"base_url", "account_id", "api_key", "webhook_secrets", "team_id", "assignee_id"},
    "inbox": True,
    "model": {"name", "fallback", "temperature", "max_tokens", "api_key"},
    "agents": {"__all__": {"enabled", "model", "temperature"}},
    "emergency": True,
    "on_call": True,
    "budget": True,
    "limits": True,
    "media": True,
    "privacy_notice": True,
    "languages": True,
}
"""Addresses of the deployment's own servers are nobody's to see here."""
HIDDEN: Final[dict[str, IncEx | bool]] = {"on_call": {"pagerduty_endpoint", "twilio_endpoint"}}


class InForce:
    """Answers how a company is set up in the end."""

    def __init__(self, *, access: Access) -> None:
        """Take who may ask."""
        self._access = access

    async def get(self, request: Request, caller: Caller) -> JSONResponse:
        """Return the settings that are in force, secrets as `***`, and which the caller may change (null: all)."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        settings = masked(tenant.model_dump(mode="json", include=SHOWN, exclude=HIDDEN))
        settings["retention_days"] = tenant.retention.days
        settings["visits_retention_days"] = tenant.visits_retention.days
        if tenant.on_call.webhook_url:
            # Often the address is all that keeps strangers from it, and the deployment's own.
            settings["on_call"]["webhook_url"] = MASK
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "settings": settings,
                "changeable": None if caller.administrator else _own(),
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        path = "/companies/{company_id}/in-force"
        return [Route(path, self._access.guarded(self.get), methods=["GET"])]


def _own() -> list[str]:
    within = (f"{name}.{one}" for name, inner in OWN_WITHIN.items() for one in inner)
    return sorted([*OWN, *within])
