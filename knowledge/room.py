"""What is left of a company's limits."""

from knowledge.document import Document, Draft
from knowledge.errors import TooManyDocumentsError, TooMuchKnowledgeError
from knowledge.totals import Totals
from tenants.tenant import Tenant

MEGABYTE = 1_000_000


class Room:
    """Counts documents in, as long as there is room."""

    def __init__(self, tenant: Tenant, used: Totals) -> None:
        """Begin with what the company has."""
        self._most = tenant.knowledge.max_documents
        self._most_megabytes = tenant.knowledge.max_megabytes
        self._documents = used.documents
        self._size = used.size

    def take(self, draft: Draft, before: Document | None) -> None:
        """Count a document in; raises TooManyDocumentsError, TooMuchKnowledgeError."""
        documents = self._documents + (before is None)
        size = self._size + draft.size - (before.size if before else 0)
        if documents > self._most:
            raise TooManyDocumentsError(f"The limit of {self._most} documents is reached.")
        if size > self._most_megabytes * MEGABYTE and size > self._size:
            raise TooMuchKnowledgeError(
                f"The limit of {self._most_megabytes} MB of documents is reached."
            )
        self._documents, self._size = documents, size
