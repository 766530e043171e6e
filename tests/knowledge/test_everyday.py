"""The thesaurus that ships: found in whatever ending, complete, and weaker than what was said."""

from pathlib import Path

import pytest

from integrations.redis import Client
from knowledge import everyday
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.everyday import EVERYDAY, Everyday, read
from knowledge.library import CompanyLibrary
from knowledge.query import fold, words_of
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA

FILE = Path(everyday.__file__).parent / "everyday_words.txt"
DRINKS = Draft(document_id="licor", title="", text="No tome licor en las 24 horas siguientes.")
TEETH = Draft(document_id="dientes", title="", text="Extracción simple de un diente: $ 150.000.")


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("¿cuánto sale sacarse una muela?", "extraccion"),
        ("una MUELA me la quiero sacar", "extraccion"),
        ("me estoy dejando de depilar, ¿puedo?", "laser"),
        ("kiero ponerme una inyecsion", "pinchazos"),
        ("¿puedo tomar cervezas?", "licor"),
    ],
)
def test_an_everyday_word_is_understood_in_its_endings_and_by_ear(question: str, word: str) -> None:
    meant = [one for meaning in EVERYDAY.meanings_in(question) for one in meaning.words]

    assert word in meant


def test_what_was_said_is_not_said_again() -> None:
    thesaurus = Everyday(read("axila, sobaco"))

    assert list(thesaurus.meanings_in("¿axila o sobaco?")) == []
    assert next(thesaurus.meanings_in("axilas"))[1] == ("sobaco",)


def test_every_line_of_the_file_can_be_searched_for() -> None:
    unusable = [
        one
        for one in read(FILE.read_text(encoding="utf-8"))
        if not words_of(" ".join(one.said))
        or not all(words_of(word) for word in one.words)
        or fold(whole := " ".join((*one.said, *one.words))) != whole
    ]

    assert unusable == []


async def test_a_passage_in_other_words_is_found_without_the_model(
    documents: Documents, redis: Client, embedder: HashingEmbedder
) -> None:
    for draft in (DRINKS, TEETH):
        await documents.put_document(BENOVA, draft)
    embedder.broken = True
    library = CompanyLibrary(BENOVA, redis, OneEmbedder(embedder))

    (drink,) = await library.search("¿puedo tomarme una cerveza?")
    (tooth,) = await library.search("me quiero sacar una muela")

    assert (drink.document_id, tooth.document_id) == ("licor", "dientes")
