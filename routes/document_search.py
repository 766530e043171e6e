"""Searching a company's documents over REST, as its agents search them."""

import time
from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, Field, JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from knowledge.library import MOST, CompanyLibrary
from knowledge.passage import Passage
from routes.access import Access, Caller
from routes.body import json_body
from tenants.tenant import Tenant

QUERY = 10_000  # characters; the first thousand count


class Wanted(BaseModel):
    """What is searched for."""

    query: Annotated[str, Field(min_length=1, max_length=QUERY)]
    top_k: Annotated[int, Field(ge=1, le=MOST)] = 5
    filter: dict[str, JsonValue] | None = None
    min_score: Annotated[float, Field(ge=0, le=2)] | None = None
    """Instead of the company's threshold; 0 shows the best there is, however far."""


class DocumentSearch:
    """Answers searches."""

    def __init__(self, *, access: Access, library_for: Callable[[Tenant], CompanyLibrary]) -> None:
        """Take who may ask and where companies' libraries are."""
        self._access = access
        self._library_for = library_for

    async def search(self, request: Request, caller: Caller) -> JSONResponse:
        """Return the passages that answer best; none where the agents would say that they do not know."""
        tenant = self._access.company(request, caller)
        wanted = await json_body(request, Wanted)
        library = self._library_for(tenant)
        began = time.perf_counter()
        found = await library.search(
            wanted.query,
            limit=wanted.top_k,
            filters=wanted.filter,
            threshold=wanted.min_score,
        )
        return JSONResponse(
            {
                "results": [_result(one) for one in found],
                "total_results": len(found),
                "company_id": tenant.company_id,
                "query": wanted.query,
                "threshold": library.threshold if wanted.min_score is None else wanted.min_score,
                "milliseconds": round(1000 * (time.perf_counter() - began)),
            }
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        return [Route("/documents/search", self._access.guarded(self.search), methods=["POST"])]


def _result(passage: Passage) -> dict[str, object]:
    metadata = {name: value for name, value in passage.metadata.items() if value != ""}
    return {
        "content": passage.text,
        "score": passage.score,
        "metadata": {**metadata, "document_id": passage.document_id},
        "document_id": passage.document_id,
        "chunk_id": passage.chunk_id,
        "title": passage.title,
    }
