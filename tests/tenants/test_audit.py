"""The trail of changes: newest first, in pages, without secrets, and never in the way of a change."""

from datetime import UTC, datetime

import pytest
import structlog

from integrations.clock import Clock
from integrations.redis import Client, close, connect
from tenants import keys
from tenants.audit import Audit
from tenants.ids import CompanyId

BENOVA, MEDISPA = CompanyId("benova"), CompanyId("medispa")


@pytest.fixture
def audit(redis: Client) -> Audit:
    return Audit(redis, lambda: datetime.now(UTC))


async def test_changes_are_read_newest_first_in_pages(audit: Audit) -> None:
    for number in range(5):
        await audit.record(BENOVA, actor="key 1", action="document.created", target=str(number))

    first = await audit.of(BENOVA, limit=3)
    rest = await audit.of(BENOVA, limit=3, before=first[-1].id)

    assert [one.target for one in (*first, *rest)] == ["4", "3", "2", "1", "0"]


async def test_a_company_has_its_own_trail(audit: Audit) -> None:
    await audit.record(BENOVA, actor="administrator", action="key.created", request_id="r-1")

    assert await audit.of(MEDISPA, limit=10) == []
    assert (await audit.of(BENOVA, limit=10))[0].request_id == "r-1"


async def test_secrets_are_left_out_at_any_depth(audit: Audit) -> None:
    await audit.record(
        BENOVA,
        actor="administrator",
        action="company.updated",
        changes={"phone": "1", "chatwoot": {"api_key": "canary", "webhook_token": "canary"}},
    )

    (change,) = await audit.of(BENOVA, limit=1)
    assert change.changes == {
        "phone": "1",
        "chatwoot": {"api_key": "(secret)", "webhook_token": "(secret)"},
    }


async def test_what_is_too_long_is_told_by_its_fields(audit: Audit) -> None:
    await audit.record(BENOVA, actor="a", action="b", changes={"prompt": "x" * 10_000})

    assert (await audit.of(BENOVA, limit=1))[0].changes == {"fields": ["prompt"]}


async def test_a_trail_ends_some_day(audit: Audit, redis: Client) -> None:
    await audit.record(BENOVA, actor="a", action="b")

    assert 700 * 86_400 < await redis.ttl(keys.audit(BENOVA)) <= 730 * 86_400


async def test_a_change_is_done_although_redis_refuses_its_trail(clock: Clock) -> None:
    away = connect("redis://127.0.0.1:1/0")
    audit = Audit(away, clock)

    with structlog.testing.capture_logs() as logs:
        await audit.record(BENOVA, actor="administrator", action="key.revoked", target="abc")
    await close(away)

    assert [(one["event"], one["log_level"]) for one in logs] == [("audit_not_recorded", "error")]
