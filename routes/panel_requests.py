"""What tells a request of our own panel from one that another page makes a browser send."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from routes.errors import NotAllowedError
from tenants.sessions import IDLE

COOKIE = "clinicdesk_session"
PATH = "/api"  # of the cookie: the panel's own files never get it
PANEL_HEADER = "x-clinicdesk-panel"


def token_in(request: Request) -> str:
    """Return the session's token that came with a request, or nothing."""
    return request.cookies.get(COOKIE, "")


def give_cookie(request: Request, response: Response, token: str, *, https: bool) -> None:
    """Have the browser keep a session's token, out of reach of scripts and of other sites' pages."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(IDLE.total_seconds()),
        path=PATH,
        secure=https or request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def take_cookie(response: Response) -> None:
    """Have the browser forget the session."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")


def only_our_own_pages(request: Request, own_origin: str) -> None:
    """Raise NotAllowedError for what a page of another origin sends; programs name no origin.

    Behind a proxy that hides its own name from us, ours is the one of PUBLIC_URL.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    ours = {request.headers.get("host", ""), urlsplit(own_origin).netloc}
    if site != "same-origin" or (origin is not None and urlsplit(origin).netloc not in ours):
        raise NotAllowedError("A page of another origin may not do this.")


def only_the_panel(request: Request, own_origin: str) -> None:
    """Raise NotAllowedError unless a request that brings a cookie says, as no form can, that the panel sent it."""
    if request.headers.get(PANEL_HEADER) != "1":
        raise NotAllowedError("With a session, changes need the header X-Clinicdesk-Panel: 1.")
    only_our_own_pages(request, own_origin)
