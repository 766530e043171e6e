"""A deployment with PostgreSQL: what its tables hold of patients and companies, and that it goes with them."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from integrations import postgres as postgres_connection
from integrations.redis import awaitable
from jobs.copied_conversations import CopiedConversations
from jobs.database_copies import DatabaseCopies
from jobs.erasure import PatientData
from tenants import keys
from tenants.database.copies import Copies
from tenants.database.doors import Doors
from tenants.database.migrating import migrate
from tenants.ids import CompanyId, UserId, subject_of
from tests.postgres import PostgresServer
from tests.routes.administered import administered, clinic, emptied
from tests.routes.conftest import Api
from tests.tenants.database.conftest import TABLES, empty

pytestmark = pytest.mark.asyncio(loop_scope="module")

BENOVA, MEDISPA, CLARA = CompanyId("benova"), CompanyId("medispa"), CompanyId("clara")
USER = UserId("zoraida-7731")
CANARIES = (USER, "Zoraida", "canario")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(
    redis_url: str, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """One deployment for all tests of this file."""
    folder: Path = tmp_path_factory.mktemp("companies")
    url = postgres_server.url()
    engine = postgres_connection.engine(url)
    await migrate(engine)
    await empty(engine)
    await engine.dispose()
    async with emptied(redis_url), administered(redis_url, folder, database_url=url) as made:
        yield made


@pytest.fixture
def copying(api: Api) -> DatabaseCopies:
    """A process that copies, and has not looked at anything yet."""
    parts = api.parts
    assert parts.companies.database is not None
    return DatabaseCopies(
        parts.redis,
        served=parts.directory.companies,
        store=parts.companies.database.store,
        copies=parts.companies.database.copies,
        usage=parts.usage,
        clock=parts.clock,
    )


def rows_with(postgres_server: PostgresServer, words: str) -> dict[str, int]:
    """Return how many rows of which table hold some words, looked at by whoever sees all rows."""
    tables = postgres_server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = postgres_server.run(
        " UNION ALL ".join(
            f"SELECT '{one}' FROM {one} t WHERE position('{words}' in row_to_json(t)::text) > 0"
            for one in tables.split()
        )
    )
    return Counter(found.split())


async def test_an_erased_patient_is_in_no_row_of_any_table(
    api: Api, copying: DatabaseCopies, postgres_server: PostgresServer
) -> None:
    await api.say("hola, soy Zoraida y vi un canario", user=USER)
    await api.say("hola", company="medispa", user=USER)
    await copying.round()
    await api.say("no puedo respirar", user=USER)
    before = rows_with(postgres_server, subject_of(BENOVA, USER))

    answer = await api.send("POST", "/api/companies/benova/erase", {"user_id": USER})
    await copying.round()

    told = answer.json()
    assert (answer.status_code, told["removed"]["rows in PostgreSQL"]) == (200, 1)
    assert before == {"conversations": 1}
    # The trail says that it was done, by the same digest as the certificate.
    assert rows_with(postgres_server, subject_of(BENOVA, USER)) == {"audit_log": 1}
    assert rows_with(postgres_server, subject_of(MEDISPA, USER)) == {"conversations": 1}
    assert [rows_with(postgres_server, one) for one in CANARIES] == [{}, {}, {}]


async def test_a_certificate_says_what_postgresql_still_has(
    api: Api, copying: DatabaseCopies, postgres_server: PostgresServer
) -> None:
    parts, patient = api.parts, UserId("rosa-1")
    await api.say("hola", user=patient)
    await copying.round()
    nobody = postgres_connection.engine("postgresql://nobody@127.0.0.1:1/none")
    data = PatientData(
        parts.redis,
        conversations=parts.answering.conversations,
        calendars=parts.calendars,
        clock=parts.clock,
        gaps=parts.knowledge.gaps,
        copied=CopiedConversations(parts.redis, Copies(Doors(nobody))),
    )

    certificate = await data.erase(parts.directory.find(BENOVA), patient, actor="ana")
    await nobody.dispose()
    kept = rows_with(postgres_server, subject_of(BENOVA, patient))
    await copying.round()

    assert certificate.left == (
        "rows in PostgreSQL: PostgreSQL cannot be reached; they are erased when it is back",
    )
    assert kept == {"conversations": 1}
    assert rows_with(postgres_server, subject_of(BENOVA, patient)) == {}


async def test_documents_are_copied_without_their_text_and_go_when_they_are_deleted(
    api: Api, copying: DatabaseCopies, postgres_server: PostgresServer
) -> None:
    path = "/api/documents?company_id=medispa"
    titles = "SELECT title FROM documents WHERE title LIKE 'T-%' ORDER BY title"
    await api.send("POST", path, {"content": "# T-uno\n\nPalabras.", "title": "T-uno"})
    await copying.round()
    other = {"content": "# T-dos\n\nPalabras.", "title": "T-dos"}
    made = (await api.send("POST", path, other)).json()
    await copying.round()
    both = postgres_server.run(titles)
    await api.send("DELETE", f"/api/documents/{made['document_id']}?company_id=medispa")

    await copying.round()
    followed = postgres_server.run(titles)
    await awaitable(api.parts.redis.delete(keys.knowledge_changes(MEDISPA)))
    await awaitable(api.parts.redis.delete(keys.documents(MEDISPA)))
    await copying.round()

    assert both.split() == ["T-dos", "T-uno"]
    assert followed == "T-uno"
    assert postgres_server.run(titles) == ""
    assert rows_with(postgres_server, "Palabras") == {}


async def test_nothing_is_left_of_a_removed_company_nor_seen_by_one_of_the_same_name(
    api: Api, copying: DatabaseCopies, postgres_server: PostgresServer
) -> None:
    secret = {"api_key": "sk-canario"}
    await api.send("POST", "/api/companies", clinic("clara", phone="canario", model=secret))
    await api.send("PUT", "/api/companies/clara/prompts/sales", {"text": "Como un canario."})
    await api.send("POST", "/api/companies/clara/keys", {"name": "canario"})
    document = {"content": "# A\n\nB.", "title": "canario"}
    await api.send("POST", "/api/documents?company_id=clara", document)
    await api.say("hola", company="clara")
    await copying.round()
    before = rows_with(postgres_server, "clara")
    neighbour = rows_with(postgres_server, "medispa")

    gone = await api.send("DELETE", "/api/companies/clara?confirm=clara")
    await copying.round()

    after = rows_with(postgres_server, '"company_id":"clara"')
    assert set(before) == {*TABLES}
    assert gone.json()["removed"]["rows in PostgreSQL"] >= 5
    assert after == {"companies": 1, "company_versions": 1}
    assert rows_with(postgres_server, "canario") == {}
    assert rows_with(postgres_server, "medispa") == neighbour
    assert await awaitable(api.parts.redis.keys("clara[:_]*")) == []
    assert (await api.send("POST", "/api/companies", clinic("clara"))).status_code == 201
    await copying.round()
    assert rows_with(postgres_server, "canario") == {}
    versions = (await api.get("/api/companies/clara/prompts/sales/versions")).json()["versions"]
    assert [one["version"] for one in versions] == [0]
