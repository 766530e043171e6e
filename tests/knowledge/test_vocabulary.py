"""A company's own words are understood misspelt, by their other names and by its synonyms."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from integrations.redis import Client
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.library import CompanyLibrary
from knowledge.vocabulary import Vocabulary
from tenants.offer import StaffMember, Treatment
from tenants.tenant import KnowledgeRules
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.sample import BENOVA

TIME = timedelta(minutes=30)
CLINIC = BENOVA.model_copy(
    update={
        "treatments": (
            Treatment(id="crio", name="Criolipólisis", aliases=("coolsculpting",), duration=TIME),
            Treatment(id="toxina", name="Toxina botulínica", aliases=("botox",), duration=TIME),
        ),
        "staff": (StaffMember(id="n", name="Natalia Ospina"),),
        "knowledge": KnowledgeRules(synonyms={"rinomodelación": ("nariz sin cirugía",)}),
    }
)
VOCABULARY = Vocabulary(CLINIC)
COLD = Draft(
    document_id="frio",
    title="",
    text="La criolipólisis congela la grasa. Cuesta $ 520.000 por zona.",
)
NOSE = Draft(document_id="nariz", title="", text="Nariz sin cirugía: desde $ 900.000.")


def meant(question: str) -> dict[str, str]:
    return {" ".join(one.said): " ".join(one.words) for one in VOCABULARY.guesses(question)}


@pytest.fixture
async def library(documents: Documents, redis: Client, embedder: HashingEmbedder) -> CompanyLibrary:
    for draft in (COLD, NOSE):
        await documents.put_document(CLINIC, draft)
    return CompanyLibrary(CLINIC, redis, OneEmbedder(embedder))


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("criolipolisi", "criolipolisis"),
        ("kriolipolizis", "criolipolisis"),
        ("crio lipolisis", "criolipolisis"),
        ("botoks", "botox"),
        ("btoox", "botox"),
        ("botulimica", "botulinica"),
        ("ospyna", "ospina"),
        ("rinomodelasion", "rinomodelacion"),
    ],
)
def test_a_misspelt_word_of_the_company_is_understood(said: str, word: str) -> None:
    assert meant(f"¿cuánto vale {said}?")[said] == word


@pytest.mark.parametrize("said", ["boto", "bonito", "boxeo", "toxico", "2024", "cielos", "natal"])
def test_another_word_is_left_as_it_is(said: str) -> None:
    assert meant(said) == {}


async def test_a_misspelt_treatment_is_found(library: CompanyLibrary) -> None:
    (passage, *_) = await library.search("presio de la kriolipolizis", threshold=0)

    assert passage.document_id == "frio"


async def test_a_name_that_no_document_says_is_found_by_its_other_name(
    library: CompanyLibrary,
) -> None:
    (by_alias, *_) = await library.search("coolsculpting", threshold=0)
    (by_synonym, *_) = await library.search("rinomodelación", threshold=0)

    assert (by_alias.document_id, by_synonym.document_id) == ("frio", "nariz")


async def test_synonyms_are_a_companys_own(
    library: CompanyLibrary, redis: Client, embedder: HashingEmbedder
) -> None:
    plain = CompanyLibrary(BENOVA, redis, OneEmbedder(embedder))

    assert await library.search("rinomodelación")
    assert await plain.search("rinomodelación") == []


def test_synonyms_are_bounded() -> None:
    with pytest.raises(ValidationError):
        KnowledgeRules(synonyms={f"palabra{number}": ("otra",) for number in range(201)})
    with pytest.raises(ValidationError):
        KnowledgeRules(synonyms={"toxina": ("x" * 61,)})


@given(st.text(max_size=1500))
def test_only_letters_and_digits_come_of_any_question(question: str) -> None:
    guesses = VOCABULARY.guesses(question)

    words = [word for one in guesses for word in (*one.said, *one.words)]
    assert all(re.fullmatch("[a-z0-9]{1,40}", word) for word in words)
    assert len(guesses) <= 6
