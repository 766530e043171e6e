"""Nothing is lost in silence: what cannot go on is kept, shown with its reason, and tried again on demand."""

import pytest

from jobs.errors import UnknownWorkError, WorkBusyError
from tests.fakes.chatwoot import Fault
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, MEDISPA, THERE, House

MESSAGES = "POST /conversations/101/messages"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("401", "chatwoot: HTTP 401: Invalid Access Token"),
        ("404", "chatwoot: HTTP 404: Resource could not be found"),
        (
            "422",
            "chatwoot: HTTP 422: Validation failed: Content is too long (maximum is 150000 characters)",
        ),
    ],
)
async def test_a_reply_that_is_refused_for_good_is_parked_with_the_reason(
    house: House, writes: Writing, fault: Fault, reason: str
) -> None:
    house.chatwoot.fail(MESSAGES, fault)
    await writes("Hola")

    await house.answer()

    (row,) = await house.parked.list()
    assert row.reason == reason
    assert (row.company_id, row.user_id, row.conversation_id) == (BENOVA, "418", 101)
    assert (row.messages, row.stage) == (1, "sending")
    assert await house.waiting() == 0


async def test_a_reply_that_is_refused_too_often_is_parked(house: House, writes: Writing) -> None:
    house.chatwoot.fail(MESSAGES, "500", "500", "500", "500")
    await writes("Hola")

    for _ in range(4):
        await house.answer()
        house.clock.forward(20)

    (row,) = await house.parked.list()
    assert row.attempts == 3
    assert row.reason == "chatwoot: HTTP 500: Internal Server Error"


async def test_the_next_message_is_answered_although_one_is_parked(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "422")
    await writes("Hola")
    await house.answer()

    await writes("¿sigue ahí?")
    await house.answer()

    assert house.chatwoot.sent() == ["eco: ¿sigue ahí?"]


async def test_parked_work_that_is_tried_again_sends_the_same_reply_once(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "401")
    await writes("Hola")
    await house.answer()
    (row,) = await house.parked.list()

    await house.parked.retry(row.id)
    await house.answer()

    assert house.chatwoot.sent() == ["eco: Hola"]
    assert len(house.desk.turns) == 1
    assert await house.parked.list() == []
    with pytest.raises(UnknownWorkError):
        await house.parked.retry(row.id)


async def test_parked_work_waits_while_another_turn_is_in_hand(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "401", "500")
    await writes("Hola")
    await house.answer()
    await writes("¿sigue ahí?")
    await house.answer()
    (row,) = await house.parked.list()

    with pytest.raises(WorkBusyError):
        await house.parked.retry(row.id)

    assert [one.id for one in await house.parked.list()] == [row.id]


async def test_parked_work_can_be_thrown_away(house: House, writes: Writing) -> None:
    house.chatwoot.fail(MESSAGES, "401")
    await writes("Hola")
    await house.answer()
    (row,) = await house.parked.list()

    await house.parked.discard(row.id)

    assert await house.parked.list() == []
    assert (await house.queue_view.counts()).parked == 0


async def test_one_company_sees_and_touches_nothing_of_another(
    house: House, writes: Writing
) -> None:
    house.chatwoot.fail(MESSAGES, "401", "401")
    await writes("Hola")
    await writes("Hola", THERE)
    await house.answer(BENOVA)
    await house.answer(MEDISPA)
    (row,) = await house.parked.list(BENOVA)

    assert len(await house.parked.list()) == 2
    with pytest.raises(UnknownWorkError):
        await house.parked.retry(row.id, MEDISPA)
    with pytest.raises(UnknownWorkError):
        await house.parked.discard(row.id, MEDISPA)
    assert (await house.queue_view.counts(MEDISPA)).parked == 1


@pytest.mark.parametrize("work_id", ["", "x", "benova:*:1", "benova:418:101-1-1", ":::"])
async def test_an_id_that_is_none_is_unknown(house: House, work_id: str) -> None:
    with pytest.raises(UnknownWorkError):
        await house.parked.retry(work_id)


async def test_the_counts_tell_what_waits_and_what_runs(house: House, writes: Writing) -> None:
    await writes("Hola")
    waiting = await house.queue_view.counts()
    await house.redis.set("benova:lock:418", "a worker")

    running = await house.queue_view.counts()

    assert (waiting.waiting, waiting.running) == (1, 0)
    assert (running.waiting, running.running) == (0, 1)


async def test_an_empty_mailbox_is_counted_nowhere(house: House, writes: Writing) -> None:
    await writes("Hola")
    await house.answer()

    counts = await house.queue_view.counts()

    assert (counts.waiting, counts.running, counts.parked) == (0, 0, 0)
