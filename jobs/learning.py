"""What people answer where documents knew nothing: proposed as a document, known to nobody until approved."""

import json
from datetime import timedelta

import structlog

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from knowledge.documents import Documents
from knowledge.errors import TooManyProposalsError
from knowledge.gaps import Gaps, gap_id_of
from knowledge.masking import masked
from knowledge.proposals import Proposals
from knowledge.query import words_of
from tenants import keys
from tenants.ids import UserId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

OPEN = timedelta(days=1)
"""How long a person's message may be the answer."""
SHORTEST = 20  # characters of an answer
LONGEST = 2000  # characters
TELLING = 3  # words of an answer that carry meaning
WHO = "chatwoot"


class Learning:
    """Joins unanswered questions to the answers that people write."""

    def __init__(self, redis: Client, documents: Documents, gaps: Gaps, clock: Clock) -> None:
        """Take where gaps and proposals are kept."""
        self._redis = redis
        self._gaps = gaps
        self._proposals = Proposals(redis, documents, gaps, clock)

    async def unanswered(self, tenant: Tenant, user: UserId, question: str) -> None:
        """Note what a patient asked in vain: the next thing that a person writes may answer it."""
        if not tenant.knowledge.learns:
            return
        key = keys.open_question(tenant.company_id, user)
        kept = masked(question, tenant)
        gap_id = gap_id_of(question)
        if kept and gap_id:
            open_question = json.dumps([kept, gap_id], ensure_ascii=False)
            await awaitable(self._redis.set(key, open_question, ex=OPEN))

    async def answered(
        self, tenant: Tenant, user: UserId, answer: str, *, patient_name: str = ""
    ) -> bool:
        """Propose what a person wrote as the answer to an open question; False when it is none."""
        company = tenant.company_id
        if not tenant.knowledge.learns or not _could_answer(answer):
            return False
        kept = masked(answer, tenant, [patient_name])
        if not _could_answer(kept):
            return False
        found = await awaitable(self._redis.getdel(keys.open_question(company, user)))
        if found is None:
            return False
        question, gap_id = json.loads(found)
        question = masked(question, tenant, [patient_name])
        waiting = await self._proposals.list(company)
        known = any(one.gap_id == gap_id for one in waiting)
        if known or not await self._gaps.has(company, gap_id):
            return False
        try:
            await self._proposals.propose(
                company, question=question, answer=kept, who=WHO, gap_id=gap_id
            )
        except TooManyProposalsError:
            logger.warning("answer_not_proposed", company_id=company)
            return False
        logger.info("answer_proposed", company_id=company, gap_id=gap_id)
        return True


def _could_answer(text: str) -> bool:
    """Tell an answer from a greeting, and from a question to the patient."""
    bare = text.strip()
    return (
        SHORTEST <= len(bare) <= LONGEST
        and not bare.endswith("?")
        and len(words_of(bare)) >= TELLING
    )
