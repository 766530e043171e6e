"""Which treatments could never be booked."""

from tenants.bookability import unbookable
from tenants.definition import Definition, tenant_from
from tests.tenants.company_folder import WEEK, company, treatment

ANA = {"id": "ana", "name": "Ana"}


def never_booked(**fields: object) -> list[str]:
    whole = company("benova", **{"hours": {"week": WEEK}, "staff": [ANA], **fields})
    definition = Definition(company_id="benova", where="benova/company.json", fields=whole)
    return list(unbookable(tenant_from(definition)))


def test_a_treatment_that_fits_into_somebodys_hours_can_be_booked() -> None:
    assert never_booked(treatments=[treatment(duration_minutes=240)]) == []


def test_buffers_need_time_too() -> None:
    long = treatment(duration_minutes=220, buffer_before_minutes=10, buffer_after_minutes=20)

    assert never_booked(treatments=[long]) == ["botox"]


def test_without_staff_nothing_can_be_booked() -> None:
    assert never_booked(staff=[], treatments=[treatment()]) == ["botox"]


def test_hours_of_staff_count_only_while_the_clinic_is_open() -> None:
    late = {**ANA, "hours": {"week": {"monday": [{"start": "11:30", "end": "20:00"}]}}}

    assert never_booked(staff=[late], treatments=[treatment()]) == ["botox"]


def test_only_who_does_a_treatment_counts() -> None:
    off = {"id": "eva", "name": "Eva", "hours": {"week": {}}}

    assert never_booked(staff=[ANA, off], treatments=[treatment(staff=["eva"])]) == ["botox"]


def test_what_is_not_for_booking_is_not_missed() -> None:
    assert never_booked(staff=[], treatments=[treatment(bookable=False)]) == []
