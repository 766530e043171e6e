"""Files that patients send: fetched from the company's Chatwoot within limits, given to whoever can read them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol

import httpx
import structlog

from integrations.chatwoot_events import Attachment, PatientMessage
from integrations.errors import IntegrationError
from integrations.guarded_http import Fetched, GuardedHttp, TooLargeError
from integrations.places import allowed_host
from jobs.readings import Ability, AttachmentReader, Kind, Reading
from tenants.ids import CompanyId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

FETCHING = 20.0  # seconds for one try
LATE = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Seconds before each new try: Chatwoot tells of a file up to some ten seconds before it has it."""
AT_ONCE = 12
"""Files that this process holds in memory."""
OF_ONE_COMPANY = 4
MEGABYTE = 1_000_000
KINDS: Mapping[str, Kind] = {"audio": "speech", "image": "image", "file": "document"}
"""What Chatwoot calls files that somebody here may read; a film or a place is nothing of that."""
SHARED_PICTURES = (".cdninstagram.com", ".fbcdn.net", ".fbsbx.com")
"""Where Instagram's and Messenger's files are: Chatwoot links to them, not to its own copy."""


class AbleReader(AttachmentReader, Protocol):
    """Reads files where a company wants it and can."""

    def ability(self, tenant: Tenant) -> Ability:
        """Say whether a company's files are read, and why not."""
        ...


class Attachments:
    """Reads all that comes with a message; implements `Reader`."""

    def __init__(
        self,
        http: GuardedHttp,
        *,
        voice: AbleReader,
        photos: AbleReader,
        files: AttachmentReader,
        hosts: Collection[str] = (),
        late: Sequence[float] = LATE,
    ) -> None:
        """Take who fetches and who reads. `hosts` may have files besides a company's Chatwoot."""
        self._http = http
        self._able: Mapping[str, AbleReader] = {"audio": voice, "image": photos}
        self._readers: Sequence[AttachmentReader] = (voice, photos, files)
        self._hosts = frozenset(one.strip().lower().partition(":")[0] for one in hosts)
        self._late = late
        self._room = asyncio.Semaphore(AT_ONCE)
        self._rooms: dict[CompanyId, asyncio.Semaphore] = {}

    async def read(self, tenant: Tenant, message: PatientMessage) -> Sequence[Reading]:
        """Return one reading an attachment, in order; never raises."""
        return await asyncio.gather(
            *(self._safely(tenant, message, one) for one in message.attachments)
        )

    async def _safely(self, tenant: Tenant, message: PatientMessage, one: Attachment) -> Reading:
        try:
            return await self._one(tenant, message, one)
        except Exception:  # Whatever broke, the patient must be answered and danger looked for.
            logger.exception("attachment_not_read", kind=one.kind)
            return Reading(kind=KINDS.get(one.kind, "other"), outcome="failed")

    async def _one(self, tenant: Tenant, message: PatientMessage, one: Attachment) -> Reading:
        kind = KINDS.get(one.kind, "other")
        if one.transcript:
            return Reading(kind="speech", text=one.transcript)
        if kind == "other" or not one.url:
            return Reading(kind=kind, outcome="unreadable" if kind == "other" else "unreachable")
        able = self._able.get(one.kind)
        if able is not None and (ability := able.ability(tenant)) != "read":
            return Reading(kind=kind, outcome=ability)
        if one.size > (limit := _limit(tenant, kind)):
            return Reading(kind=kind, outcome="too_large")
        if not self._begins_well(tenant, one.url):
            # The host alone: the rest of the link opens the file.
            logger.warning("attachment_elsewhere", host=_host(one.url)[:100])
            return Reading(kind=kind, outcome="unreachable")
        for delay in (*self._late, None):
            try:
                async with self._place(tenant.company_id):
                    fetched = await self._fetched(tenant, one.url, limit)
                    return await self._given(tenant, message, kind, fetched)
            except TooLargeError:
                return Reading(kind=kind, outcome="too_large")
            except IntegrationError as error:
                logger.info("attachment_not_fetched", kind=one.kind, reason=error.detail)
                if error.permanent or delay is None:
                    break
            await asyncio.sleep(delay)
        return Reading(kind=kind, outcome="unreachable")

    async def _fetched(self, tenant: Tenant, url: str, limit: int) -> Fetched:
        own = {allowed_host(tenant.chatwoot.base_url)}
        return await self._http.fetch(url, allowed=own, limit_bytes=limit, seconds=FETCHING)

    async def _given(
        self, tenant: Tenant, message: PatientMessage, kind: Kind, fetched: Fetched
    ) -> Reading:
        content = fetched.content
        reader = next((one for one in self._readers if one.takes(content)), None)
        if reader is None:
            return Reading(kind=kind, outcome="unreadable")
        language = message.language if message.language in tenant.languages else tenant.language
        return await reader.read(tenant, content, caption=message.text, language=language)

    @contextlib.asynccontextmanager
    async def _place(self, company: CompanyId) -> AsyncIterator[None]:
        """Wait for room in memory; one company's flood leaves room for the others."""
        own = self._rooms.setdefault(company, asyncio.Semaphore(OF_ONE_COMPANY))
        async with own, self._room:
            yield

    def _begins_well(self, tenant: Tenant, url: str) -> bool:
        host = _host(url)
        return (
            host == _host(tenant.chatwoot.base_url)
            or host in self._hosts
            or host.endswith(SHARED_PICTURES)
        )


def _limit(tenant: Tenant, kind: Kind) -> int:
    """Return how many bytes a file may have; what Chatwoot calls a file may be a sound or a picture."""
    media = tenant.media
    most = {
        "speech": media.max_audio_megabytes,
        "image": media.max_image_megabytes,
        "document": max(
            media.max_file_megabytes, media.max_audio_megabytes, media.max_image_megabytes
        ),
    }
    return most.get(kind, media.max_file_megabytes) * MEGABYTE


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host.lower().rstrip(".")
    except httpx.InvalidURL:
        return ""
