"""What kind of sound some bytes are and how long it lasts, by the bytes alone: names and types may lie."""

import io
import re
import struct
from dataclasses import dataclass

from tinytag import TinyTag, TinyTagException

BEGINNING = 65_536  # bytes in which a container shows what it holds
FASTEST = {"wav": 600_000, "flac": 600_000}  # bytes a second, at most
FAST = 64_000
"""The same of what is compressed: who claims less time than that, lies."""
SLOW = 2_000
"""Bytes a second where a file does not tell its length, as browsers' recorders do not."""

_MP4_HANDLER = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
_EBML_DURATION = re.compile(rb"\x44\x89(?:\x84(.{4})|\x88(.{8}))", re.DOTALL)
_CLUSTER_TIME = re.compile(rb"\x1f\x43\xb6\x75.{1,8}?\xe7([\x81-\x88])(.{8})", re.DOTALL)


class UnreadableSoundError(Exception):
    """The file is no sound that can be listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What a file is."""

    extension: str
    """As a server that listens wants it."""
    content_type: str
    heard: bool = True
    """False for formats that no such server takes (AMR, bare AAC)."""


_OGG = Sound(extension="ogg", content_type="audio/ogg")
_M4A = Sound(extension="m4a", content_type="audio/mp4")
_MP3 = Sound(extension="mp3", content_type="audio/mpeg")
_WAV = Sound(extension="wav", content_type="audio/wav")
_FLAC = Sound(extension="flac", content_type="audio/flac")
_WEBM = Sound(extension="webm", content_type="audio/webm")
_AMR = Sound(extension="amr", content_type="audio/amr", heard=False)
_AAC = Sound(extension="aac", content_type="audio/aac", heard=False)


def sound_of(content: bytes) -> Sound | None:
    """Return what kind of sound some bytes are; None for everything else, films included."""
    start = content[:12]
    if start.startswith(b"OggS"):
        return None if b"theora" in content[:BEGINNING] else _OGG
    if start.startswith(b"RIFF") and start[8:12] == b"WAVE":
        return _WAV
    if start.startswith(b"fLaC"):
        return _FLAC
    if start[4:8] == b"ftyp":
        return _in_mp4(content)
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return _in_ebml(content[:BEGINNING])
    if start.startswith((b"#!AMR", b"#!SILK")):
        return _AMR
    return _frames(start)


def seconds_of(content: bytes, sound: Sound) -> float:
    """Return how long a sound lasts, never less than so many bytes must; raises UnreadableSoundError.

    Reads the whole file: call it in a thread.
    """
    least = len(content) / FASTEST.get(sound.extension, FAST)
    if sound.extension == "webm":
        return max(_ebml_seconds(content), least)
    try:
        told = TinyTag.get(file_obj=io.BytesIO(content), tags=False).duration
    except (TinyTagException, OSError, ArithmeticError, ValueError, LookupError) as error:
        raise UnreadableSoundError(type(error).__name__) from error
    if told is None or not 0 <= told < 1e7:
        raise UnreadableSoundError("no length")
    return max(float(told), least)


def _frames(start: bytes) -> Sound | None:
    """Tell MP3 from bare AAC by the first frame's head: eleven ones, then version and layer."""
    if start.startswith(b"ID3"):
        return _MP3
    if len(start) < 2 or start[0] != 0xFF or start[1] & 0xE0 != 0xE0:
        return None
    if start[1] & 0xF6 == 0xF0:
        return _AAC
    # Layer and version have a value each that means nothing.
    return _MP3 if start[1] & 0x06 and start[1] & 0x18 != 0x08 else None


def _in_mp4(content: bytes) -> Sound | None:
    handlers = set(_MP4_HANDLER.findall(content))
    if b"vide" in handlers:
        return None
    if b"soun" not in handlers and content[8:11] != b"M4A":
        return None
    return _AMR if b"samr" in content or b"sawb" in content else _M4A


def _in_ebml(beginning: bytes) -> Sound | None:
    return _WEBM if b"A_" in beginning and b"V_" not in beginning else None


def _ebml_seconds(content: bytes) -> float:
    """Return what the head says, else when the last cluster begins, else a guess by size."""
    found = _EBML_DURATION.search(content[:BEGINNING])
    if found:
        told = struct.unpack(">f" if found[1] else ">d", found[1] or found[2])[0] / 1000
        if 0 < told < 1e7:
            return float(told)
    last = max(
        (int.from_bytes(data[: size[0] - 0x80], "big") for size, data in
         _CLUSTER_TIME.findall(content)),
        default=0,
    )  # fmt: skip
    return last / 1000 if 0 < last < 10**10 else len(content) / SLOW
