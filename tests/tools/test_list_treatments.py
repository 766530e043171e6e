"""Prices come from the company's list, found by whatever the patient calls the treatment."""

from datetime import timedelta
from decimal import Decimal

import pytest

from integrations.clock import Clock
from integrations.redis import Client
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from tenants.ids import CompanyId
from tenants.offer import Treatment
from tenants.tenant import Tenant
from tests.fakes.closed_agenda import ClosedAgenda
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.tools.calling import call
from tools.context import Context
from tools.desk import Desk
from tools.list_treatments import list_treatments

HALF_HOUR = timedelta(minutes=30)
BENOVA = Tenant(
    company_id=CompanyId("benova"),
    company_name="Benova",
    treatments=(
        Treatment(
            id="botox",
            name="Toxina botulínica, tercio superior",
            aliases=("botox", "toxina", "arrugas de la frente"),
            category="Inyectables faciales",
            duration=HALF_HOUR,
            price=Decimal(890000),
            preparation="No tome aspirina la semana anterior.",
        ),
        Treatment(
            id="labios",
            name="Ácido hialurónico en labios",
            aliases=("labios", "relleno de labios"),
            category="Inyectables faciales",
            duration=HALF_HOUR,
            price=Decimal(1250000),
            price_from=True,
        ),
        Treatment(
            id="limpieza",
            name="Limpieza facial profunda",
            category="Piel",
            duration=HALF_HOUR,
            price=Decimal(180000),
        ),
        Treatment(id="hilos", name="Hilos tensores", duration=HALF_HOUR, bookable=False),
    ),
)
MEDISPA = Tenant(
    company_id=CompanyId("medispa"),
    company_name="Medispa",
    languages=("en", "es"),
    country="US",
    currency="USD",
    treatments=(
        Treatment(
            id="deep-tissue",
            name="Deep tissue massage",
            aliases=("sports massage",),
            duration=HALF_HOUR,
            price=Decimal("1095.50"),
        ),
        Treatment(id="facial", name="Glow facial", duration=HALF_HOUR, price=Decimal(1100)),
    ),
)


@pytest.fixture
def desk_of(redis: Client, clock: Clock) -> dict[str, Desk]:
    embedder = HashingEmbedder()
    return {
        tenant.company_id: Desk(
            tenant=tenant,
            library=CompanyLibrary(tenant, redis, OneEmbedder(embedder)),
            agenda=ClosedAgenda(),
            clock=clock,
        )
        for tenant in (BENOVA, MEDISPA)
    }


def patient(company: str, language: str = "") -> Context:
    return Context(company_id=company, user_id="7", language=language)


async def test_the_price_is_written_as_the_country_writes_it(desk_of: dict[str, Desk]) -> None:
    state = await call(list_treatments(desk_of["benova"]), {"query": "botox"}, patient("benova"))

    message = state["messages"][-1]
    facts = message.artifact["treatments"]
    assert [one["price_text"] for one in facts] == ["$ 890.000"]
    assert facts[0]["duration_minutes"] == 30
    assert facts[0]["preparation"] == "No tome aspirina la semana anterior."
    assert "$ 890.000" in message.content


async def test_dollars_have_their_cents_and_commas(desk_of: dict[str, Desk]) -> None:
    state = await call(list_treatments(desk_of["medispa"]), {}, patient("medispa"))

    facts = state["messages"][-1].artifact["treatments"]
    assert [one["price_text"] for one in facts] == ["$1,095.50", "$1,100"]


@pytest.mark.parametrize(
    ("language", "text"), [("", "desde $ 1.250.000"), ("en", "from $ 1.250.000")]
)
async def test_a_lowest_price_says_from_in_the_patients_language(
    desk_of: dict[str, Desk], language: str, text: str
) -> None:
    context = patient("benova", language)

    state = await call(list_treatments(desk_of["benova"]), {"query": "labios"}, context)

    assert state["messages"][-1].artifact["treatments"][0]["price_text"] == text


async def test_what_is_valued_in_person_has_no_price(desk_of: dict[str, Desk]) -> None:
    tool = list_treatments(desk_of["benova"])

    state = await call(tool, {"query": "hilos"}, patient("benova"))

    facts = state["messages"][-1].artifact["treatments"]
    assert [(one["price_text"], one["bookable"]) for one in facts] == [("", False)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["botox", "labios", "limpieza", "hilos"]),
        ("precios", ["botox", "labios", "limpieza", "hilos"]),
        ("labios", ["labios"]),
        ("BÓTOX", ["botox"]),
        ("votox", ["botox"]),
        ("limpiesa fasial", ["limpieza"]),
        ("limpieza", ["limpieza"]),
        ("acido ialuronico", ["labios"]),
        ("cuanto vale el relleno de labios?", ["labios"]),
        ("inyectables", ["botox", "labios"]),
        ("deep-tissue", []),
        ("trasplante de riñón", []),
        ("'; DROP TABLE *|(@x:{y})", []),
    ],
)
async def test_a_treatment_is_found_as_patients_call_it(
    desk_of: dict[str, Desk], query: str, ids: list[str]
) -> None:
    state = await call(list_treatments(desk_of["benova"]), {"query": query}, patient("benova"))

    assert [one["id"] for one in state["messages"][-1].artifact["treatments"]] == ids


async def test_what_the_clinic_does_not_offer_is_said_with_what_it_does(
    desk_of: dict[str, Desk],
) -> None:
    tool = list_treatments(desk_of["benova"])

    state = await call(tool, {"query": "liposucción"}, patient("benova"))

    content = state["messages"][-1].content
    assert "nothing called" in content
    assert "Hilos tensores" in content
    assert "massage" not in content
