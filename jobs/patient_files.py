"""Files that patients send (PDF, Word, text): what they say, for the turn in which they came and no longer."""

import structlog

from integrations.pictures import kind_of as picture_kind_of
from jobs.media_words import in_words
from jobs.readings import Reading
from knowledge.errors import UnreadableFileError
from knowledge.reading.kinds import kind_of
from knowledge.reading.reader import Reader
from nodes.router import Screen
from safety.photo_words import plain
from tenants.tenant import Tenant

logger = structlog.get_logger(__name__)

PATIENCE = 20.0  # seconds for one file
MEGABYTE = 1_000_000
LONGEST = 6000  # characters that an agent is shown
A_NOTE = 600
"""Characters up to which a file is something the patient wrote: longer ones are forms and results,
whose lists of risks nobody suffers from."""
BEGINNING = 4096  # bytes in which a text shows itself
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

_ADVICE = {
    "es": {
        "scanned": (
            "Su archivo parece escaneado y no puedo leer su texto."
            " ¿Me envía una foto de la parte importante, o me la cuenta por escrito?"
        ),
        "locked": "Su archivo tiene contraseña y no puedo abrirlo. ¿Me lo envía sin ella?",
        "other": "No pude leer su archivo. ¿Me lo envía como PDF o foto, o me lo cuenta por escrito?",
    },
    "en": {
        "scanned": (
            "Your file seems to be scanned and I cannot read its text."
            " Could you send a photo of the important part, or tell me in writing?"
        ),
        "locked": "Your file has a password and I cannot open it. Could you send it without?",
        "other": "I could not read your file. Could you send a PDF or a photo, or tell me in writing?",
    },
    "pt": {
        "scanned": (
            "Seu arquivo parece escaneado e não consigo ler o texto."
            " Pode mandar uma foto da parte importante, ou me contar por escrito?"
        ),
        "locked": "Seu arquivo tem senha e não consigo abrir. Pode mandar sem ela?",
        "other": "Não consegui ler seu arquivo. Pode mandar como PDF ou foto, ou me contar por escrito?",
    },
}


class PatientFiles:
    """Reads files; implements `AttachmentReader`."""

    def __init__(self, screen: Screen, reader: Reader | None = None) -> None:
        """Take who sees danger in words, and who reads files in a process of their own."""
        self._screen = screen
        self._reader = reader or Reader(patience=PATIENCE)

    def takes(self, content: bytes) -> bool:
        """Say whether some bytes are a document or text, whatever they are called."""
        if picture_kind_of(content) is not None:
            return False
        beginning = content[:BEGINNING]
        return beginning.startswith(_BINARY) or (bool(beginning.strip()) and _is_text(beginning))

    async def read(self, tenant: Tenant, content: bytes, *, caption: str, language: str) -> Reading:
        """Return what a file says, or why it could not be read; never raises for the file's sake."""
        del caption
        if len(content) > tenant.media.max_file_megabytes * MEGABYTE:
            return Reading(kind="document", outcome="too_large")
        try:
            found = await self._reader.read(content, "")
        except UnreadableFileError as error:
            fault = _fault(str(error))
            logger.info("file_refused", fault=fault)
            advice = in_words(_ADVICE, language)[fault]
            return Reading(kind="document", outcome="unreadable", advice=advice)
        text = _told(found.text)
        alarm = await self._screen.screen(text) if len(text) <= A_NOTE else None
        return Reading(kind="document", text=text, alarm=alarm)


def _is_text(beginning: bytes) -> bool:
    try:
        kind_of(beginning, "")
    except UnreadableFileError:
        return False
    return True


def _told(text: str) -> str:
    lines = (plain(line, LONGEST) for line in text[: 2 * LONGEST].splitlines())
    return "\n".join(line for line in lines if line)[:LONGEST]


def _fault(reason: str) -> str:
    if "password" in reason:
        return "locked"
    return "scanned" if "no text" in reason else "other"
