"""A whole deployment goes into a file and comes back: who was in a conversation goes on with it."""

from argparse import Namespace
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.backup import back_up, bring_back
from integrations.redis import Client
from integrations.redis_dump import UnusableBackupError
from integrations.settings import Settings
from jobs.parts import Parts
from knowledge.document import Draft
from server import parts_of
from tenants.ids import CompanyId, UserId

BENOVA = CompanyId("benova")
LOCKERS = "La clave de los casilleros es AZUL-7291."


def opened(redis_url: str, folder: Path) -> AbstractAsyncContextManager[Parts]:
    """Open what a process works with."""
    settings = Settings(_env_file=None, redis_url=SecretStr(redis_url), data_dir=folder)
    return parts_of(settings, {})


async def said(parts: Parts, user: str, *texts: str) -> list[str]:
    """Have a patient say one thing after another and return the replies."""
    tester, tenant = parts.try_out(), parts.directory.find(BENOVA)
    return [(await tester.answer(tenant, UserId(user), text, source="api")).text for text in texts]


@pytest.fixture
async def backup(redis: Client, redis_url: str, tmp_path: Path) -> Path:
    """The backup of a deployment where Laura has an appointment and Ana is choosing a time."""
    async with opened(redis_url, tmp_path) as parts:
        tenant = parts.directory.find(BENOVA)
        await parts.knowledge.loading.load_all([tenant])
        draft = Draft(document_id="lockers", title="Casilleros", category="", text=LOCKERS)
        await parts.knowledge.documents.put_document(tenant, draft)
        await said(
            parts,
            "laura",
            "Quiero una cita de valoración",
            "la primera",
            "Laura Gómez, 300 123 4567",
            "sí, confirmo",
        )
        await said(parts, "ana", "Quiero una cita para hidrafacial")
    path = tmp_path / "all.backup"
    await back_up(redis_url, Namespace(path=path))
    return path


async def test_a_restored_deployment_goes_on_where_it_was(
    backup: Path, redis: Client, redis_url: str, tmp_path: Path
) -> None:
    await redis.flushall()

    told = await bring_back(redis_url, Namespace(path=backup, replace=False))
    async with opened(redis_url, tmp_path) as parts:
        tenant = parts.directory.find(BENOVA)
        appointments = await parts.calendars.agenda_of(tenant).appointments_of(UserId("laura"))
        chosen, mine = await said(parts, "ana", "la primera", "Ana Ríos, 300 765 4321")
        found = await parts.library_of(tenant).search("¿cuál es la clave de los casilleros?")
        spoken = await parts.answering.conversations.messages(tenant, UserId("laura"))

    assert "are back" in told
    assert [one.treatment_id for one in appointments] == ["valoracion"]
    assert "Hidrafacial" in chosen + mine
    assert LOCKERS in found[0].text
    assert spoken[0].content == "Quiero una cita de valoración"


async def test_a_backup_never_goes_over_what_is_there_unasked(
    backup: Path, redis: Client, redis_url: str
) -> None:
    kept = await redis.dbsize()

    with pytest.raises(UnusableBackupError, match="not empty; --replace"):
        await bring_back(redis_url, Namespace(path=backup, replace=False))

    assert await redis.dbsize() == kept
