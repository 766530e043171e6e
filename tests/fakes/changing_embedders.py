"""Embedders of a deployment whose configuration changes: one ships, the others are at servers."""

from integrations.embedder import Embedder
from tenants.ids import CompanyId


class ChangingEmbedders:
    """Stand in for what is configured; `wanted` is what the next look finds."""

    def __init__(self, local: Embedder) -> None:
        self.local = local
        self.wanted: Embedder = local
        self.reachable: dict[str, Embedder] = {local.model: local}

    def of(self, company: CompanyId) -> Embedder:
        return self.wanted

    def first(self, company: CompanyId) -> Embedder:
        return self.local

    def named(self, company: CompanyId, model: str) -> Embedder | None:
        return self.reachable.get(model)

    def change(self, embedder: Embedder) -> None:
        self.wanted = self.reachable[embedder.model] = embedder
