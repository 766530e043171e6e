"""A library without a book, for tests that look nothing up."""

from collections.abc import Mapping, Sequence

from knowledge.passage import Passage
from tenants.ids import UserId


class NoLibrary:
    """Find nothing."""

    async def search(
        self,
        query: str,
        *,
        limit: int | None = None,
        filters: Mapping[str, str] | None = None,
        asked_by: UserId | None = None,
    ) -> Sequence[Passage]:
        return []
