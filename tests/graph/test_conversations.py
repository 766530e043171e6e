"""The transcript that people read, and its erasure."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.checkpoints import Checkpoints
from graph.conversations import MOST_LINES, Conversations, line
from graph.emergencies import LIFE, OpenEmergencies
from integrations.redis import Client, awaitable
from nodes.state import RaisedAlarm
from tenants import keys
from tenants.ids import TurnId, UserId
from tests.agenda.clinics import MovingClock, benova, medispa
from tests.graph.house import ANA, House, turn

MOMENT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
ALARM = RaisedAlarm(group="breathing", level="emergency", evidence=[], source="rules")


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def conversations(redis: Client, clock: MovingClock) -> Conversations:
    return Conversations(redis, Checkpoints(redis), clock)


async def test_lines_come_back_in_the_order_in_which_they_were_said(
    conversations: Conversations,
) -> None:
    said = [
        line("m1", "user", "Hola", moment=MOMENT),
        line("r1", "assistant", "¡Hola!", moment=MOMENT, agent="support"),
        line("h1", "human_agent", "Sigo yo", moment=MOMENT),
    ]

    added = await conversations.append(benova(), ANA, said)

    assert added == 3
    assert await conversations.messages(benova(), ANA) == said


async def test_a_line_that_comes_twice_is_kept_once(conversations: Conversations) -> None:
    hello = line("m1", "user", "Hola", moment=MOMENT)
    await conversations.append(benova(), ANA, [hello])

    added = await conversations.append(
        benova(), ANA, [hello, line("m10", "user", "otra", moment=MOMENT), hello]
    )

    assert added == 1
    assert [one.message_id for one in await conversations.messages(benova(), ANA)] == ["m1", "m10"]


async def test_a_transcript_keeps_its_last_thousand_lines(conversations: Conversations) -> None:
    for start in range(0, MOST_LINES + 100, 100):
        lines = [line(f"m{start + n}", "user", "x", moment=MOMENT) for n in range(100)]
        await conversations.append(benova(), ANA, lines)

    kept = await conversations.messages(benova(), ANA)

    assert len(kept) == MOST_LINES
    assert kept[0].message_id == "m100"


async def test_patients_are_listed_latest_first(
    conversations: Conversations, clock: MovingClock
) -> None:
    await conversations.append(benova(), ANA, [line("m1", "user", "Hola", moment=clock())])
    clock.pass_by(timedelta(minutes=1))
    eva = UserId("56")
    await conversations.append(benova(), eva, [line("m1", "user", "Buenas", moment=clock())])

    total, page = await conversations.page(benova(), limit=1)

    assert total == 2
    assert [(one.user_id, one.last_message, one.message_count) for one in page] == [
        (eva, "Buenas", 1)
    ]
    assert page[0].last_updated == "2026-11-22T15:01:00+00:00"


async def test_the_second_page_goes_on_where_the_first_ended(
    conversations: Conversations, clock: MovingClock
) -> None:
    for number in range(3):
        clock.pass_by(timedelta(minutes=1))
        said = line("m1", "user", "Hola", moment=clock())
        await conversations.append(benova(), UserId(f"u{number}"), [said])

    _, page = await conversations.page(benova(), offset=2, limit=2)

    assert [one.user_id for one in page] == ["u0"]


async def test_another_company_sees_nothing_of_it(conversations: Conversations) -> None:
    await conversations.append(benova(), ANA, [line("m1", "user", "Hola", moment=MOMENT)])

    assert await conversations.page(medispa()) == (0, [])
    assert await conversations.messages(medispa(), ANA) == []


async def test_another_company_deletes_nothing_of_it(conversations: Conversations) -> None:
    await conversations.append(benova(), ANA, [line("m1", "user", "Hola", moment=MOMENT)])

    assert await conversations.delete(medispa(), ANA) == 0
    assert len(await conversations.messages(benova(), ANA)) == 1


async def test_a_transcript_lives_as_long_as_the_company_keeps_it(
    conversations: Conversations, redis: Client
) -> None:
    tenant = benova(retention=timedelta(days=3))

    await conversations.append(tenant, ANA, [line("m1", "user", "Hola", moment=MOMENT)])

    lives = [
        await redis.ttl(keys.conversation(tenant.company_id, ANA)),
        await redis.ttl(keys.conversations(tenant.company_id)),
    ]
    assert lives == [3 * 86400, 3 * 86400]


async def test_a_patient_who_was_silent_too_long_is_no_longer_listed(
    conversations: Conversations, clock: MovingClock
) -> None:
    await conversations.append(benova(), ANA, [line("m1", "user", "Hola", moment=MOMENT)])

    clock.pass_by(benova().retention + timedelta(seconds=1))

    assert await conversations.page(benova()) == (0, [])


async def test_deleting_leaves_no_key_of_the_patient(
    house: House, redis: Client, conversations: Conversations
) -> None:
    await house.desk.answer(house.benova(), turn("t1", "No puedo respirar"))
    await conversations.append(
        house.benova(),
        ANA,
        [line("m1", "user", "Hola", moment=MOMENT), line("m2", "user", "Hola", moment=MOMENT)],
    )

    deleted = await conversations.delete(house.benova(), ANA)

    assert deleted == 2
    assert [key async for key in redis.scan_iter()] == []


async def test_deleting_takes_the_patients_work_out_of_every_list(
    house: House, redis: Client, conversations: Conversations
) -> None:
    company, parked = house.benova().company_id, keys.parked_work(house.benova().company_id, ANA)
    await awaitable(redis.hset(parked, "t1", "{}"))
    await redis.zadd(keys.parked(), {keys.parked_member(company, ANA, TurnId("t1")): 1})
    await redis.zadd(keys.waiting_mailboxes(), {keys.mailbox_member(company, ANA): 1})

    await conversations.delete(house.benova(), ANA)

    assert [key async for key in redis.scan_iter()] == []


async def test_an_emergency_is_open_for_three_days_at_most(
    redis: Client, clock: MovingClock
) -> None:
    emergencies = OpenEmergencies(redis, clock)
    company = benova().company_id

    await emergencies.open(company, ANA, ALARM)

    assert await redis.ttl(keys.emergency(company, ANA)) == int(LIFE.total_seconds())
    assert await emergencies.find(company, ANA) == {
        "group": "breathing",
        "level": "emergency",
        "since": "2026-11-22T15:00:00+00:00",
    }


async def test_an_emergency_is_closed_once(redis: Client, clock: MovingClock) -> None:
    emergencies = OpenEmergencies(redis, clock)
    company = benova().company_id
    await emergencies.open(company, ANA, ALARM)

    assert await emergencies.close(company, ANA)
    assert not await emergencies.close(company, ANA)
    assert not await emergencies.is_open(company, ANA)
