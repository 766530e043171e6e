"""Making a company's search index anew, from the terminal."""

from knowledge.documents import Documents
from knowledge.ingestion import Ingestion
from knowledge.repair import Repair
from tenants.tenant import Tenant


async def reindex(
    tenant: Tenant, documents: Documents, repair: Repair, ingestion: Ingestion
) -> str:
    """Rebuild the index, embed what has no vector yet, and say what there is now."""
    count = await repair.reindex(tenant)
    while await ingestion.work(tenant):
        pass
    totals = await documents.totals(tenant.company_id)
    model = documents.model_of(tenant.company_id)
    return (
        f"{tenant.company_id}: {count} documents, {totals.chunks} chunks,"
        f" {totals.vectors_of(model)} of them with vectors of {model}."
    )
