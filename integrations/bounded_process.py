"""A process of its own for what came from outside: it may fail alone, bounded in time and memory.

Large parsers meet files from strangers there. Whatever happens, the process has no key, no
connection and little time.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPEN_FILES = 64


class OutOfTimeError(Exception):
    """The process was ended because it took too long."""


async def answer_of(
    module: str, arguments: Sequence[str], content: bytes, *, patience: float
) -> tuple[bytes, int]:
    """Return what a module of ours writes when it is run on some bytes, and its exit code.

    Raises OutOfTimeError after `patience` seconds; the process never outlives the call.
    """
    # No variable of ours goes along: what breaks out of a parser finds no key.
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONUTF8": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(patience):
            output, _ = await child.communicate(content)
    except TimeoutError as error:
        raise OutOfTimeError(module) from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return output, child.returncode or 0


def bound(*, memory: int, processor: int) -> None:
    """Limit this process: bytes of address space, seconds of a processor, nothing written to disk."""
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
