"""The right to answer a patient is given back in one step, and only when nobody is left waiting."""

from integrations.redis import Client, awaitable
from jobs.thread_lock import ThreadLock
from tenants import keys
from tests.jobs.house import BENOVA, LAURA, MEDISPA

MAILBOX = keys.mailbox(BENOVA, LAURA)
TURNS = keys.turn(BENOVA, LAURA)


async def test_a_thread_is_left_when_nothing_waits(redis: Client) -> None:
    lock = ThreadLock(redis, BENOVA, LAURA)
    await lock.take()
    member = keys.mailbox_member(BENOVA, LAURA)
    await awaitable(redis.zadd(keys.waiting_mailboxes(), {member: 1}))

    assert await lock.release_if_done()

    assert await ThreadLock(redis, BENOVA, LAURA).take()
    assert await awaitable(redis.zcard(keys.waiting_mailboxes())) == 0


async def test_a_thread_is_kept_while_a_message_waits(redis: Client) -> None:
    lock = ThreadLock(redis, BENOVA, LAURA)
    await lock.take()
    await awaitable(redis.zadd(MAILBOX, {"hola": 1}))

    assert not await lock.release_if_done()

    assert not await ThreadLock(redis, BENOVA, LAURA).take()


async def test_a_thread_is_kept_while_a_turn_is_in_hand(redis: Client) -> None:
    lock = ThreadLock(redis, BENOVA, LAURA)
    await lock.take()
    await awaitable(redis.hset(TURNS, "101", "{}"))

    assert not await lock.release_if_done()

    assert not await ThreadLock(redis, BENOVA, LAURA).take()


async def test_another_company_s_messages_keep_nobody(redis: Client) -> None:
    lock = ThreadLock(redis, MEDISPA, LAURA)
    await lock.take()
    await awaitable(redis.zadd(MAILBOX, {"hola": 1}))

    assert await lock.release_if_done()


async def test_who_left_the_thread_does_not_unlock_the_next_holder(redis: Client) -> None:
    left = ThreadLock(redis, BENOVA, LAURA)
    await left.take()
    await left.release_if_done()
    await ThreadLock(redis, BENOVA, LAURA).take()

    assert await left.release(0)

    assert not await ThreadLock(redis, BENOVA, LAURA).take()
