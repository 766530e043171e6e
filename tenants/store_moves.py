"""Companies on their way between files and PostgreSQL, without loss."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from tenants.company_files import CompanyFiles
from tenants.company_store import CompanyRecord, CompanyStore, StoredCompany
from tenants.definition import Fields
from tenants.errors import InvalidCompanyError
from tenants.file_store import FileStore
from tenants.ids import CompanyId
from tenants.sealing import Sealing
from tenants.stored_definitions import grants_of

FILES = "files"
"""Who wrote what an operator's file says."""


async def described(
    files: CompanyFiles, store: FileStore, sealing: Sealing, clock: Callable[[], datetime]
) -> Mapping[CompanyId, CompanyRecord]:
    """Return all companies that the operator's files and what staff wrote over them describe, as records.

    Secrets are sealed, and what a file of the operator names stays allowed. Raises InvalidCompanyError.
    """
    written = await asyncio.to_thread(_written, files)
    records = {one: _first(one, fields, clock()) for one, fields in written.items()}
    for company_id, record in (await stored(store)).items():
        base = records.get(company_id)
        records[company_id] = record if base is None else _over(base, record)
    return _sealed(records, sealing)


async def trusted(store: FileStore, sealing: Sealing) -> Mapping[CompanyId, CompanyRecord]:
    """Return what a folder holds, which an operator names: a company.json may name any variable."""
    records = await stored(store)
    granted = {
        company_id: replace(
            record, company=replace(one, granted=one.granted | grants_of(one.fields or {}))
        )
        for company_id, record in records.items()
        if (one := record.company)
    }
    return _sealed({**records, **granted}, sealing)


async def stored(store: CompanyStore) -> Mapping[CompanyId, CompanyRecord]:
    """Return everything in a store; raises InvalidCompanyError when a part of it cannot be read."""
    companies, prompts = await store.every(), await store.newest_prompts()
    if faults := [one.fault for one in companies.values() if one.fault]:
        raise InvalidCompanyError("\n".join(faults))
    ids = sorted(companies.keys() | {company_id for company_id, _ in prompts})
    return {one: await store.record(one) for one in ids}


async def export(
    records: Mapping[CompanyId, CompanyRecord], files: CompanyFiles, target: FileStore
) -> int:
    """Write records into an empty folder, and which shipped companies are none of them; return how many."""
    if await target.every():
        raise InvalidCompanyError("the folder already holds companies: choose an empty one")
    for company_id, record in records.items():
        await target.restore(company_id, record)
    for company_id in sorted((await asyncio.to_thread(_written, files)).keys() - records.keys()):
        # Over files, a company that is in none of them would serve again.
        await target.write(company_id, None, actor=FILES, expected=0)
    return len(records)


def _written(files: CompanyFiles) -> dict[CompanyId, Fields]:
    return {CompanyId(one.company_id): one.fields for one in files.read()}


def _first(company_id: CompanyId, fields: Fields, now: datetime) -> CompanyRecord:
    company = StoredCompany(
        company_id=company_id,
        fields=fields,
        version=1,
        written_at=now,
        written_by=FILES,
        granted=grants_of(fields),
    )
    return CompanyRecord(company=company, versions=[company], prompts=[])


def _over(base: CompanyRecord, record: CompanyRecord) -> CompanyRecord:
    """Lay what staff wrote over a file; only prompts may have been written."""
    if record.company is None:
        return replace(base, prompts=record.prompts)
    granted = base.company.granted if base.company else frozenset()
    return replace(
        record, company=replace(record.company, granted=record.company.granted | granted)
    )


def _sealed(
    records: Mapping[CompanyId, CompanyRecord], sealing: Sealing
) -> Mapping[CompanyId, CompanyRecord]:
    faults: list[str] = []
    whole: dict[CompanyId, CompanyRecord] = {}
    for company_id, record in records.items():
        try:
            whole[company_id] = replace(
                record,
                company=_sealed_one(record.company, sealing) if record.company else None,
                versions=[_sealed_one(one, sealing) for one in record.versions],
            )
        except InvalidCompanyError as error:
            faults.append(str(error))
    if faults:
        raise InvalidCompanyError("\n".join(faults))
    return whole


def _sealed_one(company: StoredCompany, sealing: Sealing) -> StoredCompany:
    if company.fields is None:
        return company
    return replace(company, fields=sealing.seal_secrets(company.fields, None))
