"""Twilio's telephone: a call that is spoken and answered by a key, and an SMS.

https://www.twilio.com/docs/voice/api/call-resource, https://www.twilio.com/docs/messaging/api/message-resource
"""

from xml.sax.saxutils import escape, quoteattr

import httpx
from pydantic import BaseModel, ValidationError

from integrations.errors import IntegrationError

SYSTEM = "twilio"
TIMEOUT = httpx.Timeout(6.0, connect=3.0)  # seconds; the next way waits for this one
PASSING = frozenset({408, 425, 429})
RING = 30  # seconds


class _Refusal(BaseModel):
    code: int


class Twilio:
    """One account and the number it calls from."""

    def __init__(
        self, endpoint: str, account: str, token: str, sender: str, http: httpx.AsyncClient
    ) -> None:
        """Take where the API is and who calls; whoever opened the client closes it."""
        self._url = f"{endpoint.rstrip('/')}/2010-04-01/Accounts/{account}"
        self._auth = httpx.BasicAuth(account, token)
        self._sender = sender
        self._http = http

    async def call(self, phone: str, twiml: str) -> None:
        """Call somebody; return once Twilio has taken the call. Raises IntegrationError."""
        await self._send("Calls", {"To": phone, "Twiml": twiml, "Timeout": str(RING)})

    async def text(self, phone: str, words: str) -> None:
        """Send an SMS; return once Twilio has taken it. Raises IntegrationError."""
        await self._send("Messages", {"To": phone, "Body": words})

    async def _send(self, what: str, fields: dict[str, str]) -> None:
        try:
            answer = await self._http.post(
                f"{self._url}/{what}.json",
                data={"From": self._sender, **fields},
                auth=self._auth,
                timeout=TIMEOUT,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise IntegrationError(SYSTEM, type(error).__name__, permanent=False) from error
        status = answer.status_code
        if not answer.is_success:
            permanent = status < 500 and status not in PASSING
            raise IntegrationError(SYSTEM, f"HTTP {status}{_code(answer)}", permanent=permanent)


def spoken(words: str, language: str, action: str) -> str:
    """Return TwiML that says words twice and sends a pressed key to an address."""
    say = f"<Say language={quoteattr(language)}>{escape(words)}</Say>"
    asked = f'{say}<Pause length="2"/>{say}<Pause length="4"/>'
    gather = f'<Gather numDigits="1" method="POST" action={quoteattr(action)}>{asked}</Gather>'
    return f"<Response>{gather}</Response>"


def said(words: str, language: str) -> str:
    """Return TwiML that says words and hangs up."""
    return f"<Response><Say language={quoteattr(language)}>{escape(words)}</Say></Response>"


def _code(answer: httpx.Response) -> str:
    """Return Twilio's own number of an error: https://www.twilio.com/docs/api/errors."""
    try:
        return f" ({_Refusal.model_validate_json(answer.content).code})"
    except ValidationError:
        return ""
