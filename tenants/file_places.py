"""Files that are written whole or not at all, one process at a time. Everything here blocks."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenants.errors import StoreUnavailableError

LOCK_WAIT = 5.0  # seconds for another process to finish its write
LOCK_LOOK = 0.02  # seconds
Signature = tuple[int, int, int]
_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this process may not write there",
    errno.EPERM: "this process may not write there",
}


@contextlib.contextmanager
def told(place: Path) -> Iterator[None]:
    """Turn what the system says of a place into a StoreUnavailableError in plain words."""
    try:
        yield
    except OSError as error:
        words = _WORDS.get(error.errno or 0, error.strerror or type(error).__name__)
        raise StoreUnavailableError(f"{place}: {words}; nothing was changed") from error


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for this thread alone, among all processes; the folder is made when it lacks."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a", encoding="utf-8") as file:
        until = time.monotonic() + LOCK_WAIT
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StoreUnavailableError(
                        f"{folder}: somebody else has been writing for {LOCK_WAIT:.0f} s; try again"
                    ) from None
                time.sleep(LOCK_LOOK)
        # Closing the file ends the lock, also when this process dies.
        yield


def write_json(path: Path, value: object) -> None:
    """Replace a file in one step, on the disk before this returns; raises OSError, the old file intact."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 # A descriptor has no path.
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    _keep(path.parent)


def read_json(path: Path) -> Any:
    """Return a file's JSON, or None when there is no file; raises OSError and ValueError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None


def signature(path: Path) -> Signature | None:
    """Return what is another after each write of a file; None when there is no file. Raises OSError."""
    try:
        known = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns


def _keep(folder: Path) -> None:
    """Have the disk keep a folder's names too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
