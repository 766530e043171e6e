"""A company's documents over REST: handed in, found, looked at, replaced, deleted."""

from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobs.wake_ups import WakeUps
from knowledge.document import DOCUMENT_ID, Document
from knowledge.documents import Documents
from knowledge.errors import KnowledgeError
from knowledge.handed_in import HandedIn
from knowledge.ingestion import Accepted, Ingestion
from knowledge.uploads import Uploads
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body, query
from routes.bounds import LAST_PAGE
from routes.document_answers import metadata_of, progress_of, row_of, status_of, waiting_of
from routes.document_bodies import BULK, Bulk, draft_of, handed_in
from routes.errors import NotFoundError
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant


class Page(BaseModel):
    """Which part of the list."""

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    limit: Annotated[int, Field(ge=1, le=500)] = 20


class DocumentRoutes:
    """Answers what staff ask about their documents. Every path is one company's."""

    def __init__(
        self,
        *,
        access: Access,
        documents: Documents,
        uploads: Uploads,
        ingestion: Ingestion,
        wake_ups: WakeUps,
    ) -> None:
        """Take where documents are, who takes them in, and who wakes workers."""
        self._wake_ups = wake_ups
        self._access = access
        self._documents = documents
        self._uploads = uploads
        self._ingestion = ingestion

    async def create(self, request: Request, caller: Caller) -> JSONResponse:
        """Take a file, a text or a page of the company's site in; what is not read at once is read after the answer."""
        tenant = self._access.company(request, caller)
        name, accepted = await self._accept(request, caller, tenant)
        tell(request, target=name)
        return JSONResponse(
            await self._received(tenant, name, accepted),
            status_code=status_of(accepted, made=201),
        )

    async def replace(self, request: Request, caller: Caller) -> JSONResponse:
        """Put another file or text in a document's place; the old one is served until the new is ready."""
        tenant = self._access.company(request, caller)
        name = document_id_in(request)
        await self._found(tenant.company_id, name)
        _, accepted = await self._accept(request, caller, tenant, name)
        return JSONResponse(
            await self._received(tenant, name, accepted), status_code=status_of(accepted, made=200)
        )

    async def bulk(self, request: Request, caller: Caller) -> JSONResponse:
        """Take many texts in: all are found by their words at once, and by their sense as they are embedded."""
        tenant = self._access.company(request, caller)
        wanted = await json_body(request, Bulk, most=BULK)
        drafts = [draft_of(one) for one in wanted.documents]
        kept = await self._documents.put_documents(tenant, drafts, who=caller.who)
        await self._wake_ups.ingest()
        made = [one for one in kept if isinstance(one, Document)]
        errors = [
            {"index": index, "error": type(one).__name__, "detail": str(one)}
            for index, one in enumerate(kept)
            if isinstance(one, KnowledgeError)
        ]
        if not made:
            raise next(one for one in kept if isinstance(one, KnowledgeError))
        return JSONResponse(
            {
                "status": "partial" if errors else "success",
                "company_id": tenant.company_id,
                "documents_created": len(made),
                "total_chunks": sum(one.chunks for one in made),
                "vectorstore_index": keys.chunk_index(tenant.company_id),
                "document_ids": [
                    one.document_id if isinstance(one, Document) else None for one in kept
                ],
                "errors": errors,
            },
            status_code=201,
        )

    async def page(self, request: Request, caller: Caller) -> JSONResponse:
        """List a company's documents, the latest first, and what waits to become one."""
        tenant = self._access.company(request, caller)
        wanted = query(request, Page)
        company = tenant.company_id
        found = await self._documents.list_documents(
            company,
            offset=(wanted.page - 1) * wanted.limit,
            limit=wanted.limit,
            latest_first=True,
        )
        waiting = await self._uploads.waiting(company) if wanted.page == 1 else []
        known = {one.document_id for one in found}
        embedded = await self._documents.found_by_sense(company, found)
        return JSONResponse(
            {
                "total": await self._documents.count(company),
                "page": wanted.page,
                "limit": wanted.limit,
                "documents": [row_of(one, embedded[one.document_id]) for one in found],
                "waiting": [waiting_of(one) for one in waiting if one.document_id not in known],
            }
        )

    async def get(self, request: Request, caller: Caller) -> JSONResponse:
        """Describe a document, or how far it is from being one."""
        tenant = self._access.company(request, caller)
        name = document_id_in(request)
        document = await self._documents.find_document(tenant.company_id, name)
        upload = await self._uploads.find(tenant.company_id, name)
        if document is None and upload is None:
            raise NotFoundError("There is no such document.")
        if document is None and upload is not None:
            return JSONResponse(
                {**waiting_of(upload), "company_id": tenant.company_id, "chunks": 0}
            )
        assert document is not None  # noqa: S101 # For the type checker.
        embedded = await self._documents.found_by_sense(tenant.company_id, [document])
        described = {
            **row_of(document, embedded[name]),
            "company_id": tenant.company_id,
            "metadata": metadata_of(document),
            "characters": document.characters,
            "size": document.size,
            "media_type": document.media_type,
            "content_hash": document.content_hash,
            "model": document.model,
        }
        if upload is not None:
            described["replacement"] = waiting_of(upload)
        return JSONResponse(described)

    async def text(self, request: Request, caller: Caller) -> JSONResponse:
        """Return the text that was read from a document."""
        tenant = self._access.company(request, caller)
        document = await self._found(tenant.company_id, document_id_in(request))
        text = await self._documents.text_of(tenant.company_id, document.document_id)
        return JSONResponse({"id": document.document_id, "content": text or ""})

    async def original(self, request: Request, caller: Caller) -> Response:
        """Return the file as it was handed in, to be saved and never shown in the page's name."""
        tenant = self._access.company(request, caller)
        document = await self._found(tenant.company_id, document_id_in(request))
        stored = await self._uploads.original(tenant.company_id, document.document_id)
        if stored is None:
            text = await self._documents.text_of(tenant.company_id, document.document_id) or ""
            content, media_type = text.encode(), "text/markdown; charset=utf-8"
        else:
            content, media_type = stored[1], stored[0].media_type
        filename = document.filename or f"{document.document_id}.md"
        return Response(
            content,
            media_type=media_type,
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )

    async def delete(self, request: Request, caller: Caller) -> JSONResponse:
        """Delete a document with its chunks and original, or an upload that waits."""
        tenant = self._access.company(request, caller)
        name = document_id_in(request)
        dropped = await self._uploads.drop(tenant.company_id, name)
        document = await self._documents.delete_document(tenant.company_id, name, who=caller.who)
        if document is None and not dropped:
            raise NotFoundError("There is no such document.")
        return JSONResponse(
            {
                "status": "success",
                "document_id": name,
                "chunks_deleted": document.chunks if document else 0,
                "vectorstore_cleaned": True,
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api; those with words stand before `{document_id}`."""
        guarded = self._access.guarded
        one = "/documents/{document_id}"
        return [
            Route("/documents", guarded(self.create), methods=["POST"]),
            Route("/documents", guarded(self.page), methods=["GET"]),
            Route("/documents/bulk", guarded(self.bulk), methods=["POST"]),
            Route(one, guarded(self.get), methods=["GET"]),
            Route(one, guarded(self.replace), methods=["PUT"]),
            Route(one, guarded(self.delete), methods=["DELETE"]),
            Route(f"{one}/text", guarded(self.text), methods=["GET"]),
            Route(f"{one}/original", guarded(self.original), methods=["GET"]),
        ]

    async def _found(self, company: CompanyId, name: str) -> Document:
        document = await self._documents.find_document(company, name)
        if document is None:
            raise NotFoundError("There is no such document.")
        return document

    async def _accept(
        self, request: Request, caller: Caller, tenant: Tenant, name: str = ""
    ) -> tuple[str, Accepted]:
        """Take in what a request brings; returns the document's id, and what became of it."""
        handed = await handed_in(request, tenant, name)
        if isinstance(handed, HandedIn):
            accepted = await self._ingestion.accept(tenant, handed, who=caller.who)
            name = handed.name
        else:
            accepted = await self._ingestion.accept_page(tenant, handed, who=caller.who)
            name = accepted.upload.document_id if accepted.upload else name
        await self._wake_ups.ingest()
        return name, accepted

    async def _received(self, tenant: Tenant, name: str, accepted: Accepted) -> dict[str, object]:
        """Answer as the older system did, and say what is still to be done."""
        document, upload = accepted.document, accepted.upload
        vectors = 0
        if document is not None:
            found = await self._documents.found_by_sense(tenant.company_id, [document])
            vectors = found[document.document_id]
        described: dict[str, object] = {
            "status": "success" if upload is None else "accepted",
            "document_id": name,
            "company_id": tenant.company_id,
            "chunks_created": document.chunks if document and upload is None else 0,
            "vectorstore_index": keys.chunk_index(tenant.company_id),
            "embeddings_created": bool(document and upload is None and vectors == document.chunks),
            "unchanged": accepted.unchanged,
        }
        if document is not None:
            described |= {"version": document.version, **progress_of(document, vectors)}
        if upload is not None:
            described["processing"] = waiting_of(upload)
        return described


def document_id_in(request: Request) -> str:
    """Return the document that a path names; what can be no id is unknown."""
    name = str(request.path_params["document_id"])
    if not DOCUMENT_ID.fullmatch(name):
        raise NotFoundError("There is no such document.")
    return name
