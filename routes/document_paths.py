"""Every path about documents, put together from a process's parts."""

from starlette.routing import BaseRoute

from jobs.parts import Parts
from knowledge.proposals import Proposals
from routes.document_care import DocumentCare
from routes.document_search import DocumentSearch
from routes.documents import DocumentRoutes
from routes.door import Door
from routes.proposals import ProposalRoutes


def document_paths(parts: Parts, door: Door) -> list[BaseRoute]:
    """Return the paths below /api."""
    access = door.access
    proposals = Proposals(parts.redis, parts.knowledge.documents, parts.knowledge.gaps, parts.clock)
    care = DocumentCare(
        access=access,
        redis=parts.redis,
        documents=parts.knowledge.documents,
        repair=parts.knowledge.repair,
        gaps=parts.knowledge.gaps,
        embedders=parts.knowledge.embedders,
    )
    documents = DocumentRoutes(
        access=access,
        documents=parts.knowledge.documents,
        uploads=parts.knowledge.uploads,
        ingestion=parts.knowledge.ingestion,
        wake_ups=parts.mail.wake_ups,
    )
    return [
        *DocumentSearch(access=access, library_for=parts.library_of).routes(),
        *care.routes(),
        *ProposalRoutes(access=access, proposals=proposals, wake_ups=parts.mail.wake_ups).routes(),
        *documents.routes(),
    ]
