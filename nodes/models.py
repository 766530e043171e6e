"""Who speaks for a company: its model, its second model, and the guided agent that needs neither."""

import asyncio
import json
from collections.abc import Sequence

import httpx
import structlog
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.tools import BaseTool
from pydantic import BaseModel

from integrations.errors import IntegrationError
from integrations.metrics import Metrics
from nodes.account import Account
from nodes.asked import Link, paid, slim
from nodes.breaker import Breaker
from nodes.state import Agent
from tenants.budget import Budget
from tools.declared import described
from tools.desk import Desk

logger = structlog.get_logger(__name__)

GUIDED = "guided"
TOTAL = 20.0  # seconds that real models get for one thought, all together
LEAST = 5.0  # seconds kept back for the second model
CHOICE = 5.0  # seconds for the router's choice
CHOICE_TOKENS = 60


class ModelChain:
    """What one agent thinks with. The guided agent comes last and needs no network."""

    def __init__(
        self,
        links: Sequence[Link],
        guided: BaseChatModel,
        tools: Sequence[BaseTool],
        seconds: float,
        account: Account,
    ) -> None:
        self._account = account
        self._links = tuple(links)
        self._acting = guided.bind_tools(tools)
        self._speaking = guided.bind_tools([])
        self._seconds = seconds

    async def think(
        self, messages: Sequence[AnyMessage], *, with_tools: bool = True, guided: bool = False
    ) -> AIMessage:
        """Return the first usable answer, with the model's name in its metadata.

        The guided agent speaks when no model can, or when the company's budget is spent.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TOTAL
        left = [] if guided else list(self._links)
        while left := [one for one in left if not one.breaker.open]:
            grant = await self._account.reserve(left, messages)
            if grant is None:
                break
            link = left.pop(grant.chosen)
            seconds = min(self._seconds, deadline - loop.time() - LEAST * len(left))
            if seconds <= 0 or not link.breaker.admit():
                await self._account.release(grant)
                continue
            thinker = link.acting if with_tools else link.speaking
            answer = await paid(self._account, grant, link, thinker, messages, seconds=seconds)
            if answer is not None:
                return slim(answer, link.name)
        last = self._acting if with_tools else self._speaking
        return slim(await last.ainvoke(list(messages)), GUIDED)


class Chooser:
    """Asks the company's model for one structured choice; None when no model gave one in time."""

    def __init__(self, links: Sequence[Link], schema: type[BaseModel], account: Account) -> None:
        self._links = tuple(links)
        self._schema = schema
        self._account = account

    async def choose(self, messages: Sequence[AnyMessage]) -> BaseModel | None:
        """Return the model's choice, or None: the caller has another way to decide."""
        ready = [one for one in self._links if not one.breaker.open]
        # Only a budget makes another model than the first choose.
        if not ready or ready[0] is not self._links[0]:
            return None
        grant = await self._account.reserve(ready, messages)
        if grant is None:
            return None
        link = ready[grant.chosen]
        if not link.breaker.admit():
            await self._account.release(grant)
            return None
        answer = await paid(self._account, grant, link, link.acting, messages, seconds=CHOICE)
        if answer is None or not answer.tool_calls:
            return None
        try:
            return self._schema.model_validate(answer.tool_calls[0]["args"])
        except ValueError:
            logger.info("choice_unreadable", model=link.name)
            return None


class Models:
    """The models of one company's one revision: each is made once, each thought reuses them."""

    def __init__(
        self,
        desk: Desk,
        guided: BaseChatModel,
        http: httpx.AsyncClient | None,
        budget: Budget | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Take the shared HTTP client; without one, or without a key, the guided agent speaks."""
        self._desk = desk
        self._budget = budget
        self._metrics = metrics or Metrics()
        self._guided = guided
        self._http = http if desk.tenant.model.api_key is not None else None
        self._breakers: dict[str, Breaker] = {}
        self._made: dict[tuple[str, float, int], BaseChatModel] = {}

    def chain(
        self, agent: Agent, tools: Sequence[BaseTool], *, one_call_at_a_time: bool
    ) -> ModelChain:
        """Return what an agent thinks with, bound to its tools."""
        names = dict.fromkeys(name for name in self._names(agent) if name)
        parallel = False if one_call_at_a_time else None
        links = [] if self._http is None else [self._link(n, agent, tools, parallel) for n in names]
        seconds = self._desk.tenant.model.timeout_seconds
        return ModelChain(links, self._guided, tools, seconds, self._account(agent))

    def chooser(self, schema: type[BaseModel]) -> Chooser | None:
        """Return what the router chooses with, or None without a model."""
        if self._http is None:
            return None
        tenant = self._desk.tenant
        first = tenant.wishes_for("router").model or tenant.model.name
        names = [first, tenant.model.fallback] if tenant.budget.limited else [first]
        links = [self._choosing(one, schema) for one in dict.fromkeys(names) if one]
        return Chooser(links, schema, self._account("router"))

    def _choosing(self, name: str, schema: type[BaseModel]) -> Link:
        model = self._model(name, 0.0, CHOICE_TOKENS)
        forced = model.bind_tools([schema], tool_choice=schema.__name__, parallel_tool_calls=False)
        return Link(
            name=name,
            acting=forced,
            speaking=model,
            breaker=self._breaker(name),
            most_tokens=CHOICE_TOKENS,
            declared=len(json.dumps(schema.model_json_schema())),
            metrics=self._metrics,
        )

    def _account(self, agent: str) -> Account:
        return Account(self._budget, self._desk.tenant, agent)

    def _names(self, agent: Agent) -> tuple[str, str]:
        chosen = self._desk.tenant.model
        return self._desk.tenant.wishes_for(agent).model or chosen.name, chosen.fallback

    def _link(
        self, name: str, agent: Agent, tools: Sequence[BaseTool], parallel: bool | None
    ) -> Link:
        wishes, chosen = self._desk.tenant.wishes_for(agent), self._desk.tenant.model
        temperature = chosen.temperature if wishes.temperature is None else wishes.temperature
        model = self._model(name, temperature, chosen.max_tokens)
        declared = [described(one) for one in tools]
        bound = model.bind_tools(declared, parallel_tool_calls=parallel)
        return Link(
            name=name,
            acting=bound,
            speaking=model,
            breaker=self._breaker(name),
            most_tokens=chosen.max_tokens,
            declared=len(json.dumps(declared)),
            metrics=self._metrics,
        )

    def _model(self, name: str, temperature: float, max_tokens: int) -> BaseChatModel:
        # Imported here: a company without a key never pays for the library.
        from integrations.openai import chat_model

        if (made := self._made.get((name, temperature, max_tokens))) is not None:
            return made
        chosen = self._desk.tenant.model
        if self._http is None or chosen.api_key is None:
            raise IntegrationError("openai", "no key", permanent=True)
        made = self._made[name, temperature, max_tokens] = chat_model(
            name,
            api_key=chosen.api_key,
            base_url=chosen.base_url,
            temperature=temperature,
            max_tokens=max_tokens,
            timeout_seconds=chosen.timeout_seconds,
            http=self._http,
        )
        return made

    def _breaker(self, name: str) -> Breaker:
        return self._breakers.setdefault(name, Breaker(self._desk.clock))
