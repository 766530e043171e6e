"""How long a search waits for what its index still lacks: that must not look like "I don't know"."""

from integrations.redis import Client, awaitable
from knowledge.index import Serving, find_index
from tenants import keys

FILLING = 5.0  # seconds; an index of 20,000 chunks is made anew in three
LOST = 1.0  # seconds; a worker that was told mends a lost chunk in one
LOOK = 0.05  # seconds between two attempts
LOADING = "loading"
"""Of the mark that documents were loaded: not all of them yet."""
LOADED = "loaded"


async def patience(
    redis: Client,
    serving: Serving | None,
    *,
    partial: bool,
    found: bool,
    loads: bool,
) -> float:
    """Return how many seconds may pass until a search says what it found; 0 when nothing is lacking.

    `partial`: the index has less than there is. `loads`: shipped documents are loaded in this
    deployment, so that there may be more than is kept.
    """
    if partial and serving is not None:
        info = await find_index(redis, serving.index)
        if info is None or int(info["indexing"]):
            return FILLING
    if found:
        return 0
    if partial:
        return LOST
    return FILLING if loads and not await all_loaded(redis) else 0


async def all_loaded(redis: Client) -> bool:
    """Tell whether the shipped documents are there; False as well after Redis was emptied."""
    return await awaitable(redis.get(keys.documents_loaded())) not in {None, LOADING}
