"""The four companies that ship can be used as they are, and their papers agree with their data."""

import re
from decimal import Decimal
from pathlib import Path

import phonenumbers
import pytest

from tenants.bookability import unbookable
from tenants.company_files import SHIPPED, CompanyFiles
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.offer import Treatment
from tenants.shipped_documents import ShippedDocument, documents_with, shipped_documents
from tenants.tenant import Tenant

IDS = ("benova", "dental", "medispa", "wellness")
ACCOUNTS = {"benova": 7, "medispa": 8, "dental": 9, "wellness": 10}
PRICES = {"benova": "precios", "dental": "precios", "medispa": "precios", "wellness": "prices"}
DATED = {"promociones", "promotions"}
EMOJI = re.compile("[\U0001f000-\U0001faff☀-➿]")


@pytest.fixture(params=IDS)
async def tenant(request: pytest.FixtureRequest) -> Tenant:
    return (await JsonDirectory.load(CompanyFiles(), {})).find(request.param)


@pytest.fixture
def documents(tenant: Tenant) -> list[ShippedDocument]:
    return list(shipped_documents(tenant.company_id))


def shown(amount: Decimal, tenant: Tenant) -> str:
    text = f"{amount:,.0f}"
    return f"${text}" if tenant.currency == "USD" else "$ " + text.replace(",", ".")


def price_words(treatment: Treatment, tenant: Tenant) -> str:
    english = tenant.language == "en"
    if treatment.price is None:
        return "After an assessment" if english else "Según valoración"
    lowest = ("from " if english else "desde ") if treatment.price_from else ""
    return lowest + shown(treatment.price, tenant)


def amounts_in(text: str) -> set[str]:
    return {one.rstrip(".,") for one in re.findall(r"\$ ?\d[\d.,]*", text)}


async def test_four_companies_ship_with_their_accounts() -> None:
    directory = await JsonDirectory.load(CompanyFiles(), {})

    accounts = {one.company_id: one.chatwoot.account_id for one in directory.companies()}

    assert accounts == ACCOUNTS


async def test_no_secret_ships(tenant: Tenant) -> None:
    assert tenant.chatwoot.api_key is None
    assert tenant.chatwoot.webhook_token is None
    assert tenant.chatwoot.webhook_secrets == ()
    assert tenant.model.api_key is None


async def test_a_company_says_who_and_where_it_is(tenant: Tenant) -> None:
    numbers = [
        phonenumbers.parse(one, tenant.country)
        for one in (tenant.phone, tenant.emergency.clinic_phone)
    ]

    assert all(phonenumbers.is_possible_number(one) for one in numbers)
    assert tenant.address
    assert tenant.website.startswith("https://")
    assert tenant.how_to_get_there
    assert len(tenant.payment_methods) >= 4


async def test_emergencies_have_the_countrys_number(tenant: Tenant) -> None:
    assert tenant.emergency.number == {"CO": "123", "US": "911"}[tenant.country]
    assert tenant.emergency.self_harm_phone


async def test_every_bookable_treatment_can_be_booked(tenant: Tenant) -> None:
    assert unbookable(tenant) == []
    assert tenant.staff


async def test_every_member_of_the_staff_does_something(tenant: Tenant) -> None:
    named = {one for treatment in tenant.treatments for one in treatment.staff}

    assert named == {member.id for member in tenant.staff}


async def test_treatments_are_described_and_can_be_found(tenant: Tenant) -> None:
    assert 12 <= len(tenant.treatments) <= 20
    assert [one.id for one in tenant.treatments if not one.description] == []
    assert [one.id for one in tenant.treatments if len(one.aliases) < 2] == []


async def test_an_alias_leads_to_few_treatments(tenant: Tenant) -> None:
    aliases = [alias.casefold() for one in tenant.treatments for alias in one.aliases]

    assert [one for one in set(aliases) if aliases.count(one) > 3] == []
    assert [one for one in tenant.treatments if len(set(one.aliases)) < len(one.aliases)] == []


