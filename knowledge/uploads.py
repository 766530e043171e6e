"""Files that were handed in: kept in pieces until they are documents, and as originals after that."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from redis.client import NEVER_DECODE

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from knowledge import record
from knowledge.document import Draft, Metadata, State
from knowledge.handed_in import HandedIn
from tenants import keys
from tenants.ids import CompanyId

ARRIVING = timedelta(minutes=10)
"""How long pieces are kept of an upload that never became whole."""
PIECE = 500_000  # bytes; each travels well within a connection's time-out
LEASE = timedelta(minutes=3)
"""How long an upload belongs to whoever works on it; after that somebody else begins again."""
REMEMBERED = timedelta(days=7)
"""How long a refused upload shows its reason."""
LISTED = timedelta(days=1)
"""How long it stands in the list."""
FAILED = 200  # uploads that the list shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was handed in, and how far it is."""

    document_id: str
    filename: str
    title: str
    category: str
    metadata: Metadata
    media_type: str
    size: int
    """Bytes."""
    content_hash: str
    who: str
    at: str
    """ISO 8601, UTC."""
    plain: bool
    """True: the content is Markdown or plain text as it stands, whatever it looks like."""
    state: State = "waiting"
    chunks: int = 0
    vectors: int = 0
    reason: str = ""
    """Why it failed."""
    url: str = ""
    """Of the page that it is, when it is one; its content is empty until it is fetched."""
    landed: str = ""
    """Where that address led."""
    follow: int = 0
    """How many further pages may be read of that site, from this one on."""
    run: str = ""
    """Names the reading of a site that the page belongs to."""
    attempts: int = 0
    """How often a page could not be fetched."""

    @property
    def to_fetch(self) -> bool:
        """True until the page is here."""
        return bool(self.url) and not self.size

    def goes_on_with(self, other: "Upload") -> bool:
        """Tell whether this waits with the same content, so that the other need not be stored."""
        return self.content_hash == other.content_hash and not self.reason

    @property
    def percent(self) -> int:
        """How far it is: being read is a tenth, the rest is being embedded."""
        begun = {"waiting": 0, "fetching": 5, "reading": 10, "embedding": 20}.get(self.state, 0)
        return begun + (80 * self.vectors // self.chunks if self.chunks else 0)


class Uploads:
    """The uploads and originals of all companies."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    async def store(self, company: CompanyId, upload: Upload, content: bytes) -> None:
        """Keep an upload, whole or not at all, in the place of one that waits under the same id.

        The caller has its lease.
        """
        key = keys.upload(company, upload.document_id)
        arriving = keys.upload(company, f"{upload.document_id}:{uuid4().hex}")
        await awaitable(self._redis.hset(arriving, mapping=_fields(upload)))
        await awaitable(self._redis.expire(arriving, ARRIVING))
        for number, start in enumerate(range(0, len(content), PIECE)):
            piece = content[start : start + PIECE]
            await awaitable(self._redis.hset(arriving, f"piece:{number}", piece))  # type: ignore[arg-type] # Bytes are taken.
        pipe = self._redis.pipeline(transaction=True)
        pipe.rename(arriving, key)
        pipe.persist(key)
        pipe.delete(keys.upload_vectors(company, upload.document_id))
        pipe.zadd(keys.uploads(company), {upload.document_id: self._leased()})
        pipe.zrem(keys.failed_uploads(company), upload.document_id)
        pipe.zadd(keys.knowledge_work(), {company: self._leased()}, nx=True)
        await pipe.execute()

    async def find(self, company: CompanyId, document_id: str) -> Upload | None:
        """Return an upload that is no document yet; None when there is none."""
        about = await awaitable(self._redis.hget(keys.upload(company, document_id), "about"))
        return None if about is None else Upload(**json.loads(about))

    async def content(self, company: CompanyId, upload: Upload) -> bytes | None:
        """Return an upload's bytes; None when some of them never arrived."""
        content = await self._pieces(keys.upload(company, upload.document_id), upload.size)
        return content if len(content) == upload.size else None

    async def original(self, company: CompanyId, document_id: str) -> tuple[Upload, bytes] | None:
        """Return the file that a document was read from; None when it was text."""
        key = keys.original(company, document_id)
        about = await awaitable(self._redis.hget(key, "about"))
        if about is None:
            return None
        upload = Upload(**json.loads(about))
        return upload, await self._pieces(key, upload.size)

    async def save(self, company: CompanyId, upload: Upload, **changes: Any) -> Upload:
        """Write down how far an upload is, if it is still this one, and keep it leased."""
        changed = replace(upload, **changes)
        key = keys.upload(company, upload.document_id)
        if await awaitable(self._redis.hget(key, "content_hash")) == upload.content_hash:
            pipe = self._redis.pipeline(transaction=True)
            pipe.hset(key, "about", _written(changed))
            pipe.zadd(keys.uploads(company), {upload.document_id: self._leased()}, xx=True)
            await pipe.execute()
        return changed

    async def due_now(self, company: CompanyId, document_id: str, *, delay: float = 0) -> None:
        """Let anybody go on with an upload, at once or after some seconds."""
        due = self._clock().timestamp() + delay
        pipe = self._redis.pipeline(transaction=True)
        pipe.zadd(keys.uploads(company), {document_id: due}, xx=True)
        pipe.zadd(keys.knowledge_work(), {company: due})
        await pipe.execute()

    async def take_due(self, company: CompanyId, limit: int) -> Sequence[str]:
        """Return uploads that nobody works on, leased to the caller, the oldest first."""
        now = self._clock().timestamp()
        due: list[str] = await awaitable(
            self._redis.zrangebyscore(keys.uploads(company), "-inf", now, start=0, num=limit)
        )
        if due:
            leased = dict.fromkeys(due, self._leased())
            await awaitable(self._redis.zadd(keys.uploads(company), leased, xx=True))
        return due

    async def waiting(self, company: CompanyId) -> Sequence[Upload]:
        """Return what is no document yet, the oldest first, and after it what failed lately."""
        since = f"({self._listed_since()}"
        pipe = self._redis.pipeline(transaction=True)
        pipe.zrange(keys.uploads(company), 0, -1)
        pipe.zrevrangebyscore(keys.failed_uploads(company), "+inf", since, start=0, num=FAILED)
        due, failed = await pipe.execute()
        ids = [*due, *failed]
        found = [await self.find(company, one) for one in ids]
        return [one for one in found if one is not None]

    async def fail(self, company: CompanyId, upload: Upload, reason: str) -> None:
        """Give an upload up: its bytes go at once, its reason is shown for a week."""
        key = keys.upload(company, upload.document_id)
        failed = replace(upload, state="failed", reason=reason)
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(key, keys.upload_vectors(company, upload.document_id))
        pipe.hset(key, mapping=_fields(failed))
        pipe.expire(key, REMEMBERED)
        pipe.zrem(keys.uploads(company), upload.document_id)
        pipe.zadd(keys.failed_uploads(company), {upload.document_id: self._clock().timestamp()})
        pipe.zremrangebyscore(keys.failed_uploads(company), "-inf", self._listed_since())
        await pipe.execute()

    def _listed_since(self) -> float:
        return (self._clock() - LISTED).timestamp()

    async def drop(
        self, company: CompanyId, document_id: str, *, content_hash: str | None = None
    ) -> bool:
        """Forget an upload, or leave it when it has another content; False when there was none."""
        key = keys.upload(company, document_id)
        kept = await awaitable(self._redis.hget(key, "content_hash"))
        if content_hash is not None and kept != content_hash:
            return False
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(key)
        pipe.delete(keys.upload_vectors(company, document_id))
        pipe.zrem(keys.uploads(company), document_id)
        pipe.zrem(keys.failed_uploads(company), document_id)
        deleted, *_ = await pipe.execute()
        return bool(deleted)

    async def keep_vectors(
        self, company: CompanyId, document_id: str, vectors: Mapping[str, bytes]
    ) -> None:
        """Keep vectors that are ready for a replacement."""
        texts = {digest: record.vector_text(one) for digest, one in vectors.items()}
        await awaitable(self._redis.hset(keys.upload_vectors(company, document_id), mapping=texts))

    async def ready_vectors(self, company: CompanyId, document_id: str) -> dict[str, bytes]:
        """Return the vectors that are ready for a replacement, by the chunk's digest."""
        kept = await awaitable(self._redis.hgetall(keys.upload_vectors(company, document_id)))
        return {digest: record.vector_of(text) for digest, text in kept.items()}

    def _leased(self) -> float:
        return (self._clock() + LEASE).timestamp()

    async def _pieces(self, key: str, size: int) -> bytes:
        pieces: list[bytes] = []
        for number in range(-(-size // PIECE)):
            piece = await self._redis.execute_command(  # type: ignore[no-untyped-call] # redis-py leaves it so.
                "HGET", key, f"piece:{number}", **{NEVER_DECODE: True}
            )
            pieces.append(piece or b"")
        return b"".join(pieces)


def _fields(upload: Upload) -> dict[str, str]:
    return {"about": _written(upload), "content_hash": upload.content_hash}


def _written(upload: Upload) -> str:
    return json.dumps(asdict(upload), ensure_ascii=False)


def upload_of(handed: HandedIn, media_type: str, *, who: str, at: datetime) -> Upload:
    """Return what was handed in as it waits; raises InvalidDocumentError for what can be no document."""
    upload = Upload(
        document_id=handed.name,
        filename=handed.filename,
        title=handed.title,
        category=handed.category,
        metadata=dict(handed.metadata),
        media_type=media_type,
        size=len(handed.content),
        content_hash=hashlib.sha256(handed.content).hexdigest(),
        who=who,
        at=at.isoformat(),
        plain=handed.plain,
    )
    draft_of(upload, "").check()
    return upload


def draft_of(upload: Upload, text: str, title: str = "") -> Draft:
    """Return the document that an upload becomes; its own title counts before the file's."""
    return Draft(
        document_id=upload.document_id,
        title=upload.title or title,
        category=upload.category,
        text=text,
        metadata=upload.metadata,
        filename=upload.filename,
        media_type=upload.media_type,
        original_bytes=upload.size,
        content_hash=upload.content_hash,
    )
