"""What models cost: a table that ships, and one that a deployment lays over it."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tenants.errors import TenantError

logger = structlog.get_logger(__name__)

SHIPPED = Path(__file__).with_name("prices.json")
VERSION = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4}|latest)$")
"""How a model's name ends when it names one of its versions: the price is the model's."""
MICROS = 1_000_000

Dollars = Annotated[Decimal, Field(ge=0, le=100_000)]


class PricesError(TenantError):
    """The file with prices cannot be used; the message says where and why."""


class Price(BaseModel):
    """Of one model, in US dollars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Dollars = Decimal(0)
    """Of a million tokens that are sent: so many millionths of a dollar each."""
    cached: Dollars | None = None
    """Of a million tokens that the server knew from an earlier call; None: as all others."""
    output: Dollars = Decimal(0)
    characters: Dollars = Decimal(0)
    """Of a million characters that are spoken."""
    minute: Dollars = Decimal(0)
    """Of sound that is heard."""


class Table(BaseModel):
    """A file of prices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str = ""
    default: Price | None = None
    models: dict[str, Price] = Field(default_factory=dict)


class Prices:
    """Turns use into millionths of a US dollar, rounded up."""

    def __init__(self, models: Mapping[str, Price], default: Price) -> None:
        """Take the prices by model, and the one of models that are not known: better high than low."""
        self._models = dict(models)
        self._default = default
        self._warned: set[str] = set()

    @classmethod
    def load(cls, over: Path | None = None) -> "Prices":
        """Read the table that ships and, above it, a deployment's own; raises PricesError."""
        tables = [_read(one) for one in (SHIPPED, over) if one is not None]
        models = {name: price for table in tables for name, price in table.models.items()}
        default = next(one.default for one in reversed(tables) if one.default is not None)
        return cls(models, default)

    def of(self, model: str) -> Price:
        """Return a model's price; one that is not known is warned of once."""
        found = self._models.get(model) or self._models.get(VERSION.sub("", model))
        if found is not None:
            return found
        if model not in self._warned and len(self._warned) < 1000:
            self._warned.add(model)
            logger.warning("model_price_unknown", model=model[:80])
        return self._default

    def tokens(self, model: str, *, sent: int, written: int = 0, cached: int = 0) -> int:
        """Return what a call costs; `cached` are those of the sent tokens that the server knew."""
        price = self.of(model)
        known = min(max(cached, 0), sent)
        again = price.input if price.cached is None else price.cached
        return ceil(
            Fraction(price.input) * (sent - known)
            + Fraction(again) * known
            + Fraction(price.output) * written
        )

    def sound(self, model: str, seconds: float) -> int:
        """Return what hearing costs."""
        return ceil(Fraction(self.of(model).minute) * MICROS * Fraction(seconds) / 60)

    def speech(self, model: str, characters: int) -> int:
        """Return what speaking costs."""
        return ceil(Fraction(self.of(model).characters) * characters)


def _read(path: Path) -> Table:
    try:
        return Table.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = error.errors()[0] if isinstance(error, ValidationError) else None
        where = ".".join(str(part) for part in why["loc"]) if why else type(error).__name__
        raise PricesError(f"{path}: {where}: {why['msg'] if why else 'cannot be read'}") from error
