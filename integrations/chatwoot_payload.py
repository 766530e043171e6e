"""The shapes of Chatwoot's webhook bodies, read tolerantly: any version's body fits, unknown keys are dropped.

A key that is missing, null or of another type becomes empty, so that one odd field never costs
a patient's message. `pubsub_token` and the like have no field here and therefore go nowhere.
"""

import math
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

LARGEST_ID = 2**53 - 1
"""Ids are scores of sorted sets, which are exact up to here."""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def _whole(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 17:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= LARGEST_ID else None


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return float(value)


def _flag(value: object) -> bool:
    return value is True or value in {"true", "1"}


def _flag_or_none(value: object) -> bool | None:
    return None if value is None else _flag(value)


def _moment(value: object) -> datetime | None:
    """Read ISO 8601 (top-level messages) or unix seconds (nested ones)."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[object]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    return (
        [text for one in value if (text := _text(one).strip())] if isinstance(value, list) else []
    )


def _kind(value: object) -> str:
    """Read a message type: a word in webhooks, a number inside `conversation.messages`."""
    words = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
    if isinstance(value, int) and not isinstance(value, bool):
        return words.get(value, "")
    return _text(value)


Text = Annotated[str, BeforeValidator(_text)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
FlagOrNone = Annotated[bool | None, BeforeValidator(_flag_or_none)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Texts = Annotated[list[str], BeforeValidator(_texts)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Account(_Shape):
    """Whose installation account it is."""

    id: Whole = None


class SenderExtra(_Shape):
    """What a channel says of a contact."""

    language: Text = ""
    language_code: Text = ""


class Sender(_Shape):
    """A contact, a user, a bot; `type` is absent for a contact at top level."""

    id: Whole = None
    type: Text = ""
    name: Text = ""
    phone_number: Text = ""
    blocked: Flag = False
    additional_attributes: Annotated[SenderExtra, BeforeValidator(_object)] = SenderExtra()


class MailText(_Shape):
    """A mail's text; Chatwoot names the part *without* quotes `quoted`."""

    full: Text = ""
    reply: Text = ""
    quoted: Text = ""


class Mail(_Shape):
    """An incoming mail."""

    auto_reply: FlagOrNone = None
    text_content: Annotated[MailText, BeforeValidator(_object)] = MailText()
    html_content: Annotated[MailText, BeforeValidator(_object)] = MailText()


class Submitted(_Shape):
    """One answer to our own buttons or form."""

    title: Text = ""
    name: Text = ""
    label: Text = ""
    value: Text = ""


class ContentAttributes(_Shape):
    """The parts of `content_attributes` that decide something."""

    in_reply_to: Whole = None
    is_unsupported: Flag = False
    deleted: Flag = False
    external_echo: Flag = False
    external_error: Text = ""
    automation_rule_id: Whole = None
    reply_key: Text = ""
    submitted_values: Annotated[list[Submitted], BeforeValidator(_objects)] = []
    submitted_email: Text = ""
    email: Annotated[Mail, BeforeValidator(_object)] = Mail()
    cc_email: Texts = []


class MessageExtra(_Shape):
    """The parts of a message's `additional_attributes` that decide something."""

    campaign_id: Whole = None


class AttachmentShape(_Shape):
    """A file, a place or a card; which keys are there depends on `file_type`."""

    id: Whole = None
    file_type: Text = ""
    content_type: Text = ""
    extension: Text = ""
    data_url: Text = ""
    file_size: Whole = None
    coordinates_lat: Number = 0.0
    coordinates_long: Number = 0.0
    fallback_title: Text = ""
    transcribed_text: Text = ""


class ContactInbox(_Shape):
    """How a contact is known in one inbox."""

    contact_id: Whole = None
    source_id: Text = ""
    hmac_verified: Flag = False


class Meta(_Shape):
    """Who takes part in a conversation."""

    sender: Annotated[Sender, BeforeValidator(_object)] = Sender()
    assignee: Annotated[Sender, BeforeValidator(_object)] = Sender()
    assignee_type: Text = ""
    hmac_verified: Flag = False


class ConversationExtra(_Shape):
    """The parts of a conversation's `additional_attributes` that decide something."""

    browser_language: Text = ""
    conversation_language: Text = ""
    auto_reply: Flag = False
    type: Text = ""
    """`instagram_direct_message` for Instagram that comes through a Facebook page."""


class LastMessage(_Shape):
    """The last public message at the time the body was built: never what is to be answered."""

    id: Whole = None
    account_id: Whole = None
    processed_message_content: Text = ""


class Conversation(_Shape):
    """A conversation, nested in a message or at top level."""

    id: Whole = None
    account_id: Whole = None
    """Only old and hand-made bodies have it."""
    account: Annotated[Account, BeforeValidator(_object)] = Account()
    channel: Text = ""
    status: Text = ""
    can_reply: FlagOrNone = None
    updated_at: Number = 0.0
    meta: Annotated[Meta, BeforeValidator(_object)] = Meta()
    contact_inbox: Annotated[ContactInbox, BeforeValidator(_object)] = ContactInbox()
    additional_attributes: Annotated[ConversationExtra, BeforeValidator(_object)] = (
        ConversationExtra()
    )
    messages: Annotated[list[LastMessage], BeforeValidator(_objects)] = []


class Message(_Shape):
    """The body of `message_created` and `message_updated`."""

    id: Whole = None
    content: Text = ""
    content_type: Text = ""
    message_type: Annotated[str, BeforeValidator(_kind)] = ""
    private: Flag = False
    created_at: Moment = None
    account: Annotated[Account, BeforeValidator(_object)] = Account()
    sender: Annotated[Sender, BeforeValidator(_object)] = Sender()
    content_attributes: Annotated[ContentAttributes, BeforeValidator(_object)] = ContentAttributes()
    additional_attributes: Annotated[MessageExtra, BeforeValidator(_object)] = MessageExtra()
    attachments: Annotated[list[AttachmentShape], BeforeValidator(_objects)] = []
    conversation: Annotated[Conversation, BeforeValidator(_object)] = Conversation()
