"""What one patient was told is made fit for all: nobody is named, prices stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.masking import masked
from tenants.offer import StaffMember
from tests.knowledge.sample import BENOVA

CLINIC = BENOVA.model_copy(
    update={
        "phone": "+57 604 555 0101",
        "website": "https://benova.example",
        "staff": (StaffMember(id="n", name="Natalia Ospina"),),
    }
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hola Ana María, sí: cuesta $ 1.250.000.", "Hola …, sí: cuesta $ 1.250.000."),
        ("Claro Mariana, el valor es 450.000 pesos", "Claro …, el valor es 450.000 pesos"),
        ("Escríbale al 300 123 45 67 o a ana@x.co", "Escríbale al … o a …"),
        ("Llame al +57 604 555 0101", "Llame al +57 604 555 0101"),
        ("Su cédula 1.020.333.444 quedó", "Su cédula … quedó"),
        ("La atiende la Dra. Natalia Ospina", "La atiende la Dra. Natalia Ospina"),
        ("La espera la Sra. Gómez Ruiz", "La espera la Sra. …"),
        ("Pague en https://pagos.example/x?u=9", "Pague en …"),
        ("Está en https://www.benova.example/botox", "Está en https://www.benova.example/botox"),
        ("Son 12 sesiones cada 15 días, 60 min.", "Son 12 sesiones cada 15 días, 60 min."),
    ],
)
def test_names_and_numbers_go_and_facts_stay(text: str, left: str) -> None:
    assert masked(text, CLINIC, ["Mariana Pérez"]) == left


@given(st.text(max_size=500), st.text(max_size=50))
def test_any_text_can_be_masked(text: str, name: str) -> None:
    assert "@" not in masked(f"{text} ana@clinica.co", CLINIC, [name]).rpartition(" ")[2]
