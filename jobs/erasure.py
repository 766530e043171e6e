"""One patient's data as a whole: handed out as JSON, or erased from every store with a certificate."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from agenda.calendars import Calendars
from agenda.stored import appointment_fields
from graph.conversations import Conversations
from integrations.clock import Clock
from integrations.redis import Client, awaitable
from jobs.copied_conversations import CopiedConversations
from jobs.page import Page
from jobs.pages import Pages, forget_page
from jobs.try_out import alone
from knowledge.gaps import Gaps
from tenants import keys
from tenants.errors import StoreUnavailableError
from tenants.ids import CompanyId, UserId, subject_of
from tenants.tenant import Tenant

AT_ONCE = 1000  # keys looked at in one step
ROWS = "rows in PostgreSQL"
OUTSIDE = (
    "Chatwoot keeps its own copy of the conversation and the contact: delete the contact there.",
    "Backups made before this moment still hold the data until they are replaced.",
    "The model's provider keeps what it was sent for as long as your contract with it says.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was erased, where and when. It names the patient by a digest alone."""

    certificate_id: str
    company_id: CompanyId
    subject: str
    """SHA-256 of `company/user`: who knows the id can prove that it is meant."""
    erased_at: str
    """ISO 8601, UTC."""
    erased_by: str
    removed: Mapping[str, int]
    """How much of what: lines, appointments, keys."""
    left: tuple[str, ...]
    """What could not be erased now; ask again."""
    not_ours: tuple[str, ...] = OUTSIDE

    @property
    def complete(self) -> bool:
        """True when nothing is left."""
        return not self.left

    def told(self) -> dict[str, Any]:
        """Return the certificate as JSON, with a digest of all the rest."""
        fields = {**asdict(self), "complete": self.complete}
        whole = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return {**fields, "sha256": hashlib.sha256(whole.encode()).hexdigest()}


class PatientData:
    """All that Clinicdesk keeps of a company's patients."""

    def __init__(
        self,
        redis: Client,
        *,
        conversations: Conversations,
        calendars: Calendars,
        clock: Clock,
        gaps: Gaps,
        copied: CopiedConversations | None = None,
    ) -> None:
        """Take the stores; `copied` where there is a PostgreSQL."""
        self._copied = copied
        self._gaps = gaps
        self._redis = redis
        self._conversations = conversations
        self._calendars = calendars
        self._clock = clock

    async def export(self, tenant: Tenant, user: UserId) -> dict[str, Any]:
        """Return everything that is kept of a patient; empty lists when nothing is."""
        company = tenant.company_id
        lines = await self._conversations.messages(tenant, user)
        entries = await self._calendars.records_of(tenant).of(user)
        waiting = await awaitable(self._redis.zrange(keys.mailbox(company, user), 0, -1))
        consent = await awaitable(self._redis.lrange(keys.consents(company, user), 0, -1))
        rows = await self._conversations.rows(tenant, [user])
        page = await Pages(self._redis, self._clock).of_patient(company, user)
        return {
            "company_id": company,
            "user_id": user,
            "exported_at": self._clock().isoformat(),
            "messages": [asdict(one) for one in lines],
            "waiting_messages": [json.loads(one) for one in waiting],
            "appointments": [appointment_fields(one.appointment) for one in entries],
            "consents": [json.loads(one) for one in consent],
            "wrote_in": [asdict(one.card) for one in rows],
            "open_emergency": [dict(one.emergency) for one in rows if one.emergency],
            "people_called": [_called(page)] if page else [],
            "questions_without_answer": await self._gaps.of_patient(company, user),
        }

    async def erase(self, tenant: Tenant, user: UserId, *, actor: str) -> Certificate:
        """Erase a patient from every store; raises ConversationBusyError while a turn runs.

        Appointments to come are cancelled. What a calendar outside would not let go is in `left`.
        """
        async with alone(self._redis, tenant.company_id, user):
            erased = await self._calendars.records_of(tenant).erase(user)
            lines = await self._conversations.delete(tenant, user)
            questions = await self._gaps.erase(tenant.company_id, user)
            swept = await self._sweep(tenant.company_id, user)
            rows, not_now = await self._erase_rows(tenant.company_id, user)
        caches = await self._drop_caches(tenant.company_id)
        return Certificate(
            certificate_id=uuid4().hex,
            company_id=tenant.company_id,
            subject=subject_of(tenant.company_id, user),
            erased_at=self._clock().isoformat(),
            erased_by=actor,
            removed={
                "conversation lines": lines,
                "appointments": erased.removed,
                "appointments cancelled": erased.cancelled,
                "questions without an answer": questions,
                "other records": swept,
                "cached answers and files": caches,
                **rows,
            },
            left=(
                *(f"appointment {one}: its calendar does not answer" for one in erased.left),
                *not_now,
            ),
        )

    async def _sweep(self, company: CompanyId, user: UserId) -> int:
        """Remove whatever else is named after a patient."""
        await forget_page(self._redis, company, user)
        return int(await awaitable(self._redis.unlink(*keys.of_patient(company, user))))

    async def _erase_rows(
        self, company: CompanyId, user: UserId
    ) -> tuple[Mapping[str, int], Sequence[str]]:
        """Remove a patient from PostgreSQL; returns how much, and what could not be removed now."""
        if self._copied is None:
            return {}, ()
        try:
            return {ROWS: await self._copied.erase(company, user)}, ()
        except StoreUnavailableError as error:
            return {}, (f"{ROWS}: {error}; they are erased when it is back",)

    async def _drop_caches(self, company: CompanyId) -> int:
        """Remove what is kept by its content and may be anybody's: it is made again when it is needed."""
        removed = 0
        for pattern in keys.caches_by_content(company):
            async for key in self._redis.scan_iter(pattern, count=AT_ONCE):
                removed += await awaitable(self._redis.unlink(key))
        return removed


def _called(page: Page) -> dict[str, Any]:
    """Return for what people were woken, without what proves our links."""
    return {
        "opened_at": page.opened_at.isoformat(),
        "group": page.group,
        "level": page.level,
        "state": page.state,
        "answered_at": page.answered_at or None,
    }
