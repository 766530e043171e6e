"""Bodies of every kind that Chatwoot sends, shaped as version 4.15 shapes them."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

BOT = {"id": 5, "name": "María", "type": "agent_bot"}
AGENT = {"id": 21, "name": "Paola Ríos", "email": "paola@clinica.example.com", "type": "user"}
WRITTEN = datetime(2026, 11, 22, 14, 59, 58, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who writes."""

    id: int = 418
    name: str = "Laura Gómez"
    phone: str | None = "+573001234567"
    email: str | None = None
    blocked: bool = False

    def pushed(self) -> Json:
        """Return the contact as `meta.sender` has it."""
        return {
            "additional_attributes": {},
            "custom_attributes": {"convenio": "particular"},
            "email": self.email,
            "id": self.id,
            "identifier": None,
            "name": self.name,
            "phone_number": self.phone,
            "thumbnail": "",
            "blocked": self.blocked,
            "type": "contact",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a conversation is and how it stands."""

    conversation: int = 101
    account: int = 7
    contact: Contact = field(default_factory=Contact)
    channel: str = "Channel::Whatsapp"
    source_id: str = "573001234567"
    status: str = "pending"
    assignee: Mapping[str, Any] | None = None
    assignee_type: str | None = None
    can_reply: bool = True
    hmac_verified: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    updated_at: float = WRITTEN.timestamp()
    labels: tuple[str, ...] = ()

    def account_shape(self) -> Json:
        """Return the account as every body names it."""
        return {"id": self.account, "name": f"Clínica {self.account}"}


def conversation_of(place: Place, messages: Sequence[Mapping[str, Any]] = ()) -> Json:
    """Return a conversation, as it is nested in a message and as the top of its own events."""
    moment = int(place.updated_at)
    return {
        "additional_attributes": dict(place.extra),
        "can_reply": place.can_reply,
        "channel": place.channel,
        "contact_inbox": {
            "id": 2000 + place.contact.id,
            "contact_id": place.contact.id,
            "inbox_id": 12,
            "source_id": place.source_id,
            "created_at": "2026-11-22T14:00:00.101Z",
            "updated_at": "2026-11-22T14:00:00.101Z",
            "hmac_verified": place.hmac_verified,
            "pubsub_token": "pubsubSECRETpubsubSECRET",
        },
        "id": place.conversation,
        "inbox_id": 12,
        "messages": list(messages),
        "labels": list(place.labels),
        "meta": {
            "sender": place.contact.pushed(),
            "assignee": dict(place.assignee) if place.assignee else None,
            "assignee_type": place.assignee_type,
            "team": None,
            "hmac_verified": place.hmac_verified,
        },
        "status": place.status,
        "custom_attributes": {},
        "snoozed_until": None,
        "unread_count": 1,
        "first_reply_created_at": None,
        "priority": None,
        "waiting_since": moment,
        "agent_last_seen_at": 0,
        "contact_last_seen_at": 0,
        "last_activity_at": moment,
        "timestamp": moment,
        "created_at": moment,
        "updated_at": place.updated_at,
        "account": place.account_shape(),
    }


def _nested(place: Place, message: Mapping[str, Any], kind: int, processed: str | None) -> Json:
    """Return a message as `conversation.messages` has it: numbers for words, unix for ISO."""
    return {
        "id": message["id"],
        "content": message["content"],
        "account_id": place.account,
        "inbox_id": 12,
        "conversation_id": place.conversation,
        "message_type": kind,
        "created_at": int(WRITTEN.timestamp()),
        "private": message["private"],
        "status": "sent",
        "source_id": message["source_id"],
        "content_type": message["content_type"],
        "content_attributes": message["content_attributes"],
        "sender_type": "Contact" if kind == 0 else "AgentBot",
        "processed_message_content": processed,
    }


def message(
    place: Place,
    *,
    number: int,
    content: str | None,
    kind: str = "incoming",
    event: str = "message_created",
    sender: Mapping[str, Any] | None = None,
    private: bool = False,
    content_type: str = "text",
    attributes: Mapping[str, Any] | None = None,
    additional: Mapping[str, Any] | None = None,
    attachments: Sequence[Mapping[str, Any]] = (),
    written: datetime = WRITTEN,
    processed: str | None = None,
) -> Json:
    """Return a `message_created` or `message_updated` body."""
    body: Json = {
        "account": place.account_shape(),
        "additional_attributes": dict(additional or {}),
        "content_attributes": dict(attributes or {}),
        "content_type": content_type,
        "content": content,
        "conversation": {},
        "created_at": written.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "id": number,
        "inbox": {"id": 12, "name": "WhatsApp Recepción"},
        "message_type": kind,
        "private": private,
        "sender": dict(sender) if sender else None,
        "source_id": None,
    }
    if attachments:
        body["attachments"] = [dict(one) for one in attachments]
    numbered = {"incoming": 0, "outgoing": 1, "template": 3}[kind]
    last = _nested(place, body, numbered, content if processed is None else processed)
    body["conversation"] = conversation_of(place, [last])
    body["event"] = event
    return body


def incoming(place: Place, number: int, content: str | None, **more: Any) -> Json:
    """Return what a patient wrote."""
    contact = place.contact.pushed()
    del contact["type"]
    sender = {"account": place.account_shape(), "avatar": "", **contact}
    return message(place, number=number, content=content, sender=sender, **more)


def attachment(number: int, kind: str, **more: Any) -> Json:
    """Return a file of a message."""
    return {
        "id": 500 + number,
        "message_id": number,
        "file_type": kind,
        "account_id": 7,
        "extension": None,
        "content_type": "audio/ogg" if kind == "audio" else "image/jpeg",
        "data_url": f"https://chat.example.com/rails/active_storage/blobs/redirect/signed{number}/file",
        "thumb_url": "",
        "file_size": 18342,
        "width": None,
        "height": None,
        **({"transcribed_text": ""} if kind == "audio" else {}),
        **more,
    }


def conversation_event(place: Place, event: str, changed: Any = None) -> Json:
    """Return a `conversation_*` body."""
    body = conversation_of(place)
    body["event"] = event
    if event in {"conversation_updated", "conversation_status_changed"}:
        body["changed_attributes"] = changed
    return body


def raw(body: Mapping[str, Any]) -> bytes:
    """Return the bytes on the wire: Rails escapes what could end a script."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode()


def signed(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """Return the headers of a signed delivery."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Chatwoot-Delivery": "02173274-f8c0-44db-846c-e6bca52b8a95",
        "X-Chatwoot-Timestamp": timestamp,
        "X-Chatwoot-Signature": f"sha256={digest.hexdigest()}",
    }
