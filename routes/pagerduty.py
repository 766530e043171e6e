"""PagerDuty's webhook: whoever acknowledges in PagerDuty's own app has answered here too."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.pagerduty_webhook import (
    UnreadableEventError,
    UnsignedEventError,
    read_incident_event,
)
from jobs.page_ways import page_id_in
from jobs.paging_parts import PagingParts
from routes.body import raw_body
from routes.webhook_errors import UnreadableBodyError, UnsignedWebhookError
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.tenant import Tenant

BODY = 500_000  # bytes
WHO = "PagerDuty"
UNSIGNED = "No secret that we know for this address signed these bytes."


class PagerDutyRoutes:
    """Takes what PagerDuty tells of a company's incidents: its signature is the proof."""

    def __init__(self, *, paging: PagingParts, directory: Directory) -> None:
        """Take where pages are kept and whose they are."""
        self._paging = paging
        self._directory = directory

    async def take(self, request: Request) -> JSONResponse:
        """Take an event of an incident; acknowledged or resolved there is acknowledged here."""
        body = await raw_body(request, BODY)
        try:
            tenant = self._directory.find(str(request.path_params["company_id"]))
            event = read_incident_event(
                body,
                signatures=request.headers.get("x-pagerduty-signature", ""),
                secret=_secret_of(tenant),
            )
        except (UnknownCompanyError, UnsignedEventError) as error:
            # Strangers do not learn here who is a customer.
            raise UnsignedWebhookError(UNSIGNED) from error
        except UnreadableEventError as error:
            raise UnreadableBodyError(str(error)) from error
        page = await self._paging.pages.find(page_id_in(event.key)) if event.answered else None
        if page is None or page.company_id != tenant.company_id:
            return JSONResponse({"status": "ignored"})
        done = await self._paging.answers.acknowledge(
            page.company_id, page.user_id, by=WHO, page_id=page.page_id
        )
        return JSONResponse({"status": "accepted" if done else "ignored"})

    def routes(self) -> list[Route]:
        """Return the address that PagerDuty is told, relative to the API's root."""
        return [Route("/webhook/pagerduty/{company_id}", self.take, methods=["POST"])]


def _secret_of(tenant: Tenant) -> str:
    secret = tenant.on_call.pagerduty_webhook_secret
    if secret is None or not secret.get_secret_value():
        # Anybody can sign with nothing.
        raise UnsignedEventError(UNSIGNED)
    return secret.get_secret_value()
