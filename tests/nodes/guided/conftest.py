"""Conversations with the four shipped companies."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from integrations.local_embedder import LocalEmbedder
from integrations.redis import Client
from nodes.nearest_agent import NearestAgent
from safety.red_flags import RedFlags
from tenants.company_files import CompanyFiles
from tenants.json_directory import JsonDirectory
from tests.nodes.guided.harness import MONDAY, Shared, Talk, moment
from tools.context import Context

Begin = Callable[..., Talk]


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    embedder = LocalEmbedder()
    yield Shared(embedder=embedder, nearest=NearestAgent(embedder), flags=RedFlags(None))
    embedder.close()


@pytest.fixture(scope="session")
def directory() -> JsonDirectory:
    return asyncio.run(JsonDirectory.load(CompanyFiles(), {}))


@pytest.fixture
def begin(redis: Client, shared: Shared, directory: JsonDirectory) -> Begin:
    """Begin a conversation with a company, on a Monday morning unless told otherwise."""

    def talk(
        company: str,
        *,
        name: str = "",
        phone: str = "",
        language: str = "",
        user: str = "u1",
        at: str = MONDAY,
    ) -> Talk:
        context = Context(
            company_id=company,
            user_id=user,
            patient_name=name,
            patient_phone=phone,
            language=language,
        )
        return Talk(directory.find(company), redis, shared, moment(at), context)

    return talk


@pytest.fixture
def ana(begin: Begin) -> Talk:
    """Ana writes to Benova on WhatsApp: her name and number are known."""
    return begin("benova", name="Ana Gómez", phone="+573001234567")


@pytest.fixture
def stranger(begin: Begin) -> Talk:
    """Somebody writes to Benova from the web: nothing is known."""
    return begin("benova")


@pytest.fixture
def john(begin: Begin) -> Talk:
    """John writes to the English clinic; his number is known."""
    return begin("wellness", name="John Smith", phone="+13055550123")
