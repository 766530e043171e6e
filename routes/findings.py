"""Looks at everything a deployment needs and says, in words, what is wrong and what to do about it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from agenda.calendars import Calendars
from agenda.errors import CalendarAwayError
from integrations.chatwoot import Chatwoot
from integrations.clock import Clock
from integrations.errors import IntegrationError
from integrations.redis import RedisFacts
from routes.finding import PATIENCE, Finding, State
from routes.model_findings import of_models
from tenants.directory_sources import SourceState
from tenants.ids import CompanyId
from tenants.tenant import Tenant

AT_ONCE = 16  # companies looked at together

DAY = timedelta(days=1)
_CALENDAR_TODO = {
    "google": "Check GOOGLE_CALENDAR_CREDENTIALS, the calendar ids of the staff, and that each"
    " calendar is shared with the service account.",
    "http": "Check SCHEDULE_SERVICE_URL; until then nothing can be booked.",
}
MARKS: dict[State, str] = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def written(findings: Sequence[Finding]) -> str:
    """Return findings as lines for a terminal."""
    lines = []
    for one in findings:
        lines.append(f"{MARKS[one.state]}  {one.what}: {one.says}")
        if one.todo:
            lines.append(f"       -> {one.todo}")
    wrong = sum(one.state == "wrong" for one in findings)
    lines.append("Everything works." if not wrong else f"{wrong} thing(s) to put right.")
    return "\n".join(lines)


def of_redis(facts: RedisFacts, *, embedded: bool) -> Finding:
    """Describe the Redis that was found."""
    kind = "embedded" if embedded else "REDIS_URL"
    says = f"{facts.version} ({kind}), search {facts.search}, JSON {facts.json}"
    return Finding(what="Redis", state="ok", says=says)


def of_companies_source(source: SourceState, faults: Mapping[CompanyId, str]) -> list[Finding]:
    """Describe where companies come from, and which of them cannot be served as they are stored."""
    if source.postgresql is None:
        kept = Finding(what="Companies", state="ok", says="kept in files")
    elif source.postgresql and not source.reason:
        kept = Finding(what="Companies", state="ok", says="kept in PostgreSQL")
    else:
        kept = Finding(
            what="Companies",
            state="note" if source.postgresql else "wrong",
            says=f"{source.reason}; serving {source.serving}",
            todo="Run server.py import-json." if source.postgresql else "Check DATABASE_URL.",
        )
    return [
        kept,
        *(
            Finding(what=one, state="wrong", says=f"not served as it is stored: {reason}")
            for one, reason in sorted(faults.items())
        ),
    ]


def of_access(*, has_key: bool, address: str, port: int) -> Finding:
    """Describe who can reach the API."""
    if has_key:
        return Finding(what="API key", state="ok", says=f"set; listens on {address}:{port}")
    return Finding(
        what="API key",
        state="note",
        says=f"generated; listens on {address}:{port} only",
        todo="Set API_KEY so that Chatwoot can reach this server.",
    )


async def of_company(
    tenant: Tenant, chatwoot: Chatwoot | None, webhook_url: str, today: date
) -> list[Finding]:
    """Look at one company: its models, its Chatwoot, its webhook."""
    return [
        await of_models(tenant, today),
        await of_chatwoot(tenant, chatwoot),
        *of_emergency_number(tenant),
        Finding(what=f"{tenant.company_id} webhook", state="ok", says=webhook_url),
    ]


def of_emergency_number(tenant: Tenant) -> list[Finding]:
    """Say when patients in danger would be told a number that helps them nowhere near."""
    if not tenant.emergency.calls_abroad(tenant.country):
        return []
    return [
        Finding(
            what=f"{tenant.company_id} emergency number",
            state="wrong",
            says=f"Colombia's {tenant.emergency.number}, in {tenant.country}",
            todo="Set emergency.number to the number that is called there.",
        )
    ]


async def of_companies(
    companies: Sequence[tuple[Tenant, Chatwoot | None, str]], today: date
) -> list[Finding]:
    """Look at every company, some at a time, in order."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(tenant: Tenant, chatwoot: Chatwoot | None, url: str) -> list[Finding]:
        async with limit:
            return await of_company(tenant, chatwoot, url, today)

    found = await asyncio.gather(*(one(*company) for company in companies))
    return [finding for findings in found for finding in findings]


async def of_chatwoot(tenant: Tenant, chatwoot: Chatwoot | None) -> Finding:
    """Probe the company's token on its account."""
    what = f"{tenant.company_id} Chatwoot"
    suffix = tenant.company_id.upper().replace("-", "_")
    where = f"account {tenant.chatwoot.account_id} at {tenant.chatwoot.base_url}"
    if chatwoot is None:
        return Finding(
            what=what,
            state="note",
            says="not connected: replies cannot be sent",
            todo=f"Set CHATWOOT_API_KEY_{suffix} (the agent bot's token)"
            f" and CHATWOOT_BASE_URL_{suffix}.",
        )
    try:
        async with asyncio.timeout(PATIENCE):
            await chatwoot.probe()
    except (IntegrationError, TimeoutError) as error:
        says = error.detail if isinstance(error, IntegrationError) else "no answer in time"
        return Finding(
            what=what,
            state="wrong",
            says=f"{where}: {says}",
            todo=f"Check CHATWOOT_API_KEY_{suffix}, CHATWOOT_ACCOUNT_ID_{suffix}"
            f" and CHATWOOT_BASE_URL_{suffix}.",
        )
    unsigned = "" if tenant.chatwoot.webhook_secrets else "; webhooks unsigned"
    return Finding(
        what=what,
        state="ok" if tenant.chatwoot.webhook_secrets else "note",
        says=where + unsigned,
        todo=""
        if tenant.chatwoot.webhook_secrets
        else f"Set CHATWOOT_WEBHOOK_SECRET_{suffix} (Chatwoot 4.13 and later sign).",
    )


async def of_calendars(
    companies: Sequence[Tenant], calendars: Calendars, clock: Clock
) -> list[Finding]:
    """Look at the calendars that lie outside: whether each is reached and everybody is on it."""
    outside = [one for one in companies if one.agenda.calendar != "local"]
    return list(await asyncio.gather(*(of_calendar(one, calendars, clock) for one in outside)))


async def of_calendar(tenant: Tenant, calendars: Calendars, clock: Clock) -> Finding:
    """Ask a company's calendar for the coming day of its staff."""
    what, kind = f"{tenant.company_id} calendar", tenant.agenda.calendar
    now, names = clock(), [one.id for one in tenant.staff]
    try:
        await calendars.calendar_of(tenant).busy(names, now, now + DAY)
    except CalendarAwayError as error:
        return Finding(
            what=what,
            state="wrong",
            says=f"{kind}: {error.__cause__ or error}",
            todo=_CALENDAR_TODO[kind],
        )
    without = [one.name for one in tenant.staff if not one.calendar_id]
    if kind == "google" and without:
        return Finding(
            what=what,
            state="note",
            says=f"google; booked here, not there: {', '.join(without)}",
            todo="Give them a calendar_id in the company's file.",
        )
    return Finding(what=what, state="ok", says=f"{kind}, {len(names)} people")
