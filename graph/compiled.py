"""The compiled graphs: one a company and revision, made when first needed, the least used let go."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from graph.build import Means, build
from graph.checkpoints import Checkpoints
from graph.emergencies import OpenEmergencies, RehearsedEmergencies
from integrations.metrics import Metrics
from nodes.finish import Finished
from nodes.models import Models
from nodes.router import Nearest, Screen
from nodes.state import State
from tenants.budget import Budget
from tenants.tenant import Tenant
from tools.context import Context
from tools.desk import Desk

MOST = 512
"""Compiled graphs that a process keeps; another company's is made again when it is needed."""

Compiled = CompiledStateGraph[State, Context, State, State]
Saver = BaseCheckpointSaver[Any]
DeskFor = Callable[[Tenant, bool], Desk]
"""Makes a company's desk; True asks for one that pretends."""
GuidedFor = Callable[[Desk], BaseChatModel]


class CompiledGraphs:
    """Every company's graph in this process."""

    def __init__(
        self,
        *,
        desk_for: DeskFor,
        guided_for: GuidedFor,
        screen: Screen,
        nearest: Nearest,
        emergencies: OpenEmergencies,
        checkpoints: Checkpoints,
        http: httpx.AsyncClient | None,
        metrics: Metrics | None = None,
        budget: Budget | None = None,
        most: int = MOST,
    ) -> None:
        """Take what graphs are made of; without an HTTP client every company's guided agent speaks."""
        self.finished = Finished()
        self._desk_for = desk_for
        self._guided_for = guided_for
        self._means = Means(
            screen=screen,
            nearest=nearest,
            emergencies=emergencies,
            finished=self.finished,
            metrics=metrics or Metrics(),
        )
        self._rehearsal = replace(self._means, emergencies=RehearsedEmergencies(emergencies))
        self._checkpoints = checkpoints
        self._http = http
        self._budget = budget
        self._most = most
        self._graphs: OrderedDict[tuple[str, bool], tuple[str, Compiled]] = OrderedDict()

    async def of(self, tenant: Tenant, *, rehearsal: bool = False) -> Compiled:
        """Return a company's graph as its revision wants it; a rehearsal's changes nothing outside."""
        key = (tenant.company_id, rehearsal)
        found = self._graphs.get(key)
        if found is None or found[0] != tenant.revision or not tenant.revision:
            # Making one takes milliseconds of work: let what waits go first.
            await asyncio.sleep(0)
            saver = self._checkpoints.of(tenant)
            found = (tenant.revision, self._made(tenant, saver, rehearsal=rehearsal))
            self._graphs[key] = found
        self._graphs.move_to_end(key)
        while len(self._graphs) > self._most:
            self._graphs.popitem(last=False)
        return found[1]

    def forget(self, company_id: str) -> None:
        """Let go of a company's graphs: it changed or is gone."""
        for rehearsal in (False, True):
            self._graphs.pop((company_id, rehearsal), None)

    def __len__(self) -> int:
        return len(self._graphs)

    def desk(self, tenant: Tenant) -> Desk:
        """Return a desk that pretends."""
        return self._desk_for(tenant, True)

    def passing(self, tenant: Tenant, saver: Saver) -> Compiled:
        """Return a rehearsal's graph that is kept nowhere and remembers where it is told to."""
        return self._made(tenant, saver, rehearsal=True)

    def _made(self, tenant: Tenant, saver: Saver, *, rehearsal: bool) -> Compiled:
        desk = self._desk_for(tenant, rehearsal)
        models = Models(desk, self._guided_for(desk), self._http, self._budget, self._means.metrics)
        graph = build(desk, models, self._rehearsal if rehearsal else self._means)
        return graph.compile(checkpointer=saver, name=tenant.company_id)
