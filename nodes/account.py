"""What one agent's calls cost: estimated and reserved before, counted and settled after."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from langchain_core.messages import AIMessage, AnyMessage

from tenants.budget import Budget, Grant
from tenants.ids import CompanyId
from tenants.tenant import Tenant
from tenants.usage import COST, by

LETTERS = 3
"""Bytes of UTF-8 to a token, at least: Spanish prose has about four."""
FRAME = 8
"""Tokens around each message."""
FREE = Grant(company=CompanyId(""), day=date.min)


class Offer(Protocol):
    """A call that could be made."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    @property
    def most_tokens(self) -> int:
        """How much it may write."""
        ...

    @property
    def declared(self) -> int:
        """Bytes of the tools that are declared with each call."""
        ...


class Account:
    """One agent of one company, as the budget knows it. Without a budget every call is free."""

    def __init__(self, budget: Budget | None, tenant: Tenant, agent: str) -> None:
        """Take the budget that pays and who spends."""
        self._budget = budget
        self._tenant = tenant
        self._agent = agent

    async def reserve(
        self, offers: Sequence[Offer], messages: Sequence[AnyMessage]
    ) -> Grant | None:
        """Return leave for one of the calls, or None when the budget is spent."""
        if self._budget is None:
            return FREE
        if not self._tenant.budget.limited:
            return await self._budget.reserve(self._tenant, ())
        read = tokens_of(messages)
        prices = self._budget.prices
        estimates = [
            prices.tokens(one.name, sent=read + one.declared // LETTERS, written=one.most_tokens)
            for one in offers
        ]
        return await self._budget.reserve(self._tenant, estimates)

    async def settle(self, grant: Grant, model: str, answer: AIMessage | None) -> None:
        """Count what an answer cost and end the reservation; None: nothing was answered."""
        if self._budget is None:
            return
        if answer is None:
            await self._budget.settle(grant, 0, {by("model_failures", model): 1})
            return
        used = answer.usage_metadata
        counts = {by("calls", self._agent, model): 1}
        if used is None:
            # The server did not say: what was kept back is the best that is known.
            counts["calls_without_usage"] = 1
            cost = grant.estimate
        else:
            sent, written = used["input_tokens"], used["output_tokens"]
            cached = used.get("input_token_details", {}).get("cache_read", 0) or 0
            counts |= {
                by("tokens_in", self._agent, model): max(sent, 0),
                by("tokens_out", self._agent, model): max(written, 0),
                by("tokens_cached", self._agent, model): max(cached, 0),
            }
            cost = self._budget.prices.tokens(
                model, sent=max(sent, 0), written=max(written, 0), cached=cached
            )
        await self._budget.settle(grant, cost, {**counts, by(COST, self._agent, model): cost})

    async def release(self, grant: Grant) -> None:
        """End a reservation whose call is not made."""
        if self._budget is not None and grant.name:
            await self._budget.settle(grant, 0, {})


def tokens_of(messages: Sequence[AnyMessage]) -> int:
    """Return how many tokens messages have at most, or nearly: for what is kept back, not for what is paid."""
    size = 0
    for message in messages:
        size += len(str(message.text).encode())
        if isinstance(message, AIMessage) and message.tool_calls:
            size += sum(len(str(call["args"]).encode()) + 40 for call in message.tool_calls)
    return size // LETTERS + FRAME * len(messages)
