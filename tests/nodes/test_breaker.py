"""A model that is down is left alone for a while."""

from datetime import timedelta

from nodes.breaker import FIRST_PAUSE, Breaker
from tests.agenda.clinics import MovingClock


def test_one_failure_leaves_it_in_use() -> None:
    breaker = Breaker(MovingClock())

    breaker.failed()

    assert breaker.admit()


def test_two_failures_in_a_row_give_it_a_rest() -> None:
    breaker = Breaker(MovingClock())

    breaker.failed()
    breaker.failed()

    assert not breaker.admit()


def test_one_silence_is_enough() -> None:
    breaker = Breaker(MovingClock())

    breaker.failed(silent=True)

    assert not breaker.admit()


def test_a_success_between_two_failures_forgives_the_first() -> None:
    breaker = Breaker(MovingClock())

    breaker.failed()
    breaker.succeeded()
    breaker.failed()

    assert breaker.admit()


def test_after_the_rest_one_turn_tries_alone() -> None:
    clock = MovingClock()
    breaker = Breaker(clock)
    breaker.failed()
    breaker.failed()

    clock.pass_by(FIRST_PAUSE)

    assert breaker.admit()
    assert not breaker.admit()


def test_each_rest_is_longer_than_the_one_before() -> None:
    clock = MovingClock()
    breaker = Breaker(clock)
    breaker.failed()
    breaker.failed()
    clock.pass_by(FIRST_PAUSE)
    breaker.failed()

    clock.pass_by(FIRST_PAUSE)

    assert not breaker.admit()


def test_a_pause_that_the_server_asked_for_is_kept() -> None:
    clock = MovingClock()
    breaker = Breaker(clock)

    breaker.failed(timedelta(seconds=40))
    clock.pass_by(timedelta(seconds=39))

    assert breaker.open
