"""Why a time cannot be had. Each is something the agent can mend by offering another."""


class AgendaError(Exception):
    """A wish that the agenda cannot grant."""


class UnknownTreatmentError(AgendaError):
    """The company has no such bookable treatment."""


class UnknownSlotError(AgendaError):
    """The slot was never offered, or too long ago: search again."""


class SlotTakenError(AgendaError):
    """Somebody else holds or has that time: offer the next ones."""


class UnknownAppointmentError(AgendaError):
    """The patient has no such appointment; another patient's is unknown too."""


class TooLateError(AgendaError):
    """The company does not change appointments at such short notice: a human may."""
