"""Answers that people gave and that may become documents: nothing is known from them until somebody approves."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from knowledge.document import Document, Draft
from knowledge.documents import Documents
from knowledge.errors import TooManyProposalsError
from knowledge.gaps import Gaps
from tenants import keys
from tenants.ids import CompanyId
from tenants.tenant import Tenant

MOST = 500  # proposals that wait in one company
CATEGORY = "respuestas"
HEADING = 150  # characters of a question that become the title


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A question with the answer that somebody gave."""

    id: str
    question: str
    answer: str
    who: str
    at: str
    """ISO 8601, UTC."""
    gap_id: str = ""
    """The unanswered question that it closes."""


class Proposals:
    """What waits for approval, of all companies."""

    def __init__(self, redis: Client, documents: Documents, gaps: Gaps, clock: Clock) -> None:
        """Take where documents are kept and which questions are open."""
        self._redis = redis
        self._documents = documents
        self._gaps = gaps
        self._clock = clock

    async def propose(
        self, company: CompanyId, *, question: str, answer: str, who: str, gap_id: str = ""
    ) -> Proposal:
        """Keep an answer until it is approved; the same twice is one. Raises TooManyProposalsError."""
        key = keys.knowledge_proposals(company)
        name = hashlib.sha256(f"{question}\0{answer}".encode("utf-8", "replace")).hexdigest()[:16]
        proposal = Proposal(
            id=name,
            question=question,
            answer=answer,
            who=who,
            at=self._clock().isoformat(),
            gap_id=gap_id,
        )
        if int(await awaitable(self._redis.hlen(key))) >= MOST:
            raise TooManyProposalsError(f"{MOST} answers wait for approval already.")
        await awaitable(self._redis.hset(key, name, json.dumps(asdict(proposal))))
        return proposal

    async def list(self, company: CompanyId) -> Sequence[Proposal]:
        """Return what waits, oldest first."""
        kept = await awaitable(self._redis.hgetall(keys.knowledge_proposals(company)))
        found = [Proposal(**json.loads(one)) for one in kept.values()]
        return sorted(found, key=lambda one: one.at)

    async def approve(self, tenant: Tenant, name: str, *, who: str) -> Document | None:
        """Make a document of a proposal, and close its question; None when there is no such proposal."""
        company = tenant.company_id
        kept = await awaitable(self._redis.hget(keys.knowledge_proposals(company), name))
        if kept is None:
            return None
        proposal = Proposal(**json.loads(kept))
        draft = Draft(
            document_id=f"answer-{proposal.id}",
            title=" ".join(proposal.question.split())[:HEADING],
            category=CATEGORY,
            text=proposal.answer,
            metadata={"proposed_by": proposal.who, "approved_by": who},
        )
        document = await self._documents.put_document(tenant, draft, who=who)
        await self.reject(company, name)
        if proposal.gap_id:
            await self._gaps.forget(company, proposal.gap_id)
        return document

    async def reject(self, company: CompanyId, name: str) -> bool:
        """Forget a proposal; False when there was none."""
        return bool(await awaitable(self._redis.hdel(keys.knowledge_proposals(company), name)))
