"""How words must look so that Chatwoot and the channel behind it show them, and nothing else."""

import re
from collections.abc import Sequence

LENGTHS = {
    "whatsapp": 4096,
    "whatsapp_twilio": 1600,
    "sms": 160,
    "sms_twilio": 320,
    "telegram": 4096,
    "messenger": 2000,
    "instagram": 1000,
    "line": 2000,
    "tiktok": 6000,
    "email": 25000,
}
LENGTH = 10000
"""Of every other channel. Chatwoot takes more, the provider behind it refuses."""

TITLES = {"whatsapp": 20, "messenger": 20, "telegram": 60, "line": 20, "web": 80}
"""Characters of a button's title, for the channels that show buttons; elsewhere options are text."""
LIST_TITLE = 24
MOST_OPTIONS = {"whatsapp": 10, "messenger": 13, "telegram": 20, "line": 10, "web": 20}
WHATSAPP_BUTTONS = 3
"""WhatsApp shows up to three buttons, and a list from the fourth on."""
WORDS_WITH_OPTIONS = 1000
"""Characters beside buttons; WhatsApp's limit is 1024."""
TYPING = frozenset({"web", "api"})
"""The channels on which somebody sees that we write."""

BREAK = "\u200b"
_LIQUID = re.compile(r"\{(?=[{%])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^)\s]+)\)")
_STARS = re.compile(r"(?<![*\w])\*(?![\s*])([^*\n]+?)(?<![\s*])\*(?![*\w])")
_WHERE = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s+"),
    re.compile(r"\s+"),
)


def harmless(text: str) -> str:
    """Break up what Chatwoot would render as Liquid: it would tell contacts' attributes."""
    return _LIQUID.sub("{" + BREAK, text)


def in_channel_style(text: str, channel: str) -> str:
    """Return CommonMark that survives Chatwoot's rendering for the channel.

    WhatsApp-style `*bold*` would become italics, links lose their words, `<tag>` vanishes.
    """
    if channel in {"api", "web", "email"}:
        return text
    text = _LINK.sub(
        lambda found: found[2] if found[1] == found[2] else f"{found[1]}: {found[2]}", text
    )
    return _TAG.sub("<" + BREAK, _STARS.sub(r"**\1**", text))


def split(text: str, limit: int) -> list[str]:
    """Cut text into pieces of at most `limit` characters: between paragraphs, lines, sentences, words."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _cut(text: str, limit: int) -> int:
    """Return where to cut: the last good place in the second half of what fits."""
    window = text[: limit + 1]
    for place in _WHERE:
        ends = [found.start() for found in place.finditer(window) if found.start() >= limit // 3]
        if ends:
            return ends[-1]
    return limit


def shows_buttons(channel: str, titles: Sequence[str]) -> bool:
    """Say whether the channel shows these titles as buttons or as a list, whole and apart."""
    longest = TITLES.get(channel)
    if longest is None or not titles or len(titles) > MOST_OPTIONS[channel]:
        return False
    if channel == "whatsapp" and len(titles) > WHATSAPP_BUTTONS:
        longest = LIST_TITLE
    return all(0 < len(title) <= longest for title in titles) and len(set(titles)) == len(titles)


def numbered(text: str, titles: Sequence[str]) -> str:
    """Return the words with the options as numbered lines below."""
    lines = [f"{number}. {title}" for number, title in enumerate(titles, 1)]
    return "\n".join([text.rstrip(), "", *lines]).strip()
