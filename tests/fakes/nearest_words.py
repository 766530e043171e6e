"""Chooses an agent by one word each, in the place of the examples."""

from collections.abc import Collection

from nodes.state import Agent
from nodes.words import words_of
from tenants.tenant import Tenant

WORDS: dict[str, Agent] = {
    "cuesta": "sales",
    "cuestan": "sales",
    "precio": "sales",
    "price": "sales",
    "duele": "sales",
    "cita": "schedule",
    "agendar": "schedule",
    "appointment": "schedule",
    "libre": "availability",
    "disponible": "availability",
}


class NearestWords:
    """Knows one word an agent; everything else is support's."""

    async def choose(
        self, tenant: Tenant, text: str, candidates: Collection[Agent]
    ) -> tuple[Agent, float]:
        """Return the agent of the first word that is known."""
        for word in words_of(text):
            if WORDS.get(word) in candidates:
                return WORDS[word], 0.9
        return "support", 0.5
