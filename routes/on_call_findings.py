"""Whether a company's people would be woken by an alarm: for doctor, diagnostics and health."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import httpx

from jobs.page import StepResult
from jobs.page_answers import PageAnswers
from jobs.paging_parts import PagingParts
from routes.finding import Finding
from routes.pages import WAITING
from tenants.environment import suffix
from tenants.tenant import Tenant

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


async def of_on_call(tenant: Tenant, answers: PageAnswers, public_url: str) -> Finding:
    """Look at a company's ways and at how each went the last time; raises RedisError."""
    what, end = f"{tenant.company_id} on call", suffix(tenant.company_id)
    plan = tenant.on_call
    if not plan.plan:
        return Finding(
            what=what,
            state="note",
            says="nobody is woken by an alarm; it stands in Chatwoot and in the log only",
            todo=f"Set on_call in the company's file, or PAGERDUTY_ROUTING_KEY{end} or"
            f" ON_CALL_WEBHOOK_URL{end}.",
        )
    lacking = sorted({one.way for one in plan.chosen if not plan.has(one.way)})
    failed = await _failing(tenant, answers)
    wrong = [f"{one}: its settings are missing" for one in lacking]
    wrong += [f"{one.way} failed at {one.at[:16]}: {one.detail}" for one in failed]
    if wrong:
        return Finding(
            what=what,
            state="wrong",
            says="; ".join(wrong),
            todo=f"Mend it and try POST /api/companies/{tenant.company_id}/on-call/test.",
        )
    ways = ", ".join(one.way for one in plan.plan)
    if httpx.URL(public_url).host in LOCAL:
        return Finding(
            what=what,
            state="note",
            says=f"{ways}; the links that acknowledge lead to {public_url}",
            todo="Set PUBLIC_URL to an address that telephones reach.",
        )
    return Finding(what=what, state="ok", says=ways)


async def on_call_facts(tenant: Tenant, paging: PagingParts) -> Mapping[str, Any]:
    """Return the same as health tells it; raises RedisError."""
    pages = await paging.pages.of(tenant.company_id)
    return {
        "ways": [one.way for one in tenant.on_call.plan],
        "unanswered_pages": sum(one.state in WAITING and not one.test for one in pages),
        "failing": [asdict(one) for one in await _failing(tenant, paging.answers)],
    }


async def _failing(tenant: Tenant, answers: PageAnswers) -> Sequence[StepResult]:
    """Return the last results of the ways that failed and are still to be used."""
    last = await answers.last_results(tenant.company_id)
    used = sorted({one.way for one in tenant.on_call.plan})
    return [last[way] for way in used if way in last and last[way].result == "failed"]