async def test_the_price_list_says_what_the_company_file_says(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    listed = next(one for one in documents if one.category == PRICES[tenant.company_id])
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (\d+) min \| .+ \|$", listed.text, re.MULTILINE)

    assert rows == [
        (one.name, price_words(one, tenant), str(int(one.duration.total_seconds() // 60)))
        for one in tenant.treatments
    ]


async def test_no_paper_names_an_amount_that_the_company_file_lacks(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    notes = "".join(one.price_note + one.deposit_note for one in tenant.treatments)
    known = amounts_in(notes) | {shown(one.price, tenant) for one in tenant.treatments if one.price}

    strange = {
        (one.filename, amount)
        for one in documents
        if one.category not in DATED
        for amount in amounts_in(one.text) - known
    }

    assert strange == set()


async def test_promotions_have_dates_that_a_patient_can_check(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    promotions = next(one for one in documents if one.category in DATED)
    parts = promotions.text.split("\n## ")[1:-1]

    assert len(parts) >= 3
    assert [part for part in parts if not re.search(r"202[67]", part)] == []


async def test_a_regular_price_in_a_promotion_is_the_price(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    promotions = next(one for one in documents if one.category in DATED)
    regular = re.findall(r"(?:Precio habitual|Regular price): (\$ ?\d[\d.,]*\d)", promotions.text)

    assert regular
    assert set(regular) <= {shown(one.price, tenant) for one in tenant.treatments if one.price}


async def test_phones_in_papers_are_the_companys(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    found = {one for doc in documents for one in re.findall(r"\+\d[\d ]+\d", doc.text)}

    assert found == {tenant.phone, tenant.emergency.clinic_phone}


async def test_documents_are_written_to_be_split_by_heading(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    assert 6 <= len(documents) <= 12
    assert [one.filename for one in documents if not one.text.startswith(f"# {one.title}\n")] == []
    assert [one.filename for one in documents if one.text.count("\n## ") < 3] == []
    assert [one.filename for one in documents if one.text.count("\n# ")] == []
    assert 8_000 <= sum(len(one.text.encode()) for one in documents) <= 16_000


async def test_documents_are_told_apart(tenant: Tenant, documents: list[ShippedDocument]) -> None:
    assert len({one.document_id for one in documents}) == len(documents)
    assert len({one.title for one in documents}) == len(documents)
    assert len({one.category for one in documents}) >= 6


async def test_papers_speak_plainly(tenant: Tenant, documents: list[ShippedDocument]) -> None:
    company = (SHIPPED / tenant.company_id / "company.json").read_text(encoding="utf-8")

    assert [one.filename for one in documents if EMOJI.search(one.text)] == []
    assert not EMOJI.search(company)
    assert [one.filename for one in documents if "!" in one.text] == []


async def test_complications_send_to_the_emergency_number(
    tenant: Tenant, documents: list[ShippedDocument]
) -> None:
    advice = next(one for one in documents if one.category in {"complicaciones", "complications"})

    assert tenant.emergency.number in advice.text
    assert tenant.emergency.clinic_phone in advice.text


@pytest.mark.parametrize("hostile", ["../benova", "", "*", "BENOVA", "benova/documents", "nadie"])
def test_a_company_without_documents_has_none(hostile: str) -> None:
    assert list(shipped_documents(CompanyId(hostile))) == []


def test_a_company_of_the_older_files_gets_no_documents_of_ours(tmp_path: Path) -> None:
    older = CompanyFiles(companies_file=tmp_path / "companies_config.json")

    assert list(documents_with(older, CompanyId("benova"))) == []
    assert list(documents_with(CompanyFiles(), CompanyId("benova"))) != []


def test_documents_of_another_folder_are_read_there(tmp_path: Path) -> None:
    place = tmp_path / "benova" / "documents"
    place.mkdir(parents=True)
    (place / "protocolo-laser.md").write_text("# Láser\n\n## Antes\n", encoding="utf-8")

    [document] = shipped_documents(CompanyId("benova"), tmp_path)

    assert document == ShippedDocument(
        document_id="shipped-protocolo-laser",
        filename="protocolo-laser.md",
        title="Láser",
        category="protocolo",
        text="# Láser\n\n## Antes\n",
    )
