"""A company's library for code that speaks LangChain: the same hybrid search, the same thresholds."""

from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from knowledge.library import CompanyLibrary


class CompanyRetriever(BaseRetriever):
    """Retrieve from one company's documents; the library is bound to it, so no query can name another.

    Raises LibraryUnavailableError when Redis does not answer.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: CompanyLibrary
    limit: int | None = None
    """None: as many passages as the company's agents get."""
    filters: dict[str, Any] = Field(default_factory=dict)
    """As of `CompanyLibrary.search`."""

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002 # Nothing is nested.
    ) -> list[Document]:
        found = await self.library.search(query, limit=self.limit, filters=self.filters)
        return [
            Document(
                id=one.chunk_id,
                page_content=one.text,
                metadata={
                    **one.metadata,
                    "document_id": one.document_id,
                    "title": one.title,
                    "score": one.score,
                },
            )
            for one in found
        ]

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
    ) -> list[Document]:
        raise NotImplementedError("A company's library is asynchronous: call ainvoke.")
