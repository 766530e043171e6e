"""A thousand companies load in bounded time and are found in one step."""

import json
import time
from pathlib import Path

import pytest

from tenants.company_files import SHIPPED, CompanyFiles
from tenants.json_directory import JsonDirectory
from tests.tenants.company_folder import write

COMPANIES = 1000
LOAD_SECONDS = 8.0  # of processor time; about one on a free core, the rest is for a busy machine
LOOKUP_SECONDS = 0.0005


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    benova = json.loads((SHIPPED / "benova" / "company.json").read_text(encoding="utf-8"))
    return write(
        tmp_path,
        *(
            {
                **benova,
                "company_id": f"clinic-{number}",
                "chatwoot": {"account_id": number + 1, "webhook_token": f"token-{number:06}"},
            }
            for number in range(COMPANIES)
        ),
    )


async def test_a_thousand_companies_load_and_are_found_at_once(files: CompanyFiles) -> None:
    begin = time.process_time()
    directory = await JsonDirectory.load(files, {})
    loaded = time.process_time() - begin

    begin = time.thread_time()
    found = [
        (
            directory.find(f"clinic-{number}").company_id,
            directory.by_account(number + 1).company_id,
            directory.by_webhook_token(f"token-{number:06}").company_id,
        )
        for number in range(COMPANIES)
    ]
    looked_up = (time.thread_time() - begin) / COMPANIES

    assert found == [(f"clinic-{number}",) * 3 for number in range(COMPANIES)]
    assert loaded < LOAD_SECONDS
    assert looked_up < LOOKUP_SECONDS
