"""The connections to all companies' models: apart from the client, which takes long to import."""

import httpx

MOST = 256
KEEPALIVE = 30  # seconds


def connections() -> httpx.AsyncClient:
    """Return the HTTP client that all companies' models share; whoever calls this closes it."""
    limits = httpx.Limits(
        max_connections=MOST, max_keepalive_connections=MOST, keepalive_expiry=KEEPALIVE
    )
    return httpx.AsyncClient(limits=limits, follow_redirects=True)
