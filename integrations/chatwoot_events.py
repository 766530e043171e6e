"""What a webhook of Chatwoot can mean to us: a patient's turn, a human who took over, our own echo, or nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What a patient sent besides words. `url` opens the file for whoever has it: never log it."""

    kind: str
    """`image`, `audio`, `video`, `file`, `location`, `contact` ..."""
    url: str = ""
    content_type: str = ""
    size: int = 0
    title: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    transcript: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose a conversation was when Chatwoot built the body. `at` is unix seconds, 0 when unknown."""

    status: str = ""
    human: bool = False
    """A person is assigned."""
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMessage:
    """A patient's turn: something written or sent, or an answer to our own buttons or form."""

    account_id: int | None
    conversation_id: int
    user_id: str
    message_id: int
    submission: str = ""
    """A digest of the submitted values; empty for an ordinary message."""
    text: str = ""
    middle: str = ""
    """Of a text too long to be answered whole, what `text` leaves out: looked through for danger all the same."""
    attachments: tuple[Attachment, ...] = ()
    value: str = ""
    """Of the button that was pressed, when it was one."""
    channel: str = "api"
    language: str = ""
    """Two letters that browser or channel tell, or empty."""
    patient_name: str = ""
    patient_phone: str = ""
    """E.164, only when the channel vouches for it."""
    can_reply: bool = True
    ownership: Ownership = Ownership()
    cc: tuple[str, ...] = ()
    """Who else got the mail."""
    created_at: str = ""
    trace: str = ""
    """The trace that the webhook began, for whoever answers; empty when nobody traces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanTookOver:
    """A person wrote to the patient, in Chatwoot or in the channel's own app."""

    account_id: int | None
    conversation_id: int
    user_id: str
    message_id: int
    ownership: Ownership
    at: float
    """Unix seconds."""
    text: str = ""
    patient_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEcho:
    """A message or note of ours came back: Chatwoot has it."""

    account_id: int | None
    conversation_id: int
    reply_key: str
    failed: str = ""
    """What the channel said when it could not deliver it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipChanged:
    """Status or assignee, as of a moment."""

    account_id: int | None
    conversation_id: int
    user_id: str
    ownership: Ownership
    status_event: bool
    """The event is about the status itself, not about one of the many other changes."""
    assigned: bool = False
    """The event is about a person who was just assigned, by whomever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Nothing for us; `reason` is one of a fixed set of words."""

    account_id: int | None
    conversation_id: int | None
    reason: str


Event = PatientMessage | HumanTookOver | OwnEcho | OwnershipChanged | Ignored
