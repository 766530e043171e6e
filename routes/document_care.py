"""The state of a company's documents over REST: counts, faults, repairs, traces, single chunks and vectors."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.embedder import Embedder, Vectors
from integrations.redis import Client
from knowledge.changes import changes_of, latest_changes
from knowledge.document import Document
from knowledge.documents import Documents
from knowledge.embedders import Embedders
from knowledge.gaps import Gaps
from knowledge.indexes import EVERY
from knowledge.repair import Repair
from routes.access import Access, Caller
from routes.body import query
from routes.documents import document_id_in
from routes.errors import NotFoundError
from tenants import keys
from tenants.ids import CompanyId

SHOWN = 100  # faults of one kind that are listed


class Latest(BaseModel):
    """How many changes are wanted."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Nearness(BaseModel):
    """What vectors are compared with."""

    query: Annotated[str, Field(max_length=1000)] = ""


class DocumentCare:
    """Answers how documents are, and mends them."""

    def __init__(
        self,
        *,
        access: Access,
        redis: Client,
        documents: Documents,
        repair: Repair,
        gaps: Gaps,
        embedders: Embedders,
    ) -> None:
        """Take the documents and who repairs them."""
        self._access = access
        self._redis = redis
        self._documents = documents
        self._repair = repair
        self._gaps = gaps
        self._embedders = embedders

    async def stats(self, request: Request, caller: Caller) -> JSONResponse:
        """Count a company's documents by category, and what they take."""
        tenant = self._access.company(request, caller)
        company = tenant.company_id
        kept = await self._documents.list_documents(company, limit=EVERY)
        totals = await self._documents.totals(company)
        model = self._documents.model_of(company)
        return JSONResponse(
            {
                "company_id": company,
                "total_documents": len(kept),
                "total_chunks": sum(one.chunks for one in kept),
                "categories": dict(Counter(one.category or "" for one in kept).most_common()),
                "embedded_chunks": totals.vectors_of(model),
                "megabytes": round(totals.size / 1e6, 2),
                "max_documents": tenant.knowledge.max_documents,
                "max_megabytes": tenant.knowledge.max_megabytes,
                "model": model,
            }
        )

    async def diagnostics(self, request: Request, caller: Caller) -> JSONResponse:
        """Compare documents and index, and count what belongs to neither."""
        tenant = self._access.company(request, caller)
        found = await self._repair.diagnose(tenant.company_id)
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "total_documents": found.documents,
                "total_chunks": found.chunks,
                "vectorstore_healthy": found.healthy,
                "vectorstore_status": found.status,
                "vectorstore_index": keys.chunk_index(tenant.company_id),
                "orphaned_vectors": len(found.orphans),
                "missing_chunks": len(found.missing),
                "indexed_chunks": found.indexed,
                "documents_without_vectors": len(found.not_embedded),
                "chunks_without_vectors": sum(found.not_embedded.values()),
                "details": {
                    "orphaned_vectors": found.orphans[:SHOWN],
                    "missing_chunks": found.missing[:SHOWN],
                    "documents_without_vectors": sorted(found.not_embedded)[:SHOWN],
                },
            }
        )

    async def cleanup(self, request: Request, caller: Caller) -> JSONResponse:
        """Delete orphans and bring back what is lost."""
        tenant = self._access.company(request, caller)
        done = await self._repair.cleanup(tenant)
        return JSONResponse(
            {
                "status": "success",
                "company_id": tenant.company_id,
                "orphaned_vectors_deleted": done.orphans_deleted,
                "documents_restored": done.documents_restored,
            }
        )

    async def reindex(self, request: Request, caller: Caller) -> JSONResponse:
        """Make the index anew from what is kept; nothing is embedded twice."""
        tenant = self._access.company(request, caller)
        documents = await self._repair.reindex(tenant)
        totals = await self._documents.totals(tenant.company_id)
        return JSONResponse(
            {
                "status": "success",
                "company_id": tenant.company_id,
                "documents_reindexed": documents,
                "total_chunks": totals.chunks,
                "vectorstore_index": keys.chunk_index(tenant.company_id),
            }
        )

    async def debug(self, request: Request, caller: Caller) -> JSONResponse:
        """Show each chunk of a document as the index has it."""
        tenant = self._access.company(request, caller)
        document = await self._found(tenant.company_id, document_id_in(request))
        chunks = await self._repair.chunks_of(tenant.company_id, document)
        whole = all(one["present"] for one in chunks)
        return JSONResponse(
            {
                "document_id": document.document_id,
                "chunks_detail": [
                    {
                        "chunk_id": one["chunk_id"],
                        "number": one["number"],
                        "content": one["content"],
                        "characters": len(one["content"]),
                        "indexed": one["present"],
                        "embedded": bool(one["model"]),
                    }
                    for one in chunks
                ],
                "vectorstore_status": "indexed" if whole else "partial",
                "vectorstore_index": keys.chunk_index(tenant.company_id),
                "embeddings_count": document.vectors,
                "model": document.model,
                "content_hash": document.content_hash,
                "version": document.version,
            }
        )

    async def vectors(self, request: Request, caller: Caller) -> JSONResponse:
        """List a document's vectors, each with how near it is to `?query=`, else to the document's middle."""
        tenant = self._access.company(request, caller)
        document = await self._found(tenant.company_id, document_id_in(request))
        asked = query(request, Nearness).query
        chunks = await self._repair.chunks_of(tenant.company_id, document)
        embedded = [one for one in chunks if one["vector"]]
        rows = np.array([np.frombuffer(one["vector"], np.float16) for one in embedded], np.float32)
        embedder = self._embedders.named(tenant.company_id, document.model)
        scores = await self._scores(rows, asked, embedder)
        return JSONResponse(
            {
                "document_id": document.document_id,
                "vectors": [
                    {"id": one["chunk_id"], "content": one["content"], "score": round(score, 4)}
                    for one, score in zip(embedded, scores, strict=True)
                ],
                "total": len(embedded),
                "model": document.model,
                "dimensions": rows.shape[1] if len(rows) else 0,
            }
        )

    async def changes(self, request: Request, caller: Caller) -> JSONResponse:
        """Return who changed a document, when and to what, also after it was deleted."""
        tenant = self._access.company(request, caller)
        name = document_id_in(request)
        found = await changes_of(self._redis, tenant.company_id, name)
        if not found:
            raise NotFoundError("There is no such document.")
        return JSONResponse({"document_id": name, "changes": [asdict(one) for one in found]})

    async def all_changes(self, request: Request, caller: Caller) -> JSONResponse:
        """Return the latest changes of all documents, the latest first."""
        tenant = self._access.company(request, caller)
        limit = query(request, Latest).limit
        found = await latest_changes(self._redis, tenant.company_id, limit)
        return JSONResponse(
            {"company_id": tenant.company_id, "changes": [asdict(one) for one in found]}
        )

    async def gaps(self, request: Request, caller: Caller) -> JSONResponse:
        """List what patients asked and no document answers, the most frequent first."""
        tenant = self._access.company(request, caller)
        found = await self._gaps.list(tenant.company_id, query(request, Latest).limit)
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                "total": await self._gaps.count(tenant.company_id),
                "gaps": [asdict(one) for one in found],
            }
        )

    async def forget_gap(self, request: Request, caller: Caller) -> JSONResponse:
        """Take a question off the list: it is answered by now, or never will be."""
        tenant = self._access.company(request, caller)
        gap_id = str(request.path_params["gap_id"])
        if not await self._gaps.forget(tenant.company_id, gap_id):
            raise NotFoundError("There is no such question.")
        return JSONResponse({"status": "success", "id": gap_id})

    def routes(self) -> list[Route]:
        """Return the paths below /api; they stand before `/documents/{document_id}`."""
        guarded = self._access.guarded
        one = "/documents/{document_id}"
        return [
            Route("/documents/stats", guarded(self.stats), methods=["GET"]),
            Route("/documents/diagnostics", guarded(self.diagnostics), methods=["GET"]),
            Route("/documents/cleanup", guarded(self.cleanup), methods=["POST"]),
            Route("/documents/reindex", guarded(self.reindex), methods=["POST"]),
            Route("/documents/gaps", guarded(self.gaps), methods=["GET"]),
            Route("/documents/gaps/{gap_id}", guarded(self.forget_gap), methods=["DELETE"]),
            Route("/documents/changes", guarded(self.all_changes), methods=["GET"]),
            Route(f"{one}/debug", guarded(self.debug), methods=["GET"]),
            Route(f"{one}/vectors", guarded(self.vectors), methods=["GET"]),
            Route(f"{one}/changes", guarded(self.changes), methods=["GET"]),
        ]

    async def _found(self, company: CompanyId, name: str) -> Document:
        document = await self._documents.find_document(company, name)
        if document is None:
            raise NotFoundError("There is no such document.")
        return document

    async def _scores(self, rows: Vectors, asked: str, embedder: Embedder | None) -> list[float]:
        if not len(rows):
            return []
        if asked.strip() and embedder is not None:
            wanted = (await embedder.questions([asked]))[0]
        else:
            middle = rows.mean(axis=0)
            wanted = middle / max(1e-6, float(np.linalg.norm(middle)))
        return [float(score) for score in rows @ wanted]
