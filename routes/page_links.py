"""What whoever is on call opens or presses: links that prove themselves, so that nobody needs a key at night.

Looking changes nothing, because programs look at links before people do; the button does.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from html import escape
from urllib.parse import parse_qs

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from integrations.twilio import said
from jobs.page import Page
from jobs.page_words import answer_words, page_text, voice_of
from jobs.paging_parts import PagingParts
from routes.access import Access
from routes.body import query, raw_body
from routes.errors import NotFoundError
from routes.pages import WAITING, PageRoutes
from tenants.directory import Directory
from tenants.errors import UnknownCompanyError
from tenants.tenant import Tenant

FORM = 20_000  # bytes that Twilio sends of a key that was pressed
KEY = "1"
HTML = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ font: 1.2rem/1.5 system-ui, sans-serif; margin: 12vh auto; max-width: 30rem; padding: 0 1rem; }}
button {{ font: inherit; padding: 1rem 2rem; width: 100%; background: #b00020; color: #fff; border: 0; border-radius: .5rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{message}</p>
{more}
</body>
</html>
"""
BUTTON = '<form method="post"><button type="submit">{words}</button></form>'


class Proof(BaseModel):
    """What a link brings; without it a key is needed."""

    step: int = -1
    token: str = ""


class PageLinks:
    """Answers whoever follows a page's link, or presses a key during its call."""

    def __init__(
        self, *, access: Access, paging: PagingParts, directory: Directory, keyed: PageRoutes
    ) -> None:
        """Take where pages are kept and who ends them; `keyed` answers those who come with a key."""
        self._paging = paging
        self._directory = directory
        self._by_key: Callable[[Request], Awaitable[Response]] = access.guarded(keyed.acknowledge)

    async def look(self, request: Request) -> Response:
        """Show what the link is about, with a button: looking acknowledges nothing."""
        tenant, page = await self._proven(request)
        if page.state in WAITING:
            button = BUTTON.format(words=escape(answer_words("button", tenant.language)))
            return _html(tenant, page, button)
        return _html(tenant, page, _answered(tenant, page))

    async def acknowledge(self, request: Request) -> Response:
        """Say by a link or by a key that somebody sees to the patient: nobody else is woken."""
        if "token" not in request.query_params:
            return await self._by_key(request)
        tenant, page = await self._proven(request)
        done = await self._by_link(tenant, page, query(request, Proof).step)
        words = escape(answer_words("thanks" if done else "late", tenant.language))
        return _html(tenant, page, f"<p><strong>{words}</strong></p>")

    async def called(self, request: Request) -> Response:
        """Take the key that was pressed during a call, as Twilio sends it, and thank in TwiML."""
        tenant, page = await self._proven(request)
        form = parse_qs((await raw_body(request, FORM)).decode("utf-8", "replace"))
        if form.get("Digits", [""])[0] != KEY:
            return Response("<Response/>", media_type="application/xml")
        done = await self._by_link(tenant, page, query(request, Proof).step)
        words = answer_words("thanks" if done else "late", tenant.language)
        return Response(said(words, voice_of(tenant)), media_type="application/xml")

    def routes(self) -> list[Route]:
        """Return the paths below /api, which need no key."""
        one = "/pages/{page_id}"
        return [
            Route(f"{one}/acknowledge", self.look, methods=["GET"]),
            Route(f"{one}/acknowledge", self.acknowledge, methods=["POST"]),
            Route(f"{one}/called", self.called, methods=["POST"]),
        ]

    async def _by_link(self, tenant: Tenant, page: Page, step: int) -> bool:
        plan = tenant.on_call.plan
        way = plan[step % len(plan)].way if plan else "page"
        return await self._paging.answers.acknowledge(
            page.company_id, page.user_id, by=f"link ({way})", page_id=page.page_id
        )

    async def _proven(self, request: Request) -> tuple[Tenant, Page]:
        """Return whose page a link is about; raises NotFoundError for one that proves nothing."""
        proof = query(request, Proof)
        page = await self._paging.pages.find(str(request.path_params["page_id"]))
        if page is None or not page.signed(proof.step, proof.token):
            raise NotFoundError("This link is not valid, or no longer.")
        try:
            return self._directory.find(page.company_id), page
        except UnknownCompanyError as error:
            raise NotFoundError("This link is not valid, or no longer.") from error


def _html(tenant: Tenant, page: Page, more: str) -> HTMLResponse:
    text = page_text(tenant, page.group, test=page.test, see="", acknowledge="")
    written = HTML.format(
        language=tenant.language,
        title=escape(text.title),
        message=escape(text.message),
        more=more,
    )
    return HTMLResponse(written)


def _answered(tenant: Tenant, page: Page) -> str:
    words = answer_words("late", tenant.language)
    moment = datetime.fromisoformat(page.answered_at).astimezone(tenant.zone)
    when = answer_words("who", tenant.language, when=f"{moment:%H:%M}")
    return f"<p><strong>{escape(words)}</strong> {escape(when)}</p>"
