"""A patient's rights over REST: what is kept of them, its erasure with a certificate, what they agreed to."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.consents import Consents
from jobs.erasure import PatientData
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body, user_id_of
from tenants.ids import USER_ID, UserId


class Erase(BaseModel):
    """Who is to be forgotten."""

    user_id: Annotated[str, Field(pattern=USER_ID)]


class NewConsent(BaseModel):
    """What a patient agreed to, told by staff."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]
    how: Annotated[str, Field(min_length=1, max_length=200)]
    """In whatever way: on paper, by telephone, in a form."""


class PrivacyRoutes:
    """Answers staff who answer for patients' data."""

    def __init__(self, *, access: Access, data: PatientData, consents: Consents) -> None:
        """Take the stores and who may ask."""
        self._access = access
        self._data = data
        self._consents = consents

    async def erase(self, request: Request, caller: Caller) -> JSONResponse:
        """Erase a patient from every store and certify it; 207 when a calendar must be asked again."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        wanted = await json_body(request, Erase)
        certificate = await self._data.erase(tenant, UserId(wanted.user_id), actor=caller.who)
        tell(request, target=certificate.certificate_id, subject=certificate.subject)
        return JSONResponse(certificate.told(), status_code=200 if certificate.complete else 207)

    async def export(self, request: Request, caller: Caller) -> JSONResponse:
        """Return all that is kept of a patient."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        return JSONResponse(await self._data.export(tenant, user_id_of(request)))

    async def consents(self, request: Request, caller: Caller) -> JSONResponse:
        """List what a patient was told or agreed to, oldest first."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        found = await self._consents.of(tenant, user_id_of(request))
        return JSONResponse({"consents": [asdict(one) for one in found]})

    async def consent(self, request: Request, caller: Caller) -> JSONResponse:
        """Keep what a patient agreed to."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        given = await json_body(request, NewConsent)
        kept = await self._consents.record(
            tenant, user_id_of(request), text=given.text, how=given.how, by=caller.who
        )
        return JSONResponse(asdict(kept), status_code=201)

    def routes(self) -> list[Route]:
        """Return the paths."""
        guarded = self._access.guarded
        patient = "/companies/{company_id}/patients/{user_id}"
        return [
            Route("/companies/{company_id}/erase", guarded(self.erase), methods=["POST"]),
            Route(f"{patient}/export", guarded(self.export), methods=["GET"]),
            Route(f"{patient}/consents", guarded(self.consents), methods=["GET"]),
            Route(f"{patient}/consents", guarded(self.consent), methods=["POST"]),
        ]
