"""A company's index as a vector store of langchain-redis: for code that wants vectors, not our search.

It reads what our index holds; documents are put and deleted by `Documents` alone, which keeps
records, totals and traces. Heavy to import, and imported by nothing that answers patients.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_redis import RedisConfig, RedisVectorStore
from redis import Redis
from redisvl.query import RangeQuery, VectorQuery
from redisvl.schema import IndexSchema

from integrations.embedder import Embedder
from knowledge.errors import LibraryUnavailableError
from knowledge.index import Serving
from knowledge.record import vector_name
from tenants import keys
from tenants.ids import CompanyId

EMBEDDING_WAIT = 30  # seconds


class ThreadEmbeddings(Embeddings):
    """Our embedder for LangChain's threads: its coroutines run on the loop that it belongs to."""

    def __init__(self, embedder: Embedder, loop: asyncio.AbstractEventLoop) -> None:
        """Keep the embedder and its loop; never call this on that loop's own thread."""
        self._embedder = embedder
        self._loop = loop

    def embed_query(self, text: str) -> list[float]:
        """Embed a question; raises IntegrationError."""
        return self._done(self._embedder.questions([text]))[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages; raises IntegrationError."""
        return self._done(self._embedder.passages(texts))

    def _done(self, vectors: Any) -> list[list[float]]:
        done = asyncio.run_coroutine_threadsafe(vectors, self._loop).result(EMBEDDING_WAIT)
        rows: list[list[float]] = done.tolist()
        return rows


class CompanyVectorStore(RedisVectorStore):
    """The index of one company, to be read; its `a...` methods run in threads."""

    def _query_builder(
        self, embedding: list[float] | bytes, *args: Any, **kwargs: Any
    ) -> VectorQuery | RangeQuery:
        # Our vectors are float16; the library would send float32.
        if not isinstance(embedding, bytes):
            embedding = np.asarray(embedding, np.float16).tobytes()
        built: VectorQuery | RangeQuery = super()._query_builder(embedding, *args, **kwargs)
        return built

    def add_texts(self, texts: Iterable[str], *_: Any, **__: Any) -> NoReturn:
        """Refuse: what is not in a document's record would be taken for an orphan."""
        raise NotImplementedError("Put documents by Documents.put_document.")

    def delete(self, ids: Sequence[str] | None = None, **_: Any) -> NoReturn:
        """Refuse, as `add_texts`."""
        raise NotImplementedError("Delete documents by Documents.delete_document.")


def vector_store(
    redis: Redis, company: CompanyId, serving: Serving, embeddings: Embeddings
) -> CompanyVectorStore:
    """Return the store over the index that answers now; blocks. `redis` is a client that does, too.

    `serving` and the embeddings' model belong together; after a change of model ask for another
    store. Raises LibraryUnavailableError when the index is not there: langchain-redis would make
    one of another shape.
    """
    shape = serving.shape
    schema = IndexSchema.from_dict(
        {
            "index": {
                "name": serving.index,
                "prefix": keys.chunk_prefix(company),
                "key_separator": "",
                "storage_type": "hash",
            },
            "fields": [
                *({"name": name, "type": "tag"} for name in ("document_id", "category", "labels")),
                {
                    "name": vector_name(shape.model),
                    "type": "vector",
                    "attrs": {
                        "dims": shape.dimensions,
                        "distance_metric": "cosine",
                        "algorithm": shape.algorithm.lower(),
                        "datatype": "float16",
                    },
                },
            ],
        }
    )
    config = RedisConfig(
        index_schema=schema,
        redis_client=redis,
        index_name=serving.index,
        content_field="text",
        embedding_field=vector_name(shape.model),
        embedding_dimensions=shape.dimensions,
    )
    there: list[str] = redis.execute_command("FT._LIST")  # type: ignore[no-untyped-call] # redis-py leaves it so.
    if serving.index not in there:
        raise LibraryUnavailableError("the index is gone")
    return CompanyVectorStore(embeddings, config)
