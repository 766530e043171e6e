"""Companies in files: found, refused, read again."""

import json
from pathlib import Path

import pytest

from tenants.company_files import CompanyFiles
from tenants.directory import Directory
from tenants.errors import InvalidCompanyError, UnknownCompanyError
from tenants.json_directory import JsonDirectory
from tests.tenants.company_folder import company, write

BENOVA = company("benova", chatwoot={"account_id": 7, "webhook_token": "token-of-benova"})
MEDISPA = company("medispa", chatwoot={"account_id": 8, "webhook_token": "token-of-medispa"})


async def test_a_company_is_found_by_id_account_and_webhook_token(tmp_path: Path) -> None:
    files = write(tmp_path, BENOVA, MEDISPA)

    directory: Directory = await JsonDirectory.load(files, {})

    assert directory.find("benova").company_name == "Benova"
    assert directory.by_account(8).company_id == "medispa"
    assert directory.by_webhook_token("token-of-benova").company_id == "benova"


async def test_companies_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    directory = await JsonDirectory.load(write(tmp_path, MEDISPA, BENOVA), {})

    ids = [tenant.company_id for tenant in directory.companies()]

    assert ids == ["benova", "medispa"]


@pytest.mark.parametrize(
    "hostile",
    ["", "a|b", "*", "../benova", "benova/..", "BENOVA", "benova ", "benova\x00", "bénova", "be*", "b" * 9999, "\ud800"],
)  # fmt: skip
async def test_an_id_that_is_no_id_is_an_unknown_company(tmp_path: Path, hostile: str) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA), {})

    with pytest.raises(UnknownCompanyError):
        directory.find(hostile)


@pytest.mark.parametrize(
    "token", ["", "token-of-benov", "token-of-benova ", "TOKEN-OF-BENOVA", "\ud800", "ñ" * 5000]
)
async def test_a_token_that_is_not_exactly_right_opens_nothing(tmp_path: Path, token: str) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA), {})

    with pytest.raises(UnknownCompanyError):
        directory.by_webhook_token(token)


async def test_an_unknown_token_is_not_repeated_in_the_error(tmp_path: Path) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA), {})

    with pytest.raises(UnknownCompanyError) as caught:
        directory.by_webhook_token("token-with-a-slip")

    assert "token-with-a-slip" not in str(caught.value)


async def test_an_account_of_nobody_is_an_unknown_company(tmp_path: Path) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA), {})

    with pytest.raises(UnknownCompanyError):
        directory.by_account(70)


async def test_an_inactive_company_is_unknown_and_frees_its_account(tmp_path: Path) -> None:
    closed = {**BENOVA, "active": False}
    heir = company("heredera", chatwoot={"account_id": 7})

    directory = await JsonDirectory.load(write(tmp_path, closed, heir), {})

    assert directory.by_account(7).company_id == "heredera"
    with pytest.raises(UnknownCompanyError):
        directory.find("benova")


async def test_reload_returns_what_came_changed_and_went(tmp_path: Path) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA, MEDISPA), {})
    write(tmp_path, {**MEDISPA, "company_name": "MediSpa Norte"}, company("dental"))
    (tmp_path / "benova" / "company.json").unlink()

    changed = await directory.reload()

    assert changed == ["benova", "dental", "medispa"]
    assert directory.find("medispa").company_name == "MediSpa Norte"


async def test_reload_of_unchanged_files_changes_nothing(tmp_path: Path) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA, MEDISPA), {})
    before = directory.find("benova")

    changed = await directory.reload()

    assert changed == []
    assert directory.find("benova").revision == before.revision


async def test_a_broken_file_leaves_everything_as_it_was(tmp_path: Path) -> None:
    directory = await JsonDirectory.load(write(tmp_path, BENOVA, MEDISPA), {})
    (tmp_path / "medispa" / "company.json").write_text("{", encoding="utf-8")
    write(tmp_path, {**BENOVA, "company_name": "Otra"})

    with pytest.raises(InvalidCompanyError, match=r"medispa.company\.json: is not JSON"):
        await directory.reload()

    assert directory.find("benova").company_name == "Benova"
    assert directory.by_account(8).company_id == "medispa"


async def test_all_faults_of_all_companies_are_told_at_once(tmp_path: Path) -> None:
    first = company("benova", currency="pesos")
    second = company("medispa", country="Colombia")

    with pytest.raises(InvalidCompanyError) as caught:
        await JsonDirectory.load(write(tmp_path, first, second), {})

    lines = str(caught.value).splitlines()
    assert lines[0].startswith("benova/company.json: currency: must match")
    assert lines[1].startswith("medispa/company.json: country: must match")


async def test_two_companies_cannot_share_an_account(tmp_path: Path) -> None:
    thief = company("medispa", chatwoot={"account_id": 7})

    with pytest.raises(
        InvalidCompanyError, match="account_id: benova and medispa share Chatwoot account 7"
    ):
        await JsonDirectory.load(write(tmp_path, BENOVA, thief), {})


async def test_two_companies_cannot_share_a_webhook_token(tmp_path: Path) -> None:
    thief = company("medispa", chatwoot={"webhook_token": "token-of-benova"})

    with pytest.raises(InvalidCompanyError, match="benova and medispa share one webhook token"):
        await JsonDirectory.load(write(tmp_path, BENOVA, thief), {})


async def test_a_webhook_token_that_is_short_or_no_part_of_an_address_is_refused(
    tmp_path: Path,
) -> None:
    files = write(tmp_path, company("benova", chatwoot={"webhook_token": "a/b"}))

    with pytest.raises(InvalidCompanyError, match="webhook_token: must be 8 to 200 letters"):
        await JsonDirectory.load(files, {})


async def test_a_folder_must_bear_its_companys_name(tmp_path: Path) -> None:
    write(tmp_path, BENOVA)
    text = json.dumps({**BENOVA, "company_id": "medispa"})
    (tmp_path / "benova" / "company.json").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidCompanyError, match="company_id: is 'medispa', but the folder is"):
        await JsonDirectory.load(CompanyFiles(folder=tmp_path), {})


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidCompanyError, match="nowhere: cannot be read"):
        await JsonDirectory.load(CompanyFiles(folder=tmp_path / "nowhere"), {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"company_id": "benova", "company_id": "medispa"}', "'company_id' stands twice"),
        ('{"company_id": "benova", "max_context_messages": NaN}', "NaN is no number"),
        ("[" * 200_000, "is not JSON"),
        ("[]", "must hold one JSON object"),
        ("", "is not JSON"),
    ],
)
async def test_a_file_that_is_not_clean_json_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    files = write(tmp_path, BENOVA)
    (tmp_path / "benova" / "company.json").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidCompanyError, match=words):
        await JsonDirectory.load(files, {})


async def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    files = write(tmp_path, BENOVA)
    (tmp_path / "benova" / "company.json").write_bytes(b'{"company_name": "Est\xe9tica"}')

    with pytest.raises(InvalidCompanyError, match="is not UTF-8"):
        await JsonDirectory.load(files, {})
