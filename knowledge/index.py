"""A company's search index: what shape it has, made and dropped without touching another's."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from redis.exceptions import ResponseError, WatchError

from integrations.redis import Client, awaitable
from knowledge.record import vector_name
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Language

STEMMING: dict[Language, str] = {
    "es": "spanish",
    "en": "english",
    "pt": "portuguese",
}
HNSW_LINKS = 16  # of a chunk to its neighbours
HNSW_CANDIDATES = 200  # while an index is built; searches look at as many as they want chunks

Algorithm = Literal["FLAT", "HNSW"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What tells one index of a company from another."""

    model: str
    """Whose vectors it has."""
    dimensions: int
    stemming: str
    algorithm: Algorithm = "FLAT"

    def fits(self, info: dict[str, Any]) -> bool:
        """Tell whether an existing index has this shape."""
        definition = _pairs(info["index_definition"])
        name = vector_name(self.model)
        vector: list[Any] = next((one for one in info["attributes"] if one[1] == name), [])
        # "VECTOR" may be followed by flags, after which nothing comes in pairs.
        has = _pairs(vector[: len(vector) // 2 * 2])
        return (
            # English goes without saying.
            definition.get("default_language", "english") == self.stemming
            and has.get("algorithm") == self.algorithm
            and int(has.get("dim", 0)) == self.dimensions
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Which index answers. Both processes read it with every search."""

    index: str
    shape: Shape
    left: tuple[str, ...] = ()
    """Models whose vectors still lie in the chunks and are no longer needed."""

    def written(self) -> str:
        """Return what is kept in Redis."""
        return json.dumps(asdict(self), sort_keys=True)


def serving_from(text: str) -> Serving:
    """Read what `written` returned."""
    fields = json.loads(text)
    return Serving(
        index=fields["index"], shape=Shape(**fields["shape"]), left=tuple(fields["left"])
    )


async def serving_of(redis: Client, company: CompanyId) -> Serving | None:
    """Return which index answers; None before the first one."""
    text = await awaitable(redis.get(keys.serving_index(company)))
    return None if text is None else serving_from(text)


async def let_serve(redis: Client, company: CompanyId, before: Serving, after: Serving) -> bool:
    """Swap what answers; False when another process was faster."""
    key = keys.serving_index(company)
    pipe: Any
    async with redis.pipeline(transaction=True) as pipe:
        await pipe.watch(key)
        if await pipe.get(key) != before.written():
            return False
        pipe.multi()
        pipe.set(key, after.written())
        try:
            await pipe.execute()
        except WatchError:
            return False
    return True


async def find_index(redis: Client, name: str) -> dict[str, Any] | None:
    """Return what RediSearch says of an index; None when there is none."""
    try:
        answer = await _command(redis, "FT.INFO", name)
    except ResponseError as error:
        if is_missing(error):
            return None
        raise
    return _pairs(answer)


async def create_index(redis: Client, company: CompanyId, name: str, shape: Shape) -> None:
    """Make an index of the company's chunks; those that exist come into it behind."""
    try:
        await _command(redis, "FT.CREATE", *_definition(company, name, shape))
    except ResponseError as error:
        if "already exists" not in str(error):
            raise


async def drop_index(redis: Client, name: str) -> None:
    """Drop an index; the chunks and every other index stay."""
    try:
        await _command(redis, "FT.DROPINDEX", name)
    except ResponseError as error:
        if not is_missing(error):
            raise


async def drop_indexes(redis: Client, company: CompanyId) -> None:
    """Drop every index that a company can have."""
    for name in (keys.chunk_index(company), keys.chunk_index_beside(company)):
        await drop_index(redis, name)


def read_info(answer: Any) -> dict[str, Any] | None:
    """Return the FT.INFO of a pipeline; None when there is no such index."""
    if isinstance(answer, ResponseError) and is_missing(answer):
        return None
    if isinstance(answer, Exception):
        raise answer
    return _pairs(answer)


def is_missing(error: ResponseError) -> bool:
    """Tell "there is no such index" from other refusals; RediSearch has several wordings."""
    said = str(error).lower()
    return "no such index" in said or "unknown index name" in said


def _definition(company: CompanyId, name: str, shape: Shape) -> list[str | int]:
    # STOPWORDS 0: RediSearch 2.10.5 ends the server on unions that begin with stop words.
    # FLAT is exact, and at 10,000 chunks takes 1.1 ms; HNSW loses 1-3 points of recall.
    tuned: list[str | int] = []
    if shape.algorithm == "HNSW":
        tuned = ["M", HNSW_LINKS, "EF_CONSTRUCTION", HNSW_CANDIDATES]
    kind = ["TYPE", "FLOAT16", "DIM", shape.dimensions, "DISTANCE_METRIC", "COSINE", *tuned]
    return [
        name, "ON", "HASH", "PREFIX", 1, keys.chunk_prefix(company),
        "LANGUAGE", shape.stemming, "STOPWORDS", 0, "SCHEMA",
        "folded", "TEXT",
        "document_id", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        "category", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        "labels", "TAG", "SEPARATOR", "\x1f", "CASESENSITIVE",
        vector_name(shape.model), "VECTOR", shape.algorithm, len(kind), *kind,
    ]  # fmt: skip


async def _command(redis: Client, *parts: str | int) -> Any:
    return await redis.execute_command(*parts)  # type: ignore[no-untyped-call] # redis-py leaves it so.


def _pairs(flat: list[Any]) -> dict[str, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=False))
