"""The tool that tells what the clinic offers and what it costs, from the company's own list."""

from typing import Any, cast, get_args

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from langgraph.types import Command

from tenants.offer import Treatment
from tenants.tenant import Language, Tenant
from tools.context import Context
from tools.declared import tool
from tools.desk import Desk
from tools.price_text import price_text
from tools.treatment_names import names_of, treatments_like


def list_treatments(desk: Desk) -> BaseTool:
    """Return the tool that reads this company's treatments."""
    tenant = desk.tenant

    @tool("list_treatments")
    async def list_offer(
        runtime: ToolRuntime[Context, dict[str, Any]], query: str = ""
    ) -> Command[Any]:
        """List the clinic's treatments with exact prices, duration, preparation and aftercare.

        Call it before you say any price, duration or whether the clinic offers something: what it
        does not say, you do not know. `query`: the treatment in the patient's own words, typos and
        all ("botox", "limpiesa facial"), or empty for the whole list. Never call it for policies,
        promotions or opening hours: search_knowledge has those.
        """
        found = treatments_like(query, tenant.treatments)
        language = _language_of(runtime, tenant)
        facts = [_facts(tenant, one, language) for one in found]
        answer = ToolMessage(
            _told(tenant, facts),
            name="list_treatments",
            tool_call_id=runtime.tool_call_id or "",
            artifact={"treatments": facts},
        )
        return Command(update={"messages": [answer]})

    return list_offer


def _language_of(runtime: ToolRuntime[Context, dict[str, Any]], tenant: Tenant) -> Language:
    spoken = runtime.state.get("language") or (runtime.context and runtime.context.language)
    return cast("Language", spoken) if spoken in get_args(Language) else tenant.language


def _facts(tenant: Tenant, treatment: Treatment, language: Language) -> dict[str, Any]:
    return {
        "id": treatment.id,
        "name": treatment.name,
        "category": treatment.category,
        "price_text": price_text(tenant, treatment, language),
        "price_note": treatment.price_note,
        "deposit_note": treatment.deposit_note,
        "duration_minutes": int(treatment.duration.total_seconds() // 60),
        "bookable": treatment.bookable,
        "description": treatment.description,
        "preparation": treatment.preparation,
        "aftercare": treatment.aftercare,
    }


def _told(tenant: Tenant, facts: list[dict[str, Any]]) -> str:
    if not tenant.treatments:
        return "The clinic has no list of treatments. Say so and offer a person of the team."
    if not facts:
        # The patient's words are not repeated: what a tool says counts as the clinic's.
        return (
            "The clinic's list has nothing called like that. Do not invent it. It has:"
            f" {names_of(tenant.treatments)}."
        )
    lines = [_line(one, brief=len(facts) > 3) for one in facts]
    return "\n".join(lines)


def _line(facts: dict[str, Any], *, brief: bool) -> str:
    price = facts["price_text"] or "valued in person, no fixed price"
    line = f"- {facts['name']} (id {facts['id']}): {price}; {facts['duration_minutes']} min"
    if not facts["bookable"]:
        line += "; not booked by chat"
    wanted = ("price_note", "deposit_note", "description", "preparation", "aftercare")
    more = [f"  {name}: {facts[name]}" for name in wanted if facts[name]]
    return line if brief else "\n".join([line, *more])
