"""How what staff hand in becomes documents: at once when it is small, as work for later when it is not.

An upload is stored before anything is done with it. Whoever works on it has a lease; when that
process dies, another begins again. A new document is found by its words as soon as it is read; a
replacement takes the old one's place when all of it is embedded.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import Client
from knowledge import changes
from knowledge.document import Document, Draft
from knowledge.documents import Documents, chunks_of
from knowledge.errors import (
    FileTooLargeError,
    InvalidDocumentError,
    KnowledgeError,
    UnreadableFileError,
)
from knowledge.handed_in import HandedIn
from knowledge.mending import Mending
from knowledge.page_visits import PageVisits, WebPage
from knowledge.reading.kinds import MEDIA_TYPES, Kind, kind_of
from knowledge.reading.read import Read
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.room import MEGABYTE
from knowledge.sites import address_of, page_id
from knowledge.uploads import Upload, Uploads, draft_of, upload_of
from tenants.ids import CompanyId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

WAIT = 8.0  # seconds that a request waits for its file to be read
EMBEDDING_WAIT = 2.5  # seconds that it then waits for the vectors
AFTER_FAILURE = 30.0  # seconds until an upload whose embedding failed is tried again
TOGETHER = 32  # documents whose chunks are embedded at one call
FILES = 1  # uploads read in one slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of it: a document, or an upload that waits, or both while one replaces the other."""

    document: Document | None
    upload: Upload | None
    unchanged: bool = False


