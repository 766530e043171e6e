"""Documents' rows in PostgreSQL: they follow each company's trail of changes, and are compared now and then."""

from collections.abc import Sequence

from integrations.redis import Client
from knowledge.catalogue import Catalogue
from knowledge.changes import changed_since, newest_of
from knowledge.document import Document
from knowledge.indexes import EVERY
from tenants.database.copies import Copies, DocumentRow
from tenants.ids import CompanyId


class CopiedDocuments:
    """Copies what is known of documents, none of their text."""

    def __init__(self, redis: Client, copies: Copies) -> None:
        """Take what is read and where it goes."""
        self._redis = redis
        self._catalogue = Catalogue(redis)
        self._copies = copies
        self._seen: dict[CompanyId, str] = {}

    async def follow(self, companies: Sequence[CompanyId]) -> None:
        """Copy what changed since the last look; one round trip where nothing did."""
        # Who was never looked at is compared first.
        known = [one for one in companies if one in self._seen]
        for company, newest in zip(known, await newest_of(self._redis, known), strict=True):
            seen = self._seen[company]
            if newest == seen:
                continue
            changed = await changed_since(self._redis, company, seen)
            if changed is None:
                await self.compare(company)
                continue
            found = await self._catalogue.find_documents(company, changed)
            gone = set(changed) - {one.document_id for one in found}
            await self._copies.copy_documents(company, [_row(one) for one in found], gone=gone)
            self._seen[company] = newest

    async def compare(self, company: CompanyId) -> None:
        """Copy all of a company's documents, and drop the rows of those that are gone."""
        newest = (await newest_of(self._redis, [company]))[0]
        found = await self._catalogue.list_documents(company, limit=EVERY)
        await self._copies.replace_documents(company, [_row(one) for one in found])
        self._seen[company] = newest


def _row(document: Document) -> DocumentRow:
    return DocumentRow(
        document_id=document.document_id,
        title=document.title,
        category=document.category,
        kind=document.media_type,
        bytes=document.size,
        chunks=document.chunks,
        created_at=document.created_at,
        updated_at=document.updated_at,
    )
