"""When patients want to come, as they write it; seen from Wednesday 25 November 2026, 10:00."""

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agenda.dates_in_words import When, understand

PHRASES = Path(__file__).parents[1] / "fixtures" / "dates"
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("America/Bogota"))


def shown(when: When) -> str:
    """Write a reading in short: days, weekdays, part, hour, bounds, question."""
    days = ""
    if when.day_from:
        days = f"{when.day_from:%d.%m}"
        if when.day_to is None:
            days += "-"
        elif when.day_to != when.day_from:
            days += f"-{when.day_to:%d.%m}"
    words = [
        days,
        "only " + "".join(str(day) for day in when.weekdays) if when.weekdays else "",
        when.part or "",
        f"{'~' if when.at_is_rough else ''}{when.at:%H:%M}" if when.at else "",
        f">={when.earliest:%H:%M}" if when.earliest else "",
        f"<={when.latest:%H:%M}" if when.latest else "",
        "soonest" if when.soonest else "",
        f"?{when.question}" if when.question else "",
    ]
    return " ".join(word for word in words if word) or "nothing"


def phrases(language: str) -> list[tuple[str, str]]:
    """Return phrases with their readings, from a file with one `phrase | reading` a line."""
    lines = (PHRASES / f"{language}.txt").read_text("utf-8").splitlines()
    pairs = (line.rpartition("|") for line in lines)
    return [(phrase.strip(), reading.strip()) for phrase, _, reading in pairs]


@pytest.mark.parametrize(("phrase", "reading"), phrases("spanish"))
def test_spanish_is_understood(phrase: str, reading: str) -> None:
    assert shown(understand(phrase, now=WEDNESDAY, language="es", country="CO")) == reading


@pytest.mark.parametrize(("phrase", "reading"), phrases("english"))
def test_american_english_is_understood(phrase: str, reading: str) -> None:
    assert shown(understand(phrase, now=WEDNESDAY, language="en", country="US")) == reading


def test_english_in_colombia_reads_the_day_first() -> None:
    when = understand("3/12", now=WEDNESDAY, language="en", country="CO")

    assert when.day_from == date(2026, 12, 3)


def test_spanish_in_america_reads_the_day_first() -> None:
    when = understand("3/12", now=WEDNESDAY, language="es", country="US")

    assert when.day_from == date(2026, 12, 3)


def test_a_bare_hour_follows_the_opening() -> None:
    late = (time(14), time(22))

    when = understand("a las 8", now=WEDNESDAY, language="es", country="CO", opening=late)

    assert when.at == time(20)
    assert when.question == ""


def test_an_hour_that_exists_twice_in_the_day_is_asked_about() -> None:
    long = (time(7), time(22))

    when = understand("a las 8", now=WEDNESDAY, language="es", country="CO", opening=long)

    assert when.question == "am_or_pm"


@pytest.mark.parametrize(
    "text", ["{}" * 400, "\x00", "٣:٠٠", "99:99", "el 99", "31/02", "1" * 400, "de de de " * 90, "a las 25", "0/0"],
)  # fmt: skip
def test_odd_texts_name_no_day_that_does_not_exist(text: str) -> None:
    when = understand(text, now=WEDNESDAY, language="es", country="CO")

    assert when.at is None or when.at.hour < 24
    assert when.day_from is None or when.day_to is None or when.day_from <= when.day_to
