"""The steps of connecting a company: what became of each, and whether the next is begun."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, NoReturn

from integrations.errors import IntegrationError
from tenants.errors import TenantError

State = Literal["done", "already", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step and what became of it."""

    step: str
    state: State
    detail: str = ""


class StoppedError(Exception):
    """A step failed, and those after it need it."""


class Steps:
    """The steps that were taken, in order."""

    def __init__(self, base_url: str) -> None:
        """Take the Chatwoot that is spoken of."""
        self.taken: list[Step] = []
        self._base_url = base_url
        self._name = ""

    @asynccontextmanager
    async def step(self, name: str, *, stops: bool = True) -> AsyncIterator[None]:
        """Tell what went wrong in a step; what comes after is not begun if it `stops`."""
        self._name = name
        try:
            yield
        except (IntegrationError, TenantError) as error:
            self.told("failed", self._words(error))
            if stops:
                raise StoppedError from error

    def told(self, state: State, detail: str = "") -> None:
        """Tell what became of the step in hand."""
        self.taken.append(Step(step=self._name, state=state, detail=detail))

    def fail(self, detail: str) -> NoReturn:
        """Tell that the step in hand cannot be done, and begin none after it."""
        self.told("failed", detail)
        raise StoppedError

    def _words(self, error: IntegrationError | TenantError) -> str:
        if isinstance(error, TenantError) or error.detail.startswith("HTTP"):
            return error.detail if isinstance(error, IntegrationError) else str(error)
        return f"{self._base_url} does not answer as Chatwoot does ({error.detail})"
