"""Chatwoot's REST API as an agent bot may use it: one account, one token, every refusal made exact."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import httpx
from pydantic import BaseModel, BeforeValidator

from integrations.chatwoot_answers import TOLERANT, File, ask, object_in, objects_in, read
from integrations.chatwoot_payload import (
    ContentAttributes,
    FlagOrNone,
    Meta,
    Number,
    Text,
    Texts,
    Whole,
)
from integrations.chatwoot_text import harmless
from integrations.errors import IntegrationError

TIMEOUT = httpx.Timeout(5.0, connect=2.0, pool=5.0)
"""Seconds. Chatwoot itself gives up after 15; whoever waits for us gives up sooner."""
Status = Literal["open", "pending", "resolved", "snoozed"]


class _Shape(BaseModel):
    model_config = TOLERANT


class StoredMessage(_Shape):
    """A message that Chatwoot has."""

    id: Whole = None
    content_attributes: Annotated[ContentAttributes, BeforeValidator(object_in)] = (
        ContentAttributes()
    )


class Shown(_Shape):
    """A conversation as it is at this moment."""

    id: Whole = None
    status: Text = ""
    can_reply: FlagOrNone = None
    labels: Texts = []
    updated_at: Number = 0.0
    meta: Annotated[Meta, BeforeValidator(object_in)] = Meta()
    messages: Annotated[list[StoredMessage], BeforeValidator(objects_in)] = []
    last_non_activity_message: Annotated[StoredMessage, BeforeValidator(object_in)] = (
        StoredMessage()
    )

    @property
    def human(self) -> bool:
        """True when a person is assigned. Older versions give no type with an assignee."""
        assignee = self.meta.assignee
        if self.meta.assignee_type:
            return self.meta.assignee_type == "User"
        return assignee.id is not None and assignee.type != "agent_bot"

    @property
    def reply_keys(self) -> frozenset[str]:
        """The reply keys among the last messages."""
        last = (*self.messages, self.last_non_activity_message)
        return frozenset(
            one.content_attributes.reply_key for one in last if one.content_attributes.reply_key
        )


class _Labels(_Shape):
    payload: Texts = []


class _Messages(_Shape):
    payload: Annotated[list[StoredMessage], BeforeValidator(objects_in)] = []


class Chatwoot:
    """One account of one installation. Every call may raise IntegrationError."""

    def __init__(
        self,
        base_url: str,
        account_id: int,
        token: str,
        http: httpx.AsyncClient,
        *,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        """Take where the account is and a shared client; nothing is sent yet."""
        self._timeout = timeout
        self._account = f"{base_url.rstrip('/')}/api/v1/accounts/{account_id}"
        self._headers = {"api_access_token": token}
        self._http = http

    async def probe(self) -> None:
        """Return when token and account are good. Works on every version: conversation 0 is not found."""
        try:
            await self._call("POST", "/conversations/0/toggle_status", {"status": "open"})
        except IntegrationError as error:
            if error.detail.startswith("HTTP 404"):
                return
            raise

    async def show(self, conversation: int) -> Shown:
        """Return the conversation as it is now; raises NotForBotsError before Chatwoot 4.14.2."""
        return read(Shown, await self._call("GET", f"/conversations/{conversation}"))

    async def recent_reply_keys(self, conversation: int) -> frozenset[str]:
        """Return the reply keys of the last 20 messages; NotForBotsError unless the token is a user's."""
        answer = await self._call("GET", f"/conversations/{conversation}/messages")
        page = read(_Messages, answer)
        return frozenset(
            one.content_attributes.reply_key
            for one in page.payload
            if one.content_attributes.reply_key
        )

    async def send_text(
        self, conversation: int, text: str, *, reply_key: str, cc: Sequence[str] = ()
    ) -> int:
        """Send words to the patient and return the message's id; stored is not yet delivered."""
        attributes: dict[str, object] = {"reply_key": reply_key}
        if cc:
            # A mail's other readers are dropped unless they are named again.
            attributes["cc_emails"] = ",".join(cc)
        return await self._message(conversation, text, attributes)

    async def send_options(
        self,
        conversation: int,
        text: str,
        options: Sequence[tuple[str, str]],
        *,
        reply_key: str,
    ) -> int:
        """Send words with buttons, `(title, value)` each, and return the message's id."""
        items = [{"title": harmless(title), "value": value} for title, value in options]
        attributes: dict[str, object] = {"items": items, "reply_key": reply_key}
        return await self._message(conversation, text, attributes, content_type="input_select")

    async def send_voice(self, conversation: int, sound: bytes, *, reply_key: str) -> int:
        """Send OGG/Opus as a voice note, without words: WhatsApp would drop them."""
        fields = {
            "message_type": "outgoing",
            "private": "false",
            "is_voice_message": "true",
            "content_attributes": json.dumps({"reply_key": reply_key}),
        }
        answer = await self._call(
            "POST",
            f"/conversations/{conversation}/messages",
            fields,
            file=("attachments[]", ("voice.ogg", sound, "audio/ogg")),
        )
        return read(StoredMessage, answer).id or 0

    async def send_template(
        self,
        conversation: int,
        text: str,
        name: str,
        language: str,
        *,
        values: Sequence[str] = (),
        reply_key: str,
    ) -> int:
        """Send an approved WhatsApp template, its places filled in order; `text` is what our side shows."""
        places = {str(place): value for place, value in enumerate(values, start=1)}
        template = {"name": name, "category": "UTILITY", "language": language}
        return await self._message(
            conversation, text, {"reply_key": reply_key},
            more={"template_params": {**template, "processed_params": {"body": places} if places else {}}},
        )  # fmt: skip

    async def note(self, conversation: int, text: str, *, reply_key: str) -> int:
        """Leave a note that only the clinic's people see."""
        return await self._message(
            conversation, text, {"reply_key": reply_key}, more={"private": True}
        )

    async def typing(self, conversation: int, *, on: bool) -> None:
        """Show or hide that somebody writes; only the web widget shows it."""
        path = f"/conversations/{conversation}/toggle_typing_status"
        await self._call(
            "POST", path, {"typing_status": "on" if on else "off", "is_private": False}
        )

    async def set_status(self, conversation: int, status: Status) -> None:
        """Set the status; `open` from `pending` is the hand-off that Chatwoot's reports count."""
        path = f"/conversations/{conversation}/toggle_status"
        await self._call("POST", path, {"status": status})

    async def assign_team(self, conversation: int, team: int) -> None:
        """Give the conversation to a team. An id that does not exist unassigns in silence."""
        await self._call("POST", f"/conversations/{conversation}/assignments", {"team_id": team})

    async def assign(self, conversation: int, user: int) -> None:
        """Give the conversation to a person. An id that does not exist unassigns in silence."""
        path = f"/conversations/{conversation}/assignments"
        await self._call("POST", path, {"assignee_id": user})

    async def labels(self, conversation: int) -> list[str]:
        """Return the conversation's labels."""
        answer = await self._call("GET", f"/conversations/{conversation}/labels")
        return read(_Labels, answer).payload

    async def add_labels(self, conversation: int, labels: Sequence[str]) -> None:
        """Add labels; Chatwoot would replace the whole list, so it is read first."""
        present = await self.labels(conversation)
        union = [*present, *(label for label in labels if label not in present)]
        if union != present:
            await self._call("POST", f"/conversations/{conversation}/labels", {"labels": union})

    async def set_priority(self, conversation: int, priority: str | None) -> None:
        """Set the priority: `urgent`, `high`, `medium`, `low` or none."""
        path = f"/conversations/{conversation}/toggle_priority"
        await self._call("POST", path, {"priority": priority})

    async def _message(
        self,
        conversation: int,
        text: str,
        attributes: Mapping[str, object],
        *,
        content_type: str = "text",
        more: Mapping[str, object] | None = None,
    ) -> int:
        body = {
            "content": harmless(text),
            "message_type": "outgoing",
            "private": False,
            "content_type": content_type,
            "content_attributes": attributes,
            **(more or {}),
        }
        answer = await self._call("POST", f"/conversations/{conversation}/messages", body)
        return read(StoredMessage, answer).id or 0

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        file: File | None = None,
    ) -> httpx.Response:
        return await ask(
            self._http,
            method,
            self._account + path,
            headers=self._headers,
            timeout=self._timeout,
            body=body,
            file=file,
        )
