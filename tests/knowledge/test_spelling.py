"""What patients misspell is looked for as the word of the documents that it is near to."""

import pytest

from integrations.redis import Client
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from knowledge.query import words_of
from knowledge.spelling import doubtful, nearest
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA

TEXTS = {
    "horario": "El horario de los sábados es de ocho a doce.",
    "abono": "El abono se descuenta del valor del tratamiento.",
    "gaza": "La gasa se cambia cada noche con agua hervida.",
    "urgencias": "Para urgencias dejamos espacios todos los días.",
}


@pytest.fixture
async def library(documents: Documents, redis: Client, embedder: HashingEmbedder) -> CompanyLibrary:
    """Four documents, found by words only."""
    for name, text in TEXTS.items():
        await documents.put_document(BENOVA, Draft(document_id=name, title="", text=text))
    embedder.broken = True
    return CompanyLibrary(BENOVA, redis, OneEmbedder(embedder))


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("orario savado", "horario"),
        ("kuanto es el avono", "abono"),
        ("una urjencia", "urgencias"),
        ("trtamiento", "abono"),
        ("un tratamientico", "abono"),
        ("urgencitas", "urgencias"),
    ],
)
async def test_a_misspelt_word_finds_the_documents_word(
    library: CompanyLibrary, question: str, document: str
) -> None:
    (passage, *_) = await library.search(question)

    assert passage.document_id == document


async def test_a_short_or_another_word_is_no_slip(library: CompanyLibrary) -> None:
    for word in ("casa", "noches2", "honorarios", "abogado"):
        assert await library.search(word) == []


def test_by_ear_is_nearer_than_by_letters() -> None:
    suggested = [["TERM", "presio", [["0.9", "presion"], ["0.1", "precio"]]]]

    assert nearest("presio", suggested) == ("precio", 0.1)
    assert nearest("botoks", [["TERM", "botoks", [["0.5", "notas"]]]]) is None
    assert nearest("botox", []) is None


def test_only_words_that_can_be_misspelt_are_asked_about() -> None:
    assert doubtful(["botoks", "2024", "co2fr", "piel", "embarazada"]) == ("botoks",)


def test_small_words_are_small_however_they_are_spelt() -> None:
    assert words_of("kiero aserme kon ustedes kuanto puedo d una limpiesa") == ("limpiesa",)
