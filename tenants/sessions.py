"""Who is signed in to the panel: a random token in a browser's cookie stands for the API key that was typed.

Redis holds neither the token nor the key: the token's digest names the session, and the key's
digest is sealed with the token itself. A key that ends thereby ends its sessions.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from redis.asyncio import Redis

from tenants import keys

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

IDLE = timedelta(hours=12)
"""A session that nobody uses for so long ends."""
LONGEST = timedelta(days=7)
"""However much a session is used, then the key is asked for again."""
MOST = 200
"""Sessions of one key, which a whole clinic may share; of more the oldest ends."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Sessions:
    """The panel's sessions."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime]) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock

    async def begin(self, key_digest: str, key_name: str) -> str:
        """Begin a session for a key, and return its token this once; `key_name` proves nothing and may be seen."""
        token = secrets.token_urlsafe(32)
        record = {
            "began": self._clock().isoformat(),
            "sealed": _box(token).encrypt(key_digest.encode()).decode("ascii"),
        }
        of_key = keys.sessions_of(key_name)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(_name(token), json.dumps(record), ex=IDLE)
            pipe.lpush(of_key, _name(token))
            pipe.expire(of_key, LONGEST)
            pipe.lrange(of_key, MOST, -1)
            pipe.ltrim(of_key, 0, MOST - 1)
            *_, oldest, _ = await pipe.execute()
        if oldest:
            await self._redis.delete(*oldest)
        return token

    async def key_digest(self, token: str) -> str | None:
        """Return the digest of the key that a session stands for, and keep it alive; None when it ended."""
        if not TOKEN.fullmatch(token):
            return None
        found = cast("str | None", await self._redis.getex(_name(token), ex=IDLE))
        if found is None:
            return None
        record = json.loads(found)
        if self._clock() - datetime.fromisoformat(record["began"]) >= LONGEST:
            await self.end(token)
            return None
        return _box(token).decrypt(record["sealed"]).decode("ascii")

    async def end(self, token: str) -> None:
        """End a session; one that ended already is no matter."""
        if TOKEN.fullmatch(token):
            await self._redis.delete(_name(token))


def _name(token: str) -> str:
    return keys.session(hashlib.sha256(token.encode()).hexdigest())


def _box(token: str) -> "Fernet":
    # Loaded by the first who needs it.
    from cryptography.fernet import Fernet

    seal = hashlib.sha256(b"clinicdesk session v1 " + token.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(seal))
