"""Channels that let us write only for a while after the patient did, and what goes out past that."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from integrations.chatwoot import Shown
from jobs.fixed_words import words_for_staff
from jobs.mailbox import Entry
from jobs.outbox import reply_key
from jobs.turn_in_hand import HandOver, Part, TurnInHand
from tenants.tenant import Tenant

WINDOWED = frozenset({"whatsapp", "whatsapp_twilio", "messenger", "instagram", "tiktok", "api"})


def within_window(
    tenant: Tenant,
    turn: TurnInHand,
    shown: Shown | None,
    answered: Sequence[Entry],
) -> TurnInHand:
    """Replace what the channel would refuse: past its window only an approved template goes out."""
    told = shown.can_reply if shown is not None else None
    if told is None:
        told = answered[-1].message.can_reply if answered else True
    if told or turn.channel not in WINDOWED:
        return turn
    left = [part for part in turn.parts if part.key not in turn.done]
    unsent = "\n\n".join(written(left))
    staff = [words_for_staff("unsent", tenant.language), unsent]
    template = tenant.inbox.outside_window_template
    key = reply_key(turn.turn_id, "window")
    if template and turn.channel.startswith("whatsapp"):
        parts = (
            Part(key=key, kind="template", text=template, template=template),
            Part(key=reply_key(turn.turn_id, "unsent"), kind="note", text="\n\n".join(staff)),
        )
        return replace(turn, parts=parts)
    wish = turn.handover or HandOver(reason=words_for_staff("window", tenant.language), summary="")
    summary = "\n\n".join(one for one in (wish.summary, *staff) if one)
    return replace(turn, parts=(), handover=replace(wish, summary=summary))


def written(parts: Iterable[Part]) -> list[str]:
    """Return the words of parts; a voice beside written words has none of its own."""
    return [part.text for part in parts if part.text]
