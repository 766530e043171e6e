"""A company's numbers over REST: what was written, answered and booked, how fast, and what it cost."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from routes.access import Access, Caller
from routes.body import query
from routes.csv_answer import csv_answer, wants_csv
from routes.errors import InvalidRequestError
from tenants.budget import Budget, Standing
from tenants.report import (
    Report,
    Row,
    activity_of,
    dollars,
    rows_of,
    spending_of,
    times_of,
    total_of,
)
from tenants.tenant import Tenant
from tenants.usage import COST, Counts, Days, Usage

USUAL = 30  # days
MOST = 366  # days of one question
PLAIN = ("messages", "turns", "replies", "handoffs", "emergencies", "bookings", "unanswered")


def _iso(value: object) -> object:
    # Pydantic would take numbers for seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("must be a day (2026-11-24)")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
Count = Callable[[Tenant], Awaitable[int]]


class Period(BaseModel):
    """Days of the company's own, both included; the last thirty unless told otherwise."""

    model_config = ConfigDict(populate_by_name=True)

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")

    def of(self, today: date) -> tuple[date, date]:
        """Return the first and the last day; raises InvalidRequestError."""
        last = self.last or today
        first = self.first or last - timedelta(days=min(USUAL - 1, last.toordinal() - 1))
        if first > last:
            raise InvalidRequestError("from: must not be after `to`")
        if (last - first).days >= MOST:
            raise InvalidRequestError(f"from: {MOST} days at most")
        return first, last


class Table(Period):
    """A period as JSON, or as a table for a spreadsheet; without `format` as `Accept` says."""

    format: Literal["json", "csv"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a company has at this moment, each asked of who keeps it."""

    conversations: Count
    documents: Count
    gaps: Count


class Analytics:
    """Answers how a company is doing."""

    def __init__(self, *, access: Access, usage: Usage, budget: Budget, held: Held) -> None:
        """Take who may ask, the counters, and who knows what there is."""
        self._access = access
        self._usage = usage
        self._budget = budget
        self._held = held

    async def metrics(self, request: Request, caller: Caller) -> Response:
        """Tell what was written, answered, booked and spent in some days; as a table, a row each day."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        first, last = query(request, Table).of(self._usage.today(tenant.company_id))
        days, since = await self._counted(tenant, first, last)
        if wants_csv(request):
            table = [_day(day, counts, since) for day, counts in days.items()]
            name = f"{tenant.company_id}-metrics-{first}-{last}"
            return csv_answer(name, list(table[0]), [list(row.values()) for row in table])
        found = await self.report(tenant, days, since)
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                **_period(tenant, first, last, since),
                "metrics": found,
                "days": [_day(day, counts, since) for day, counts in days.items()],
            }
        )

    async def analytics(self, request: Request, tenant: Tenant) -> Report:
        """Return the numbers of conversations, for who lists them."""
        first, last = query(request, Period).of(self._usage.today(tenant.company_id))
        days, since = await self._counted(tenant, first, last)
        patients = await self._usage.patients(tenant.company_id, first, last)
        return {
            **_period(tenant, first, last, since),
            "patients": patients if since else None,
            **activity_of(total_of(days.values())),
            "days": [_day(day, counts, since) for day, counts in days.items()],
        }

    async def report(self, tenant: Tenant, days: Days, since: date | None) -> Report:
        """Return all numbers of some days, with what there is now."""
        company, today = tenant.company_id, self._usage.today(tenant.company_id)
        conversations, documents, gaps, patients, now = await asyncio.gather(
            self._held.conversations(tenant),
            self._held.documents(tenant),
            self._held.gaps(tenant),
            self._usage.patients(company, min(days), max(days)),
            self._usage.between(company, today, today),
        )
        total = total_of(days.values())
        activity = activity_of(total)
        average = activity["response_time"]["avg_ms"]
        return {
            "total_conversations": conversations,
            "messages_today": now[today].get("messages", 0) if since else None,
            "documents_indexed": documents,
            "avg_response_time": None if average is None else f"{average / 1000:.1f}s",
            "patients": patients if since else None,
            "knowledge_gaps": gaps,
            **activity,
            **spending_of(total),
        }

    async def usage(self, request: Request, caller: Caller) -> Response:
        """Tell what models cost, by agent, model and day, and how the budget stands."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        first, last = query(request, Table).of(self._usage.today(tenant.company_id))
        days, since = await self._counted(tenant, first, last)
        rows = rows_of(days)
        if wants_csv(request):
            head = [one.name for one in fields(Row)]
            name = f"{tenant.company_id}-usage-{first}-{last}"
            return csv_answer(name, head, [astuple(row) for row in rows])
        return JSONResponse(
            {
                "company_id": tenant.company_id,
                **_period(tenant, first, last, since),
                "budget": budget_facts(await self._budget.standing(tenant)),
                **spending_of(total_of(days.values())),
                "rows": [
                    {one.name: _plain(getattr(row, one.name)) for one in fields(Row)}
                    for row in rows
                ],
            }
        )

    async def _counted(self, tenant: Tenant, first: date, last: date) -> tuple[Days, date | None]:
        company = tenant.company_id
        return await asyncio.gather(
            self._usage.between(company, first, last), self._usage.since(company)
        )

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        one = "/companies/{company_id}"
        return [
            Route(f"{one}/metrics", guarded(self.metrics), methods=["GET"]),
            Route(f"{one}/usage", guarded(self.usage), methods=["GET"]),
        ]


def budget_facts(standing: Standing) -> Report:
    """Return how a budget stands, as the API tells it."""
    return {
        "daily": _limit(standing.spent_today, standing.daily),
        "monthly": _limit(standing.spent_this_month, standing.monthly),
        "reserved_usd": dollars(standing.reserved),
        "step": standing.step,
    }


def _limit(spent: int, limit: int | None) -> Report:
    return {
        "spent_usd": dollars(spent),
        "limit_usd": None if limit is None else dollars(limit),
        "share": None if not limit else round(spent / limit, 3),
    }


def _period(tenant: Tenant, first: date, last: date, since: date | None) -> Report:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "time_zone": tenant.time_zone,
        "counted_since": since.isoformat() if since else None,
    }


def _day(day: date, counts: Counts, since: date | None) -> Report:
    """Return a day in one row; of days before anything was counted nothing is known."""
    known = since is not None and day >= since
    waited = times_of(counts, "wait_ms")
    return {
        "day": day.isoformat(),
        **{name: counts.get(name, 0) if known else None for name in PLAIN},
        "response_p50_ms": waited["p50_ms"],
        "response_p95_ms": waited["p95_ms"],
        "cost_usd": dollars(counts.get(COST, 0)) if known else None,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
