"""Google credentials from JSON: a service account's key, or what OAuth left of a person's consent."""

import json
from collections.abc import Mapping
from typing import Any

from google.auth.exceptions import GoogleAuthError
from google.oauth2 import credentials as of_person
from google.oauth2 import service_account

from integrations.errors import IntegrationError

SYSTEM = "google calendar"
SCOPES = ("https://www.googleapis.com/auth/calendar",)


def credentials_from(text: str) -> Any:
    """Return credentials that can be refreshed; raises IntegrationError that says what is wrong, not what it holds."""
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise _wrong("are no JSON") from error
    if not isinstance(fields, Mapping):
        raise _wrong("are no JSON object")
    kind = fields.get("type")
    try:
        if kind == "service_account":
            made: Any = service_account.Credentials.from_service_account_info(
                fields, scopes=list(SCOPES)
            )
            subject = fields.get("subject")
            return made.with_subject(subject) if subject else made
        if kind == "authorized_user" or "refresh_token" in fields:
            return _of_person(fields)
    except (ValueError, KeyError, GoogleAuthError) as error:
        raise _wrong(f"cannot be used: {type(error).__name__}") from error
    raise _wrong("are neither a service account's nor an authorized user's")


def _of_person(fields: Mapping[str, Any]) -> Any:
    return of_person.Credentials(
        None,
        refresh_token=fields["refresh_token"],
        client_id=fields["client_id"],
        client_secret=fields["client_secret"],
        token_uri=fields.get("token_uri") or "https://oauth2.googleapis.com/token",
        scopes=list(SCOPES),
    )


def _wrong(why: str) -> IntegrationError:
    return IntegrationError(SYSTEM, f"the credentials {why}", permanent=True)
