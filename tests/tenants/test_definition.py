"""How a definition becomes a company, and how its faults are told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tenants.definition import Definition, Fields, tenant_from
from tenants.errors import InvalidCompanyError
from tests.tenants.company_folder import WEEK, company, treatment


def definition(fields: Fields) -> Definition:
    return Definition(company_id="benova", where="benova/company.json", fields=fields)


def test_lengths_of_time_carry_their_unit_in_the_name() -> None:
    fields = company(
        "benova",
        treatments=[treatment(buffer_after_minutes=15, price=890000)],
        agenda={"minimum_notice_hours": 2, "hold_minutes": 8, "horizon_days": 30},
        retention_days=90,
    )

    tenant = tenant_from(definition(fields))

    assert tenant.treatments[0].duration == timedelta(minutes=45)
    assert tenant.treatments[0].buffer_after == timedelta(minutes=15)
    assert tenant.treatments[0].price == Decimal(890000)
    assert tenant.agenda.minimum_notice == timedelta(hours=2)
    assert tenant.agenda.hold == timedelta(minutes=8)
    assert tenant.retention == timedelta(days=90)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"treatments": [treatment(duration=45)]}, "treatments.0.duration: has no unit; write duration_minutes"),
        ({"treatments": [treatment(duration_minutes="45")]}, "treatments.0.duration_minutes: must be a number of minutes"),
        ({"treatments": [treatment(duration_minutes=True)]}, "treatments.0.duration_minutes: must be a number"),
        ({"treatments": [treatment(duration_minutes=1e300)]}, "treatments.0.duration_minutes: must be a number"),
        ({"treatments": [treatment(duration_minutes=0)]}, r"treatments.0 \(botox\): .*must last longer"),
        ({"treatments": [{"id": "botox", "name": "Botox"}]}, r"treatments.0 \(botox\).duration_minutes: is missing"),
        ({"treatments": [treatment(price="mucho")]}, r"treatments.0 \(botox\).price: must be a number"),
        ({"treatments": [treatment(prize=5)]}, r"treatments.0 \(botox\).prize: is no field of a company; did you mean price"),
        ({"treatments": [treatment(staff=["nadie"])]}, "botox names unknown staff: nadie"),
        ({"treatments": [treatment(resources=["sala-2"])], "resources": [{"id": "sala-1", "name": "Sala 1"}]}, "botox names unknown resources: sala-2"),
        ({"treatments": [treatment(), treatment()]}, "treatments: ids stand twice: botox"),
        ({"treatments": [treatment(id="Botox!")]}, r"treatments.0 \(Botox!\).id: must match"),
        ({"staff": [{"id": "ana", "name": "Ana"}, {"id": "ana", "name": "Otra Ana"}]}, "staff: ids stand twice: ana"),
        ({"hours": {"week": {"monday": [{"start": "8 am", "end": "12:00"}]}}}, "hours.week.monday.0.start: must be a time like 08:30"),
        ({"hours": {"week": {"monday": [{"start": "12:00", "end": "08:00"}]}}}, "`end` must be later than `start`"),
        ({"hours": {"week": {"monday": [{"start": "08:00Z", "end": "12:00Z"}]}}}, "carry no zone"),
        ({"hours": {"week": {"monday": [*WEEK["monday"], {"start": "11:00", "end": "13:00"}]}}}, "spans of one day must not overlap"),
        ({"hours": {"week": {"lunes": []}}}, "hours.week.lunes"),
        ({"time_zone": "Bogota"}, "time_zone: is no IANA time zone"),
        ({"languages": ["fr"]}, "languages.0: must be 'es', 'en' or 'pt'"),
        ({"revision": "abc"}, "revision: is computed"),
        ({"emergency": {"number": "call us"}}, "emergency.number"),
        ({"company_name": ""}, "company_name: must have at least 1 character"),
    ],
)  # fmt: skip
def test_a_fault_names_file_field_and_company(fields: Fields, words: str) -> None:
    faulty = definition({**company("benova"), **fields})

    with pytest.raises(InvalidCompanyError, match=words) as caught:
        tenant_from(faulty)

    assert str(caught.value).startswith("benova/company.json: ")
    assert "(company benova" in str(caught.value)


@pytest.mark.parametrize(
    "hostile",
    ["a|b", "*", "../x", "A", "a", "-ab", "benová", "a b", "a:b", "a_b", "a" * 40, "ab\n", "", "clinicdesk", "saq"],
)  # fmt: skip
def test_an_id_that_could_break_out_of_its_keys_is_refused(hostile: str) -> None:
    with pytest.raises(InvalidCompanyError, match="company_id: "):
        tenant_from(definition(company(hostile)))


def test_a_fault_never_shows_the_value_of_a_secret() -> None:
    faulty = definition(
        company("benova", model={"api_key": ["sk-secret"]}, chatwoot={"api_key": {"x": "hush"}})
    )

    with pytest.raises(InvalidCompanyError) as caught:
        tenant_from(faulty)

    assert "sk-secret" not in str(caught.value)
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_every_fault_is_told_by_the_field_that_was_written() -> None:
    treatment = {"id": "botox", "name": "Botox", "duration_hours": "long", "price": "much"}
    faulty = definition(
        company("benova", retention=3, color="red", treatments=[treatment, {"id": "x"}])
    )

    with pytest.raises(InvalidCompanyError) as caught:
        tenant_from(faulty)

    assert caught.value.fields == {
        "retention": "has no unit; write retention_minutes, retention_hours or retention_days",
        "treatments.0.duration_hours": "must be a number of hours",
        "treatments.0.price": "must be a number",
        "treatments.1.name": "is missing",
        "treatments.1.duration_minutes": "is missing",
        "color": "is no field of a company",
    }


def test_a_fault_of_the_whole_is_told_by_its_field() -> None:
    twice = [{"id": "ana", "name": "Ana"}] * 2

    with pytest.raises(InvalidCompanyError) as caught:
        tenant_from(definition(company("benova", staff=twice)))

    assert caught.value.fields == {"staff": "ids stand twice: ana"}


def test_spans_of_a_day_are_put_in_order() -> None:
    spans = [{"start": "14:00", "end": "18:00"}, {"start": "08:00", "end": "12:00"}]

    tenant = tenant_from(definition(company("benova", hours={"week": {"monday": spans}})))

    assert [span.start.hour for span in tenant.hours.week["monday"]] == [8, 14]
