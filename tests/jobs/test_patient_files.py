"""Files of patients: what they say, for this turn, and what is told when they say nothing."""

import io

import docx
import pytest

from jobs.patient_files import LONGEST, PatientFiles
from safety.red_flags import RedFlags
from tenants.ids import CompanyId
from tenants.tenant import Tenant
from tests.fakes.photos import SVG, photo
from tests.knowledge.reading.files import bomb, locked_pdf, scanned_pdf, unruled_pdf

BENOVA = Tenant(company_id=CompanyId("benova"), company_name="Benova")
RED_FLAGS = RedFlags(None)


@pytest.fixture
def files() -> PatientFiles:
    return PatientFiles(RED_FLAGS)


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


async def test_a_pdf_says_what_stands_in_it(files: PatientFiles) -> None:
    reading = await files.read(BENOVA, unruled_pdf(), caption="", language="es")

    assert (reading.kind, reading.outcome) == ("document", "read")
    assert "Botox" in reading.text


async def test_a_form_that_lists_risks_is_nobodys_emergency(files: PatientFiles) -> None:
    risks = "Acepto el tratamiento. Riesgos: ceguera, necrosis, dificultad para respirar. " * 20

    reading = await files.read(BENOVA, word(risks), caption="", language="es")

    assert reading.alarm is None
    assert len(reading.text) > 600


async def test_a_note_that_a_patient_wrote_is_screened_like_words(files: PatientFiles) -> None:
    content = b"Doctora, no puedo respirar bien desde ayer"

    reading = await files.read(BENOVA, content, caption="", language="es")

    assert reading.alarm is not None


async def test_a_long_file_is_cut(files: PatientFiles) -> None:
    reading = await files.read(BENOVA, ("palabra " * 9000).encode(), caption="", language="es")

    assert len(reading.text) <= LONGEST


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4 cut off", "No pude leer"),
        (b"PK\x03\x04" + bytes(100), "No pude leer"),
        (scanned_pdf(), "escaneado"),
        (locked_pdf(), "contraseña"),
        (bomb(), "No pude leer"),
    ],
)
async def test_what_cannot_be_read_is_answered_with_what_to_do(
    files: PatientFiles, content: bytes, words: str
) -> None:
    reading = await files.read(BENOVA, content, caption="", language="es")

    assert reading.outcome == "unreadable"
    assert words in reading.advice


def test_only_documents_and_text_are_taken(files: PatientFiles) -> None:
    taken = [
        files.takes(one) for one in (b"%PDF-1.7", b"hola", photo(), SVG, b"\0\0\0\x18ftypmp42", b"")
    ]

    assert taken == [True, True, False, False, False, False]
