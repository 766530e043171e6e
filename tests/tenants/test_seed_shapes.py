"""The older system's two files load, with what has no place here told and left out."""

import json
from datetime import time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from tenants.company_files import CompanyFiles
from tenants.errors import InvalidCompanyError
from tenants.json_directory import JsonDirectory
from tenants.tenant import Tenant

PLAIN = {
    "company_name": "Benova",
    "business_type": "beauty",
    "redis_prefix": "benova:",
    "vectorstore_index": "benova_documents",
    "schedule_service_url": "http://127.0.0.1:4040",
    "sales_agent_name": "María, asesora especializada de Benova",
    "services": "medicina estética",
    "model_name": "gpt-4o-mini",
    "max_tokens": 900,
    "temperature": 0.3,
    "max_context_messages": 12,
    "max_documents": 500,
    "chatwoot_account_id": "7",
    "chatwoot_api_key": "${BOT}",
    "timezone": "America/Bogota",
    "language": "es",
    "subscription_tier": "premium",
    "treatment_durations": {"limpieza facial": 60, "botox": 30},
    "sales_keywords": ["precio", "promoción"],
    "emergency_keywords": ["mareo", "molestia"],
    "_version": 1,
}
HOURS = {"start": "08:00", "end": "18:00"}
EXTENDED = {
    "company_name": "Benova",
    "treatments": {
        "botox": {
            "duration": 30,
            "sessions": 1,
            "deposit": 50000,
            "category": "medicina",
            "agenda_id": "medicina",
            "preparation_time": 10,
            "followup_time": 20,
            "requires_consultation": True,
            "consultation_duration": 15,
            "max_advance_days": 45,
            "min_advance_hours": 12,
        },
        "tratamiento corporal": {"duration": 60, "sessions": 2, "agenda_id": "cosmetologia"},
    },
    "agendas": {
        "medicina": {
            "name": "Agenda Medicina",
            "calendar_id": "medicina@benova.example",
            "working_hours": {"monday": {"start": "09:00", "end": "19:00"}},
            "timezone": "America/Bogota",
            "buffer_time": 10,
            "max_concurrent": 1,
            "categories": ["medicina"],
        },
        "cosmetologia": {
            "name": "Agenda Cosmetología",
            "calendar_id": "cosmetologia@benova.example",
            "working_hours": {"monday": HOURS, "saturday": {"start": "08:00", "end": "14:00"}},
            "max_concurrent": 2,
        },
    },
    "integration_type": "google_calendar",
    "booking_policies": {"cancellation_hours": 48, "allow_same_day": False, "reschedule_limit": 2},
    "required_booking_fields": ["nombre completo"],
}


async def load(folder: Path, plain: object = None, extended: object = None) -> JsonDirectory:
    names = {"companies_file": plain, "extended_file": extended}
    paths = {
        name: folder / f"{name}.json" for name, content in names.items() if content is not None
    }
    for name, path in paths.items():
        path.write_text(json.dumps(names[name]), encoding="utf-8")
    return await JsonDirectory.load(CompanyFiles(**paths), {"BOT": "bot-1"})


async def extended_benova(folder: Path) -> Tenant:
    return (await load(folder, {"benova": PLAIN}, {"benova": EXTENDED})).find("benova")


async def test_a_plain_company_keeps_what_we_know_of_it(tmp_path: Path) -> None:
    tenant = (await load(tmp_path, {"benova": PLAIN})).find("benova")

    assert tenant.company_name == "Benova"
    assert tenant.agent_name == "María"
    assert (tenant.model.name, tenant.model.max_tokens) == ("gpt-4o-mini", 900)
    assert (tenant.model.temperature, tenant.max_context_messages) == (0.3, 12)
    assert tenant.knowledge.max_documents == 500
    assert tenant.chatwoot.account_id == 7
    assert tenant.chatwoot.api_key == SecretStr("bot-1")
    assert tenant.wishes_for("sales").wishes == "Servicios: medicina estética"
    assert tenant.wishes_for("sales").examples == ("precio", "promoción")


