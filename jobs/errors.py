"""Why work in the inbox cannot go on."""


class JobError(Exception):
    """Anything that keeps a job from being done now."""


class LostLockError(JobError):
    """Another worker has the thread, or Redis forgot that we had it: nothing more may be written."""


class UnknownWorkError(JobError):
    """There is no such parked work, or it is another company's."""


class TooManyLiveTurnsError(JobError):
    """As many turns of the company are watched as may be at once."""


class LongTurnError(JobError):
    """The turn runs longer than anybody is kept waiting."""


class WorkBusyError(JobError):
    """The conversation has a turn in hand: wait until it is finished."""
