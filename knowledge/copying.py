"""A company's documents, copied to another company: the texts, not the originals."""

import asyncio

from knowledge.document import Document, Draft
from knowledge.documents import Documents
from knowledge.errors import TooManyDocumentsError
from tenants.ids import CompanyId
from tenants.tenant import Tenant

MOST = 1_000  # documents of one copy
AT_ONCE = 8


async def copy_documents(
    documents: Documents, source: CompanyId, target: Tenant, *, who: str
) -> int:
    """Give a company the documents of another and return how many; raises TooManyDocumentsError.

    They are found by their words at once and by their sense as they are embedded. A second copy
    changes nothing.
    """
    if (count := await documents.count(source)) > MOST:
        raise TooManyDocumentsError(
            f"{count} documents are too many to copy at once; {MOST} are not."
        )
    free = asyncio.Semaphore(AT_ONCE)

    async def copy(one: Document) -> int:
        async with free:
            text = await documents.text_of(source, one.document_id)
            if text is None:
                return 0
            await documents.put_document(target, _draft(one, text), who=who)
            return 1

    found = await documents.list_documents(source, limit=MOST)
    return sum(await asyncio.gather(*(copy(one) for one in found)))


def _draft(one: Document, text: str) -> Draft:
    # A copy did not ship with this company: a new version of ours must not replace it.
    metadata = {name: value for name, value in one.metadata.items() if name != "source"}
    return Draft(
        document_id=one.document_id,
        title=one.title,
        category=one.category,
        text=text,
        metadata=metadata,
        filename=one.filename,
    )