async def test_treatments_without_anybodys_hours_are_listed_but_not_booked(tmp_path: Path) -> None:
    tenant = (await load(tmp_path, {"benova": PLAIN})).find("benova")

    facial = tenant.treatment("limpieza-facial")

    assert facial is not None
    assert facial.name == "Limpieza facial"
    assert facial.duration == timedelta(minutes=60)
    assert not facial.bookable


@pytest.mark.parametrize(
    "shape",
    [
        {"benova": PLAIN},
        {"companies": {"benova": PLAIN}},
        {"companies": [{"company_id": "benova", **PLAIN}]},
        [{"company_id": "benova", **PLAIN}],
        {"_comment": "exported", "benova": PLAIN},
    ],
)
async def test_every_shape_of_the_file_loads(tmp_path: Path, shape: object) -> None:
    directory = await load(tmp_path, shape)

    assert directory.by_account(7).company_id == "benova"


async def test_keys_without_a_place_are_named(tmp_path: Path) -> None:
    with capture_logs() as logs:
        await load(tmp_path, {"benova": PLAIN})

    assert [one["ignored"] for one in logs if one["event"] == "seed_keys_ignored"] == [
        ["_version", "emergency_keywords", "schedule_service_url"]
    ]


async def test_a_prefix_of_ones_own_is_told_and_not_used(tmp_path: Path) -> None:
    with capture_logs() as logs:
        await load(tmp_path, {"benova": {**PLAIN, "redis_prefix": "medispa:"}})

    assert [(one["field"], one["used"]) for one in logs if one["event"] == "seed_name_ignored"] == [
        ("redis_prefix", "benova:")
    ]


async def test_underscores_of_an_id_become_hyphens_and_are_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        directory = await load(tmp_path, {"spa_wellness": {"company_name": "Spa"}})

    assert directory.find("spa-wellness").company_name == "Spa"
    assert "seed_company_id_changed" in [one["event"] for one in logs]


async def test_two_ids_that_become_one_are_refused(tmp_path: Path) -> None:
    spa = {"company_name": "Spa"}

    with pytest.raises(InvalidCompanyError, match="spa-norte stands twice"):
        await load(tmp_path, {"spa_norte": spa, "spa-norte": spa})


@pytest.mark.parametrize("hostile", ["a|b", "*", "../x", "A", "clinicdesk", "benová"])
async def test_a_hostile_id_is_refused(tmp_path: Path, hostile: str) -> None:
    with pytest.raises(InvalidCompanyError, match="company_id"):
        await load(tmp_path, {hostile: {"company_name": "Spa"}})


async def test_agendas_become_staff_within_the_hours_of_all(tmp_path: Path) -> None:
    tenant = await extended_benova(tmp_path)

    member = tenant.staff[0]
    assert (member.id, member.name) == ("medicina", "Agenda Medicina")
    assert member.calendar_id == "medicina@benova.example"
    assert member.hours is not None
    assert member.hours.week["monday"][0].end == time(19)
    assert [(span.start, span.end) for span in tenant.hours.week["monday"]] == [(time(8), time(19))]
    assert [span.end for span in tenant.hours.week["saturday"]] == [time(14)]


async def test_treatments_become_ours(tmp_path: Path) -> None:
    tenant = await extended_benova(tmp_path)

    botox = tenant.treatment("botox")

    assert botox is not None
    assert botox.bookable
    assert botox.staff == ("medicina",)
    assert botox.duration == timedelta(minutes=30)
    assert botox.buffer_before == timedelta(minutes=10)
    assert botox.buffer_after == timedelta(minutes=30)
    assert botox.deposit_note == "Abono de $ 50.000 para reservar."
    assert botox.preparation == "Requiere valoración previa."
    assert botox.price is None


async def test_several_sessions_in_a_visit_take_that_much_longer(tmp_path: Path) -> None:
    tenant = await extended_benova(tmp_path)

    body = tenant.treatment("tratamiento-corporal")

    assert body is not None
    assert body.duration == timedelta(minutes=120)


