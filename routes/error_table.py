"""The status of every error that may reach HTTP, looked up by class ancestry."""

from redis.exceptions import RedisError

from agenda.errors import (
    AgendaError,
    CalendarAwayError,
    UnknownAppointmentError,
    UnknownSlotError,
    UnknownTreatmentError,
)
from graph.errors import (
    ConversationBusyError,
    NothingToReplayError,
    UnknownCheckpointError,
    UnknownConversationError,
    UnknownInterruptError,
)
from integrations.errors import IntegrationError
from jobs.errors import (
    LongTurnError,
    TooManyLiveTurnsError,
    UnknownWorkError,
    WorkBusyError,
)
from knowledge.errors import (
    FileTooLargeError,
    InvalidDocumentError,
    KnowledgeError,
    LibraryUnavailableError,
    TooManyDocumentsError,
    TooMuchKnowledgeError,
    UnreadableFileError,
)
from routes.errors import (
    ConflictError,
    ErrorTable,
    ExpiredKeyError,
    HeadersTooLargeError,
    InvalidHostError,
    InvalidRequestError,
    MissingKeyError,
    NotAllowedError,
    NotFoundError,
    RequestError,
    SlowBodyError,
    TooLargeError,
    TooManyAttemptsError,
    TooManyRequestsError,
    UnsupportedMediaError,
    WrongKeyError,
)
from routes.webhook_errors import UnreadableBodyError, UnsignedWebhookError, WrongAccountError
from tenants.errors import (
    CompanyTakenError,
    InvalidCompanyError,
    NotYoursError,
    StaleVersionError,
    StoreUnavailableError,
    TooManyKeysError,
    UnknownCompanyError,
    UnknownKeyError,
    UnknownVersionError,
)

STATUS: ErrorTable = {
    InvalidRequestError: 422,
    TooLargeError: 413,
    UnsupportedMediaError: 415,
    HeadersTooLargeError: 431,
    SlowBodyError: 408,
    InvalidHostError: 421,
    MissingKeyError: 401,
    WrongKeyError: 401,
    ExpiredKeyError: 401,
    TooManyAttemptsError: 429,
    TooManyRequestsError: 429,
    NotAllowedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    UnsignedWebhookError: 401,
    WrongAccountError: 403,
    UnreadableBodyError: 422,
    RequestError: 400,
    UnknownCompanyError: 404,
    UnknownKeyError: 404,
    TooManyKeysError: 409,
    InvalidCompanyError: 422,
    CompanyTakenError: 409,
    NotYoursError: 403,
    UnknownVersionError: 404,
    StaleVersionError: 412,
    StoreUnavailableError: 503,
    UnknownConversationError: 404,
    UnknownCheckpointError: 404,
    UnknownInterruptError: 404,
    UnknownWorkError: 404,
    WorkBusyError: 409,
    TooManyLiveTurnsError: 429,
    LongTurnError: 504,
    NothingToReplayError: 409,
    ConversationBusyError: 409,
    UnknownTreatmentError: 404,
    UnknownSlotError: 404,
    UnknownAppointmentError: 404,
    CalendarAwayError: 502,
    # Taken, too late, not now: the time or the appointment is in the way.
    AgendaError: 409,
    InvalidDocumentError: 422,
    UnreadableFileError: 422,
    FileTooLargeError: 413,
    TooManyDocumentsError: 409,
    TooMuchKnowledgeError: 409,
    LibraryUnavailableError: 500,
    KnowledgeError: 409,
    IntegrationError: 502,
    # Chatwoot tries again on 500 and gives a conversation up on 503.
    RedisError: 500,
}
