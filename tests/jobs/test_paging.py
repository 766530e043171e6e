"""Somebody is woken: way after way, round after round, exactly until a person answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import structlog

from integrations.redis import awaitable
from jobs.pages import LEASE
from tenants import keys
from tenants.audit import Audit
from tenants.on_call import OnCall, OnCallStep
from tests.fakes.chatwoot_payloads import AGENT, conversation_event, message
from tests.fakes.in_process import InProcess
from tests.fakes.on_call import FakeOnCall
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, LAURA, MEDISPA, House
from tests.jobs.on_call import CALL, PAGERDUTY, PAOLA, SAID, SMS, WEBHOOK, Night


@pytest.fixture
async def night(house: House) -> AsyncIterator[Night]:
    fake = FakeOnCall()
    async with httpx.AsyncClient(transport=InProcess(fake.app)) as http:
        yield Night(house, fake, http)


async def test_people_are_paged_step_by_step_and_again_until_somebody_writes(
    night: Night, writes: Writing
) -> None:
    night.plan(WEBHOOK, CALL, SMS, repeat_minutes=5)

    await night.alarm()
    at_once = len(night.fake.hooks), len(night.fake.calls), len(night.fake.texts)
    await night.later(2)
    called = len(night.fake.calls)
    await night.later(3)
    texts = len(night.fake.texts)
    await night.later(5)
    again = len(night.fake.hooks)
    await writes.take(_person_writes(night, seconds=1))
    await night.later(30)

    assert (at_once, called, texts, again) == ((1, 0, 0), 1, 1, 2)
    assert [one["event"] for one in night.fake.hooks] == ["page", "page", "acknowledged"]
    assert (len(night.fake.calls), len(night.fake.texts)) == (1, 1)
    assert (await night.page()).state == "acknowledged"


async def test_what_is_sent_opens_the_conversation_and_says_nothing_of_the_patient(
    night: Night,
) -> None:
    night.plan(
        PAGERDUTY, WEBHOOK, OnCallStep(way="sms", to=PAOLA), OnCallStep(way="call", to=PAOLA)
    )

    await night.alarm()
    await night.later(1)

    page = await night.page()
    hook, incident = night.fake.hooks[0], night.fake.incidents[0]
    link = f"https://clinicdesk.example/api/pages/{page.page_id}/acknowledge?step="
    assert hook["conversation_url"] == "http://chatwoot.test/app/accounts/7/conversations/101"
    assert hook["acknowledge_url"].startswith(link)
    assert (hook["company_id"], hook["group"], hook["test"]) == ("benova", "vision", False)
    assert incident["event_action"] == "trigger"
    assert incident["payload"]["severity"] == "critical"
    assert incident["links"][0]["href"] == hook["conversation_url"]
    assert link in night.fake.texts[0]["Body"]
    assert f"/pages/{page.page_id}/called?" in night.fake.calls[0]["Twiml"]
    everything = str([hook, incident, night.fake.texts, night.fake.calls])
    assert not [one for one in (SAID, "Laura", "418", "3001234567") if one in everything]


async def test_a_way_that_is_away_is_followed_by_the_next_at_once(night: Night) -> None:
    night.plan(PAGERDUTY, CALL, WEBHOOK)
    night.fake.down = {"pagerduty": 503, "twilio": 400}

    await night.alarm()

    page = await night.page()
    assert [(one.way, one.result, one.detail) for one in page.results] == [
        ("pagerduty", "failed", "HTTP 503"),
        ("call", "failed", "HTTP 400 (21211)"),
        ("webhook", "sent", ""),
    ]
    told = night.metrics.written().decode()
    assert 'clinicdesk_pages_total{company="benova",result="failed",way="pagerduty"} 1.0' in told
    trail = await Audit(night.house.redis, night.house.clock).of(BENOVA, limit=9)
    assert [one.action for one in trail] == ["page sent", "page failed", "page failed"]


async def test_while_nobody_can_be_reached_it_is_tried_soon_again_and_given_up_in_the_end(
    night: Night,
) -> None:
    night.plan(WEBHOOK, repeat_minutes=5, give_up_hours=1)
    night.fake.failing = {"webhook": [500, 500]}

    await night.alarm()
    await night.later(1)
    reached = len(night.fake.pages())
    with structlog.testing.capture_logs() as logs:
        await night.later(120)

    page = await night.page()
    assert reached == 1
    assert page.state == "unanswered"
    assert page.steps == 14
    assert night.fake.hooks[-1]["event"] == "unanswered"
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["page_unanswered"]
    assert await awaitable(night.house.redis.zcard(keys.due_pages())) == 0


async def test_a_step_that_a_crash_cut_off_is_done_by_another_worker_under_the_same_name(
    night: Night,
) -> None:
    night.plan(WEBHOOK, CALL)
    await night.alarm()
    page = await night.page()
    night.house.clock.forward(120)
    await night.house.open_pages.claim(BENOVA, LAURA)

    await night.worker().round()
    meanwhile = len(night.fake.calls)
    night.house.clock.forward(LEASE + 1)
    await asyncio.gather(*(night.worker().round() for _ in range(5)))

    assert (meanwhile, len(night.fake.calls)) == (0, 1)
    assert night.fake.hook_ids == [f"{page.page_id}-0"]
    assert f"step=1&amp;token={page.signature(1)}" in night.fake.calls[0]["Twiml"]


async def test_an_alarm_pages_once_a_turn_and_anew_when_the_last_was_answered(night: Night) -> None:
    night.plan(WEBHOOK)
    await night.alarm()
    await night.alarm()
    await night.alarm(turn="101-9002-1")
    first = await night.page()
    await night.house.page_answers.acknowledge(BENOVA, LAURA, by="key 1")
    await night.alarm(turn="101-9002-1")
    await night.alarm(turn="101-9003-1")

    assert len(night.fake.pages()) == 2
    assert (await night.page()).page_id != first.page_id


@pytest.mark.parametrize(
    ("urgent_too", "goes_on", "pages"), [(True, False, 1), (False, False, 0), (True, True, 0)]
)
async def test_what_is_urgent_wakes_people_unless_the_company_would_not(
    night: Night, *, urgent_too: bool, goes_on: bool, pages: int
) -> None:
    night.plan(WEBHOOK, urgent_too=urgent_too)

    await night.alarm(level="urgent", goes_on=goes_on)

    assert [one["level"] for one in night.fake.pages()] == ["urgent"] * pages


async def test_whoever_wrote_a_moment_ago_is_given_the_time_to_write_again(
    night: Night, writes: Writing
) -> None:
    night.plan(WEBHOOK)
    await writes.take(_person_writes(night, seconds=0))
    night.house.clock.forward(60)

    await night.alarm()
    spared = len(night.fake.hooks)
    await night.later(4)

    assert (spared, len(night.fake.hooks)) == (0, 1)


async def test_a_message_from_before_the_alarm_answers_nothing(
    night: Night, writes: Writing
) -> None:
    night.plan(WEBHOOK)
    await night.alarm()

    await writes.take(_person_writes(night, seconds=-20))

    assert (await night.page()).state == "open"


@pytest.mark.parametrize(
    ("counts", "seconds", "in_hand", "state"),
    [
        (True, 120, False, "acknowledged"),
        (True, 20, False, "open"),
        (True, 120, True, "open"),
        (False, 120, False, "open"),
    ],
)
async def test_a_person_who_is_assigned_has_answered_unless_chatwoot_assigned_by_itself(
    night: Night, writes: Writing, *, counts: bool, seconds: float, in_hand: bool, state: str
) -> None:
    night.plan(WEBHOOK, assignment_counts=counts)
    await night.alarm()
    if in_hand:
        await awaitable(night.house.redis.hset(keys.turn(BENOVA, LAURA), "101", "{}"))
    now = night.house.clock().timestamp()
    place = replace(
        HERE, status="open", assignee=AGENT, assignee_type="User", updated_at=now + seconds
    )

    changed = [{"assignee_id": {"previous_value": None, "current_value": 21}}]
    await writes.take(conversation_event(place, "conversation_updated", changed))

    assert (await night.page()).state == state


async def test_whoever_listens_is_told_that_it_is_over_also_when_it_was_away(night: Night) -> None:
    night.plan(PAGERDUTY, WEBHOOK)
    await night.alarm()
    await night.later(0.5)
    night.fake.failing = {"pagerduty": [503]}

    await night.house.page_answers.acknowledge(BENOVA, LAURA, by="link (webhook)")
    await night.later(2)
    await night.house.page_answers.resolve(BENOVA, LAURA, by="administrator")
    await night.later(1)

    incidents = [one["event_action"] for one in night.fake.incidents]
    assert incidents == ["trigger", "acknowledge", "resolve"]
    assert len({one["dedup_key"] for one in night.fake.incidents}) == 1
    assert night.fake.hooks[-1]["event"] == "resolved"
    assert night.fake.hooks[-1]["answered_by"] == "link (webhook)"
    assert await awaitable(night.house.redis.zcard(keys.due_pages())) == 0


async def test_the_person_on_call_is_written_to_in_an_inbox_and_answers_by_writing_there(
    night: Night, writes: Writing
) -> None:
    step = OnCallStep(way="inbox", conversation=55)
    place = replace(HERE, conversation=55)
    kept = night.house.chatwoot.open(place)
    night.plan(step)

    await night.alarm()
    sent = night.house.chatwoot.sent(7, 55)
    kept.place = replace(place, can_reply=False)
    await night.later(5)
    without = (await night.page()).results[-1].detail
    night.plan(step, inbox_template="guardia")
    await night.later(1)

    template = kept.messages[-1]["additional_attributes"]["template_params"]
    await writes("de otra hora", place)
    unmoved = (await night.page()).state
    await writes("voy", place, written=night.house.clock())
    assert "Benova: posible emergencia" in sent[0]
    assert without == "past the 24 h window, without a template"
    assert (template["name"], template["processed_params"]) == (
        "guardia",
        {"body": {"1": "Benova"}},
    )
    assert (unmoved, (await night.page()).answered_by) == ("open", "reply in the inbox")


async def test_nobody_is_sent_to_a_private_network_or_by_a_redirect(night: Night) -> None:
    night.plan(WEBHOOK, webhook_url="http://inside.test/hook")
    await night.alarm()
    night.plan(WEBHOOK, webhook_url="http://oncall.test/away")
    await night.later(0.5)

    details = [one.detail for one in (await night.page()).results]
    assert details == ["the link leads to a private address", "HTTP 302"]
    assert night.fake.hooks == []


async def test_companies_page_their_own_people_only_and_one_without_ways_says_so(
    night: Night,
) -> None:
    night.plan(WEBHOOK)
    night.house.companies.change(MEDISPA, on_call=OnCall())

    with structlog.testing.capture_logs() as logs:
        await night.alarm(MEDISPA)
    await night.alarm(BENOVA)

    assert [one["company_id"] for one in night.fake.hooks] == ["benova"]
    assert await night.house.open_pages.of_patient(MEDISPA, LAURA) is None
    assert [one["event"] for one in logs] == ["emergency_raised", "nobody_to_page"]


async def test_a_test_goes_by_every_way_at_once_and_ends_by_itself(night: Night) -> None:
    night.plan(PAGERDUTY, WEBHOOK, CALL)
    night.fake.failing = {"twilio": [401]}

    page = await night.paging.test(night.house.companies.find(BENOVA))
    await night.later(35)

    assert sorted((one.way, one.result) for one in page.results) == [
        ("call", "failed"),
        ("pagerduty", "sent"),
        ("webhook", "sent"),
    ]
    assert night.fake.hooks[0]["test"] is True
    assert "prueba" in night.fake.hooks[0]["title"]
    assert [one["event_action"] for one in night.fake.incidents] == ["trigger", "resolve"]


async def test_a_worker_pages_at_once_and_goes_on_while_another_companys_way_hangs(
    night: Night,
) -> None:
    night.plan(WEBHOOK)
    night.plan(PAGERDUTY, company=MEDISPA)
    night.fake.silent = {"pagerduty"}
    working = asyncio.create_task(night.paging.keep())

    await night.alarm(MEDISPA, worked=False)
    await asyncio.sleep(0.1)
    await night.alarm(BENOVA, worked=False)
    async with asyncio.timeout(1):
        while not night.fake.hooks:
            await asyncio.sleep(0.01)
    night.house.clock.forward(301)
    async with asyncio.timeout(5):
        while len(night.fake.hooks) < 2:
            await asyncio.sleep(0.01)
    night.fake.silent.clear()
    working.cancel()
    await asyncio.wait({working})

    assert [one["attempt"] for one in night.fake.hooks] == [1, 2]


def _person_writes(night: Night, *, seconds: float) -> dict[str, object]:
    """Return the event of a person's message, some seconds from now by Chatwoot's clock."""
    moment = night.house.clock() + timedelta(seconds=seconds)
    return message(
        HERE, number=9400, content="Hola Laura", kind="outgoing", sender=AGENT, written=moment
    )
