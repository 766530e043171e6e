"""What comes from Chatwoot and goes there, in one process: taken in, owned, sent."""

from dataclasses import dataclass

from jobs.chatwoots import Chatwoots
from jobs.ground import Ground
from jobs.mailbox import Mailbox
from jobs.outbox import Outbox
from jobs.ownership import BotStatus
from jobs.spoken_answers import Voice
from jobs.wake_ups import WakeUps, open_queue


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """What messages go through, in and out."""

    chatwoots: Chatwoots
    mailbox: Mailbox
    outbox: Outbox
    bot_status: BotStatus
    wake_ups: WakeUps


async def open_mail(ground: Ground, voice: Voice) -> MailParts:
    """Open the connections to Chatwoot and to the queue."""
    redis, clock = ground.redis, ground.clock
    chatwoots = Chatwoots(await ground.client("chatwoot"))
    queue = open_queue(ground.redis_url)
    ground.stack.push_async_callback(queue.disconnect)
    return MailParts(
        chatwoots=chatwoots,
        mailbox=Mailbox(redis, clock),
        outbox=Outbox(redis, chatwoots, metrics=ground.metrics, voice=voice),
        bot_status=BotStatus(redis, clock),
        wake_ups=WakeUps(queue),
    )
