"""Where companies are read from: a folder of company.json files, or the two files of the older system."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from tenants.definition import Definition, Fields
from tenants.errors import InvalidCompanyError
from tenants.seed_shapes import definition_of, entries_of
from tenants.tenant import COMPANY_ID

logger = structlog.get_logger(__name__)

SHIPPED = Path(__file__).parent / "companies"
NAME = "company.json"
STORED = "_stored"
"""What a store of ours writes into a company.json beside the company."""
LIMIT = 64 * 1024 * 1024  # bytes; a file past it is a mistake, not a company


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFiles:
    """Name the files. With `companies_file` or `extended_file` the folder is not read."""

    folder: Path = SHIPPED
    companies_file: Path | None = None
    """`COMPANIES_CONFIG_FILE`: companies by id, or a list of them."""
    extended_file: Path | None = None
    """`EXTENDED_CONFIG_FILE`: treatments, agendas and policies of the same companies."""

    @property
    def older(self) -> bool:
        """True when the older system's files are read, and not the folder."""
        return self.companies_file is not None or self.extended_file is not None

    def read(self) -> Iterator[Definition]:
        """Yield what the files say, one definition a company; raises InvalidCompanyError. Blocks."""
        if self.older:
            return _single(self._older())
        return _single(_folder(self.folder))

    def find(self, company_id: str) -> Definition | None:
        """Return what the files say of one company; raises InvalidCompanyError. Blocks."""
        if self.older:
            return next((one for one in self._older() if one.company_id == company_id), None)
        # The id becomes a path only when it is one.
        if not COMPANY_ID.fullmatch(company_id):
            return None
        return _in_place(self.folder / company_id)

    def _older(self) -> Iterator[Definition]:
        plain = self._entries(self.companies_file)
        extended = self._entries(self.extended_file)
        if self.companies_file and (strangers := sorted(set(extended) - set(plain))):
            logger.warning(
                "extended_companies_ignored", file=str(self.extended_file), companies=strangers
            )
        names = "+".join(one.name for one in (self.companies_file, self.extended_file) if one)
        for company_id in plain or extended:
            fields = {**plain.get(company_id, {}), **extended.get(company_id, {})}
            yield definition_of(company_id, fields, where=f"{names} [{company_id}]")

    @staticmethod
    def _entries(path: Path | None) -> Mapping[str, Fields]:
        return entries_of(read_json(path), where=path.name) if path else {}


def _folder(folder: Path) -> Iterator[Definition]:
    try:
        places = sorted(one for one in folder.iterdir() if one.is_dir())
    except OSError as error:
        raise InvalidCompanyError(f"{folder}: cannot be read: {error.strerror}") from error
    for place in places:
        if definition := _in_place(place):
            yield definition


def _in_place(place: Path) -> Definition | None:
    path, where = place / NAME, f"{place.name}/{NAME}"
    if not path.exists():
        return None
    text = _text_of(path)
    fields = _json_in(text, path)
    if not isinstance(fields, dict):
        raise InvalidCompanyError(f"{where}: must hold one JSON object")
    fields.pop(STORED, None)
    if (written := fields.get("company_id")) != place.name:
        raise InvalidCompanyError(
            f"{where}: company_id: is {written!r}, but the folder is {place.name!r}"
        )
    return Definition(company_id=place.name, where=where, fields=fields, refers="${" in text)


def _single(definitions: Iterator[Definition]) -> Iterator[Definition]:
    # One at a time: a thousand definitions at once would keep the garbage collector busy.
    found: dict[str, str] = {}
    for one in definitions:
        if one.company_id in found:
            raise InvalidCompanyError(
                f"{one.where}: company_id: {one.company_id} stands in {found[one.company_id]} too"
            )
        found[one.company_id] = one.where
        yield one


def read_json(path: Path) -> Any:
    """Return a file's JSON; raises InvalidCompanyError, also for a name that stands twice. Blocks."""
    return _json_in(_text_of(path), path)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LIMIT:
            raise InvalidCompanyError(f"{path}: is larger than {LIMIT} bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidCompanyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidCompanyError(f"{path}: is not UTF-8") from error


def _json_in(text: str, path: Path) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_no_name_twice, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InvalidCompanyError(
            f"{path}: is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidCompanyError(f"{path}: is not JSON we take: {error}") from error


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(one for one in names if names.count(one) > 1)!r} stands twice")
    return fields


def _no_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
