"""Which of many free slots are worth showing: what was asked first, then near it, well spread."""

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from itertools import groupby

from agenda.appointment import Slot
from agenda.dates_in_words import When
from agenda.hours_in_words import Part

NOON, DUSK = time(12), time(18)
ROUGHLY = 45  # minutes that "tipo 4" may be off
DAYS_SHOWN = 3


def part_of(at: time) -> Part:
    """Return the part of the day of an hour."""
    return "morning" if at < NOON else "afternoon" if at < DUSK else "evening"


def fits_day(when: When, day: date) -> bool:
    """Say whether a day is one of those that were asked for."""
    return (
        (when.day_from is None or day >= when.day_from)
        and (when.day_to is None or day <= when.day_to)
        and (not when.weekdays or day.weekday() in when.weekdays)
    )


def fits_hour(when: When, at: time) -> bool:
    """Say whether an hour is one of those that were asked for."""
    if when.at is not None:
        return at == when.at or (when.at_is_rough and _apart(at, when.at) <= ROUGHLY)
    return (
        (when.part is None or part_of(at) == when.part)
        and (when.earliest is None or at >= when.earliest)
        and (when.latest is None or at < when.latest)
    )


def fits(when: When, slot: Slot) -> bool:
    """Say whether a slot is just what was asked for."""
    return fits_day(when, slot.start.date()) and fits_hour(when, slot.start.time())


def choose(slots: Sequence[Slot], when: When, count: int) -> list[Slot]:
    """Choose among slots that fit: the asked hour first with its neighbours, else well spread."""
    if when.at is not None:
        exact = [slot for slot in slots if fits(when, slot)]
        exact.sort(
            key=lambda slot: (_far(when, slot.start.date()), _apart(slot.start.time(), when.at))
        )
        shown = exact[: count // 2 + 1]
        return shown + _nearest(slots, shown, shown[0], count - len(shown)) if shown else []
    fitting = [slot for slot in slots if fits(when, slot)]
    if when.soonest:
        return _in_order([*fitting[:2], *_spread(fitting[2:], count - 2)])
    return _spread(fitting, count)


def choose_near(slots: Sequence[Slot], when: When, count: int) -> list[Slot]:
    """Choose when nothing fits: the asked days at other hours, and the asked hour on other days."""
    same_days = sorted(
        (slot for slot in slots if fits_day(when, slot.start.date())),
        key=lambda slot: _off_hour(when, slot.start.time()),
    )[: count // 2]
    other_days = [slot for slot in slots if not fits_day(when, slot.start.date())]
    wished = [slot for slot in other_days if when.about_hour and fits_hour(when, slot.start.time())]
    shown = [*same_days]
    for pool, hours_matter in ((wished, True), (other_days, False)):
        near = sorted(pool, key=lambda slot: (_far(when, slot.start.date()), slot.start))
        for _, day in groupby(near, key=lambda slot: slot.start.date()):
            room = count - len(shown)
            if room <= 0:
                break
            new = [slot for slot in day if slot not in shown]
            shown += new[:1] if hours_matter else _ends(new, min(2, room))
    return shown if when.at is not None else _in_order(shown)


def _apart(one: time, other: time | None) -> int:
    """Return the minutes between two hours of a day."""
    if other is None:
        return 0
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)


def _off_hour(when: When, at: time) -> int:
    """Return how many minutes an hour is off the wish."""
    middles: dict[Part, time] = {"morning": time(10), "afternoon": time(15), "evening": time(18)}
    wished = when.at or when.earliest or when.latest
    if wished is None and when.part is not None:
        wished = middles[when.part]
    return _apart(at, wished)


def _far(when: When, day: date) -> timedelta:
    """Return how far a day is from those that were asked for."""
    if when.day_from is not None and day < when.day_from:
        return when.day_from - day
    if when.day_to is not None and day > when.day_to:
        return day - when.day_to
    return timedelta(0)


def _nearest(slots: Sequence[Slot], shown: Sequence[Slot], to: Slot, count: int) -> list[Slot]:
    others = [slot for slot in slots if slot.start.date() == to.start.date() and slot not in shown]
    others.sort(key=lambda slot: abs(slot.start - to.start))
    return _in_order(others[:count])


def _spread(slots: Sequence[Slot], count: int) -> list[Slot]:
    """Spread a choice over the first days, and over the hours of each."""
    days = [list(day) for _, day in groupby(slots, key=lambda slot: slot.start.date())]
    days = days[:DAYS_SHOWN]
    if not days:
        return []
    each, more = divmod(count, len(days))
    shown = [
        slot
        for place, day in enumerate(days)
        for slot in _ends(day, each + (1 if place < more else 0))
    ]
    return _in_order(shown)


def _ends(slots: Sequence[Slot], count: int) -> list[Slot]:
    """Take so many at even distances, the first and the last included."""
    if count >= len(slots):
        return list(slots)
    if count <= 1:
        return list(slots[:count])
    return [slots[round(place * (len(slots) - 1) / (count - 1))] for place in range(count)]


def _in_order(slots: Iterable[Slot]) -> list[Slot]:
    return sorted(slots, key=lambda slot: slot.start)
