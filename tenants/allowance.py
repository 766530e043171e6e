"""What a company may use: money for models, requests, messages. Generous unless a company says otherwise."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)]


class BudgetRules(BaseModel):
    """What may be spent on models, in US dollars; None is no limit. Danger is answered whatever is left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    daily: Dollars | None = None
    """By the company's own day."""
    monthly: Dollars | None = None

    @property
    def limited(self) -> bool:
        """True when there is any limit."""
        return self.daily is not None or self.monthly is not None


class Limits(BaseModel):
    """How much may come in. Past them nobody is refused who writes: a simpler agent answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 600
    """Of REST, for each key; a company's keys share three times as many."""
    messages_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 300
    """Of all patients together; past it the guided agent answers."""
    patient_messages: Annotated[int, Field(ge=5, le=1_000)] = 30
    """Of one patient within the window; past it they hear one sentence, and people read on."""
    patient_window_seconds: Annotated[int, Field(ge=60, le=3_600)] = 300
