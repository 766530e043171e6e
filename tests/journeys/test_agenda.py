"""From webhook to calendar: what patients do with appointments, in both languages, with and without a model.

The guided agent's companies are booked in (a fake) Google Calendar, the model's in our own.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from agenda.opening import is_holiday
from tests.fakes.google_calendar import AWAY, FakeGoogle
from tests.fakes.serve import serve
from tests.journeys.clinics import Clinic
from tests.journeys.house import House, Patient, house
from tests.journeys.models import APPOINTMENT, Plan, Planned

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

STAFF = tuple(f"person-{number}@clinic.example" for number in range(5))
FAR = {"horizon_days": 150, "cancel_notice_hours": 0}


def a_holiday(country: str) -> str:
    """Return the next public holiday that is no Sunday, as ISO."""
    days = (datetime.now(UTC).date() + timedelta(days=ahead) for ahead in range(2, 145))
    return next(day for day in days if is_holiday(country, day) and day.weekday() < 5).isoformat()


@dataclass(frozen=True)
class Journey:
    """What a patient writes, what the last answers say, and what they have at the end."""

    name: str
    turns: Sequence[str]
    says: Sequence[str]
    has: Sequence[str] = ()
    """Ids of treatments, in the order of their times."""


SPANISH = [
    Journey("book", ["Quiero una cita de limpieza facial", "1", "sí"], ["quedó confirmada"], ["limpieza-facial"]),
    Journey("change of mind", ["Quiero una cita de limpieza facial", "2", "mejor un peeling", "sí"], ["Peeling químico"], ["peeling-quimico"]),
    Journey("never mind", ["Quiero una cita de limpieza facial", "2", "ya no quiero, gracias"], ["uando quiera"]),
    Journey("price in the middle", ["Quiero una cita de limpieza facial", "¿cuánto vale?", "1", "sí"], ["$ 180.000", "quedó confirmada"], ["limpieza-facial"]),
    Journey("move", ["Quiero una cita de limpieza facial", "1", "sí", "quiero cambiar mi cita para la otra semana", "2", "sí"], ["quedó para"], ["limpieza-facial"]),
    Journey("cancel", ["Quiero una cita de limpieza facial", "1", "sí", "quiero cancelar mi cita", "sí"], ["cancelada"]),
    Journey("someone else's", ["¿a qué hora es la cita de mi esposo Carlos?"], ["no comparto datos ni citas de otras personas"]),
    Journey("closed day", ["una limpieza facial el domingo"], ["no abrimos"]),
    Journey("holiday", [f"una limpieza facial el {a_holiday('CO')}"], ["es festivo y no abrimos"]),
    Journey("past date", ["agéndeme una limpieza facial ayer"], ["ya pasó"]),
    Journey("two treatments", ["quiero limpieza facial y peeling", "1", "1", "sí", "1", "sí"], ["Seguimos con Peeling"], ["limpieza-facial", "peeling-quimico"]),
]  # fmt: skip
ENGLISH = [
    Journey("book", ["I'd like to book a deep cleansing facial", "1", "yes"], ["is confirmed"], ["deep-cleansing-facial"]),
    Journey("change of mind", ["I'd like to book a deep cleansing facial", "2", "a chemical peel instead", "yes"], ["Chemical peel"], ["chemical-peel"]),
    Journey("never mind", ["I'd like to book a deep cleansing facial", "2", "never mind, thanks"], ["whenever"]),
    Journey("price in the middle", ["I'd like to book a deep cleansing facial", "how much is it?", "1", "yes"], ["$145", "is confirmed"], ["deep-cleansing-facial"]),
    Journey("move", ["I'd like to book a deep cleansing facial", "1", "yes", "I want to move my appointment to next week", "2", "yes"], ["is now"], ["deep-cleansing-facial"]),
    Journey("cancel", ["I'd like to book a deep cleansing facial", "1", "yes", "cancel my appointment", "yes"], ["cancel"]),
    Journey("someone else's", ["What time is my husband's appointment? show me appointments of my husband"], ["other people's"]),
    Journey("closed day", ["a deep cleansing facial on Sunday"], ["closed"]),
    Journey("holiday", [f"a deep cleansing facial on {a_holiday('US')}"], ["holiday"]),
    Journey("past date", ["book a deep cleansing facial yesterday"], ["past"]),
    Journey("two treatments", ["I want a deep cleansing facial and a chemical peel", "1", "1", "yes", "1", "yes"], ["Now Chemical peel"], ["deep-cleansing-facial", "chemical-peel"]),
]  # fmt: skip

FACIAL = {"treatment": "limpieza-facial"}
PLANS = {
    "quiero una limpieza": Plan([("find_slots", FACIAL)], "Tengo estos espacios, ¿cuál le sirve?"),
    "el uno": Plan([("hold_slot", {"slot_id": "1"})], "Se lo aparto. ¿Lo confirmo?"),
    "mejor un peeling": Plan([("find_slots", {"treatment": "peeling-quimico"}), ("hold_slot", {"slot_id": "1"})], "¿Le confirmo el peeling?"),
    "¿cuánto vale?": Plan([("list_treatments", {"query": "limpieza facial"})], "La limpieza facial vale $ 180.000. ¿Le aparto el uno?"),
    "sí, confirmo": Plan([("book_appointment", {"name": "Laura Gómez"})], "Listo, su cita quedó agendada."),
    "cambie mi cita": Plan([("my_appointments", {}), ("find_slots", {**FACIAL, "when": "la otra semana"})], "¿El primero?"),
    "el primero": Plan([("my_appointments", {}), ("move_appointment", {"appointment_id": APPOINTMENT, "slot_id": "1"})], "Listo, su cita cambió."),
    "cancele mi cita": Plan([("my_appointments", {}), ("cancel_appointment", {"appointment_id": APPOINTMENT})], "Listo, su cita queda cancelada."),
    "cancele la de Carlos": Plan([("cancel_appointment", {"appointment_id": "000000000000000000000000"})], "No encuentro esa cita."),
    "el domingo": Plan([("find_slots", {**FACIAL, "when": "el domingo"})], "El domingo no abrimos."),
    "y un peeling": Plan([("find_slots", {"treatment": "peeling-quimico"}), ("hold_slot", {"slot_id": "2"})], "¿Lo confirmo?"),
    "a las 3 de la mañana": Plan([("hold_slot", {"slot_id": "2026-12-01T03:00"})], "Ese no lo tengo."),
}  # fmt: skip
BY_MODEL = [
    Journey("book", ["quiero una limpieza", "el uno", "sí, confirmo"], ["quedó agendada"], ["limpieza-facial"]),
    Journey("change of mind", ["quiero una limpieza", "el uno", "mejor un peeling", "sí, confirmo"], ["quedó agendada"], ["peeling-quimico"]),
    Journey("price in the middle", ["quiero una limpieza", "¿cuánto vale?", "el uno", "sí, confirmo"], ["$ 180.000", "quedó agendada"], ["limpieza-facial"]),
    Journey("move", ["quiero una limpieza", "el uno", "sí, confirmo", "cambie mi cita", "el primero"], ["cambió"], ["limpieza-facial"]),
    Journey("cancel", ["quiero una limpieza", "el uno", "sí, confirmo", "cancele mi cita"], ["cancelada"]),
    Journey("someone else's", ["cancele la de Carlos"], ["No encuentro"]),
    Journey("closed day", ["el domingo"], ["no abrimos"]),
    Journey("an invented time", ["quiero una limpieza", "a las 3 de la mañana", "sí, confirmo"], []),
    Journey("two treatments", ["quiero una limpieza", "el uno", "sí, confirmo", "y un peeling", "sí, confirmo"], ["quedó agendada"], ["limpieza-facial", "peeling-quimico"]),
]  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """The deployment, Google, and the companies."""

    house: House
    google: FakeGoogle
    spanish: Clinic
    english: Clinic
    thinking: Clinic

    def events(self, patient: Patient) -> list[dict[str, Any]]:
        """Return a patient's events in Google."""
        user = str(patient.place.contact.id)
        return [
            event
            for calendar in STAFF
            for event in self.google.live(calendar)
            if event["extendedProperties"]["private"]["patient"] == user
        ]

    async def has(self, patient: Patient) -> list[str]:
        """Return what a patient has booked, as the clinic's people see it."""
        found = await self.house.get(
            "/api/appointments",
            company_id=patient.clinic.id,
            user_id=str(patient.place.contact.id),
            status="booked",
        )
        return sorted(one["treatment_id"] for one in found["appointments"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Start one server for all journeys; patients' messages are answered at once."""
    google = FakeGoogle(*STAFF)
    async with serve(google.app) as url:
        there = {
            "calendar": "google",
            "google_credentials": google.tokens.service_account(url),
            "google_endpoint": f"{url}/calendar/v3/",
            **FAR,
        }
        spanish = Clinic(id="benova", account=7, burst_seconds=0, agenda=there, calendars=STAFF)
        english = Clinic(
            id="wellness",
            account=10,
            like="wellness",
            burst_seconds=0,
            agenda=there,
            calendars=STAFF,
        )
        model = {"name": "planned", "fallback": "planned"}
        thinking = Clinic(id="thinking", account=20, burst_seconds=0, model=model, agenda=FAR)
        clinics = (spanish, english, thinking)
        folder = tmp_path_factory.mktemp("agenda")
        async with house(folder, *clinics, respond=Planned(PLANS)) as deployment:
            await deployment.serve()
            yield Scene(deployment, google, *clinics)


async def walked(patient: Patient, journey: Journey) -> str:
    """Write a journey's turns, each after the answer to the one before; return the answers."""
    return "\n".join([await patient.hears(turn) for turn in journey.turns])


@pytest.mark.parametrize("journey", SPANISH, ids=lambda one: one.name)
async def test_a_journey_in_spanish_ends_in_the_clinics_google_calendar(
    scene: Scene, journey: Journey
) -> None:
    laura = scene.house.patient(scene.spanish)

    heard = await walked(laura, journey)

    assert [words for words in journey.says if words not in heard] == []
    assert await scene.has(laura) == sorted(journey.has)
    assert len(scene.events(laura)) == len(journey.has)


@pytest.mark.parametrize("journey", ENGLISH, ids=lambda one: one.name)
async def test_a_journey_in_english_ends_in_the_clinics_google_calendar(
    scene: Scene, journey: Journey
) -> None:
    jane = scene.house.patient(scene.english, name="Jane Miller")

    heard = await walked(jane, journey)

    assert [words for words in journey.says if words not in heard] == []
    assert await scene.has(jane) == sorted(journey.has)
    assert len(scene.events(jane)) == len(journey.has)


@pytest.mark.parametrize("journey", BY_MODEL, ids=lambda one: one.name)
async def test_a_journey_with_a_model_ends_in_the_agenda(scene: Scene, journey: Journey) -> None:
    laura = scene.house.patient(scene.thinking)

    heard = await walked(laura, journey)

    assert [words for words in journey.says if words not in heard] == []
    assert await scene.has(laura) == sorted(journey.has)


async def test_a_time_that_somebody_took_brings_the_next_ones(scene: Scene) -> None:
    laura, ana = (
        scene.house.patient(scene.spanish),
        scene.house.patient(scene.spanish, name="Ana Ríos"),
    )
    await laura.hears("Quiero una cita de limpieza facial")
    await ana.hears("Quiero una cita de limpieza facial")
    await ana.hears("1")
    await ana.hears("sí")

    answer = await laura.hears("1")

    assert "ya no está disponible" in answer
    assert "\n1. " in answer
    assert scene.events(laura) == []


async def test_while_google_is_away_the_wish_goes_to_a_person_and_is_booked_once_after(
    scene: Scene,
) -> None:
    laura = scene.house.patient(scene.spanish)
    await laura.hears("Quiero una cita de limpieza facial")
    await laura.hears("1")
    scene.google.refuses = lambda _method, _path: AWAY

    told = await laura.hears("sí")
    await scene.house.quiet()
    scene.google.refuses = lambda _method, _path: None

    assert "la agenda no responde, así que no quedó nada agendado" in told
    assert laura.kept.place.status == "open"
    assert "Limpieza facial" in laura.notes()[-1] or "limpieza-facial" in laura.notes()[-1]
    assert scene.events(laura) == []

    laura.gives_back()
    await laura.hears("Quiero una cita de limpieza facial")
    await laura.hears("1")
    booked = await laura.hears("sí")

    assert "quedó confirmada" in booked
    assert len(scene.events(laura)) == 1
