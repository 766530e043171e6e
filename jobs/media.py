"""Voice notes, photos, files, places: what of them enters a turn, and what is said where nothing could be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.chatwoot_events import PatientMessage
from jobs.mailbox import Entry
from jobs.media_words import (
    ADVICE,
    INSTEAD,
    LABELS,
    MARKERS,
    NOTES,
    UNDERSTOOD,
    UNREAD,
    in_words,
)
from jobs.readings import Reading
from safety.photo_words import plain
from tenants.tenant import Tenant

OTHERS: Mapping[str, str] = {
    "audio": "spoken",
    "video": "film",
    "ig_reel": "film",
    "image": "seen",
    "ig_post": "seen",
    "ig_story": "seen",
    "story_mention": "seen",
    "location": "place",
    "contact": "contact",
}
"""What Chatwoot's kinds are called here; every other is a `file`."""
KINDS: Mapping[str, str] = {"speech": "spoken", "image": "seen", "document": "file"}
LONGEST_QUOTE = 200  # characters of what was hardly understood
LONGEST_TITLE = 60
NOBODY_NEEDS = frozenset({"read", "not_heard"})
"""Outcomes for which nobody of the team need look at what was sent."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, with what was made of its files."""

    entry: Entry
    readings: Sequence[Reading]
    """One an attachment; nothing where they were not waited for."""

    @property
    def own_words(self) -> str:
        """What the patient wrote and said."""
        return own_words(self.entry.message, self.readings)

    @property
    def spoken(self) -> str:
        """`sure` or `unsure` where a voice note was heard, else nothing."""
        heard = [one for one in self.readings if one.spoken]
        if not heard:
            return ""
        return "unsure" if any(one.unsure for one in heard) else "sure"

    @property
    def unread(self) -> bool:
        """True when something of the message could not be read, or nothing is in it."""
        files = self.entry.message.attachments
        read = [one for one in self.readings if one.outcome == "read"]
        return len(read) < len(files) or not (self.entry.message.text or files)

    @property
    def attached(self) -> str:
        """What documents say: for this turn only."""
        return "\n\n".join(
            one.text for one in self.readings if one.kind == "document" and one.outcome == "read"
        )

    def shown(self, language: str) -> str:
        """Return what tells of photos and files, one a line."""
        shown = []
        files = self.entry.message.attachments
        for file, read in zip(files, self.readings, strict=False):
            if read.outcome != "read" or read.spoken:
                continue
            name = "picture" if read.kind == "image" else "document"
            told = read.text if read.kind == "image" else plain(file.title, LONGEST_TITLE)
            shown.append(in_words(MARKERS, language)[name].format(text=told).replace(": ]", "]"))
        return "\n".join(shown)

    def entering(self, language: str) -> str:
        """Return what enters the thread: own words, and last what tells of photos and files."""
        return "\n".join(one for one in (self.own_words, self.shown(language)) if one)


def own_words(message: PatientMessage, readings: Sequence[Reading]) -> str:
    """Return what a patient wrote and said, in that order."""
    if not readings:
        said = [one.transcript for one in message.attachments]
    else:
        said = [one.text for one in readings if one.spoken]
    return "\n".join(one for one in (message.text, *said) if one)


def kind_of(message: PatientMessage, readings: Sequence[Reading] = ()) -> str:
    """Return what a message is besides words: `spoken`, `film`, `seen`, `place`, `contact`, `file`."""
    unread = next((one for one in readings if one.outcome != "read"), None)
    if unread is not None and unread.kind in KINDS:
        return KINDS[unread.kind]
    kinds = {OTHERS.get(one.kind, "file") for one in message.attachments}
    return next((one for one in dict.fromkeys(OTHERS.values()) if one in kinds), "file")


def marker(message: PatientMessage, language: str) -> str:
    """Return the words that stand for what cannot be read."""
    return in_words(MARKERS, language)[kind_of(message)]


def cannot_read(
    message: PatientMessage, readings: Sequence[Reading], tenant: Tenant, language: str
) -> str:
    """Return what the patient is told: kindly what to do instead, and never nothing."""
    emergency = in_words(INSTEAD, language)["emergency"].format(number=tenant.emergency.number)
    advice, whole = _advice(message, readings, tenant, language)
    instead = "" if whole else in_words(INSTEAD, language)["write"]
    return " ".join(one for one in (advice, instead, emergency) if one)


def unread_besides(sent: Sent, tenant: Tenant, language: str) -> str:
    """Return the short line for an answer to words that came with something unread."""
    message = sent.entry.message
    advice, whole = _advice(message, sent.readings, tenant, language)
    return advice if whole else in_words(UNREAD, language)[kind_of(message, sent.readings)]


def _advice(
    message: PatientMessage, readings: Sequence[Reading], tenant: Tenant, language: str
) -> tuple[str, bool]:
    """Return why something was not read; True when that says what to do already."""
    unread = next((one for one in readings if one.outcome != "read"), None)
    kind = kind_of(message, readings)
    if unread is None:
        return in_words(UNREAD, language)[kind], False
    if unread.advice:
        return unread.advice, True
    told = in_words(ADVICE, language).get(f"{kind}.{unread.outcome}")
    if told is None:
        return in_words(UNREAD, language)[kind], False
    return told.format(minutes=tenant.media.max_audio_minutes), True


def doubted(sent: Sequence[Sent], language: str) -> str:
    """Return how we understood what was hard to hear, so that the patient can put it right."""
    unsure = [read.text for one in sent for read in one.readings if read.unsure]
    if not unsure:
        return ""
    text = " ".join(" ".join(unsure).split())
    quoted = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"
    return in_words(UNDERSTOOD, language).format(text=quoted)


def marks_of(tenant: Tenant, sent: Sequence[Sent]) -> dict[str, Any]:
    """Return what a draft says besides its answer: what was heard, and what people should look at."""
    readings = [read for one in sent for read in one.readings]
    language = tenant.language
    missed = [one for one in readings if one.outcome not in NOBODY_NEEDS and one.kind != "other"]
    words = in_words(NOTES, language)
    notes = [one.note for one in readings if one.note]
    notes += [words[one.outcome].format(what=words[one.kind]) for one in missed if not one.note]
    return {
        "heard_speech": any(one.spoken for one in readings)
        or any(file.kind == "audio" for one in sent for file in one.entry.message.attachments),
        "heard": {one.entry.id: one.entering(language) for one in sent if one.readings},
        "label": in_words(LABELS, language)[missed[0].kind] if missed else "",
        "note": "\n\n".join(dict.fromkeys(notes)),
    }
