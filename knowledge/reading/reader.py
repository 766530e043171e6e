"""Files to text without harm: each is read by a process of its own, which may fail alone."""

import asyncio
import json
from typing import Any

import structlog

from integrations.bounded_process import OutOfTimeError, answer_of
from knowledge.errors import UnreadableFileError
from knowledge.reading.kinds import kind_of
from knowledge.reading.read import PLAIN, Read, read

logger = structlog.get_logger(__name__)

CHILD = "knowledge.reading.child"
PATIENCE = 90.0  # seconds of wall time for one file
AT_ONCE = 2  # files read together


class Reader:
    """Reads files that people hand in."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        """Keep how long one file may take, in seconds."""
        self._patience = patience
        self._free = asyncio.Semaphore(AT_ONCE)

    async def read(self, content: bytes, filename: str) -> Read:
        """Return what a file says, as Markdown; raises UnreadableFileError with a reason for its sender."""
        kind = await asyncio.to_thread(kind_of, content, filename)
        if kind in PLAIN:
            return await asyncio.to_thread(read, content, filename, kind)
        async with self._free:
            answer = await self._in_child(content, [kind, filename.replace("\0", " ")])
        if "refused" in answer:
            raise UnreadableFileError(answer["refused"])
        return Read(
            kind=kind,
            title=answer["title"],
            text=answer["text"],
            links=tuple(answer.get("links", ())),
        )

    async def _in_child(self, content: bytes, arguments: list[str]) -> dict[str, Any]:
        try:
            output, code = await answer_of(CHILD, arguments, content, patience=self._patience)
        except OutOfTimeError as error:
            raise UnreadableFileError("The file takes too long to read: divide it.") from error
        try:
            answer: dict[str, Any] = json.loads(output)
        except ValueError as error:
            logger.warning("reading_process_died", returncode=code)
            raise UnreadableFileError(
                "The file needs more time or memory to read than any document should."
            ) from error
        return answer
