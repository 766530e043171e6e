"""What an administrator of a Chatwoot account may do to have us answer in it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import httpx
from pydantic import BaseModel, BeforeValidator, SecretStr

from integrations.chatwoot_answers import TOLERANT, ask, object_in, objects_in, read
from integrations.chatwoot_payload import Text, Whole

TIMEOUT = httpx.Timeout(10.0, connect=3.0, pool=5.0)
"""Seconds. Making an inbox or a bot takes longer than sending a message."""
STATUS_EVENTS = ("conversation_status_changed", "conversation_updated")
"""What agent bots are not told before Chatwoot 4.13; an account webhook is."""


def _secret(value: object) -> object:
    """Read a token that some versions give alone and some in an object."""
    if isinstance(value, dict):
        value = value.get("token")
    return SecretStr(value) if isinstance(value, str) and value else None


Secret = Annotated[SecretStr | None, BeforeValidator(_secret)]


class _Shape(BaseModel):
    model_config = TOLERANT


class Bot(_Shape):
    """An agent bot, as an administrator sees it."""

    id: Whole = None
    name: Text = ""
    outgoing_url: Text = ""
    access_token: Secret = None
    secret: Secret = None


class Inbox(_Shape):
    """An inbox of the account."""

    id: Whole = None
    name: Text = ""
    channel_type: Text = ""


class AccountWebhook(_Shape):
    """A webhook of the whole account."""

    id: Whole = None
    url: Text = ""
    secret: Secret = None


class _Version(_Shape):
    version: Text = ""


class _Membership(_Shape):
    id: Whole = None
    role: Text = ""


class _Profile(_Shape):
    accounts: Annotated[tuple[_Membership, ...], BeforeValidator(objects_in)] = ()


class _Inboxes(_Shape):
    payload: Annotated[tuple[Inbox, ...], BeforeValidator(objects_in)] = ()


class _InboxBot(Bot):
    """The bot of an inbox: within an object of its own or not, as the version has it."""

    agent_bot: Annotated[Bot, BeforeValidator(object_in)] = Bot()


class _Webhooks(_Shape):
    webhooks: Annotated[tuple[AccountWebhook, ...], BeforeValidator(objects_in)] = ()


class _WebhookList(_Shape):
    payload: Annotated[_Webhooks, BeforeValidator(object_in)] = _Webhooks()


class _OneWebhook(_Shape):
    webhook: Annotated[AccountWebhook, BeforeValidator(object_in)] = AccountWebhook()


class _MadeWebhook(_Shape):
    payload: Annotated[_OneWebhook, BeforeValidator(object_in)] = _OneWebhook()


class _Contact(_Shape):
    id: Whole = None


class _ContactInbox(_Shape):
    source_id: Text = ""


class _MadeContact(_Shape):
    contact: Annotated[_Contact, BeforeValidator(object_in)] = _Contact()
    contact_inbox: Annotated[_ContactInbox, BeforeValidator(object_in)] = _ContactInbox()


class _ContactAnswer(_Shape):
    payload: Annotated[_MadeContact, BeforeValidator(object_in)] = _MadeContact()


class _Numbered(_Shape):
    id: Whole = None


class _Bots(_Shape):
    bots: Annotated[tuple[Bot, ...], BeforeValidator(objects_in)] = ()


class ChatwootSetup:
    """One account in an administrator's hands. Every call may raise IntegrationError."""

    def __init__(
        self, base_url: str, account_id: int, token: SecretStr, http: httpx.AsyncClient
    ) -> None:
        """Take where the account is and a token that is kept no longer than this object."""
        self._base = base_url.rstrip("/")
        self._account_id = account_id
        self._token = token
        self._http = http

    async def version(self) -> tuple[int, ...]:
        """Return the version as numbers, (4, 15, 1); empty when the server tells none."""
        said = read(_Version, await self._ask("GET", "/api")).version
        parts = said.split("-")[0].split(".")
        return tuple(int(part) for part in parts if part.isdecimal())

    async def role(self) -> str:
        """Return what the token's owner is in the account: `administrator`, `agent`, or nothing."""
        profile = read(_Profile, await self._ask("GET", "/api/v1/profile"))
        return next((one.role for one in profile.accounts if one.id == self._account_id), "")

    async def bots(self) -> Sequence[Bot]:
        """Return the account's agent bots."""
        return read(_Bots, await self._call("GET", "/agent_bots"), within="bots").bots

    async def make_bot(self, name: str, url: str) -> Bot:
        """Make an agent bot whose events go to an address."""
        body = {
            "name": name,
            "description": "Clinicdesk",
            "outgoing_url": url,
            "bot_type": "webhook",
        }
        return read(Bot, await self._call("POST", "/agent_bots", body))

    async def point_bot(self, bot: int, url: str) -> None:
        """Have a bot's events go to another address."""
        await self._call("PATCH", f"/agent_bots/{bot}", {"outgoing_url": url})

    async def inboxes(self) -> Sequence[Inbox]:
        """Return the account's inboxes."""
        return read(_Inboxes, await self._call("GET", "/inboxes")).payload

    async def bot_of(self, inbox: int) -> Bot | None:
        """Return the bot that answers in an inbox, or None."""
        answer = await self._call("GET", f"/inboxes/{inbox}/agent_bot")
        if not answer.content:
            return None
        found = read(_InboxBot, answer)
        bot = found.agent_bot if found.agent_bot.id else found
        return bot if bot.id else None

    async def connect(self, inbox: int, bot: int) -> None:
        """Have a bot answer in an inbox, in the place of whichever did."""
        await self._call("POST", f"/inboxes/{inbox}/set_agent_bot", {"agent_bot": bot})

    async def webhooks(self) -> Sequence[AccountWebhook]:
        """Return the account's webhooks."""
        return read(_WebhookList, await self._call("GET", "/webhooks")).payload.webhooks

    async def make_webhook(self, url: str) -> AccountWebhook:
        """Have the account tell an address of changes of status and assignee."""
        body = {"url": url, "name": "Clinicdesk", "subscriptions": list(STATUS_EVENTS)}
        answer = await self._call("POST", "/webhooks", {"webhook": body})
        return read(_MadeWebhook, answer).payload.webhook

    async def make_api_inbox(self, name: str) -> int:
        """Make an inbox in which we can write as a patient would; returns its number."""
        body = {"name": name, "channel": {"type": "api", "webhook_url": ""}}
        return read(_Numbered, await self._call("POST", "/inboxes", body)).id or 0

    async def make_contact(self, inbox: int, name: str) -> tuple[int, str]:
        """Make somebody who writes in an inbox; returns the contact's number and its name there."""
        answer = await self._call("POST", "/contacts", {"inbox_id": inbox, "name": name})
        made = read(_ContactAnswer, answer).payload
        return made.contact.id or 0, made.contact_inbox.source_id

    async def begin_conversation(self, inbox: int, contact: int, source: str) -> int:
        """Begin a conversation in an API inbox; returns the number by which Chatwoot shows it."""
        body = {
            "inbox_id": inbox,
            "contact_id": contact,
            "source_id": source,
            "status": "pending",
        }
        return read(_Numbered, await self._call("POST", "/conversations", body)).id or 0

    async def write_as_patient(self, conversation: int, text: str) -> None:
        """Add an incoming message; only API inboxes take one."""
        body = {"content": text, "message_type": "incoming", "private": False}
        await self._call("POST", f"/conversations/{conversation}/messages", body)

    async def forget_contact(self, contact: int) -> None:
        """Delete a contact with its conversations."""
        await self._call("DELETE", f"/contacts/{contact}")

    async def forget_inbox(self, inbox: int) -> None:
        """Delete an inbox."""
        await self._call("DELETE", f"/inboxes/{inbox}")

    async def _call(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        return await self._ask(method, f"/api/v1/accounts/{self._account_id}{path}", body)

    async def _ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        headers = {"api_access_token": self._token.get_secret_value()}
        return await ask(
            self._http, method, self._base + path, headers=headers, timeout=TIMEOUT, body=body
        )
