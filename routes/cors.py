"""Which pages of other origins may call: none, unless the operator names them."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

ASKED = (
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-API-Key", "X-Company-ID",
    "X-Request-ID",
)  # fmt: skip
TOLD = ("ETag", "Idempotent-Replayed", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "X-Request-ID")  # fmt: skip


def cors(origins: Sequence[str]) -> list[Middleware]:
    """Return the middleware for exact origins; callers send a key and never a cookie."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=list(ASKED),
            expose_headers=list(TOLD),
            allow_credentials=False,
            max_age=600,
        )
    ]