class Ingestion:
    """Takes in what staff hand in, and does what is left of it later."""

    def __init__(
        self,
        redis: Client,
        documents: Documents,
        uploads: Uploads,
        *,
        reader: Reader,
        mending: Mending,
        rebuilding: Rebuilding,
        clock: Clock,
        visits: PageVisits | None = None,
    ) -> None:
        """Take who reads files, where documents are kept, and who mends and remakes their index."""
        self._visits = visits
        self._mending = mending
        self._rebuilding = rebuilding
        self._redis = redis
        self._documents = documents
        self._uploads = uploads
        self._reader = reader
        self._clock = clock

    async def accept(
        self, tenant: Tenant, handed: HandedIn, *, who: str, wait: float = WAIT
    ) -> Accepted:
        """Take something in; what cannot be done within the wait is left as work.

        Raises UnreadableFileError, FileTooLargeError, InvalidDocumentError, TooManyDocumentsError,
        TooMuchKnowledgeError; then nothing of it is kept.
        """
        company, name = tenant.company_id, handed.name
        most = tenant.knowledge.max_upload_megabytes
        if len(handed.content) > most * MEGABYTE:
            raise FileTooLargeError(f"The file is larger than {most} MB.")
        before = await self._documents.find_document(company, name)
        if before is not None and handed.made(before):
            return Accepted(document=before, upload=None, unchanged=True)
        upload = await self._upload_of(tenant, handed, before, who)
        waiting = await self._uploads.find(company, name)
        if waiting is not None and waiting.goes_on_with(upload):
            return Accepted(document=before, upload=waiting)
        await self._uploads.store(company, upload, handed.content)
        document = await self._read_within(wait, tenant, upload, handed.content, before)
        if document is None:
            return Accepted(
                document=await self._documents.find_document(company, name),
                upload=await self._uploads.find(company, name),
            )
        if before is None and wait > 0:
            document = await self._embedded_soon(tenant, document)
        return Accepted(document=document, upload=None)

    async def _upload_of(
        self, tenant: Tenant, handed: HandedIn, before: Document | None, who: str
    ) -> Upload:
        """Return what is handed in as it waits; raises as `accept` does."""
        kind: Kind = "markdown"
        if not handed.plain:
            kind = await asyncio.to_thread(kind_of, handed.content, handed.filename)
        upload = upload_of(handed, MEDIA_TYPES[kind], who=who, at=self._clock())
        used = await self._documents.totals(tenant.company_id)
        self._documents.check_room(tenant, used, draft_of(upload, ""), before)
        return upload

    async def _read_within(
        self, wait: float, tenant: Tenant, upload: Upload, content: bytes, before: Document | None
    ) -> Document | None:
        """Make an upload a document; None when it is left as work. Raises KnowledgeError, having dropped it."""
        company, name = tenant.company_id, upload.document_id
        try:
            async with asyncio.timeout(wait):
                return await self._read_in(tenant, upload, content, before)
        except TimeoutError:
            await self._uploads.due_now(company, name)
        except IntegrationError as error:
            logger.warning("document_not_embedded", company_id=company, error=error.detail)
            await self._uploads.due_now(company, name, delay=AFTER_FAILURE)
        except KnowledgeError as error:
            await self._uploads.drop(company, name, content_hash=upload.content_hash)
            await self._refused(company, upload, str(error))
            raise
        return None

    async def accept_page(self, tenant: Tenant, page: WebPage, *, who: str) -> Accepted:
        """Have a page of the company's site read; its old text is served until the new one is ready.

        Raises InvalidDocumentError, TooManyDocumentsError, TooMuchKnowledgeError.
        """
        if self._visits is None:
            raise InvalidDocumentError("url: pages are not fetched here")
        company = tenant.company_id
        name = page.document_id or page_id(str(address_of(tenant, page.url)))
        before = await self._documents.find_document(company, name)
        draft = page.draft(name)
        draft.check()
        used = await self._documents.totals(company)
        self._documents.check_room(tenant, used, draft, before)
        upload = await self._visits.begin(tenant, replace(page, document_id=name), who=who)
        return Accepted(document=before, upload=upload)

    async def work(self, tenant: Tenant) -> bool:
        """Do a slice of what is left for a company; True when there is more. Raises IntegrationError."""
        company = tenant.company_id
        await self._mending.mend(tenant)
        rebuilding = await self._rebuilding.advance(tenant)
        due = await self._uploads.take_due(company, FILES)
        for name in due:
            await self._go_on(tenant, name)
        if rebuilding:
            # What a new model still has to embed can wait, and its server may be away.
            return True
        pending = await self._documents.pending(company, TOGETHER)
        await self._documents.embedding.documents(company, pending)
        return bool(due or pending)

    async def _go_on(self, tenant: Tenant, name: str) -> None:
        company = tenant.company_id
        upload = await self._uploads.find(company, name)
        if upload is None:
            await self._uploads.drop(company, name)
            return
        try:
            content = await self._uploads.content(company, upload)
            if upload.to_fetch and self._visits is not None:
                fetched = await self._visits.fetch(tenant, upload)
                if fetched is None:
                    return
                upload, content = fetched
            if content is None:
                raise UnreadableFileError("The file did not arrive whole: send it again.")
            before = await self._documents.find_document(company, name)
            await self._read_in(tenant, upload, content, before)
        except IntegrationError:
            await self._uploads.due_now(company, name, delay=AFTER_FAILURE)
            raise
        except KnowledgeError as error:
            await self._uploads.fail(company, upload, str(error))
            await self._refused(company, upload, str(error))

    async def _read_in(
        self, tenant: Tenant, upload: Upload, content: bytes, before: Document | None
    ) -> Document:
        company = tenant.company_id
        upload = await self._uploads.save(company, upload, state="reading")
        read = await self._text_of(upload, content)
        draft = draft_of(upload, read.text, read.title)
        if upload.url and (known := await self._known(tenant, upload, read, draft, before)):
            return known
        chunks = await asyncio.to_thread(chunks_of, draft)
        vectors: dict[str, bytes] = {}
        serving = await self._documents.ensure_index(tenant)
        settled = serving.shape.model == self._documents.model_of(company)
        # A new model that does not serve yet may be long in coming.
        if before is not None and before.digest != draft.digest and settled:
            vectors = await self._vectors_first(company, upload, chunks)
        return await self._documents.put_document(
            tenant, draft, who=upload.who, with_upload=True, vectors=vectors
        )

    async def _known(
        self, tenant: Tenant, upload: Upload, read: Read, draft: Draft, before: Document | None
    ) -> Document | None:
        """Follow a page's links; returns the document that need not be made of it, or None."""
        company, name = tenant.company_id, upload.document_id
        if self._visits is None:
            return None
        await self._visits.follow(tenant, upload, read.links)
        if before is not None and before.digest == draft.digest:
            await self._uploads.drop(company, name, content_hash=upload.content_hash)
            return before
        if before is None and await self._visits.is_copy(company, upload, read.text):
            raise UnreadableFileError("The site shows the same text at another address.")
        return None

    async def _text_of(self, upload: Upload, content: bytes) -> Read:
        if upload.plain:
            return Read(kind="markdown", title=upload.title, text=content.decode())
        return await self._reader.read(content, upload.filename)

    async def _vectors_first(
        self, company: CompanyId, upload: Upload, chunks: Sequence[str]
    ) -> dict[str, bytes]:
        """Embed a replacement while the old document is still served; what is done is kept."""
        name = upload.document_id
        vectors = await self._documents.embedding.ready_in(company, name)
        vectors |= await self._uploads.ready_vectors(company, name)
        upload = await self._uploads.save(company, upload, state="embedding", chunks=len(chunks))
        while fresh := await self._documents.embedding.vectors_for(company, chunks, vectors):
            vectors |= fresh
            await self._uploads.keep_vectors(company, name, fresh)
            left = self._documents.embedding.left_to_embed(company, chunks, vectors)
            upload = await self._uploads.save(company, upload, vectors=len(chunks) - left)
        return vectors

    async def _embedded_soon(self, tenant: Tenant, document: Document) -> Document:
        """Embed a new document now if that is a matter of moments; it is found by its words already."""
        company, name = tenant.company_id, document.document_id
        serving = (await self._documents.ensure_index(tenant)).shape.model
        try:
            async with asyncio.timeout(EMBEDDING_WAIT):
                if serving == self._documents.model_of(company):
                    await self._documents.embed_document(company, name)
                else:
                    await self._documents.embedding.beside(company, serving, [name])
        except (TimeoutError, IntegrationError):
            logger.info("document_embedded_later", document_id=name)
        return await self._documents.find_document(company, name) or document

    async def _refused(self, company: CompanyId, upload: Upload, reason: str) -> None:
        pipe = self._redis.pipeline(transaction=True)
        changes.note(
            pipe,
            company,
            changes.change(
                "refused",
                document_id=upload.document_id,
                who=upload.who,
                at=self._clock(),
                title=upload.title,
                filename=upload.filename,
                content_hash=upload.content_hash,
                reason=reason,
            ),
        )
        await pipe.execute()