async def test_a_treatment_in_both_files_is_taken_from_the_extended_one(tmp_path: Path) -> None:
    tenant = await extended_benova(tmp_path)

    ids = [treatment.id for treatment in tenant.treatments]

    assert ids == ["botox", "tratamiento-corporal", "limpieza-facial"]


async def test_the_strictest_rule_becomes_the_companys(tmp_path: Path) -> None:
    tenant = await extended_benova(tmp_path)

    assert tenant.agenda.calendar == "google"
    assert tenant.agenda.minimum_notice == timedelta(hours=24)
    assert tenant.agenda.horizon_days == 45
    assert tenant.agenda.cancel_notice == timedelta(hours=48)


async def test_rules_without_a_place_are_named(tmp_path: Path) -> None:
    with capture_logs() as logs:
        await extended_benova(tmp_path)

    ignored = next(one["ignored"] for one in logs if one["event"] == "seed_keys_ignored")
    assert "agendas.cosmetologia.max_concurrent" in ignored
    assert "booking_policies.reschedule_limit" in ignored
    assert "required_booking_fields" in ignored


async def test_an_extended_file_alone_describes_its_companies(tmp_path: Path) -> None:
    directory = await load(tmp_path, extended={"benova": EXTENDED})

    assert [tenant.company_id for tenant in directory.companies()] == ["benova"]


async def test_an_extended_company_that_the_first_file_lacks_is_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        directory = await load(tmp_path, {"benova": PLAIN}, {"medispa": EXTENDED})

    assert [tenant.company_id for tenant in directory.companies()] == ["benova"]
    assert [one["companies"] for one in logs if one["event"] == "extended_companies_ignored"] == [
        ["medispa"]
    ]


async def test_our_own_shape_may_stand_in_the_older_file(tmp_path: Path) -> None:
    ours = {
        "company_name": "Benova",
        "hours": {"week": {"monday": [HOURS]}},
        "staff": [{"id": "ana", "name": "Ana"}],
        "treatments": [{"id": "botox", "name": "Botox", "duration_minutes": 45, "price": 900000}],
        "agenda": {"hold_minutes": 5},
        "retention_days": 30,
    }

    tenant = (await load(tmp_path, {"benova": ours})).find("benova")

    assert tenant.treatments[0].duration == timedelta(minutes=45)
    assert tenant.agenda.hold == timedelta(minutes=5)
    assert tenant.retention == timedelta(days=30)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ("benova", "must hold companies by id"),
        ({"benova": []}, "benova: must be an object"),
        ([{"company_name": "Sin id"}], "company_id: is missing"),
        ({"benova": {"company_id": "medispa"}}, "company_id: is missing or another"),
        ({"benova": {"company_name": "B", "treatments": {"botox": 30}}}, "treatments.botox: must be an object"),
        ({"benova": {"company_name": "B", "treatments": {"botox": {"duration": "30"}}}}, "treatments.botox.duration: must be a number of minutes"),
        ({"benova": {"company_name": "B", "agendas": {"a1": {"working_hours": {"lunes": HOURS}}}}}, "staff.0"),
        ({"benova": {"company_name": "B", "agendas": {"a1": {"working_hours": ["lunes"]}}}}, "agendas.a1: working_hours: must be an object"),
        ({"benova": {}}, "company_name: is missing"),
    ],
)  # fmt: skip
async def test_a_fault_names_file_and_field(tmp_path: Path, plain: object, words: str) -> None:
    with pytest.raises(InvalidCompanyError, match=words) as caught:
        await load(tmp_path, plain)

    assert str(caught.value).startswith("companies_file.json")


async def test_a_file_that_is_named_but_missing_is_an_error(tmp_path: Path) -> None:
    files = CompanyFiles(companies_file=tmp_path / "companies_config.json")

    with pytest.raises(InvalidCompanyError, match=r"companies_config\.json: cannot be read"):
        await JsonDirectory.load(files, {})
