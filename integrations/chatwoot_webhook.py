"""What the body of a webhook means, whichever version of Chatwoot sent it.

The rules come from Chatwoot's source: a body never says which delivery it is, outgoing messages
come back as echoes, answers to our own buttons come only as `message_updated`.
"""

import hashlib
import re
from datetime import datetime

from pydantic_core import from_json

from integrations.chatwoot_events import (
    Attachment,
    Event,
    HumanTookOver,
    Ignored,
    OwnEcho,
    Ownership,
    OwnershipChanged,
    PatientMessage,
)
from integrations.chatwoot_payload import AttachmentShape, Conversation, Message
from integrations.chatwoot_reading import (
    channel_of,
    clean,
    language_hint,
    name_of,
    submitted_in,
    vouched_phone,
    words_of,
)

MOST_ATTACHMENTS = 10
REPLY_KEY = re.compile(r"[0-9]{1,16}-[0-9a-f-]{1,60}\.[0-9a-z]{1,8}")

CONVERSATION_EVENTS = frozenset(
    {
        "conversation_created",
        "conversation_updated",
        "conversation_status_changed",
        "conversation_opened",
        "conversation_resolved",
    }
)
OTHER_EVENTS = frozenset(
    {
        "conversation_typing_on", "conversation_typing_off", "webwidget_triggered",
        "contact_created", "contact_updated", "inbox_created", "inbox_updated", "macro.executed",
    }
)  # fmt: skip
NOT_SPOKEN = frozenset({"integrations", "voice_call", "input_csat", "input_email"})
"""Incoming content types that are nobody's words."""


class UnreadableWebhookError(Exception):
    """The body is no event of Chatwoot's: not UTF-8, no JSON, too deep, or without what is needed."""


def read_event(body: bytes, *, now: datetime) -> Event:
    """Return what a raw body means; raises UnreadableWebhookError.

    `now` numbers the messages of hand-made bodies that have no id.
    """
    fields = _fields(body)
    event = fields.get("event")
    if event in {"message_created", "message_updated"}:
        message = Message.model_validate(fields)
        return _of_message(message, updated=event == "message_updated", now=now)
    conversation = Conversation.model_validate(fields)
    account = _account(conversation)
    if event in CONVERSATION_EVENTS:
        return _of_conversation(conversation, str(event), fields.get("changed_attributes"), account)
    nested = fields.get("conversation")
    inner = Conversation.model_validate(nested if isinstance(nested, dict) else {})
    reason = event if isinstance(event, str) and event in OTHER_EVENTS else "unknown_event"
    return Ignored(account_id=account or _account(inner), conversation_id=inner.id, reason=reason)


