"""The clinic's calendar does not answer: the patient is told plainly, and a person gets the request."""

from collections.abc import Callable
from typing import Any

import pytest

from agenda.appointment import Appointment, Patient
from agenda.errors import CalendarAwayError
from agenda.local_agenda import LocalAgenda
from integrations.redis import Client
from tenants.ids import UserId
from tenants.json_directory import JsonDirectory
from tests.nodes.guided.harness import MONDAY, Shared, Talk, moment
from tools.context import Context


class NeverLooks(LocalAgenda):
    """An agenda whose calendar cannot be read."""

    async def look(self, *_args: Any, **_words: Any) -> Any:
        raise CalendarAwayError


class NeverBooks(LocalAgenda):
    """An agenda whose calendar takes nothing in."""

    async def book(
        self, user: UserId, slot_id: str, patient: Patient, *, exempt: bool = False
    ) -> Appointment:
        raise CalendarAwayError


Begin = Callable[[type[LocalAgenda], str], Talk]


@pytest.fixture
def begin(redis: Client, shared: Shared, directory: JsonDirectory) -> Begin:
    def talk(kind: type[LocalAgenda], language: str) -> Talk:
        tenant = directory.find("benova")
        context = Context(
            company_id="benova",
            user_id="u1",
            patient_name="Ana Gómez",
            patient_phone="+573001234567",
            language=language,
        )
        agenda = kind(redis, tenant, lambda: moment(MONDAY))
        return Talk(tenant, redis, shared, moment(MONDAY), context, agenda)

    return talk


async def test_who_asks_for_a_time_hears_that_the_calendar_is_away(begin: Begin) -> None:
    ana = begin(NeverLooks, "es")

    answer = await ana.says("agéndeme limpieza facial el jueves a las 9 de la mañana")

    assert "la agenda no responde" in answer
    assert "persona del equipo" in answer
    assert ana.state["handoff"] is not None
    assert "limpieza" in str(ana.state["messages"])


async def test_who_confirms_is_not_told_that_anything_was_booked(begin: Begin) -> None:
    ana = begin(NeverBooks, "es")
    await ana.says("agéndeme limpieza facial el jueves a las 9 de la mañana")

    answer = await ana.says("sí")

    assert "no quedó nada agendado" in answer
    assert ana.state["handoff"] is not None
    assert "limpieza-facial" in ana.state["handoff"]["summary"]
    assert "9:00" in ana.state["handoff"]["summary"]
    assert await ana.appointments() == []


async def test_the_same_in_english(begin: Begin) -> None:
    ana = begin(NeverLooks, "en")

    answer = await ana.says("I'd like to book botox on Thursday at 9 am")

    assert "calendar is not answering" in answer
    assert ana.state["handoff"] is not None
