"""Companies' documents in one process: taken in, kept, found, mended."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from integrations.light_embedder import LightEmbedder
from jobs.ground import Ground
from knowledge.documents import Documents
from knowledge.embedders import ConfiguredEmbedders
from knowledge.gaps import Gaps
from knowledge.ingestion import Ingestion
from knowledge.loading import Loading
from knowledge.mending import Mending
from knowledge.page_visits import PageVisits
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.repair import Repair
from knowledge.shipped_vectors import shipped_vectors
from knowledge.sites import Sites
from knowledge.uploads import Uploads
from tenants.budget import Budget
from tenants.shipped_documents import ShippedDocument
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeParts:
    """Companies' documents: taken in, kept, found, mended."""

    embedders: ConfiguredEmbedders
    documents: Documents
    uploads: Uploads
    ingestion: Ingestion
    repair: Repair
    gaps: Gaps
    loading: Loading


async def open_knowledge(
    ground: Ground,
    find: Callable[[str], Tenant],
    budget: Budget,
    *,
    hosts: Collection[str],
    heals: bool,
    shipped: Callable[[Tenant], Iterable[ShippedDocument]],
) -> KnowledgeParts:
    """Make everything about documents, and open what fetches pages. `heals` has a lost index made anew unasked."""
    redis, local = ground.redis, ground.shipped.embedder
    light = LightEmbedder()
    ground.stack.callback(light.close)
    embedders = ConfiguredEmbedders(redis, find, local, light, ground.models_http, budget=budget)
    documents = Documents(
        redis, embedders, ground.clock, {local.model: shipped_vectors(local.model)}
    )
    uploads = Uploads(redis, ground.clock)
    repair = Repair(redis, documents)
    sites = Sites(redis, await ground.fetching(hosts))
    ingestion = Ingestion(
        redis,
        documents,
        uploads,
        reader=Reader(),
        mending=Mending(redis, documents, repair, automatic=heals),
        rebuilding=Rebuilding(redis, documents, embedders),
        visits=PageVisits(redis, uploads, sites, ground.clock),
        clock=ground.clock,
    )
    return KnowledgeParts(
        embedders=embedders,
        documents=documents,
        uploads=uploads,
        ingestion=ingestion,
        repair=repair,
        gaps=Gaps(redis, ground.clock),
        loading=Loading(
            redis,
            documents,
            shipped,
            restores=heals,
        ),
    )
