"""Our own parts in the benchmark's process: what a worker works with, without the inbox."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from pydantic import SecretStr

from graph.replies import Turn
from integrations.settings import Settings
from jobs.parts import Parts
from knowledge.document import Draft
from knowledge.patience import LOADED
from server import parts_of
from tenants import keys
from tenants.ids import CompanyId, TurnId
from tenants.shipped_documents import shipped_documents
from tenants.tenant import Tenant
from tests.benchmarks.stage import written
from tools.context import Context

NUMBERS = itertools.count(1)


@contextlib.asynccontextmanager
async def parts_in(
    folder: Path, redis_url: str, companies: int, variables: Mapping[str, str]
) -> AsyncIterator[Parts]:
    """Open the parts of a worker that serves some companies."""
    settings = Settings(
        _env_file=None,
        redis_url=SecretStr(redis_url),
        data_dir=folder / "data",
        companies_config_file=written(folder, companies),
    )
    async with parts_of(settings, variables) as parts:
        await parts.redis.set(keys.documents_loaded(), LOADED)
        yield parts


async def with_documents(parts: Parts, tenant: Tenant) -> None:
    """Give a company Benova's documents, embedded."""
    for one in shipped_documents(CompanyId("benova")):
        draft = Draft(
            document_id=one.document_id, title=one.title, category=one.category, text=one.text
        )
        await parts.knowledge.documents.put_document(tenant, draft)
        await parts.knowledge.documents.embed_document(tenant.company_id, one.document_id)


def letters(number: int) -> str:
    """Return a word of its own for each number."""
    word = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        word, number = chr(97 + letter) + word, number - 1
    return word


def said(number: int) -> str:
    """Return a question that nobody asked before, so that nothing remembers it."""
    return f"{letters(number)} pregunta dónde queda el consultorio"


def turn_of(tenant: Tenant, patient: str, *texts: str) -> Turn:
    """Return what a patient writes, as a turn of its own."""
    number = next(NUMBERS)
    return Turn(
        turn_id=TurnId(f"bench-{number}"),
        context=Context(
            company_id=tenant.company_id,
            user_id=patient,
            conversation_id=number,
            channel="whatsapp",
            patient_name="Ana Mora",
            patient_phone="+573001234567",
        ),
        messages=tuple((f"{number}.{index}", text) for index, text in enumerate(texts)),
    )
