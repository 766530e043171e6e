"""A library without a book, for tests that look nothing up."""

from collections.abc import Sequence

from knowledge.passage import Passage


class NoLibrary:
    """Find nothing."""

    async def search(self, query: str, **narrowed: object) -> Sequence[Passage]:
        return []
