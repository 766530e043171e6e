"""A turn that is answered at once, for whoever tries a company out: nothing goes to Chatwoot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

from graph.answer import FrontDesk
from graph.conversations import Conversations, Line, line
from graph.errors import ConversationBusyError
from graph.replies import Reply, Turn
from graph.steps import Watch
from integrations.clock import Clock
from integrations.redis import Client
from jobs.numbers import Numbers
from jobs.thread_lock import EVERYTHING, ThreadLock
from safety.alarm import Alarm
from tenants.ids import CompanyId, TurnId, UserId
from tenants.tenant import Tenant
from tools.context import Context

BUSY_WAIT = 10.0  # seconds for a running turn of the same patient to end
LOOK_AGAIN = 0.05  # seconds


@contextlib.asynccontextmanager
async def alone(redis: Client, company: CompanyId, user: UserId) -> AsyncIterator[None]:
    """Hold a patient's thread; raises ConversationBusyError when a turn does not end in time."""
    lock = ThreadLock(redis, company, user)
    try:
        async with asyncio.timeout(BUSY_WAIT):
            while not await lock.take():  # noqa: ASYNC110 # The lock is another process's.
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError as error:
        raise ConversationBusyError("A turn of this conversation is running.") from error
    keeper = asyncio.create_task(lock.keep())
    try:
        yield
    finally:
        keeper.cancel()
        await lock.release(EVERYTHING)


class TryOut:
    """Answers a tester as a patient would be answered, bookings included."""

    def __init__(
        self,
        *,
        redis: Client,
        front_desk: FrontDesk,
        conversations: Conversations,
        clock: Clock,
        numbers: Numbers | None = None,
    ) -> None:
        """Take who answers, where transcripts are kept, and what counts turns."""
        self._numbers = numbers
        self._redis = redis
        self._front_desk = front_desk
        self._conversations = conversations
        self._clock = clock

    async def answer(
        self,
        tenant: Tenant,
        user: UserId,
        text: str,
        *,
        source: str,
        shown: str = "",
        alarm: Alarm | None = None,
        turn_id: TurnId | None = None,
        watch: Watch | None = None,
    ) -> Reply:
        """Return the reply and keep both lines; raises ConversationBusyError, RedisError.

        `shown` tells of a photo beside the words; `alarm` is a danger that was seen in it.
        A turn that is named again gets the same reply and changes nothing.
        """
        written = "\n".join(one for one in (text, shown) if one)
        turn_id = turn_id or TurnId(f"{source}-{uuid4().hex}")
        turn = Turn(
            turn_id=turn_id,
            context=Context(
                company_id=tenant.company_id, user_id=user, channel=source, alarm=alarm
            ),
            messages=((turn_id, written),),
            shown={turn_id: shown},
            source=source,
        )
        async with alone(self._redis, tenant.company_id, user):
            asked = self._clock()
            reply = await self._front_desk.answer(tenant, turn, watch)
            said = line(turn_id, "user", written, moment=asked)
            await self._conversations.append(tenant, user, (said, self._answered(turn_id, reply)))
            if self._numbers is not None:
                await self._numbers.tried_out(tenant, user, reply, source)
        return reply

    def _answered(self, turn_id: TurnId, reply: Reply) -> Line:
        return line(
            f"{turn_id}.1",
            "assistant",
            reply.text,
            moment=self._clock(),
            agent=reply.agent,
            passages=reply.passages,
            blocked=reply.blocked,
        )
