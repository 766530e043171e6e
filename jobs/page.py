"""A page: a patient for whom the clinic's people are woken, how far that got and who answered."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from tenants.ids import CompanyId, ConversationId, UserId

RESULTS = 50  # of the latest steps, for people to look at
PageState = Literal["open", "acknowledged", "resolved", "unanswered"]
_STATE: TypeAdapter[PageState] = TypeAdapter(PageState)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How one attempt to reach somebody went."""

    at: str
    """ISO 8601."""
    way: str
    result: Literal["sent", "failed"]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A patient for whom people are woken, and how far that got."""

    page_id: str
    company_id: CompanyId
    user_id: UserId
    conversation_id: ConversationId
    group: str
    level: str
    """`emergency`, or `urgent`."""
    opened_at: datetime
    secret: str
    """Signs the links of this page, and nothing else."""
    test: bool = False
    state: PageState = "open"
    told: str = "open"
    """The state that the ways know of."""
    steps: int = 0
    """That were tried, over all rounds."""
    delivered: int = -1
    """The last round in which anybody was reached."""
    failed_rounds: int = 0
    tries: int = 0
    """To tell the ways that somebody answered."""
    used: tuple[str, ...] = ()
    """Ways that were reached."""
    results: tuple[StepResult, ...] = ()
    """The latest ones, oldest first."""
    answered_by: str = ""
    answered_at: str = ""

    def noted(self, result: StepResult) -> "Page":
        """Return the page with one more result."""
        reached = result.result == "sent" and result.way not in self.used
        return replace(
            self,
            results=(*self.results, result)[-RESULTS:],
            used=(*self.used, result.way) if reached else self.used,
        )

    def signature(self, step: int) -> str:
        """Return what proves that a link was sent by one step of this page."""
        signed = f"{self.page_id}/{step}".encode()
        return hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()

    def signed(self, step: int, token: str) -> bool:
        """Say whether a link is ours."""
        return hmac.compare_digest(self.signature(step).encode(), token.encode())


def fields_of(page: Page) -> list[str]:
    """Return a page as names and values, in turn."""
    whole = {
        "page_id": page.page_id,
        "company_id": page.company_id,
        "user_id": page.user_id,
        "conversation_id": str(page.conversation_id),
        "group": page.group,
        "level": page.level,
        "opened_at": page.opened_at.isoformat(),
        "secret": page.secret,
        "test": str(int(page.test)),
        "state": page.state,
    }
    return [part for field in whole.items() for part in field] + progress_of(page)


def progress_of(page: Page) -> list[str]:
    """Return of a page what its holder may change."""
    counted = {
        "told": page.told,
        "steps": page.steps,
        "delivered": page.delivered,
        "failed_rounds": page.failed_rounds,
        "tries": page.tries,
        "used": ",".join(page.used),
        "results": json.dumps([asdict(one) for one in page.results], ensure_ascii=False),
    }
    return [part for name, value in counted.items() for part in (name, str(value))]


def page_of(fields: Mapping[str, str]) -> Page:
    """Return a page from names and values."""
    return Page(
        page_id=fields["page_id"],
        company_id=CompanyId(fields["company_id"]),
        user_id=UserId(fields["user_id"]),
        conversation_id=ConversationId(int(fields["conversation_id"])),
        group=fields["group"],
        level=fields["level"],
        opened_at=datetime.fromisoformat(fields["opened_at"]),
        secret=fields["secret"],
        test=fields["test"] == "1",
        state=_STATE.validate_python(fields["state"]),
        told=fields["told"],
        steps=int(fields["steps"]),
        delivered=int(fields["delivered"]),
        failed_rounds=int(fields["failed_rounds"]),
        tries=int(fields["tries"]),
        used=tuple(one for one in fields["used"].split(",") if one),
        results=tuple(StepResult(**one) for one in json.loads(fields["results"])),
        answered_by=fields.get("answered_by", ""),
        answered_at=fields.get("answered_at", ""),
    )
