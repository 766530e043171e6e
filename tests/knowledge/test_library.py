"""A search finds the right passage, survives whatever it is asked, and degrades before it fails."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.redis import Client, awaitable, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.errors import LibraryUnavailableError
from knowledge.index import drop_index
from knowledge.library import CompanyLibrary
from tenants import keys
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA, NOW, POLICIES

HOSTILE = (
    "x) | (@tenant:{b}",
    "x | @document_id:{policies}",
    "la|de|casa",
    "no|a|casa",
    "*",
    "-limpieza",
    "\"comillas\" 'simples'",
    "@folded:(a) => [KNN 10 @vector $v]",
    "%%precio%% ~@text:a ( { [ : ; $ ` \\",
    "😀 🧑‍⚕️ 💉",
    "precio\0botox",
    "\ud800 botox",
    "precio " * 15_000,
    "x" * 100_000,
    "¿¡ñÑüÜ!?",
    "ｂｏｔｏｘ",
    "price \u202e botox",
)


async def test_the_passage_that_answers_comes_first(
    stocked: Documents, benova: CompanyLibrary
) -> None:
    found = await benova.search("¿cuánto cuesta el ácido hialurónico en labios?")

    assert found[0].document_id == "precios"
    assert "$ 1.200.000" in found[0].text
    assert found[0].metadata == {"source": "shipped", "category": "precios"}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


async def test_accents_case_and_signs_do_not_matter(
    stocked: Documents, benova: CompanyLibrary
) -> None:
    found = await benova.search("CUANTO VALE LA TOXINA BOTULINICA??")

    assert {one.document_id for one in found} & {"precios", "cuidados-toxina"}


async def test_an_english_company_is_searched_in_english(
    stocked: Documents, medispa: CompanyLibrary
) -> None:
    found = await medispa.search("how much is a deep tissue massage?")

    assert "$ 120" in found[0].text


async def test_nothing_is_found_where_nothing_fits(
    stocked: Documents, benova: CompanyLibrary
) -> None:
    assert await benova.search("zzz wqx kjh") == []


async def test_no_more_than_wanted_comes_back(stocked: Documents, benova: CompanyLibrary) -> None:
    assert len(await benova.search("cita clínica tratamiento precio", limit=1)) == 1
    assert len(await benova.search("cita clínica tratamiento precio")) <= 3


async def test_filters_narrow_a_search(stocked: Documents, benova: CompanyLibrary) -> None:
    by_category = await benova.search("toxina botulínica", filters={"category": "cuidados"})
    by_metadata = await benova.search("toxina botulínica", filters={"source": "shipped"})
    both = await benova.search(
        "toxina botulínica", filters={"category": "cuidados", "source": "shipped"}
    )

    assert {one.document_id for one in by_category} == {"cuidados-toxina"}
    assert {one.document_id for one in by_metadata} == {"precios"}
    assert both == []


@pytest.mark.parametrize(
    "value", ["", "*", "precios|politicas", "p*", "PRECIOS", "{x}", "\0", "$v"]
)
async def test_a_filter_matches_its_exact_value_only(
    stocked: Documents, benova: CompanyLibrary, value: str
) -> None:
    assert await benova.search("toxina botulínica", filters={"category": value}) == []


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_words_find_nothing_of_another_company(
    stocked: Documents, benova: CompanyLibrary, redis: Client, query: str
) -> None:
    found = await benova.search(query, limit=20)

    assert {one.document_id for one in found} <= {"precios", "politicas", "cuidados-toxina"}
    assert await awaitable(redis.ping())


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.text(max_size=80), name=st.text(max_size=20), value=st.text(max_size=40))
async def test_any_text_is_a_search_and_never_an_error(
    redis: Client, redis_url: str, query: str, name: str, value: str
) -> None:
    # Each example has an event loop of its own, and so a connection.
    client = connect(redis_url)
    library = CompanyLibrary(BENOVA, client, OneEmbedder(HashingEmbedder()))
    documents = Documents(client, OneEmbedder(HashingEmbedder()), lambda: NOW)
    await documents.put_document(BENOVA, POLICIES)

    plain = await library.search(query)
    narrowed = await library.search("cita", filters={name: value})

    await close(client)
    assert {one.document_id for one in (*plain, *narrowed)} <= {"politicas"}


async def test_words_still_find_when_the_embedder_is_broken(
    stocked: Documents, benova: CompanyLibrary, embedder: HashingEmbedder
) -> None:
    embedder.broken = True

    found = await benova.search("parqueadero gratuito")

    assert found[0].document_id == "politicas"


async def test_words_alone_do_not_make_an_answer_of_anything(
    stocked: Documents, benova: CompanyLibrary, embedder: HashingEmbedder
) -> None:
    embedder.broken = True

    assert await benova.search("vuelos baratos a París con escala en otro edificio lejano") == []


async def test_a_dropped_index_comes_back_with_the_next_search(
    stocked: Documents, benova: CompanyLibrary, redis: Client
) -> None:
    await drop_index(redis, keys.chunk_index(BENOVA.company_id))

    found = await benova.search("parqueadero gratuito para pacientes")

    assert found[0].document_id == "politicas"


async def test_a_company_without_documents_finds_nothing_and_gets_no_index(
    redis: Client, benova: CompanyLibrary
) -> None:
    found = await benova.search("precio del botox")

    assert found == []
    assert await awaitable(redis.keys("*")) == []


async def test_lost_chunks_are_restored_without_embedding(
    stocked: Documents, benova: CompanyLibrary, redis: Client, embedder: HashingEmbedder
) -> None:
    embedder.embedded.clear()
    await drop_index(redis, keys.chunk_index(BENOVA.company_id))
    lost = await awaitable(redis.keys(keys.chunk_prefix(BENOVA.company_id) + "*"))
    await awaitable(redis.delete(*lost))
    with pytest.raises(LibraryUnavailableError):
        await benova.search("parqueadero gratuito para pacientes")

    restored = await stocked.restore(BENOVA)

    found = await benova.search("parqueadero gratuito para pacientes")
    assert restored == 3
    assert found[0].document_id == "politicas"
    assert embedder.embedded == []


async def test_a_threshold_of_the_company_counts(
    stocked: Documents, redis: Client, embedder: HashingEmbedder
) -> None:
    strict = BENOVA.model_copy(
        update={"knowledge": BENOVA.knowledge.model_copy(update={"similarity_threshold": 0.99})}
    )

    assert (
        await CompanyLibrary(strict, redis, OneEmbedder(embedder)).search("parqueadero gratuito")
        == []
    )


async def test_redis_being_away_is_not_an_empty_answer(embedder: HashingEmbedder) -> None:
    nobody = connect("unix:///nowhere/redis.sock")
    library = CompanyLibrary(BENOVA, nobody, OneEmbedder(embedder))

    with pytest.raises(LibraryUnavailableError):
        await library.search("precio")
    await close(nobody)


async def test_what_is_not_embedded_yet_comes_up_beside_what_is(
    documents: Documents, benova: CompanyLibrary
) -> None:
    drafts = [
        Draft(document_id=f"d{n}", title="", text=f"Nota {n} sobre la sala: código zafiro{n}.")
        for n in range(40)
    ]
    await documents.put_documents(BENOVA, drafts)
    for number in range(0, 40, 2):
        await documents.embed_document(BENOVA.company_id, f"d{number}")

    found = [await benova.search(f"sala zafiro{n}", limit=1) for n in range(40)]

    assert [one[0].document_id for one in found] == [f"d{n}" for n in range(40)]


async def test_a_filters_backslash_is_a_sign_like_any_other(
    documents: Documents, benova: CompanyLibrary
) -> None:
    for number, place in enumerate(("a\\*", "a*", "\\")):
        draft = Draft(document_id=f"d{number}", title="", text="zafiro", metadata={"lugar": place})
        await documents.put_document(BENOVA, draft)

    found = await benova.search("zafiro", filters={"lugar": "a\\*"})

    assert [one.document_id for one in found] == ["d0"]
