"""The two companies of the safety tests, and those that ship."""

from functools import cache

from tenants.company_files import CompanyFiles
from tenants.definition import tenant_from
from tenants.tenant import Tenant

OPEN = [{"start": "08:00", "end": "18:00"}]

BENOVA = Tenant.model_validate(
    {
        "company_id": "benova",
        "company_name": "Benova",
        "phone": "+57 601 555 0101",
        "website": "https://benova.co",
        "address": "Cra. 15 # 93-60, Bogotá",
        "emergency": {
            "number": "123",
            "clinic_phone": "+57 300 555 0100",
            "self_harm_phone": "106",
        },
        "hours": {
            "week": {
                **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), OPEN),
                "saturday": [{"start": "08:00", "end": "13:00"}],
            }
        },
        "treatments": [
            {"id": "botox", "name": "Toxina botulínica", "duration": 30, "price": "450000"},
            {
                "id": "labios",
                "name": "Relleno de labios",
                "duration": 45,
                "price": "900000",
                "price_from": True,
                "deposit_note": "Se separa con un abono de $ 100.000",
            },
            {
                "id": "limpieza",
                "name": "Limpieza facial",
                "duration": 60,
                "price": "120000",
                "price_note": "10 % de descuento pagando en efectivo",
            },
        ],
    }
)

MEDISPA = Tenant.model_validate(
    {
        "company_id": "medispa",
        "company_name": "MediSpa",
        "languages": ["en"],
        "country": "US",
        "currency": "USD",
        "phone": "+1 305 555 0142",
        "website": "https://medispa.example.com",
        "emergency": {
            "number": "911",
            "texts": {
                "vision": "Llame al $number ya.",
                "vision.en": "Call $number. $company_name knows. Fee: $5, $unknown.",
            },
        },
        "hours": {"week": {"tuesday": [{"start": "10:00", "end": "19:00"}]}},
        "treatments": [{"id": "botox", "name": "Botox", "duration": 30, "price": "320"}],
    }
)


@cache
def shipped(company_id: str) -> Tenant:
    """Return a company as it ships."""
    definition = CompanyFiles().find(company_id)
    assert definition is not None, company_id
    return tenant_from(definition)
