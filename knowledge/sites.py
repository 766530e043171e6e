"""Pages of a company's own site: whose may be read, asked for politely, as their robots.txt allows."""

import asyncio
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpx
from protego import Protego

from integrations.errors import IntegrationError
from integrations.guarded_http import GuardedHttp, StatusError
from integrations.places import LONGEST_URL, PORTS
from integrations.redis import Client, awaitable
from knowledge.errors import InvalidDocumentError, UnreadableFileError
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

AGENT = "Clinicdesk"
SECONDS = 20.0  # for one page
PAUSE = 1.0  # seconds between two pages of a host
LONGEST_PAUSE = 10.0  # seconds, whatever robots.txt asks for
ROBOTS_BYTES = 500_000
ROBOTS_KEPT = 600.0  # seconds
ROBOTS_HOSTS = 200
SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/csv": ".csv",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
_NO_TEXT = re.compile(
    r"\.(jpe?g|png|gif|svg|webp|avif|ico|css|js|json|xml|rss|zip|gz|mp[34]|webm|woff2?|ttf|doc|"
    r"xls|pptx?|exe|apk)$",
    re.IGNORECASE,
)
"""Endings of links that lead to no text."""


class TooSoonError(Exception):
    """The host was asked a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What lay behind an address."""

    content: bytes
    filename: str
    """With the ending of what the server said it is."""
    url: str
    """Where it was in the end."""


class Sites:
    """Fetches pages. Nothing behind a private address is reached, whatever a company calls its site."""

    def __init__(self, redis: Client, http: GuardedHttp, *, pause: float = PAUSE) -> None:
        """Take who fetches with care; `pause`: seconds between two pages of a host, at least."""
        self._pause = pause
        self._redis = redis
        self._http = http
        self._robots: dict[str, tuple[float, Protego]] = {}

    async def fetch(self, tenant: Tenant, url: str) -> Page:
        """Return a page.

        Raises TooSoonError, UnreadableFileError for what will not be there, IntegrationError for
        what may be there later.
        """
        address = address_of(tenant, url)
        robots = await self._robots_of(address)
        if not robots.can_fetch(str(address), AGENT):
            raise UnreadableFileError("The site's robots.txt does not let us read this page.")
        await self._take_turn(tenant.company_id, address, robots.crawl_delay(AGENT))
        most = tenant.knowledge.max_upload_megabytes
        try:
            fetched = await self._http.fetch(
                url, limit_bytes=most * 1_000_000, seconds=SECONDS, same_host=True
            )
        except StatusError as error:
            if error.permanent or error.status == 404:
                raise UnreadableFileError(f"The site answers HTTP {error.status}.") from error
            raise
        except IntegrationError as error:
            if error.permanent:
                raise UnreadableFileError(f"The page cannot be fetched: {error.detail}.") from error
            raise
        if not fetched.content.strip():
            raise UnreadableFileError("The page is empty.")
        return Page(
            content=fetched.content,
            filename=_filename(httpx.URL(fetched.url), fetched.content_type),
            url=fetched.url,
        )

    async def _take_turn(self, company: CompanyId, address: httpx.URL, wish: float | None) -> None:
        pause = min(LONGEST_PAUSE, max(self._pause, wish or 0))
        key = keys.site_asked(company, address.host)
        if pause and not await awaitable(self._redis.set(key, "1", nx=True, px=int(1000 * pause))):
            raise TooSoonError(address.host)

    async def _robots_of(self, address: httpx.URL) -> Protego:
        """Return a host's rules, kept for a while; none there, none to keep. Raises IntegrationError."""
        root = str(address.copy_with(raw_path=b"/robots.txt"))
        kept = self._robots.get(root)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        try:
            fetched = await self._http.fetch(root, limit_bytes=ROBOTS_BYTES, seconds=SECONDS)
            text = fetched.content.decode("utf-8", "replace")
        except StatusError as error:
            if error.status >= 500 or error.status == 429:
                raise
            text = ""
        except IntegrationError as error:
            if error.permanent:
                raise UnreadableFileError(
                    f"The site's robots.txt cannot be fetched: {error.detail}."
                ) from error
            raise
        robots = await asyncio.to_thread(Protego.parse, text)
        while len(self._robots) >= ROBOTS_HOSTS:
            self._robots.pop(next(iter(self._robots)))
        self._robots[root] = (time.monotonic() + ROBOTS_KEPT, robots)
        return robots


def address_of(tenant: Tenant, url: str) -> httpx.URL:
    """Return an address in its one spelling; raises InvalidDocumentError for what is not the company's."""
    try:
        parsed = httpx.URL(url.strip())
        host, port = parsed.host.lower().rstrip("."), parsed.port
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidDocumentError("url: is no web address") from error
    if len(url) > LONGEST_URL or parsed.scheme not in PORTS or not host or parsed.userinfo:
        raise InvalidDocumentError("url: is no plain web address (https://...)")
    known = hosts_of(tenant)
    if host not in known and f"{host}:{port}" not in known:
        raise InvalidDocumentError(
            f"url: {host} is not the company's website ({tenant.website or 'none is set'})"
            " nor one of knowledge.sites"
        )
    return parsed.copy_with(fragment=None, host=host, raw_path=parsed.raw_path or b"/")


def hosts_of(tenant: Tenant) -> frozenset[str]:
    """Return the hosts whose pages may become the company's documents, with and without `www.`."""
    try:
        site = httpx.URL(tenant.website if "//" in tenant.website else f"https://{tenant.website}")
        own, port = site.host.lower().rstrip("."), site.port
    except (httpx.InvalidURL, ValueError):
        own, port = "", None
    hosts = {own, own.removeprefix("www."), f"www.{own}"} if own else set()
    return frozenset(
        {*(f"{one}:{port}" if port else one for one in hosts), *tenant.knowledge.sites}
    )


def page_id(url: str) -> str:
    """Name the document of a page: read again, it is the same."""
    return f"web_{hashlib.sha256(url.encode()).hexdigest()[:20]}"


def pages_in(tenant: Tenant, page: str, links: Sequence[str]) -> list[str]:
    """Return where links of a page lead on its own host, each once, in order."""
    here = httpx.URL(page)
    found: dict[str, None] = {}
    for link in links:
        try:
            address = address_of(tenant, str(here.join(link)))
        except (httpx.InvalidURL, ValueError, InvalidDocumentError):
            continue
        same_host = (address.host, address.port) == (here.host, here.port)
        if same_host and not _NO_TEXT.search(address.path):
            found[str(address)] = None
    found.pop(str(here.copy_with(fragment=None)), None)
    return list(found)


def _filename(url: httpx.URL, content_type: str) -> str:
    name = unquote(PurePosixPath(url.path).name).replace("/", " ")[:100] or url.host
    ending = SUFFIXES.get(content_type, "")
    return name if name.lower().endswith(ending) else f"{name}{ending}"
