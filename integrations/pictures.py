"""Photos from strangers made harmless: told by their content, read by a process of its own, drawn anew.

What comes out is a small JPEG of nothing but the pixels: no EXIF, no place, no comment, no profile.
"""

import asyncio
import re
from typing import Literal

import structlog

from integrations.bounded_process import OutOfTimeError, answer_of

logger = structlog.get_logger(__name__)

CHILD = "integrations.pictures_child"
PATIENCE = 20.0  # seconds of wall time for one picture
AT_ONCE = 2  # pictures read together
REFUSED = b"refused:"

Kind = Literal["jpeg", "png", "webp", "gif", "heic", "avif", "svg", "other"]
Fault = Literal["heic", "kind", "two_in_one", "too_many_pixels", "damaged"]
READ: tuple[Kind, ...] = ("jpeg", "png", "webp", "gif")

BEGINNING = 1024  # bytes in which a second format would show itself
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "other"),
    (b"MM\0*", "other"),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_SVG = re.compile(
    rb"^\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype[^>]*>|\s)*<svg[\s>]", re.IGNORECASE | re.DOTALL
)
_SECOND = re.compile(
    rb"%PDF-|<script|<svg|<html|<!doctype|<\?php|PK\x03\x04|^GIF8[79]a[=/*]", re.IGNORECASE
)
"""What no picture begins with: such a file is meant to be something else for somebody else."""


class UnreadablePictureError(Exception):
    """A picture that is not taken. `fault` says why, `str()` adds nothing about its content."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def kind_of(content: bytes) -> Kind | None:
    """Return what kind of picture some bytes begin as, whatever they are called; None for no picture."""
    beginning = content[:BEGINNING]
    for magic, kind in _MAGIC:
        if beginning.startswith(magic):
            return kind
    if beginning[:2] == b"BM" and beginning[6:10] == bytes(4):
        return "other"
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    if beginning[4:8] == b"ftyp":
        brands = {beginning[8:12], beginning[16:20], beginning[20:24]}
        return "avif" if brands & _AVIF else "heic" if brands & _HEIC else None
    return "svg" if _SVG.match(beginning) else None


class Pictures:
    """Makes pictures harmless."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        """Keep how long one picture may take, in seconds."""
        self._patience = patience
        self._free = asyncio.Semaphore(AT_ONCE)

    async def harmless(self, content: bytes) -> bytes:
        """Return a picture, upright and bounded, as a bare JPEG; raises UnreadablePictureError."""
        kind = kind_of(content)
        if kind == "heic":
            raise UnreadablePictureError("heic")
        if kind not in READ:
            raise UnreadablePictureError("kind")
        if _SECOND.search(content[:BEGINNING]):
            raise UnreadablePictureError("two_in_one")
        async with self._free:
            try:
                output, code = await answer_of(CHILD, [], content, patience=self._patience)
            except OutOfTimeError as error:
                raise UnreadablePictureError("damaged") from error
        if output.startswith(b"\xff\xd8\xff"):
            return output
        if not output.startswith(REFUSED):
            logger.warning("picture_process_died", returncode=code)
        too_many = output == REFUSED + b"too_many_pixels"
        raise UnreadablePictureError("too_many_pixels" if too_many else "damaged")
