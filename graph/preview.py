"""What a company's agent would be told and would say with other words in its prompt: nothing is kept.

The turn runs on a graph of its own that remembers in memory only, at a desk that pretends: nothing
is booked, sent or stored, and no patient's thread is near.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from graph.build import STEPS
from graph.compiled import CompiledGraphs
from nodes.prompt import TEMPLATES, Prompt, router_prompt
from nodes.state import Agent, State
from safety.alarm import Alarm
from safety.emergency_texts import text_for
from tenants.tenant import AgentName, AgentWishes, Language, Tenant
from tools.context import Context

RUN_LIMIT = 60  # seconds
_ANY_ALARM = Alarm(group="help", level="emergency", evidence=(), source="rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What came of a message."""

    reply: str
    agent: Agent
    """Who answered: a red flag goes to the emergency agent whatever is previewed."""
    router_chose: Agent
    tools_used: tuple[str, ...]
    passages: tuple[str, ...]
    blocked: tuple[str, ...]
    """Kinds of claims for which a draft was stopped."""
    model: str
    milliseconds: int


def wishing(tenant: Tenant, agent: AgentName, text: str) -> Tenant:
    """Return the company as it would be with another wish; without a revision, so nothing caches it."""
    wished = AgentWishes(**{**dict(tenant.wishes_for(agent)), "wishes": text, "enabled": True})
    return tenant.model_copy(update={"agents": {**tenant.agents, agent: wished}, "revision": ""})


def shipped(agent: AgentName) -> str:
    """Return the agent's text as it ships, its slots unfilled."""
    names = ("router",) if agent == "router" else ("rules", agent, "company", "situation")
    return "\n\n".join(TEMPLATES[name].template for name in names if name in TEMPLATES)


class Previews:
    """Shows prompts and rehearses with them."""

    def __init__(self, graphs: CompiledGraphs) -> None:
        """Take what makes companies' graphs."""
        self._graphs = graphs

    def prompt(self, tenant: Tenant, agent: AgentName, language: Language) -> str:
        """Return what the agent's model is told before a first message; the emergency agent's fixed words."""
        if agent == "router":
            return str(router_prompt(tenant).content)
        if agent == "emergency":
            return text_for(tenant, _ANY_ALARM, language)
        desk = self._graphs.desk(tenant)
        return str(Prompt(desk, agent).briefing(State(), _somebody(tenant), language).content)

    async def turn(self, tenant: Tenant, agent: Agent | None, message: str) -> Rehearsed:
        """Have the agent, or None for whom the router chooses, answer a first message; raises TimeoutError."""
        graph = self._graphs.passing(tenant, InMemorySaver())
        name = f"preview-{uuid4().hex}"
        config: RunnableConfig = {"configurable": {"thread_id": name}, "recursion_limit": STEPS}
        begun: Any = {"messages": [HumanMessage(message, id=f"{name}-0")], "turn_id": name}
        context = _somebody(tenant)
        started = time.perf_counter()
        async with asyncio.timeout(RUN_LIMIT):
            routed = await graph.ainvoke(begun, config, context=context, interrupt_after=["router"])
            chosen = cast("Agent", routed["destination"])
            if agent and chosen not in {agent, "emergency"}:
                await graph.aupdate_state(config, {"destination": agent}, as_node="router")
            state = await graph.ainvoke(None, config, context=context)
        said = next(one for one in reversed(state["messages"]) if isinstance(one, AIMessage))
        return Rehearsed(
            reply=str(said.text),
            agent=state["destination"],
            router_chose=chosen,
            tools_used=tuple(state.get("tools_used", ())),
            passages=tuple(state.get("passages", ())),
            blocked=tuple(state.get("blocked", ())),
            model=str(said.response_metadata.get("model_name", "")),
            milliseconds=round((time.perf_counter() - started) * 1000),
        )


def _somebody(tenant: Tenant) -> Context:
    return Context(company_id=tenant.company_id, user_id=f"preview-{uuid4().hex}", channel="api")
