"""Write small companies into a folder, as an operator would."""

import json
from pathlib import Path

from tenants.company_files import CompanyFiles

WEEK = {"monday": [{"start": "08:00", "end": "12:00"}]}


def company(company_id: str, **fields: object) -> dict[str, object]:
    """Return the smallest company, with whatever is given on top."""
    return {"company_id": company_id, "company_name": company_id.title(), **fields}


def treatment(**fields: object) -> dict[str, object]:
    """Return a treatment that can be booked, with whatever is given on top."""
    return {"id": "botox", "name": "Toxina botulínica", "duration_minutes": 45, **fields}


def write(folder: Path, *companies: dict[str, object]) -> CompanyFiles:
    """Write each company into its own folder and return where they are."""
    for fields in companies:
        place = folder / str(fields["company_id"])
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(fields, ensure_ascii=False)
        (place / "company.json").write_text(text, encoding="utf-8")
    return CompanyFiles(folder=folder)
