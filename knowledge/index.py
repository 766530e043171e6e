"""A company's search index: made when first needed, of one shape, dropped without touching another's."""

import asyncio
from typing import Any

from redis.exceptions import ResponseError

from integrations.redis import Client
from knowledge.totals import Totals, totals_from
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Language

STEMMING: dict[Language, str] = {"es": "spanish", "en": "english"}
SCAN_WAIT = 0.02  # seconds between looks
SCAN_LOOKS = 50


class IndexShape:
    """What an index must be for this company: the language of its stems, the length of its vectors."""

    def __init__(self, language: Language, dimensions: int) -> None:
        """Keep what tells one index from another."""
        self.stemming = STEMMING[language]
        self.dimensions = dimensions

    def fits(self, info: dict[str, Any]) -> bool:
        """Tell whether an existing index has this shape."""
        definition = _pairs(info["index_definition"])
        vector = next(
            (_pairs(one[: len(one) // 2 * 2]) for one in info["attributes"] if one[1] == "vector"),
            {},
        )
        return (
            definition.get("default_language") == self.stemming
            and int(vector.get("dim", 0)) == self.dimensions
        )


async def find_index(redis: Client, company: CompanyId) -> dict[str, Any] | None:
    """Return what RediSearch says of the company's index; None when there is none."""
    try:
        answer = await _command(redis, "FT.INFO", keys.chunk_index(company))
    except ResponseError as error:
        if is_missing(error):
            return None
        raise
    return _pairs(answer)


async def seen_at_once(redis: Client, company: CompanyId) -> tuple[dict[str, Any] | None, Totals]:
    """Return the index and the totals of one moment, in one round trip."""
    pipe: Any = redis.pipeline(transaction=True)
    pipe.zcard(keys.documents(company))
    pipe.hgetall(keys.knowledge_totals(company))
    pipe.execute_command("FT.INFO", keys.chunk_index(company))
    documents, counted, info = await pipe.execute(raise_on_error=False)
    for answer in (documents, counted):
        if isinstance(answer, Exception):
            raise answer
    if isinstance(info, Exception):
        if not (isinstance(info, ResponseError) and is_missing(info)):
            raise info
        info = None
    return (None if info is None else _pairs(info)), totals_from(int(documents), counted)


async def ensure_index(redis: Client, company: CompanyId, shape: IndexShape) -> None:
    """Make the company's index unless it is there in that shape; the chunks that exist come into it.

    Waits, at most a second, until they are in it.
    """
    info = await find_index(redis, company)
    if info is not None and shape.fits(info):
        return
    if info is not None:
        await drop_index(redis, company)
    try:
        await _command(redis, "FT.CREATE", *_definition(company, shape))
    except ResponseError as error:
        if "already exists" not in str(error):
            raise
    for _ in range(SCAN_LOOKS):
        info = await find_index(redis, company)
        if info is None or int(info["indexing"]) == 0:
            return
        await asyncio.sleep(SCAN_WAIT)


async def drop_index(redis: Client, company: CompanyId) -> None:
    """Drop the company's index; its chunks and every other company's index stay."""
    try:
        await _command(redis, "FT.DROPINDEX", keys.chunk_index(company))
    except ResponseError as error:
        if not is_missing(error):
            raise


def is_missing(error: ResponseError) -> bool:
    """Tell "there is no such index" from other refusals; RediSearch has several wordings."""
    said = str(error).lower()
    return "no such index" in said or "unknown index name" in said


def _definition(company: CompanyId, shape: IndexShape) -> list[str | int]:
    # STOPWORDS 0: RediSearch 2.10.5 ends the server on unions that begin with stop words.
    # FLAT is exact, and at 10,000 chunks takes 1.1 ms; HNSW lost 1-3 points of recall.
    return [
        keys.chunk_index(company), "ON", "HASH", "PREFIX", 1, keys.chunk_prefix(company),
        "LANGUAGE", shape.stemming, "STOPWORDS", 0, "SCHEMA",
        "folded", "TEXT",
        "document_id", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        "category", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        "labels", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        "model", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        "vector", "VECTOR", "FLAT", 6,
        "TYPE", "FLOAT16", "DIM", shape.dimensions, "DISTANCE_METRIC", "COSINE",
    ]  # fmt: skip


async def _command(redis: Client, *parts: str | int) -> Any:
    return await redis.execute_command(*parts)  # type: ignore[no-untyped-call] # redis-py leaves it so.


def _pairs(flat: list[Any]) -> dict[str, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=False))
