"""Prices stay with what they are for, however the file was made; what would be lost is refused or said."""

import pytest

from knowledge.errors import UnreadableFileError
from knowledge.reading.read import read
from knowledge.splitting import split
from tests.knowledge.reading import files, messy


def lines_of(content: bytes, name: str) -> list[str]:
    """Return the lines of what is searched."""
    return [line for chunk in split("", read(content, name).text) for line in chunk.split("\n")]


def test_a_cell_over_several_rows_of_a_pdf_belongs_to_each() -> None:
    lines = lines_of(messy.merged_pdf(), "precios.pdf")

    assert "Línea: Toxina; Tratamiento: Cuello; Precio: $900.000" in lines
    assert "Línea: Láser; Tratamiento: Axilas; Precio: $120.000" in lines


def test_a_table_of_coloured_bands_is_a_table() -> None:
    lines = lines_of(messy.coloured_pdf(), "laser.pdf")

    assert "Servicio: Piernas; 1 sesión: $320.000; Paquete 6: $1.600.000" in lines


def test_price_lists_beside_each_other_are_two_and_a_picture_is_told() -> None:
    lines = lines_of(messy.side_by_side_pdf(), "precios.pdf")

    assert lines[0] == "Lista oficial de precios de la clínica 2027"
    assert lines.index("ESTÉTICA") < lines.index("Plasma | $280.000") < lines.index("ODONTOLOGÍA")
    assert lines.index("ODONTOLOGÍA") < lines.index("Ortodoncia inicial | $1.500.000")
    assert "(Pages that are pictures and were not read: 2.)" in lines


def test_everything_that_word_shows_is_read_and_what_was_struck_is_not() -> None:
    text = read(messy.word_file(), "precios.docx").text

    assert "### INYECTABLES" in text
    assert "| Botox | Frente $450.000; Cuello $900.000 |" in text
    assert "Anticipo: $100.000\n" in text
    assert text.count("Promoción: $199.000") == 1
    assert "Parqueadero: $8.000" in text
    assert text.endswith("Valoración gratis los martes")
    assert "50.000\n" not in text.replace("450.000", "")


def test_a_workbook_is_read_as_people_see_it() -> None:
    lines = lines_of(messy.workbook(), "precios.xlsx")

    assert lines == [
        (
            "Línea: Toxina; Tratamiento: Frente; Precio: $ 450.000; En dólares: USD 110,50;"
            " Hasta: 2026-12-31"
        ),
        "Línea: Toxina; Tratamiento: Cuello; Precio: $ 900.000; En dólares: 220 €; Hasta: 08:30",
    ]


def test_a_list_under_a_title_with_commas_is_parted_by_what_parts_its_rows() -> None:
    lines = lines_of(messy.CSV, "precios.csv")

    assert "Tratamiento: Limpieza facial; Duración: 1 h; Precio: $ 180.000,00" in lines
    assert (
        "Tratamiento: Láser (axilas, piernas, bikini); Duración: 30 min; Precio: $ 120.000" in lines
    )


def test_a_web_pages_spans_breaks_and_definitions_keep_prices_apart() -> None:
    lines = lines_of(messy.HTML, "precios.html")

    assert "Línea: Toxina; Tratamiento: Cuello; Precio: $900.000" in lines
    assert "Línea: Paquete; Tratamiento: Paquete; Precio: $1.200.000" in lines
    assert {"Hidratación: $150.000", "Limpieza: $110.000", "Valoración: $80.000"} <= set(lines)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (messy.uncounted_workbook(), "p.xlsx", "formulas without results (cell C2)"),
        (rb"{\rtf1\ansi Botox \b $450.000\b0\par}", "p.rtf", "rich text"),
        (rb"{\rtf1\ansi Botox \b $450.000\b0\par}", "p.doc", "rich text"),
        (files.zipped(**{"ppt/presentation.xml": b"x"}), "p.pptx", "a presentation"),
        (files.zipped(mimetype=b"application/vnd.oasis"), "p.ods", "LibreOffice"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n", "p.pdf", "The PDF"),
    ],
)
def test_what_would_lose_its_prices_is_refused_with_what_to_do(
    content: bytes, name: str, reason: str
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(content, name)

    assert reason in str(refused.value)
