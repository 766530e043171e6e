"""The parts of a webhook's body that take judgement: words, channel, language, name, a number one may trust."""

import re
from collections.abc import Sequence

from integrations.chatwoot_payload import Conversation, Message, Submitted

LONGEST_TEXT = 8000  # characters of one message that are answered: a longer one's two ends
LONGEST_WHOLE = 160_000  # characters that are looked through for danger; Chatwoot takes 150,000
SHARED = 100  # characters that the middle of a long text shares with its ends

CHANNELS = {
    "Channel::Whatsapp": "whatsapp",
    "Channel::TwilioSms": "sms_twilio",
    "Channel::Sms": "sms",
    "Channel::WebWidget": "web",
    "Channel::Email": "email",
    "Channel::Api": "api",
    "Channel::FacebookPage": "messenger",
    "Channel::Instagram": "instagram",
    "Channel::Telegram": "telegram",
    "Channel::Line": "line",
    "Channel::Tiktok": "tiktok",
}

_SOURCE_PHONE = re.compile(r"(?:whatsapp:)?\+?([1-9][0-9]{7,14})")
_NO_NAME = re.compile(r"[a-z]+-[a-z]+-[0-9]+|[+0-9() .-]+|\S+@\S+")
"""Names that Chatwoot invents for visitors, phone numbers and addresses: nobody is called so."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
"""Signs that nobody sees. Within a word they would hide danger from the rules, and whole sentences from people."""


def submitted_in(message: Message) -> Sequence[Submitted]:
    """Return the answers to our own buttons or form; surveys and e-mail fields are none."""
    if message.content_type not in {"input_select", "form"}:
        return ()
    return [one for one in message.content_attributes.submitted_values if one.title or one.value]


def words_of(message: Message, submitted: Sequence[Submitted]) -> tuple[str, str]:
    """Return what was written, and of a long text the middle that is left out of it."""
    seen, end = _seen(_written(message, submitted)), LONGEST_TEXT // 2 - SHARED
    middle = seen[end:-end] if len(seen) > LONGEST_TEXT else ""
    return _ends(seen), middle[:LONGEST_WHOLE]


def _written(message: Message, submitted: Sequence[Submitted]) -> str:
    """Return a button's title, a form's lines, a mail without its quotes."""
    if submitted:
        if message.content_type == "form":
            lines = [f"{one.label or one.name or one.title}: {one.value}" for one in submitted]
            return "\n".join(lines)
        return ", ".join(one.title or one.value for one in submitted)
    return _mail_words(message) if message.content_type == "incoming_email" else message.content


def _mail_words(message: Message) -> str:
    """Return a mail's own words: `content` would bring the whole quoted history along."""
    mail = message.content_attributes.email
    last = message.conversation.messages[0] if message.conversation.messages else None
    processed = last.processed_message_content if last and last.id == message.id else ""
    own = mail.text_content.quoted or mail.html_content.quoted or processed
    return own if own.strip() else message.content


def clean(text: str) -> str:
    """Return text without signs that nobody sees, bounded in length: danger is often told last."""
    return _ends(_seen(text))


def _seen(text: str) -> str:
    return _UNSEEN.sub("", _CONTROL.sub("", text)).strip()


def _ends(seen: str) -> str:
    if len(seen) <= LONGEST_TEXT:
        return seen
    half = LONGEST_TEXT // 2 - 2
    return f"{seen[:half].rstrip()}\n…\n{seen[-half:].lstrip()}"


def channel_of(conversation: Conversation) -> str:
    """Return the channel's short name: `whatsapp`, `web`, `email` ..."""
    channel = CHANNELS.get(conversation.channel, "api")
    if (
        conversation.channel == "Channel::TwilioSms"
        and conversation.contact_inbox.source_id.startswith("whatsapp:")
    ):
        return "whatsapp_twilio"
    if (
        channel == "messenger"
        and conversation.additional_attributes.type == "instagram_direct_message"
    ):
        return "instagram"
    return channel


def language_hint(conversation: Conversation) -> str:
    """Return two letters that browser or channel tell, or nothing."""
    contact = conversation.meta.sender.additional_attributes
    for told in (
        conversation.additional_attributes.conversation_language,
        conversation.additional_attributes.browser_language,
        contact.language_code,
        contact.language,
    ):
        if re.fullmatch(r"[A-Za-z]{2}([-_].*)?", told, re.DOTALL):
            return told[:2].lower()
    return ""


def name_of(message: Message) -> str:
    """Return the patient's name, or nothing for what Chatwoot made up."""
    told = message.conversation.meta.sender.name
    if not told and message.message_type == "incoming":
        told = message.sender.name
    name = " ".join(_UNSEEN.sub("", _CONTROL.sub("", told)).split())[:80]
    return "" if _NO_NAME.fullmatch(name) else name


def vouched_phone(conversation: Conversation) -> str:
    """Return the number that the channel vouches for: typed numbers prove nothing."""
    inbox = conversation.contact_inbox
    if channel_of(conversation) in {"whatsapp", "whatsapp_twilio", "sms", "sms_twilio"}:
        number = _SOURCE_PHONE.fullmatch(inbox.source_id)
        return f"+{number[1]}" if number else ""
    told = conversation.meta.sender.phone_number
    verified = inbox.hmac_verified or conversation.meta.hmac_verified
    return told if verified and re.fullmatch(r"\+[1-9][0-9]{7,14}", told) else ""
