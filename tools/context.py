"""Who a turn is for: the identity that every node and tool reads, JSON-able so that Studio can send it."""

from dataclasses import dataclass

from safety.alarm import Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Name the patient and the place of a turn; never carries a secret, a model or a connection."""

    company_id: str
    user_id: str
    conversation_id: int = 0
    """Chatwoot's display id; 0 outside Chatwoot (terminal, REST test, Studio)."""
    channel: str = "api"
    """Chatwoot's channel class in short: whatsapp, web, instagram, email, api ..."""
    language: str = ""
    """`es` or `en`; empty means the company's first language until the patient shows another."""
    patient_name: str = ""
    patient_phone: str = ""
    """E.164, only when the channel vouches for it; empty otherwise."""
    without_model: bool = False
    """True: the guided agent answers this turn, whatever models there are."""
    alarm: Alarm | None = None
    """A danger that was seen in something else than the words: what a photo shows."""
    attached: str = ""
    """What the files say that came with this turn: read now, kept nowhere."""
