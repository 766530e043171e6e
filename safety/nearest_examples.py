"""Danger by likeness: the approved examples that lie nearest to what a patient wrote."""

from integrations.embedder import Embedder
from safety.alarm import Alarm


class NearestExamples:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def alarm_for(self, text: str) -> Alarm | None:
        return None
