"""What goes out, exactly once: parts with keys, sent in order, looked for before they are sent again."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from integrations.chatwoot import Shown
from integrations.chatwoot_answers import NotForBotsError
from integrations.chatwoot_text import (
    LENGTH,
    LENGTHS,
    TYPING,
    WORDS_WITH_OPTIONS,
    in_channel_style,
    numbered,
    shows_buttons,
    split,
)
from integrations.errors import IntegrationError
from integrations.metrics import Metrics
from integrations.redis import Client, awaitable
from integrations.tracing import span
from jobs.chatwoots import Chatwoots
from jobs.spoken_answers import Voice
from jobs.turn_in_hand import Part, TurnInHand
from tenants import keys
from tenants.ids import CompanyId, ConversationId, TurnId
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

REMEMBER = timedelta(days=1)
ECHO = 2.0  # seconds in which the echo of a stored message comes back
GLANCE = 0.1  # seconds between looks


def reply_key(turn_id: TurnId, name: str) -> str:
    """Name one part of a turn; `integrations.chatwoot_webhook.REPLY_KEY` knows the shape."""
    return f"{turn_id}.{name}"


def parts_of(
    turn_id: TurnId, text: str, options: Sequence[tuple[str, str]], channel: str
) -> tuple[Part, ...]:
    """Cut a reply into messages that the channel takes, buttons last; options become lines where there are no buttons."""
    styled = in_channel_style(text.strip(), channel)
    titles = [title for title, _ in options]
    buttons = shows_buttons(channel, titles)
    if options and not buttons and not _listed(styled, titles):
        styled = numbered(styled, titles)
    pieces = split(styled, LENGTHS.get(channel, LENGTH))
    if buttons and pieces and len(pieces[-1]) > WORDS_WITH_OPTIONS:
        pieces[-1:] = split(pieces[-1], WORDS_WITH_OPTIONS)
    last = len(pieces) - 1
    return tuple(
        Part(
            key=reply_key(turn_id, str(number)),
            kind="options" if buttons and number == last else "text",
            text=piece,
            options=tuple(options) if buttons and number == last else (),
        )
        for number, piece in enumerate(pieces)
    )


def _listed(text: str, titles: Sequence[str]) -> bool:
    """Say whether the words name every option already."""
    numbers = [f"{number}." for number in range(1, len(titles) + 1)]
    lines = [line.lstrip() for line in text.splitlines()]
    return all(title in text for title in titles) or all(
        any(line.startswith(number) for line in lines) for number in numbers
    )


class Outbox:
    """Sends parts and knows which of them Chatwoot has."""

    def __init__(
        self,
        redis: Client,
        chatwoots: Chatwoots,
        *,
        echo_seconds: float = ECHO,
        metrics: Metrics | None = None,
        voice: Voice | None = None,
    ) -> None:
        """Take the connection, the companies' clients, how long an echo is waited for, and who speaks."""
        self._redis = redis
        self._chatwoots = chatwoots
        self._echo = echo_seconds
        self._voice = voice
        self._metrics = metrics or Metrics()

    async def echoed(self, company: CompanyId, key: str) -> None:
        """Remember that a part came back from Chatwoot."""
        turn_id = TurnId(key.rsplit(".", 1)[0])
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.sadd(keys.sent(company, turn_id), key)
            pipe.expire(keys.sent(company, turn_id), REMEMBER)
            await pipe.execute()

    async def failed(self, company: CompanyId, key: str) -> bool:
        """Remember that the channel could not deliver a part; False when that is known already."""
        turn_id = TurnId(key.rsplit(".", 1)[0])
        return bool(await awaitable(self._redis.sadd(keys.sent(company, turn_id), f"{key} failed")))

    async def send(self, tenant: Tenant, turn: TurnInHand, part: Part) -> None:
        """Send one part; raises IntegrationError, after which it may or may not be there."""
        outcome = "failed"
        try:
            with span("send", kind=part.kind):
                await self._send(tenant, turn, part)
            outcome = "ok"
        finally:
            self._metrics.sent(part.kind, outcome)

    async def _send(self, tenant: Tenant, turn: TurnInHand, part: Part) -> None:
        chatwoot = self._chatwoots.of(tenant)
        conversation = turn.conversation_id
        if part.kind == "options":
            await chatwoot.send_options(conversation, part.text, part.options, reply_key=part.key)
        elif part.kind == "template":
            await chatwoot.send_template(
                conversation,
                part.text,
                part.template,
                turn.language,
                values=part.values,
                reply_key=part.key,
            )
        elif part.kind == "note":
            await chatwoot.note(conversation, part.text, reply_key=part.key)
        elif part.kind == "voice":
            await self._send_voice(tenant, turn, part)
        else:
            await chatwoot.send_text(conversation, part.text, reply_key=part.key, cc=turn.cc)

    async def _send_voice(self, tenant: Tenant, turn: TurnInHand, part: Part) -> None:
        """Send a voice note, or its words by the same key where it has any and cannot be sent."""
        chatwoot = self._chatwoots.of(tenant)
        sound = await self._voice.sound(tenant, part.spoken, turn.language) if self._voice else None
        if sound is not None:
            try:
                await chatwoot.send_voice(turn.conversation_id, sound, reply_key=part.key)
            except IntegrationError as error:
                if part.text and not error.permanent:
                    # It may be there all the same: whoever tries again looks first.
                    raise
                logger.warning("voice_note_refused", detail=error.detail)
            else:
                return
        if part.text:
            await chatwoot.send_text(
                turn.conversation_id, part.text, reply_key=part.key, cc=turn.cc
            )

    async def show(self, tenant: Tenant, conversation: ConversationId) -> Shown | None:
        """Return the conversation as it is now, or None where bots may not look."""
        try:
            return await self._chatwoots.of(tenant).show(conversation)
        except NotForBotsError:
            return None

    async def stored(self, tenant: Tenant, turn: TurnInHand, key: str, shown: Shown | None) -> bool:
        """Say whether Chatwoot has a part already: by its echo, the last message, or the list.

        When none of them can tell, the echo is waited for, since a stored message always comes back.
        """
        if await self._has_echo(tenant, key):
            return True
        if shown is not None:
            if key in shown.reply_keys:
                return True
            last = shown.last_non_activity_message.id
            if last is not None and last <= turn.last_message_id:
                return False
        try:
            listed = await self._chatwoots.of(tenant).recent_reply_keys(turn.conversation_id)
        except NotForBotsError:
            return await self._echo_comes(tenant, key)
        return key in listed

    async def typing(self, tenant: Tenant, turn: TurnInHand, *, on: bool) -> None:
        """Show that somebody writes, where anybody sees it; never in the way of the answer."""
        if turn.channel not in TYPING:
            return
        try:
            await self._chatwoots.of(tenant).typing(turn.conversation_id, on=on)
        except IntegrationError as error:
            logger.debug("typing_not_shown", detail=error.detail)

    async def _has_echo(self, tenant: Tenant, key: str) -> bool:
        turn_id = TurnId(key.rsplit(".", 1)[0])
        found = await awaitable(self._redis.sismember(keys.sent(tenant.company_id, turn_id), key))
        return bool(found)

    async def _echo_comes(self, tenant: Tenant, key: str) -> bool:
        for _ in range(round(self._echo / GLANCE)):
            if await self._has_echo(tenant, key):
                return True
            await asyncio.sleep(GLANCE)
        return await self._has_echo(tenant, key)
