"""The commands that a person types; each works with the parts that server.py opens."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from redis.exceptions import RedisError

from commands import backup, companies
from commands.chat import chat
from commands.describe import describe, describe_arguments
from commands.reindex import reindex
from integrations.clock import utc_now
from integrations.redis import words_for
from integrations.redis_dump import UnusableBackupError
from jobs.parts import Parts
from routes import findings as doctor
from routes.companies import webhook_path
from routes.on_call_findings import of_on_call
from tenants.errors import UnknownCompanyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a command needs to know of how we are run, and how it gets the parts."""

    open_parts: Callable[[], AbstractAsyncContextManager[Parts]]
    shown_url: str
    address: str
    port: int
    has_key: bool
    embedded: bool
    """True when we start Redis ourselves."""
    open_redis: Callable[[], AbstractAsyncContextManager[str]]
    """Yields the address of Redis and opens nothing else."""
    open_storage: Callable[[], AbstractAsyncContextManager[companies.Storage]]


def _nothing(_parser: ArgumentParser) -> None:
    """Take no arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word after `server.py`."""

    name: str
    about: str
    run: Callable[[Deployment, Namespace], Coroutine[None, None, int]]
    """Returns the process's exit status."""
    arguments: Callable[[ArgumentParser], None] = _nothing


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 # For the person at the terminal.


def _chat_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--company", default="benova")
    parser.add_argument("--user", default="", help="who you are; another name is another patient")


async def _chat(deployment: Deployment, arguments: Namespace) -> int:
    async with deployment.open_parts() as parts:
        try:
            tenant = parts.directory.find(arguments.company)
        except UnknownCompanyError as error:
            names = ", ".join(one.company_id for one in parts.directory.companies())
            raise UnknownCompanyError(f"{error}; there are: {names}") from error
        await parts.knowledge.loading.load_all([tenant])
        await chat(
            parts.try_out(),
            tenant,
            user_id=arguments.user or f"terminal-{getpass.getuser()}",
            read=sys.stdin.readline,
            write=_say,
        )
    return 0


def _reindex_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--company-id", required=True)


async def _reindex(deployment: Deployment, arguments: Namespace) -> int:
    async with deployment.open_parts() as parts:
        tenant = parts.directory.find(arguments.company_id)
        _say(
            await reindex(
                tenant, parts.knowledge.documents, parts.knowledge.repair, parts.knowledge.ingestion
            )
        )
    return 0


async def _describe(deployment: Deployment, arguments: Namespace) -> int:
    async with deployment.open_parts() as parts:
        _say(describe(parts, arguments))
    return 0


async def _doctor(deployment: Deployment, _arguments: Namespace) -> int:
    async with deployment.open_parts() as parts:
        companies = [
            (
                one,
                parts.chatwoot_of(one),
                deployment.shown_url + (webhook_path(one) or " (no token)"),
            )
            for one in parts.directory.companies()
        ]
        findings = [
            doctor.of_redis(parts.ground.redis_facts, embedded=deployment.embedded),
            *doctor.of_companies_source(parts.directory.source, parts.directory.faults),
            doctor.of_access(
                has_key=deployment.has_key, address=deployment.address, port=deployment.port
            ),
            *await doctor.of_companies(companies, utc_now().date()),
            *await doctor.of_calendars(parts.directory.companies(), parts.calendars, utc_now),
            *[
                await of_on_call(one, parts.paging.answers, deployment.shown_url)
                for one in parts.directory.companies()
            ],
        ]
    _say(doctor.written(findings))
    return int(any(one.state == "wrong" for one in findings))


def _with_storage(
    work: Callable[[companies.Storage, Namespace], Awaitable[str]],
) -> Callable[[Deployment, Namespace], Coroutine[None, None, int]]:
    async def run(deployment: Deployment, arguments: Namespace) -> int:
        async with deployment.open_storage() as storage:
            _say(await work(storage, arguments))
        return 0

    return run


def _with_redis(
    work: Callable[[str, Namespace], Awaitable[str]],
) -> Callable[[Deployment, Namespace], Coroutine[None, None, int]]:
    async def run(deployment: Deployment, arguments: Namespace) -> int:
        async with deployment.open_redis() as url:
            try:
                _say(await work(url, arguments))
            except UnusableBackupError as error:
                _say(str(error))
                return 1
            except RedisError as error:
                _say(f"{words_for(error)} What was begun is not finished: do it again.")
                return 1
        return 0

    return run


COMMANDS = (
    Command(name="doctor", about="look at everything and say what to do", run=_doctor),
    Command(
        name="chat",
        about="talk to a company in the terminal",
        run=_chat,
        arguments=_chat_arguments,
    ),
    Command(
        name="reindex",
        about="make a company's search index anew",
        run=_reindex,
        arguments=_reindex_arguments,
    ),
    Command(
        name="openapi",
        about="write the API's description into a file",
        run=_describe,
        arguments=describe_arguments,
    ),
    Command(
        name="migrate",
        about="bring PostgreSQL's tables up to date",
        run=_with_storage(companies.migrate),
    ),
    Command(
        name="import-json",
        about="copy companies from files into PostgreSQL",
        run=_with_storage(companies.import_json),
        arguments=companies.import_arguments,
    ),
    Command(
        name="reseal",
        about="seal companies' secrets with the newest SECRET_KEY",
        run=_with_storage(companies.reseal),
    ),
    Command(
        name="export-json",
        about="copy companies into files",
        run=_with_storage(companies.export_json),
        arguments=companies.export_arguments,
    ),
    Command(
        name="backup",
        about="write all that Redis holds into a file",
        run=_with_redis(backup.back_up),
        arguments=backup.backup_arguments,
    ),
    Command(
        name="restore",
        about="bring back what a backup holds; stop servers and workers first",
        run=_with_redis(backup.bring_back),
        arguments=backup.restore_arguments,
    ),
)
