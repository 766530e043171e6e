"""Google Calendar's API over google-api-python-client: events, busy times, changes since a token."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import google_auth_httplib2
import httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError
from pydantic import SecretStr

from integrations.errors import IntegrationError
from integrations.google_credentials import SYSTEM, credentials_from
from integrations.google_errors import (
    EventGoneError,
    SilentError,
    SyncExpiredError,
    refusal,
)
from integrations.google_threads import GoogleThreads

TRIES = 3
SILENT_TRIES = 2  # when nothing comes back: the second is for a connection that had grown old
FIRST_PAUSE = 0.3  # seconds before the second try; doubled before the third
LONGEST_PAUSE = 2.0  # seconds a patient may be kept waiting by a Retry-After
AT_ONCE = 50  # calendars that one freeBusy query may name
LEFT_ALONE = 15.0  # seconds without calls after Google gave no answer at all
PAGE = 2500  # events a page; Google's most

Fields = dict[str, Any]
"""An event as Google's JSON has it."""

Ask = Callable[[Any], Any]
"""Makes a request of the API's methods."""


@lru_cache(maxsize=8)
def _service(endpoint: str) -> Any:
    """Return the methods of the API; they hold no connection, so all threads share them."""
    from googleapiclient.discovery import build

    options = {"api_endpoint": endpoint} if endpoint else None
    return build(
        "calendar",
        "v3",
        http=httplib2.Http(),
        client_options=options,
        static_discovery=True,
        cache_discovery=False,
    )


