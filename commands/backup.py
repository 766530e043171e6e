"""Backing up what Redis holds into a file, and bringing it back."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from integrations.clock import utc_now
from integrations.redis_dump import UnusableBackupError, dump, examine, raw, restore
from tenants import keys


def backup_arguments(parser: ArgumentParser) -> None:
    """Take where the file goes."""
    parser.add_argument("--to", dest="path", type=Path, required=True, help="the file to write")


def restore_arguments(parser: ArgumentParser) -> None:
    """Take the file, and whether it may go over what is there."""
    parser.add_argument("--from", dest="path", type=Path, required=True, help="a file of backup's")
    parser.add_argument(
        "--replace", action="store_true", help="empty the Redis that is there first"
    )


async def back_up(url: str, arguments: Namespace) -> str:
    """Write the file and say what is in it."""
    async with raw(url) as redis:
        made = await dump(redis, arguments.path, passing=keys.PASSING, made_at=utc_now())
    return (
        f"{made.keys} keys are in {arguments.path}, SHA-256 of its content {made.sha256}."
        " It holds patients' data: keep it as you keep theirs. What staff changed of companies is not"
        " in Redis: copy DATA_DIR/companies beside it, or pg_dump PostgreSQL."
    )


async def bring_back(url: str, arguments: Namespace) -> str:
    """Check the whole file, and only then take it in."""
    held = examine(arguments.path)
    async with raw(url) as redis:
        if await redis.dbsize():
            if not arguments.replace:
                raise UnusableBackupError(
                    "The Redis that is there is not empty; --replace empties it first"
                )
            await redis.flushdb()
        count = await restore(redis, arguments.path)
    return (
        f"{count} keys as of {held.made_at} are back. Put DATA_DIR/companies back too, or restore"
        " PostgreSQL, then start the servers: search indexes are made anew by themselves, or now by `reindex`."
    )
