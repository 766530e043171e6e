"""Whether Chatwoot's events arrive: a message with a number only we know is sent there and awaited here."""

import asyncio
import re
import secrets
from datetime import timedelta

from integrations.chatwoot_events import Event, PatientMessage
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.ids import CompanyId

NONCE = re.compile(r"clinicdesk-check-([0-9a-f]{32})")
LIFE = timedelta(minutes=5)
LOOK = 0.1  # seconds between two looks
WAITING = "waiting"


class WebhookChecks:
    """The checks of all companies. Their messages are nobody's: no agent answers them."""

    def __init__(self, redis: Client) -> None:
        """Take the connection."""
        self._redis = redis

    async def begin(self, company: CompanyId) -> str:
        """Return the words to be sent."""
        nonce = secrets.token_hex(16)
        await awaitable(self._redis.set(keys.webhook_check(company, nonce), WAITING, ex=LIFE))
        return f"clinicdesk-check-{nonce}"

    async def note(self, company: CompanyId, event: Event, *, signed: bool) -> bool:
        """Note a check's message that came; False for every other event, which costs nothing."""
        if not isinstance(event, PatientMessage) or not (found := NONCE.search(event.text)):
            return False
        told = "signed" if signed else "unsigned"
        key = keys.webhook_check(company, found[1])
        return bool(await awaitable(self._redis.set(key, told, ex=LIFE, xx=True)))

    async def arrived(self, company: CompanyId, words: str, patience: float) -> str:
        """Return `signed` or `unsigned` once the message came, nothing when it did not in so many seconds."""
        key = keys.webhook_check(company, words.removeprefix("clinicdesk-check-"))
        try:
            async with asyncio.timeout(patience):
                # Another process may be the one that notes it.
                while (told := await awaitable(self._redis.get(key))) in {WAITING, None}:  # noqa: ASYNC110 # See above.
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            return ""
        return str(told)