class GoogleCalendars:
    """All calendars that one set of credentials may touch."""

    def __init__(
        self, credentials: SecretStr | None, endpoint: str, threads: GoogleThreads
    ) -> None:
        """Take the credentials' JSON and the threads; an endpoint of your own ends with `/calendar/v3/`.

        Credentials that are missing or wrong are told by each call.
        """
        self._written = credentials
        self._read: Any = None
        self._refreshing = threading.Lock()
        self._threads = threads
        self._endpoint = endpoint
        self._silent_until = 0.0
        """By the event loop's clock."""

    async def insert(self, calendar: str, body: Fields) -> Fields:
        """Enter an event under the id in `body`; raises EventExistsError."""
        return _fields(
            await self._call(lambda api: api.events().insert(calendarId=calendar, body=body))
        )

    async def get(self, calendar: str, event_id: str) -> Fields | None:
        """Return an event, also a deleted one (`status` is `cancelled`), or None."""
        try:
            return _fields(
                await self._call(
                    lambda api: api.events().get(calendarId=calendar, eventId=event_id)
                )
            )
        except EventGoneError:
            return None

    async def patch(self, calendar: str, event_id: str, body: Fields, etag: str) -> Fields:
        """Change fields of an event if it is still what was read; EventChangedError, EventGoneError."""
        return _fields(
            await self._call(
                lambda api: api.events().patch(calendarId=calendar, eventId=event_id, body=body),
                etag=etag,
            )
        )

    async def update(self, calendar: str, event_id: str, body: Fields, etag: str) -> Fields:
        """Replace an event, also a deleted one, if it is still what was read."""
        return _fields(
            await self._call(
                lambda api: api.events().update(calendarId=calendar, eventId=event_id, body=body),
                etag=etag,
            )
        )

    async def delete(self, calendar: str, event_id: str) -> None:
        """Delete an event; one that is gone already is fine."""
        try:
            await self._call(lambda api: api.events().delete(calendarId=calendar, eventId=event_id))
        except EventGoneError:
            return

    async def between(self, calendar: str, after: datetime, before: datetime) -> list[Fields]:
        """Return the events that touch a stretch of time, each occurrence of a series by itself."""
        words = {
            "timeMin": _utc(after),
            "timeMax": _utc(before),
            "singleEvents": True,
            "orderBy": "startTime",
        }
        items, _ = await self._listed(calendar, words)
        return items

    async def changes(self, calendar: str, token: str) -> tuple[list[Fields], str]:
        """Return what changed since a token, deleted events too, and the next token.

        An empty token reads everything. Raises SyncExpiredError.
        """
        words: Fields = {"showDeleted": True, "singleEvents": True}
        try:
            return await self._listed(calendar, words | ({"syncToken": token} if token else {}))
        except EventGoneError as error:
            if token and "410" in error.detail:
                raise SyncExpiredError(SYSTEM, error.detail, permanent=True) from error
            raise

    async def busy(
        self, calendars: Iterable[str], after: datetime, before: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]]]:
        """Return the busy times of calendars; raises IntegrationError when one cannot be read."""
        wanted, found = sorted(set(calendars)), {}
        for start in range(0, len(wanted), AT_ONCE):
            body = {
                "timeMin": _utc(after),
                "timeMax": _utc(before),
                "items": [{"id": one} for one in wanted[start : start + AT_ONCE]],
            }
            answer = await self._call(_asks_busy(body))
            for calendar, told in answer["calendars"].items():
                if errors := told.get("errors"):
                    detail = f"freeBusy: {errors[0].get('reason')}"
                    raise IntegrationError(SYSTEM, detail, permanent=True)
                found[calendar] = [
                    (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
                    for one in told.get("busy", ())
                ]
        return found

    async def _listed(self, calendar: str, words: Fields) -> tuple[list[Fields], str]:
        items: list[Fields] = []
        page = ""
        while True:
            more = words | ({"pageToken": page} if page else {})
            answer = await self._call(
                _asks_list({"calendarId": calendar, "maxResults": PAGE, **more})
            )
            items += answer.get("items", ())
            page = answer.get("nextPageToken", "")
            if not page:
                return items, str(answer.get("nextSyncToken", ""))

    async def _call(self, ask: Ask, *, etag: str = "") -> Any:
        """Ask, again when it may help: rates, hiccups. Every call here may be made twice.

        A Google that does not answer at all is left alone for a while, so that those who wait for
        it do not take the threads of those whose calendar works.
        """
        loop = asyncio.get_running_loop()
        if loop.time() < self._silent_until:
            raise SilentError(SYSTEM, "gave no answer a moment ago", permanent=False)
        for attempt in range(1, TRIES + 1):
            try:
                return await self._threads.run(lambda http: self._asked(ask, http, etag))
            except IntegrationError as error:
                silent = isinstance(error, SilentError)
                wished = error.retry_after.total_seconds() if error.retry_after else 0.0
                last = attempt == (SILENT_TRIES if silent else TRIES)
                if error.permanent or last or wished > LONGEST_PAUSE:
                    if silent:
                        self._silent_until = loop.time() + LEFT_ALONE
                    raise
                pause = FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)
                await asyncio.sleep(max(wished, pause))
        raise AssertionError  # The last attempt returns or raises.

    def _asked(self, ask: Ask, http: httplib2.Http, etag: str) -> Any:
        """Ask once, in a thread of our own."""
        from googleapiclient.errors import HttpError

        try:
            credentials = self._credentials(http)
            request = ask(_service(self._endpoint))
            if etag:
                request.headers["If-Match"] = etag
            return request.execute(http=google_auth_httplib2.AuthorizedHttp(credentials, http=http))
        except HttpError as error:
            raise refusal(error.resp.status, error.resp, error.content) from error
        except RefreshError as error:
            passing = bool(getattr(error, "retryable", False))
            raise IntegrationError(
                SYSTEM, "the credentials are refused", permanent=not passing
            ) from error
        except (GoogleAuthError, httplib2.HttpLib2Error, OSError, ValueError) as error:
            raise SilentError(SYSTEM, type(error).__name__, permanent=False) from error

    def _credentials(self, http: httplib2.Http) -> Any:
        """Return credentials with a token that holds, renewed once however many threads need it."""
        with self._refreshing:
            if self._read is None:
                if self._written is None:
                    raise IntegrationError(SYSTEM, "there are no credentials", permanent=True)
                self._read = credentials_from(self._written.get_secret_value())
            if not self._read.valid:
                self._read.refresh(google_auth_httplib2.Request(http))
            return self._read


def _fields(answer: Any) -> Fields:
    """Return an event; raises IntegrationError when the answer is none."""
    if not isinstance(answer, dict) or "id" not in answer:
        raise IntegrationError(SYSTEM, "answered no event", permanent=False)
    return answer


def _asks_busy(body: Fields) -> Ask:
    return lambda api: api.freebusy().query(body=body)


def _asks_list(words: Fields) -> Ask:
    return lambda api: api.events().list(**words)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
