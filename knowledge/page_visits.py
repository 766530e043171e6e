"""Reading pages of a company's site, one at a time: fetched, tried again, followed to further ones."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client, awaitable
from knowledge.document import Draft, Metadata
from knowledge.errors import UnreadableFileError
from knowledge.reading.kinds import MEDIA_TYPES, kind_of
from knowledge.sites import PAUSE, Sites, TooSoonError, address_of, page_id, pages_in
from knowledge.uploads import Upload, Uploads
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

PAGES = 50  # that one reading of a site may follow
RUN = timedelta(days=1)
"""How long it is known what a reading has come to."""
ATTEMPTS = 4  # to fetch a page
AGAIN = 20.0  # seconds until the second attempt; each further one waits twice as long


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page of the company's site that shall become a document."""

    url: str
    title: str = ""
    category: str = ""
    metadata: Metadata = field(default_factory=dict)
    document_id: str = ""
    """Empty: made from the address, so that the same page is the same document."""
    follow: int = 0
    """How many further pages of the host may be read, from this one on."""

    def draft(self, name: str) -> Draft:
        """Return what is known of the document before the page is fetched."""
        return Draft(
            document_id=name,
            title=self.title,
            category=self.category,
            text="",
            metadata=self.metadata,
        )


class PageVisits:
    """Pages that wait to be fetched, of all companies."""

    def __init__(self, redis: Client, uploads: Uploads, sites: Sites, clock: Clock) -> None:
        """Take who fetches and where what waits is kept."""
        self._redis = redis
        self._uploads = uploads
        self._sites = sites
        self._clock = clock

    async def begin(self, tenant: Tenant, page: WebPage, *, who: str) -> Upload:
        """Have a page fetched; returns what waits. Raises InvalidDocumentError."""
        company = tenant.company_id
        address = str(address_of(tenant, page.url))
        name = page.document_id or page_id(address)
        upload = replace(
            self._upload(name, address, who=who),
            title=page.title,
            category=page.category,
            metadata={**page.metadata, "source": "website", "url": address},
            follow=page.follow,
            run=uuid4().hex if page.follow else "",
        )
        waiting = await self._uploads.find(company, name)
        if waiting is not None and _asks_the_same(waiting, upload):
            return waiting
        if upload.run:
            await self._come_to(company, upload.run, address)
        await self._uploads.store(company, upload, b"")
        await self._uploads.due_now(company, name)
        return upload

    async def fetch(self, tenant: Tenant, upload: Upload) -> tuple[Upload, bytes] | None:
        """Fetch a page and keep it; None when that is for later. Raises UnreadableFileError."""
        company, name = tenant.company_id, upload.document_id
        upload = await self._uploads.save(company, upload, state="fetching")
        try:
            page = await self._sites.fetch(tenant, upload.url)
        except TooSoonError:
            await self._uploads.save(company, upload, state="waiting")
            await self._uploads.due_now(company, name, delay=PAUSE)
            return None
        except IntegrationError as error:
            if upload.attempts + 1 >= ATTEMPTS:
                raise UnreadableFileError(f"The page cannot be fetched: {error.detail}.") from error
            wait = AGAIN * 2**upload.attempts
            await self._uploads.save(company, upload, state="waiting", attempts=upload.attempts + 1)
            await self._uploads.due_now(company, name, delay=wait)
            return None
        whole = replace(
            upload,
            filename=page.filename,
            media_type=MEDIA_TYPES[kind_of(page.content, page.filename)],
            size=len(page.content),
            content_hash=hashlib.sha256(page.content).hexdigest(),
            landed=page.url,
        )
        if await self._uploads.find(company, name) is None:
            # It was deleted meanwhile.
            return None
        await self._uploads.store(company, whole, page.content)
        return whole, page.content

    async def is_copy(self, company: CompanyId, upload: Upload, text: str) -> bool:
        """Tell whether the same reading found this text at another address before."""
        if not upload.run:
            return False
        key = keys.site_texts(company, upload.run)
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        pipe = self._redis.pipeline(transaction=True)
        pipe.hsetnx(key, digest, upload.document_id)
        pipe.hget(key, digest)
        pipe.expire(key, RUN)
        _, first, _ = await pipe.execute()
        return bool(first != upload.document_id)

    async def follow(self, tenant: Tenant, upload: Upload, links: Sequence[str]) -> None:
        """Have the pages fetched to which a page leads, as far as its reading may go."""
        company = tenant.company_id
        if not upload.follow:
            return
        known = int(await awaitable(self._redis.scard(keys.site_run(company, upload.run))))
        for address in pages_in(tenant, upload.landed or upload.url, links):
            if known > upload.follow:
                return
            if not await self._come_to(company, upload.run, address):
                continue
            known += 1
            further = replace(
                self._upload(page_id(address), address, who=upload.who),
                category=upload.category,
                metadata={**upload.metadata, "url": address},
                follow=upload.follow,
                run=upload.run,
            )
            await self._uploads.store(company, further, b"")
            await self._uploads.due_now(company, further.document_id)

    async def _come_to(self, company: CompanyId, run: str, address: str) -> bool:
        """Note an address; False when the reading came to it before."""
        key = keys.site_run(company, run)
        pipe = self._redis.pipeline(transaction=True)
        pipe.sadd(key, address)
        pipe.expire(key, RUN)
        fresh, _ = await pipe.execute()
        return bool(fresh)

    def _upload(self, name: str, address: str, *, who: str) -> Upload:
        return Upload(
            document_id=name,
            filename="",
            title="",
            category="",
            metadata={},
            media_type=MEDIA_TYPES["html"],
            size=0,
            content_hash=hashlib.sha256(address.encode()).hexdigest(),
            who=who,
            at=self._clock().isoformat(),
            plain=False,
            url=address,
        )


def _asks_the_same(waiting: Upload, wanted: Upload) -> bool:
    return (
        waiting.to_fetch
        and not waiting.reason
        and (waiting.follow, waiting.title, waiting.category, waiting.metadata)
        == (wanted.follow, wanted.title, wanted.category, wanted.metadata)
    )
