"""What a patient in the middle of a booking means."""

from datetime import UTC, datetime, timedelta

import pytest

from nodes.booking_answer import fresh, reading_of
from nodes.state import Booking

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("a las 3", "slot"),
        ("la segunda", "slot"),
        ("2", "slot"),
        ("esa", "slot"),
        ("¿puede ser a las 4?", "slot"),
        ("¿tienen el viernes en la tarde?", "slot"),
        ("mejor el jueves", "day"),
        ("15/12", "day"),
        ("the second one", "slot"),
        ("tomorrow at 10", "day"),
        ("sí", "confirm"),
        ("sí, por favor", "confirm"),
        ("vale", "confirm"),
        ("dale, perfecto", "confirm"),
        ("that works", "confirm"),
        ("no", "confirm"),
        ("Laura Gómez", "name"),
        ("soy Laura Gómez Pérez", "name"),
        ("300 123 4567", "phone"),
        ("+57 (300) 123-4567", "phone"),
        ("toxina", "treatment"),
        ("me queda mejor la primera", "slot"),
        ("👍", "confirm"),
    ],
)
def test_what_was_asked_for_is_an_answer(text: str, waiting: str) -> None:
    assert reading_of(text, _waiting(waiting)) == "answer"


@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("¿y cuánto cuesta?", "slot"),
        ("y cuanto vale", "name"),
        ("¿duele mucho?", "slot"),
        ("¿dónde quedan?", "phone"),
        ("sí, ¿y puedo pagar con tarjeta?", "confirm"),
        ("how much is it?", "slot"),
        ("where are you located?", "confirm"),
        ("does it hurt?", "name"),
    ],
)
def test_a_question_about_something_else_leaves_the_booking(text: str, waiting: str) -> None:
    assert reading_of(text, _waiting(waiting)) == "aside"


@pytest.mark.parametrize("text", ["¿la doctora es buena?", "estuve pensando en otra cosa"])
def test_what_could_be_either_is_left_to_others(text: str) -> None:
    assert reading_of(text, _waiting("slot")) == "unsure"


@pytest.mark.parametrize(("hours", "still"), [(0, True), (11, True), (13, False)])
def test_a_booking_waits_overnight_and_no_longer(hours: int, *, still: bool) -> None:
    booking = _waiting("slot") | {"since": (NOW - timedelta(hours=hours)).isoformat()}

    assert fresh(booking, NOW) is still


@pytest.mark.parametrize("booking", [None, {}, {"waiting_for": "slot"}, {"since": "x"}])
def test_a_booking_that_waits_for_nothing_is_none(booking: Booking | None) -> None:
    assert fresh(booking, NOW) is False


def _waiting(waiting: str) -> Booking:
    return Booking(waiting_for=waiting, since=NOW.isoformat())  # type: ignore[typeddict-item] # The parameters are strings.
