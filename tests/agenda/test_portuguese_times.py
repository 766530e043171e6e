"""Days and hours in Portuguese."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agenda.dates_in_words import When, understand

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))  # a Monday


def read(text: str) -> When:
    return understand(text, now=NOW, language="pt", country="BR")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hoje", "2026-11-23"),
        ("amanhã", "2026-11-24"),
        ("amanha de manha", "2026-11-24"),
        ("depois de amanhã", "2026-11-25"),
        ("na sexta", "2026-11-27"),
        ("sexta que vem", "2026-11-27"),
        ("terça-feira", "2026-11-24"),
        ("na próxima terça", "2026-11-24"),
        ("segunda-feira às 9", "2026-11-30"),
        ("No sábado", "2026-11-28"),
        ("dia 3", "2026-12-03"),
        ("3 de dezembro", "2026-12-03"),
        ("15/12 às 14h30", "2026-12-15"),
        ("daqui a duas semanas", "2026-12-07"),
        ("em 3 dias", "2026-11-26"),
        ("não posso segunda, terça sim", "2026-11-24"),
    ],
)
def test_a_day(text: str, day: str) -> None:
    when = read(text)

    assert (str(when.day_from), str(when.day_to)) == (day, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("semana que vem", "2026-11-30", "2026-12-06"),
        ("na próxima semana", "2026-11-30", "2026-12-06"),
        ("essa semana", "2026-11-23", "2026-11-29"),
        ("fim de semana", "2026-11-28", "2026-11-29"),
        ("quinta ou sexta", "2026-11-26", "2026-11-27"),
        ("mês que vem", "2026-12-01", "2026-12-31"),
    ],
)
def test_several_days(text: str, first: str, last: str) -> None:
    when = read(text)

    assert (str(when.day_from), str(when.day_to)) == (first, last)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("às 15h", "15:00:00"),
        ("às 3 da tarde", "15:00:00"),
        ("às três", "15:00:00"),
        ("às 9 e meia", "09:30:00"),
        ("amanhã às 14h30", "14:30:00"),
        ("as 10 horas", "10:00:00"),
        ("meio-dia", "12:00:00"),
        ("amanhã à uma da tarde", "13:00:00"),
    ],
)
def test_an_hour(text: str, hour: str) -> None:
    assert str(read(text).at) == hour


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("de manhã", "morning"),
        ("amanhã cedo", "morning"),
        ("à tarde", "afternoon"),
        ("no período da tarde", "afternoon"),
        ("sexta à noite", "evening"),
    ],
)
def test_a_part_of_the_day(text: str, part: str) -> None:
    assert read(text).part == part


def test_bounds() -> None:
    assert str(read("depois das 16h").earliest) == "16:00:00"
    assert str(read("antes das 11").latest) == "11:00:00"
    assert str(read("entre 10 e 12").earliest) == "10:00:00"
    assert str(read("das 14 às 16").latest) == "16:00:00"


def test_as_soon_as_possible() -> None:
    assert read("o mais cedo possível").soonest


def test_a_choice_is_no_monday() -> None:
    assert not read("a segunda opção").about_day
