"""A time is chosen: by place, hour, day or button; and another is asked for."""

import pytest

from tests.nodes.guided.harness import Talk


@pytest.mark.parametrize(
    ("pick", "place"),
    [
        ("2", 1),
        ("la 2", 1),
        ("la segunda", 1),
        ("el primero", 0),
        ("la última", -1),
        ("opción 3", 2),
        ("la numero 3 por favor", 2),
    ],
)
async def test_a_slot_is_picked_by_its_place(ana: Talk, pick: str, place: int) -> None:
    await ana.says("quiero agendar limpieza facial el jueves")
    chosen = ana.booking["slots"][place]

    await ana.says(pick)

    assert ana.booking["slot_id"] == chosen["slot_id"]


async def test_a_slot_is_picked_by_its_hour(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves")
    label = next(one["label"] for one in ana.booking["slots"] if "8:00" in one["label"])

    answer = await ana.says("el de las 8")

    assert label in answer


async def test_a_slot_is_picked_by_the_button_s_value(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves")
    chosen = ana.booking["slots"][2]

    answer = await ana.says(chosen["slot_id"])

    assert chosen["label"] in answer


async def test_a_slot_is_picked_by_the_button_s_title(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves")
    title, slot_id = ana.state["options"][1]["title"], ana.state["options"][1]["value"]

    await ana.says(title)

    assert ana.booking["slot_id"] == slot_id


async def test_a_slot_is_picked_by_its_day(ana: Talk) -> None:
    await ana.says("quiero agendar valoración")

    answer = await ana.says("el martes")

    assert "martes 24 de noviembre" in answer
    assert "miércoles" not in answer


async def test_a_yes_to_several_slots_asks_which(ana: Talk) -> None:
    answer = await ana.hears("quiero agendar limpieza facial el jueves", "sí")

    assert "1. " in answer
    assert "slot_id" not in ana.booking or not ana.booking["slot_id"]


async def test_a_day_on_which_the_clinic_is_closed_is_named_with_the_nearest(ana: Talk) -> None:
    answer = await ana.says("quiero agendar limpieza facial el domingo")

    assert "domingo 29 de noviembre no abrimos" in answer
    assert "1. " in answer


async def test_a_holiday_is_named(ana: Talk) -> None:
    answer = await ana.says("quiero agendar limpieza facial el 8 de diciembre")

    assert "festivo" in answer
    assert "1. " in answer


async def test_a_day_that_is_past_is_named(ana: Talk) -> None:
    answer = await ana.says("quiero agendar limpieza facial para ayer")

    assert "ya pasó" in answer
    assert "1. " in answer


async def test_an_hour_outside_opening_is_not_called_a_closed_day(ana: Talk) -> None:
    answer = await ana.says("quiero agendar limpieza facial el jueves a las 9 de la noche")

    assert "A esa hora no atendemos" in answer
    assert "no abrimos" not in answer


async def test_another_day_is_asked_for(ana: Talk) -> None:
    answer = await ana.hears("quiero agendar limpieza facial el jueves", "otro día mejor")

    assert "qué otro día" in answer.lower() or "qué día" in answer.lower()


async def test_later_the_same_day_is_offered(ana: Talk) -> None:
    await ana.says("quiero agendar limpieza facial el jueves a las 9")

    answer = await ana.says("¿tiene más tarde?")

    assert "jueves 26 de noviembre" in answer
    assert "p. m." in answer


async def test_another_hour_at_the_end_changes_the_appointment_to_be(ana: Talk) -> None:
    answer = await ana.hears("quiero agendar limpieza facial el jueves a las 9", "mejor a las 10")

    assert "jueves 26 de noviembre, 10:00 a. m." in answer
    await ana.says("sí")
    assert await ana.booked() == "limpieza-facial, 2026-11-26 10:00, Ana Gómez, +573001234567"


async def test_another_day_at_the_end_changes_the_appointment_to_be(ana: Talk) -> None:
    answer = await ana.hears(
        "quiero agendar limpieza facial el jueves a las 9", "no, mejor el viernes a las 10"
    )

    assert "viernes 27 de noviembre, 10:00 a. m." in answer
