"""The connections to all companies' models: apart from the client, which takes long to import."""

import ssl

import httpx

from integrations.counted_client import Count, CountedClient

MOST = 256
KEEPALIVE = 30  # seconds


def connections(count: Count, trust: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """Return the HTTP client that all companies' models share; whoever calls this closes it."""
    limits = httpx.Limits(
        max_connections=MOST, max_keepalive_connections=MOST, keepalive_expiry=KEEPALIVE
    )
    return CountedClient(
        "openai", count, limits=limits, follow_redirects=True, verify=trust or True
    )
