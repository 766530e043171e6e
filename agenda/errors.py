"""Why a time cannot be had. Each is something the agent can mend by offering another."""

from typing import ClassVar


class AgendaError(Exception):
    """A wish that the agenda cannot grant; its text is for whoever called the API."""

    words: ClassVar[str] = "The agenda cannot do that."

    def __str__(self) -> str:
        """Say what went wrong and with what."""
        about = ", ".join(str(one) for one in self.args)
        return f"{self.words} ({about})" if about else self.words


class UnknownTreatmentError(AgendaError):
    """The company has no such bookable treatment."""

    words = "There is no such treatment that can be booked."


class UnknownSlotError(AgendaError):
    """The slot was never offered, or too long ago: search again."""

    words = "That slot was not offered, or too long ago: search again."


class SlotTakenError(AgendaError):
    """Somebody else holds or has that time: offer the next ones."""

    words = "Somebody else holds or has that time."


class UnknownAppointmentError(AgendaError):
    """The patient has no such appointment; another patient's is unknown too."""

    words = "There is no such appointment."


class TooLateError(AgendaError):
    """The company does not change appointments at such short notice: a human may."""

    words = "It is too late to change that appointment."


class NotNowError(AgendaError):
    """The appointment is not in a state that allows this: cancelled, or not begun yet."""

    words = "The appointment is not in a state that allows this."


class TooCloseError(AgendaError):
    """Another session of the same treatment is too near; carries the treatment and the first day that is not."""

    words = "There must be more days between two sessions of that treatment."


class VisitNeededError(AgendaError):
    """Something else must come first; carries the treatments one of which the person needs."""

    words = "That treatment needs another visit first."


class OwnTimeError(AgendaError):
    """The person has another appointment at that very time."""

    words = "The person has another appointment at that time."


class EventIdUsedError(AgendaError):
    """The calendar had an event of that id before: take the next one. Never reaches a patient."""

    words = "That event was deleted before."


class CalendarAwayError(AgendaError):
    """The calendar outside does not answer, or refuses us: nothing can be promised, a human must see to it."""

    words = "The calendar does not answer."