def _fields(body: bytes) -> dict[str, object]:
    try:
        fields = from_json(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableWebhookError(f"The body is not UTF-8 (byte {error.start}).") from error
    except ValueError as error:
        raise UnreadableWebhookError(f"The body is no JSON we read: {error}") from error
    if not isinstance(fields, dict):
        raise UnreadableWebhookError("The body is no JSON object.")
    return fields


def _account(conversation: Conversation, message: Message | None = None) -> int | None:
    """Return the account, wherever this version says it: before 4.14.2 only the last message does."""
    last = conversation.messages[0].account_id if conversation.messages else None
    top = message.account.id if message else None
    return top or conversation.account.id or conversation.account_id or last


def _ownership(conversation: Conversation) -> Ownership:
    return Ownership(
        status=conversation.status,
        human=conversation.meta.assignee_type == "User"
        or (not conversation.meta.assignee_type and conversation.meta.assignee.type == "user"),
        at=conversation.updated_at,
    )


def _of_conversation(
    conversation: Conversation, event: str, changed: object, account: int | None
) -> Event:
    if conversation.id is None or not conversation.status:
        return Ignored(account_id=account, conversation_id=conversation.id, reason=event)
    status_changed = "status" in _names_of(changed)
    ownership = _ownership(conversation)
    return OwnershipChanged(
        account_id=account,
        conversation_id=conversation.id,
        user_id=str(conversation.meta.sender.id or conversation.contact_inbox.contact_id or ""),
        ownership=ownership,
        status_event=status_changed
        or event not in {"conversation_updated", "conversation_created"},
        assigned=ownership.human and "assignee_id" in _names_of(changed),
    )


def _names_of(changed: object) -> set[str]:
    """Return what an event says was changed."""
    changes = changed if isinstance(changed, list) else []
    return {str(name) for one in changes if isinstance(one, dict) for name in one}


def _of_message(message: Message, *, updated: bool, now: datetime) -> Event:
    conversation = message.conversation
    account = _account(conversation, message)
    if conversation.id is None:
        raise UnreadableWebhookError("The message names no conversation.")
    if message.message_type == "incoming":
        reason = "message_updated" if updated else _not_a_turn(message)
        if not reason:
            return _patient_message(message, account, now)
    elif REPLY_KEY.fullmatch(message.content_attributes.reply_key) and not submitted_in(message):
        return OwnEcho(
            account_id=account,
            conversation_id=conversation.id,
            reply_key=message.content_attributes.reply_key,
            failed=message.content_attributes.external_error[:200],
        )
    elif updated:
        if message.message_type == "outgoing" and submitted_in(message) and not message.private:
            return _blocked(message, account) or _patient_message(message, account, now)
        reason = "message_updated"
    else:
        reason = _not_a_human(message)
        if not reason:
            return HumanTookOver(
                account_id=account,
                conversation_id=conversation.id,
                user_id=_user(message),
                message_id=message.id or 0,
                ownership=_ownership(conversation),
                at=(message.created_at or now).timestamp(),
                text=clean(message.content),
                patient_name=name_of(message),
            )
    return Ignored(account_id=account, conversation_id=conversation.id, reason=reason)


def _not_a_turn(message: Message) -> str:
    """Say why an incoming message is not the patient's turn, or return nothing."""
    told = message.content_attributes
    mail = told.email.auto_reply
    automatic = mail if mail is not None else message.conversation.additional_attributes.auto_reply
    if message.private:
        return "private"
    if message.sender.blocked or message.conversation.meta.sender.blocked:
        return "blocked"
    if automatic:
        return "auto_reply"
    if told.is_unsupported:
        return "unsupported"
    if told.deleted:
        return "deleted"
    if told.external_echo:
        return "external_echo"
    return message.content_type if message.content_type in NOT_SPOKEN else ""


def _not_a_human(message: Message) -> str:
    """Say why an outgoing message is not a person taking over, or return nothing."""
    told = message.content_attributes
    if message.private:
        return "private_note"
    if message.message_type != "outgoing":
        return "template" if message.message_type == "template" else "not_incoming"
    if told.external_echo:
        return ""
    if told.automation_rule_id is not None or message.additional_attributes.campaign_id is not None:
        return "automation"
    return "" if message.sender.type == "user" else "not_a_person"


def _blocked(message: Message, account: int | None) -> Ignored | None:
    if not message.conversation.meta.sender.blocked:
        return None
    return Ignored(account_id=account, conversation_id=message.conversation.id, reason="blocked")


def _user(message: Message) -> str:
    """Return the contact's id as text: memory hangs on it."""
    conversation = message.conversation
    contact = conversation.meta.sender.id or conversation.contact_inbox.contact_id
    if contact is None and message.message_type == "incoming":
        contact = message.sender.id
    if contact is None:
        raise UnreadableWebhookError("The message names no contact.")
    return str(contact)


def _patient_message(message: Message, account: int | None, now: datetime) -> PatientMessage:
    conversation = message.conversation
    assert conversation.id is not None  # noqa: S101 # The caller looked.
    submitted = submitted_in(message) if message.message_type == "outgoing" else ()
    words = "\x00".join(f"{one.name}\x01{one.title}\x01{one.value}" for one in submitted)
    moment = message.created_at or now
    text, middle = words_of(message, submitted)
    return PatientMessage(
        account_id=account,
        conversation_id=conversation.id,
        user_id=_user(message),
        message_id=message.id or int(now.timestamp() * 1000),
        submission=hashlib.sha256(words.encode()).hexdigest()[:12] if submitted else "",
        text=text,
        middle=middle,
        value=submitted[0].value if len(submitted) == 1 else "",
        attachments=tuple(_attachment(one) for one in message.attachments[:MOST_ATTACHMENTS]),
        channel=channel_of(conversation),
        language=language_hint(conversation),
        patient_name=name_of(message),
        patient_phone=vouched_phone(conversation),
        can_reply=conversation.can_reply is not False,
        ownership=_ownership(conversation),
        cc=tuple(message.content_attributes.cc_email[:20]),
        created_at=moment.isoformat(),
    )


def _attachment(shape: AttachmentShape) -> Attachment:
    return Attachment(
        kind=shape.file_type[:40] or "file",
        url=shape.data_url[:2000],
        content_type=shape.content_type[:100],
        size=shape.file_size or 0,
        title=clean(shape.fallback_title)[:200],
        latitude=shape.coordinates_lat,
        longitude=shape.coordinates_long,
        transcript=clean(shape.transcribed_text),
    )
