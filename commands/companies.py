"""Companies moved between files and PostgreSQL, and its tables brought up to date."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from jobs.company_stores import CompanyFolder, Database
from tenants.errors import StoreUnavailableError, TenantError
from tenants.file_store import FileStore
from tenants.store_moves import export, stored, trusted


class CompaniesThereError(TenantError):
    """PostgreSQL holds companies already; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Both places where companies can be; without DATABASE_URL there is no database."""

    folder: CompanyFolder
    database: Database | None

    @property
    def tables(self) -> Database:
        """PostgreSQL; raises StoreUnavailableError when none is set."""
        if self.database is None:
            raise StoreUnavailableError("DATABASE_URL is not set: there is no PostgreSQL")
        return self.database


async def migrate(storage: Storage, _arguments: Namespace) -> str:
    """Bring the tables up to date."""
    return f"PostgreSQL is at revision {await storage.tables.migrate()}."


def import_arguments(parser: ArgumentParser) -> None:
    """Take a folder, and whether companies that are there may be replaced."""
    parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        help="a folder that export-json wrote, or one of companies as in COMPANIES_DIR;"
        " without it, what the files serve now",
    )
    parser.add_argument(
        "--replace", action="store_true", help="put them in the place of companies of the same id"
    )


async def import_json(storage: Storage, arguments: Namespace) -> str:
    """Copy companies from files into PostgreSQL: all of them or none."""
    store, folder = storage.tables.store, storage.folder
    if arguments.folder is None:
        records = await folder.described()
    elif arguments.folder.is_dir():
        records = await trusted(FileStore(arguments.folder, folder.clock), folder.sealing)
    else:
        raise StoreUnavailableError(f"{arguments.folder}: is no folder")
    there = sorted((await store.marks()).keys() & records.keys())
    if there and not arguments.replace:
        raise CompaniesThereError(
            f"PostgreSQL holds {', '.join(there[:10])} already; --replace puts these files in their place"
        )
    await store.restore_all(records)
    return f"{len(records)} companies are in PostgreSQL; every process serves them within seconds."


async def reseal(storage: Storage, _arguments: Namespace) -> str:
    """Seal every stored secret with the first key of SECRET_KEY, so that older ones can be dropped."""
    sealing = storage.folder.sealing
    store = storage.database.store if storage.database else storage.folder.store
    count = 0
    for company_id, company in (await store.every()).items():
        if company.fields is None or company.fault:
            continue
        opened = sealing.opened(company.fields)
        if opened != company.fields:
            fields = sealing.seal_secrets(opened, None)
            await store.write(company_id, fields, actor="reseal", expected=company.version)
            count += 1
    return f"{count} companies are sealed with the newest key; older versions keep theirs."


def export_arguments(parser: ArgumentParser) -> None:
    """Take the folder that is written."""
    parser.add_argument("--to", dest="folder", type=Path, required=True, help="an empty folder")


async def export_json(storage: Storage, arguments: Namespace) -> str:
    """Copy companies into files: from PostgreSQL, or from where they are without it."""
    folder = storage.folder
    records = await stored(storage.database.store) if storage.database else await folder.described()
    target = FileStore(arguments.folder, folder.clock)
    count = await export(records, folder.files, target)
    return f"{count} companies are in {arguments.folder}; as DATA_DIR/companies it serves them."
