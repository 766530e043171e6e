"""Looks into mailboxes: conversations in hand that look at about the same time share one round trip."""

import asyncio

from redis.exceptions import RedisError

from integrations.redis import Client

GATHER = 0.02
"""Seconds: who looks within the same ones looks together. So a process with hundreds of conversations
in hand, each looking four times a second, asks Redis fifty times a second at most."""


class Glances:
    """Counts what waits in the mailboxes of one process's conversations."""

    def __init__(self, redis: Client) -> None:
        """Take the connection."""
        self._redis = redis
        self._asked: list[tuple[str, asyncio.Future[int]]] = []
        self._looking: set[asyncio.Task[None]] = set()

    async def count(self, mailbox: str) -> int:
        """Return how many messages are in the mailbox under a key; raises RedisError."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int] = loop.create_future()
        if not self._asked:
            loop.call_later(GATHER - loop.time() % GATHER, self._look)
        self._asked.append((mailbox, answer))
        return await answer

    def _look(self) -> None:
        asked, self._asked = [one for one in self._asked if not one[1].done()], []
        if asked:
            looking = asyncio.get_running_loop().create_task(self._answer(asked), name="glance")
            self._looking.add(looking)
            looking.add_done_callback(self._looking.discard)

    async def _answer(self, asked: list[tuple[str, asyncio.Future[int]]]) -> None:
        failure: RedisError | OSError | None = None
        counts: list[int] = []
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for mailbox, _ in asked:
                    pipe.zcard(mailbox)
                counts = await pipe.execute()
        except (RedisError, OSError) as error:
            failure = error
        finally:
            for place, (_, answer) in enumerate(asked):
                if answer.done():
                    continue
                if failure is not None:
                    answer.set_exception(failure)
                elif counts:
                    answer.set_result(int(counts[place]))
                else:
                    answer.cancel()
