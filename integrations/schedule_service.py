"""The scheduling service at SCHEDULE_SERVICE_URL: who is busy, enter an event, read it, remove it.

The contract that is assumed, all JSON, moments in ISO 8601 with an offset:

- `GET /availability?company_id=&names=a,b&from=&to=` answers `{"busy": {"a": [{"start", "end"}]}}`:
  what is taken for each member of the staff, room or device; a name it does not know is left out.
- `PUT /appointments/{event_id}` with `{"company_id", "names", "start", "end", "instead_of",
  "appointment"}` answers 201, 200 when this very event is there already, 409 when the time or the
  id is taken. `names` are occupied from `start` to `end`; `instead_of` is an event that does not count.
- `GET /appointments/{event_id}?company_id=` answers what was put, or 404.
- `PATCH /appointments/{event_id}?company_id=` with `{"appointment"}` answers 200 or 404.
- `DELETE /appointments/{event_id}?company_id=` answers 200, 204, 404 or 410: gone either way.

Any other answer is an error; 408, 429 and 5xx may pass.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
from pydantic import AwareDatetime, BaseModel, JsonValue, ValidationError

from integrations.errors import IntegrationError

SYSTEM = "schedule service"
TIMEOUT = httpx.Timeout(8.0, connect=2.0)  # seconds
PASSING = frozenset({408, 425, 429})

Model = TypeVar("Model", bound=BaseModel)


class TakenError(IntegrationError):
    """The time or the id is somebody else's."""


class Busy(BaseModel):
    """A stretch of time that is taken."""

    start: AwareDatetime
    end: AwareDatetime


class Availability(BaseModel):
    """What is taken, by name."""

    busy: dict[str, list[Busy]]


class StoredEvent(BaseModel):
    """An event as the service keeps it; `appointment` is ours and comes back as it was."""

    names: list[str]
    start: AwareDatetime
    end: AwareDatetime
    appointment: dict[str, JsonValue]


class ScheduleService:
    """One company's door to the service."""

    def __init__(self, base_url: str, company_id: str, http: httpx.AsyncClient) -> None:
        """Take the address; whoever opened the connections closes them."""
        self._base = base_url.rstrip("/")
        self._company = company_id
        self._http = http

    async def busy(
        self, names: Sequence[str], after: datetime, before: datetime
    ) -> Mapping[str, Sequence[Busy]]:
        """Return what is taken between two moments."""
        asked = {
            "names": ",".join(names),
            "from": after.isoformat(),
            "to": before.isoformat(),
        }
        answer = await self._call("GET", "/availability", words=asked)
        return _read(Availability, answer).busy

    async def enter(self, event_id: str, event: StoredEvent, *, instead_of: str = "") -> None:
        """Enter an event; the same again is fine; raises TakenError."""
        body = {
            "company_id": self._company,
            "instead_of": instead_of,
            **event.model_dump(mode="json"),
        }
        answer = await self._call("PUT", f"/appointments/{event_id}", body, also=(409,))
        if answer.status_code == 409:
            raise TakenError(SYSTEM, "HTTP 409", permanent=True)

    async def find(self, event_id: str) -> StoredEvent | None:
        """Return an event, or None."""
        answer = await self._call("GET", f"/appointments/{event_id}", also=(404, 410))
        return _read(StoredEvent, answer) if answer.is_success else None

    async def amend(self, event_id: str, appointment: dict[str, Any]) -> None:
        """Write an appointment anew; one that is gone is fine."""
        body = {"appointment": appointment}
        await self._call("PATCH", f"/appointments/{event_id}", body, also=(404, 410))

    async def remove(self, event_id: str) -> None:
        """Remove an event; one that is gone is fine."""
        await self._call("DELETE", f"/appointments/{event_id}", also=(404, 410))

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        also: tuple[int, ...] = (),
        words: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        try:
            answer = await self._http.request(
                method,
                self._base + path,
                json=body,
                params={"company_id": self._company, **(words or {})},
                timeout=TIMEOUT,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            permanent = isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol)
            raise IntegrationError(SYSTEM, type(error).__name__, permanent=permanent) from error
        status = answer.status_code
        if answer.is_success or status in also:
            return answer
        seconds = answer.headers.get("retry-after", "")
        raise IntegrationError(
            SYSTEM,
            f"HTTP {status}",
            permanent=status < 500 and status not in PASSING,
            retry_after=timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None,
        )


def _read(model: type[Model], answer: httpx.Response) -> Model:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise IntegrationError(
            SYSTEM, "answered something else than agreed", permanent=False
        ) from error
