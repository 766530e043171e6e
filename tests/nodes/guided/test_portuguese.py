"""The same desk in Portuguese: a clinic in São Paulo that also answers in Spanish."""

import pytest

from integrations.redis import Client
from tenants.json_directory import JsonDirectory
from tests.nodes.guided.harness import Shared, Talk, moment
from tools.context import Context

MORNING = "2026-11-23T10:00:00-03:00"


@pytest.fixture
def bia(redis: Client, shared: Shared, directory: JsonDirectory) -> Talk:
    """Bia writes from the web: nothing is known of her."""
    shipped = directory.find("benova")
    said = {
        "languages": ("pt", "es"), "country": "BR", "currency": "BRL", "time_zone": "America/Sao_Paulo",
        "emergency": shipped.emergency.model_copy(update={"number": "192", "texts": {}}),
    }  # fmt: skip
    clinic = type(shipped).model_validate({**shipped.model_dump(), **said})
    context = Context(company_id="benova", user_id="bia")
    return Talk(clinic, redis, shared, moment(MORNING), context)


async def test_a_greeting(bia: Talk) -> None:
    answer = await bia.says("Oi, bom dia")

    assert "Bom dia" in answer
    assert "assistente virtual" in answer


async def test_a_price(bia: Talk) -> None:
    answer = await bia.says("Oi, quanto custa o botox?")

    assert "R$" in answer
    assert "890.000" in answer
    assert "minutos" in answer


async def test_the_hours(bia: Talk) -> None:
    answer = await bia.says("que horas vocês abrem no sábado?")

    assert "sábado" in answer
    assert "atendemos das" in answer


async def test_where_it_is(bia: Talk) -> None:
    answer = await bia.says("onde fica a clínica?")

    assert answer.startswith("Estamos em")


async def test_a_whole_booking(bia: Talk) -> None:
    assert "Qual tratamento" in await bia.says("Oi, queria marcar uma consulta")
    assert "tenho:" in await bia.says("botox")
    answer = await bia.says("na sexta às 10h")
    assert "sexta-feira, 27 de novembro, 10:00, com a Dra." in answer
    assert "celular" in await bia.says("meu nome é Beatriz Almeida")
    answer = await bia.says("(11) 98765-4321")
    assert "Valor: R$ 890.000" in answer
    answer = await bia.says("sim, pode confirmar")

    assert "Sua consulta está confirmada" in answer
    (kept,) = await bia.appointments()
    assert (kept.patient.name, kept.patient.phone) == ("Beatriz Almeida", "+5511987654321")
    assert f"{kept.start.astimezone(bia.tenant.zone):%m-%d %H:%M}" == "11-27 10:00"


async def test_an_emergency(bia: Talk) -> None:
    answer = await bia.says("fiz preenchimento ontem e não estou enxergando direito")

    assert bia.agent == "emergency"
    assert "Ligue agora para o *192*" in answer


async def test_a_person(bia: Talk) -> None:
    answer = await bia.says("quero falar com uma atendente")

    assert "hand_to_human" in bia.names_called
    assert "equipe" in answer


async def test_moved_and_cancelled(bia: Talk) -> None:
    booked = ("quero agendar botox para sexta às 10h", "Beatriz Almeida", "(11) 98765-4321", "sim")
    await bia.hears(*booked)

    await bia.hears("quero remarcar para segunda às 11h", "sim")
    (kept,) = await bia.appointments()
    assert f"{kept.start.astimezone(bia.tenant.zone):%m-%d %H:%M}" == "11-30 11:00"

    answer = await bia.hears("quero desmarcar minha consulta", "sim")
    assert "cancelada" in answer
    assert await bia.appointments() == []


async def test_the_second_of_the_times_offered(bia: Talk) -> None:
    offered = await bia.says("tem vaga amanhã de manhã para limpieza facial?")

    answer = await bia.says("a segunda")

    second = next(line for line in offered.splitlines() if line.startswith("2."))
    assert second.removeprefix("2. ") in answer


async def test_spanish_is_answered_in_spanish(bia: Talk) -> None:
    answer = await bia.says("Hola, ¿cuánto cuesta el botox?")

    assert "cuesta" in answer or "El valor" in answer
