"""Why a webhook is refused. Chatwoot hands the conversation to people then: right for each of these."""

from routes.errors import RequestError


class WebhookError(RequestError):
    """A webhook that is not taken."""


class UnsignedWebhookError(WebhookError):
    """The signature is missing, wrong or too old."""


class WrongAccountError(WebhookError):
    """The body speaks of another Chatwoot account than the address it came to."""


class UnreadableBodyError(WebhookError):
    """The body is no event of Chatwoot's."""
