"""Links taken apart as DNS would read them, and where each may lead; what is no plain web address is refused."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import httpx

from integrations.addresses import address_of
from integrations.errors import IntegrationError

SYSTEM = "download"
LONGEST_URL = 4096
PORTS = {"http": 80, "https": 443}
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A link taken apart, and where it may lead."""

    url: httpx.URL
    host: str
    port: int
    private: bool
    """True where the host may be on a private network."""

    def same_as(self, other: "Place") -> bool:
        """Say whether both are on one server."""
        return (self.host, self.port) == (other.host, other.port)


def allowed_host(url: str) -> str:
    """Return the `host:port` of an address that the operator chose, or nothing when it has none."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return ""
    port = parsed.port or PORTS.get(parsed.scheme)
    return f"{_host(parsed)}:{port}" if parsed.host and port else ""


def place_of(url: str, known: Collection[str]) -> Place:
    """Take a link apart; raises IntegrationError for what is no plain web address."""
    if len(url) > LONGEST_URL:
        raise IntegrationError(SYSTEM, "the link is too long", permanent=True)
    try:
        parsed = httpx.URL(url)
        host = _host(parsed)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise IntegrationError(SYSTEM, "the link is no web address", permanent=True) from error
    if parsed.scheme not in PORTS or not host:
        raise IntegrationError(SYSTEM, "the link is no web address", permanent=True)
    if parsed.userinfo:
        raise IntegrationError(SYSTEM, "the link carries a password", permanent=True)
    if _odd_number(host):
        raise IntegrationError(SYSTEM, "the link hides an address", permanent=True)
    port = parsed.port or PORTS[parsed.scheme]
    private = host in known or f"{host}:{port}" in known
    return Place(url=parsed.copy_with(fragment=None), host=host, port=port, private=private)


def _host(url: httpx.URL) -> str:
    """Return a host as DNS would have it: lower case, ASCII, no dot at the end."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def _odd_number(host: str) -> bool:
    """Say whether a host is a number in disguise: `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`."""
    if ":" in host or not NUMBER.fullmatch(host.rpartition(".")[2]):
        return False
    try:
        address_of(host)
    except ValueError:
        return True
    return False


def next_place(place: Place, location: str, known: Collection[str]) -> Place:
    """Return where a redirect leads; raises IntegrationError where it may not."""
    try:
        url = str(place.url.join(location))
    except httpx.InvalidURL as error:
        raise IntegrationError(SYSTEM, "the link is no web address", permanent=True) from error
    there = place_of(url, known)
    if place.url.scheme == "https" and there.url.scheme == "http" and there.host != place.host:
        raise IntegrationError(SYSTEM, "redirected to a host without TLS", permanent=True)
    return there
