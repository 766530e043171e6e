"""What a person's own visits say about the next: days between sessions, what must come first, a longer first time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from agenda.appointment import Appointment
from agenda.errors import OwnTimeError, TooCloseError, VisitNeededError
from agenda.opening import Stretch
from agenda.plain_words import fold
from agenda.slots import length_of
from tenants.ids import UserId
from tenants.offer import Treatment
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who wants to come, and what they give up for it."""

    user: UserId
    name: str = ""
    """As far as it is known: another name under the same contact is another person."""
    somebody_else: bool = False
    """The visit is another person's than the one's who writes, whose name is not known yet."""
    giving_up: str = ""
    """Id of an own appointment that the new one replaces: its time is free, its visit does not count."""
    exempt: bool = False
    """The clinic's staff decided that the rules between visits do not hold this time."""

    def is_of(self, appointment: Appointment) -> bool:
        """Say whether a visit of this contact is this very person's."""
        if appointment.appointment_id == self.giving_up:
            return False
        mine, theirs = set(fold(self.name).split()), set(fold(appointment.patient.name).split())
        if not mine:
            return not self.somebody_else
        return mine <= theirs or theirs <= mine


def _opens_with(tenant: Tenant, treatment: Treatment) -> Sequence[str]:
    """Return what a first visit must be, when this treatment is none of it."""
    first = tenant.agenda.first_visit
    return () if treatment.id in first else first


class Terms:
    """One treatment for one person who has these visits, past and coming, each of them kept or booked."""

    def __init__(self, tenant: Tenant, treatment: Treatment, visits: Iterable[Appointment]) -> None:
        self.treatment = treatment
        self._zone = tenant.zone
        self._opens_with = _opens_with(tenant, treatment)
        self._visits = sorted(visits, key=lambda one: one.start)
        self._sessions = [one for one in self._visits if one.treatment_id == treatment.id]

    def needed(self, start: datetime) -> Sequence[str]:
        """Return the treatments one of which must come before a start; empty when nothing must."""
        before = [one.treatment_id for one in self._visits if one.end <= start]
        if self._opens_with and not before:
            return self._opens_with
        had = {*self.treatment.comes_after, self.treatment.id}.intersection(before)
        return () if had else self.treatment.comes_after

    def too_close(self, day: date) -> bool:
        """Say whether a day lies too near to another session of the same treatment."""
        gap = timedelta(days=self.treatment.minimum_gap_days)
        return any(abs(day - self._day(one)) < gap for one in self._sessions)

    def next_day(self, after: date) -> date:
        """Return the first day from one on that is far enough from every session."""
        while self.too_close(after):
            after += timedelta(days=1)
        return after

    def own_time(self, start: datetime) -> bool:
        """Say whether the person is at another visit then."""
        end = start + length_of(self._lasting(start))
        return any(one.start < end and start < one.end for one in self._visits)

    def at(self, start: datetime) -> Treatment:
        """Return the treatment as it lasts at a start.

        Raises TooCloseError, VisitNeededError, OwnTimeError.
        """
        if needed := self.needed(start):
            raise VisitNeededError(*needed)
        day = start.astimezone(self._zone).date()
        if self.too_close(day):
            raise TooCloseError(self.treatment.id, self.next_day(day).isoformat())
        if self.own_time(start):
            raise OwnTimeError(self.treatment.id)
        return self._lasting(start)

    def pieces(self, window: Stretch) -> Iterator[tuple[Stretch, Treatment]]:
        """Cut a window into the stretches in which a start is allowed, with how it lasts there."""
        cuts = sorted({*window, *(one for one in self._turns() if window[0] < one < window[1])})
        for start, end in pairwise(cuts):
            moment = datetime.fromtimestamp(start, self._zone)
            if self._allows(moment):
                yield (start, end), self._lasting(moment)

    def _allows(self, start: datetime) -> bool:
        return not (self.needed(start) or self.too_close(start.date()) or self.own_time(start))

    def _lasting(self, start: datetime) -> Treatment:
        longer = self.treatment.first_visit_duration
        if not longer or any(one.end <= start for one in self._visits):
            return self.treatment
        return self.treatment.model_copy(update={"duration": longer})

    def _turns(self) -> Iterator[int]:
        """Yield the moments at which what is allowed may change: around visits, midnights of gaps."""
        lengths = {length_of(self.treatment), self.treatment.first_visit_duration}
        gap = timedelta(days=self.treatment.minimum_gap_days)
        for visit in self._visits:
            yield int(visit.end.timestamp())
            yield from (int((visit.start - length).timestamp()) + 1 for length in lengths)
        for session in self._sessions:
            for day in (self._day(session) - gap + timedelta(days=1), self._day(session) + gap):
                yield int(datetime.combine(day, time(), self._zone).timestamp())

    def _day(self, visit: Appointment) -> date:
        return visit.start.astimezone(self._zone).date()
