"""Documents are kept, replaced, embedded and deleted, each company's apart."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from integrations.clock import Clock
from integrations.embedder import Vectors
from integrations.redis import Client, awaitable
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.errors import InvalidDocumentError, TooManyDocumentsError
from knowledge.library import CompanyLibrary
from tenants import keys
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, ENGLISH, MEDISPA, POLICIES, PRICES


async def test_a_new_document_is_found_by_its_words_before_it_is_embedded(
    documents: Documents, benova: CompanyLibrary, embedder: HashingEmbedder
) -> None:
    kept = await documents.put_document(BENOVA, PRICES)

    found = await benova.search("cuánto vale el peeling químico superficial")

    assert not embedder.embedded
    assert not kept.embedded(embedder.model)
    assert "250.000" in found[0].text


async def test_an_embedded_document_says_so(stocked: Documents, embedder: HashingEmbedder) -> None:
    kept = await stocked.find_document(BENOVA.company_id, "precios")

    assert kept is not None
    assert kept.embedded(embedder.model)
    assert kept.chunks == kept.vectors == 2


async def test_an_unchanged_document_is_not_embedded_again(
    stocked: Documents, embedder: HashingEmbedder
) -> None:
    embedder.embedded.clear()

    await stocked.put_document(BENOVA, PRICES)
    await stocked.embed_document(BENOVA.company_id, PRICES.document_id)

    assert embedder.embedded == []


async def test_only_the_chunks_that_changed_are_embedded_again(
    stocked: Documents, embedder: HashingEmbedder
) -> None:
    embedder.embedded.clear()
    changed = replace(POLICIES, text=POLICIES.text.replace("sótano 2", "sótano 3"))

    await stocked.put_document(BENOVA, changed)
    await stocked.embed_document(BENOVA.company_id, changed.document_id)

    assert [text for text in embedder.embedded if "sótano 3" in text] == embedder.embedded
    assert len(embedder.embedded) == 1


async def test_a_replaced_document_leaves_no_old_chunk(
    stocked: Documents, benova: CompanyLibrary, redis: Client
) -> None:
    short = replace(POLICIES, text="# Políticas\n\nSolo atendemos con cita previa.")

    await stocked.put_document(BENOVA, short)

    names = await awaitable(redis.keys(keys.chunk(BENOVA.company_id, "politicas:*")))
    found = await benova.search("parqueadero sótano", filters={"document_id": "politicas"})
    assert names == [keys.chunk(BENOVA.company_id, "politicas:0")]
    assert found == []


async def test_a_search_sees_all_of_the_old_or_all_of_the_new(
    documents: Documents, benova: CompanyLibrary
) -> None:
    versions = [
        Draft(
            document_id="precios",
            title="Precios",
            text="\n\n".join(f"## Parte {n}\n\nvalor{version} unico" for n in range(12)),
        )
        for version in ("alfa", "beta")
    ]
    await documents.put_document(BENOVA, versions[0])
    seen: list[set[str]] = []

    async def replace_often() -> None:
        for number in range(30):
            await documents.put_document(BENOVA, versions[number % 2])

    async def look(task: asyncio.Task[None]) -> None:
        while not task.done():
            found = await benova.search("unico parte", limit=20)
            seen.append({"alfa" if "alfa" in one.text else "beta" for one in found})

    async with asyncio.TaskGroup() as group:
        group.create_task(look(group.create_task(replace_often())))

    assert {len(one) for one in seen} == {1}


async def test_writers_at_once_leave_one_whole_document(
    documents: Documents, redis: Client
) -> None:
    drafts = [replace(POLICIES, title=f"Políticas {number}") for number in range(4)]

    await asyncio.gather(*(documents.put_document(BENOVA, draft) for draft in drafts))

    kept = await documents.find_document(BENOVA.company_id, "politicas")
    assert kept is not None
    titles = [
        await awaitable(redis.hget(keys.chunk(BENOVA.company_id, f"politicas:{number}"), "title"))
        for number in range(kept.chunks)
    ]
    assert set(titles) == {kept.title}


class SlowEmbedder(HashingEmbedder):
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked.set()
        await self.go_on.wait()
        return await super().passages(texts)


async def test_two_processes_that_embed_one_document_count_it_once(
    documents: Documents, redis: Client, clock: Clock
) -> None:
    slow = SlowEmbedder()
    await documents.put_document(BENOVA, PRICES)

    async with asyncio.TaskGroup() as group:
        group.create_task(
            Documents(redis, OneEmbedder(slow), clock).embed_document(
                BENOVA.company_id, PRICES.document_id
            )
        )
        await slow.asked.wait()
        await documents.embed_document(BENOVA.company_id, PRICES.document_id)
        slow.go_on.set()

    totals = await documents.totals(BENOVA.company_id)
    assert totals.vectors_of(slow.model) == totals.chunks == 2


async def test_a_deleted_document_is_found_no_more_and_leaves_no_key(
    stocked: Documents, benova: CompanyLibrary, redis: Client
) -> None:
    deleted = await stocked.delete_document(BENOVA.company_id, "politicas")
    again = await stocked.delete_document(BENOVA.company_id, "politicas")

    assert deleted is not None
    assert again is None
    assert await awaitable(redis.keys("*politicas*")) == ["benova:document_changes:politicas"]
    assert all(one.document_id != "politicas" for one in await benova.search("parqueadero"))
    assert await stocked.count(BENOVA.company_id) == 2


async def test_another_companys_document_is_neither_found_nor_deleted(stocked: Documents) -> None:
    found = await stocked.find_document(MEDISPA.company_id, "precios")
    deleted = await stocked.delete_document(MEDISPA.company_id, "precios")

    assert found is None
    assert deleted is None
    assert await stocked.find_document(BENOVA.company_id, "precios") is not None


async def test_documents_are_listed_in_the_order_they_came(stocked: Documents) -> None:
    listed = await stocked.list_documents(BENOVA.company_id)
    page = await stocked.list_documents(BENOVA.company_id, offset=1, limit=1)

    assert {one.document_id for one in listed} == {"precios", "politicas", "cuidados-toxina"}
    assert page == [listed[1]]


async def test_the_original_text_is_kept(stocked: Documents) -> None:
    assert await stocked.text_of(BENOVA.company_id, "precios") == PRICES.text


async def test_a_company_keeps_no_more_documents_than_it_may(documents: Documents) -> None:
    small = BENOVA.model_copy(
        update={"knowledge": BENOVA.knowledge.model_copy(update={"max_documents": 1})}
    )
    await documents.put_document(small, PRICES)

    with pytest.raises(TooManyDocumentsError):
        await documents.put_document(small, POLICIES)
    await documents.put_document(small, replace(PRICES, title="Precios 2027"))


@pytest.mark.parametrize(
    "draft",
    [
        replace(PRICES, document_id="../x"),
        replace(PRICES, document_id="a:b"),
        replace(PRICES, document_id="*"),
        replace(PRICES, document_id=""),
        replace(PRICES, title="x" * 201),
        replace(PRICES, text=" \n\n"),
        replace(PRICES, text="x" * 2_000_001),
        replace(PRICES, text="\ud800"),
        replace(PRICES, metadata={"a": "x" * 16_001}),
    ],
)
async def test_what_is_no_document_is_refused_with_a_reason(
    documents: Documents, draft: Draft
) -> None:
    with pytest.raises(InvalidDocumentError, match=r"\w"):
        await documents.put_document(BENOVA, draft)


async def test_ready_vectors_spare_the_work(
    redis: Client, embedder: HashingEmbedder, clock: Clock
) -> None:
    first = Documents(redis, OneEmbedder(embedder), clock)
    await first.put_document(MEDISPA, ENGLISH)
    await first.embed_document(MEDISPA.company_id, "policies")
    text = await awaitable(redis.hget(keys.chunk(MEDISPA.company_id, "policies:0"), "text"))
    from knowledge.record import digest_of, packed

    ready = {digest_of(str(text)): packed(await embedder.questions([str(text)]))[0]}

    kept = await Documents(
        redis, OneEmbedder(embedder), clock, {embedder.model: ready}
    ).put_document(BENOVA, replace(ENGLISH, document_id="copy"))

    assert kept.vectors == 1
