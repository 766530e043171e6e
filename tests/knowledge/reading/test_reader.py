"""Files become text with their price rows whole; what cannot be read is refused with a reason."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UnreadableFileError
from knowledge.reading.read import read
from knowledge.reading.reader import Reader
from knowledge.splitting import split
from tests.knowledge.reading import files


@pytest.fixture
def reader() -> Reader:
    return Reader()


def lines_of(text: str) -> list[str]:
    return [line for chunk in split("Precios", text) for line in chunk.splitlines()]


async def test_a_ruled_price_table_is_read_row_by_row_under_its_names(reader: Reader) -> None:
    found = await reader.read(files.ruled_pdf(), "precios_2027.pdf")

    assert (found.kind, found.title) == ("pdf", "precios 2027")
    assert "Lista de precios 2027" in found.text
    assert "Tratamiento: Botox frente; Duración: 30 min; Precio: $450.000" in lines_of(found.text)


async def test_a_product_whose_name_is_wrapped_keeps_its_price(reader: Reader) -> None:
    rows = [
        (f"Plan {n} de rejuvenecimiento facial completo con toxina", "60 min", f"${n}00.000")
        for n in range(1, 6)
    ]

    found = await reader.read(files.ruled_pdf(rows, wrapped=True), "planes.pdf")

    assert (
        "Tratamiento: Plan 3 de rejuvenecimiento facial completo con toxina; Duración: 60 min; Precio: $300.000"
        in lines_of(found.text)
    )


async def test_a_table_that_goes_over_pages_keeps_the_names_of_its_columns(reader: Reader) -> None:
    rows = [(f"Tratamiento {n}", f"{n} min", f"${n}.000") for n in range(120)]

    found = await reader.read(files.ruled_pdf(rows), "precios.pdf")

    lines = lines_of(found.text)
    assert all(
        f"Tratamiento: Tratamiento {n}; Duración: {n} min; Precio: ${n}.000" in lines
        for n in range(120)
    )


async def test_rows_without_lines_stay_rows(reader: Reader) -> None:
    found = await reader.read(files.unruled_pdf(), "lista.pdf")

    lines = lines_of(found.text)
    assert "Botox frente | 30 min | $450.000" in lines
    assert "Ácido hialurónico en labios | 60 min | $1.200.000" in lines
    assert "Limpieza facial | $180.000" in lines


async def test_a_word_file_keeps_its_order_headings_and_tables(reader: Reader) -> None:
    found = await reader.read(files.word_file(), "cuidados.docx")

    assert found.title == "Cuidados del peeling"
    assert found.text.index("7 días") < found.text.index("## Precios") < found.text.index("- Usar")
    assert "Tratamiento: Peeling químico; Precio: $250.000" in lines_of(found.text)


async def test_a_workbook_keeps_sheets_amounts_and_categories(reader: Reader) -> None:
    found = await reader.read(files.workbook(), "lista.xlsx")

    lines = lines_of(found.text)
    assert "Tratamiento: Botox frente; Precio: $ 450.000; Descuento: 10 %" in lines
    assert "Precios > Inyectables" in lines
    assert "Día: Sábado; Abre: 9:00; Cierra: 13:00" in lines
    assert "secreto" not in found.text


async def test_a_list_of_excel_in_csv_is_read_whatever_its_signs(reader: Reader) -> None:
    found = await reader.read(files.CSV, "lista.csv")

    assert found.kind == "csv"
    assert "Tratamiento: Peeling químico; Precio: $250.000" in lines_of(found.text)


async def test_a_web_page_is_read_without_its_menus_and_scripts(reader: Reader) -> None:
    found = await reader.read(files.HTML, "pagina")

    assert (found.kind, found.title) == ("html", "Benova | Precios")
    assert "Tratamiento: Botox frente; Precio: $450.000" in lines_of(found.text)
    assert "Válidos en 2027." in found.text
    assert "Calle 93 No. 14" in found.text
    assert not {"Inicio", "var x", "©"} & set(found.text.split())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("# Título\n\nTexto ñandú".encode(), "markdown"),
        ("Texto ñandú".encode(), "text"),
        ("Texto ñandú".encode("cp1252"), "text"),
        ("Texto ñandú".encode("utf-16"), "text"),
    ],
)
async def test_plain_text_is_read_in_any_encoding(
    reader: Reader, content: bytes, kind: str
) -> None:
    found = await reader.read(content, "nota.txt")

    assert found.kind == kind
    assert "ñandú" in found.text


async def test_the_content_counts_and_not_the_name(reader: Reader) -> None:
    found = await reader.read(files.word_file(), "informe.bin")

    assert found.kind == "docx"


@pytest.mark.parametrize(
    ("make", "name", "reason"),
    [
        (lambda: b"", "a.pdf", "empty"),
        (lambda: b"  \n ", "a.txt", "empty"),
        (files.scanned_pdf, "a.pdf", "scanned"),
        (files.locked_pdf, "a.pdf", "password"),
        (lambda: b"%PDF-1.7\nrubbish", "a.pdf", "damaged"),
        (lambda: files.ruled_pdf()[:700], "a.pdf", "damaged|no text"),
        (lambda: b"this is no pdf", "a.pdf", "called .pdf but is none"),
        (lambda: files.zipped(**{"a.txt": b"hola"}), "a.pdf", "archive"),
        (lambda: files.word_file()[:500], "a.docx", "damaged"),
        (lambda: files.zipped(**{"word/document.xml": b"<"}), "a.docx", "damaged"),
        (lambda: files.zipped(**{"xl/workbook.xml": b"<"}), "a.xlsx", "damaged"),
        (files.bomb, "a.docx", "unpacks"),
        (lambda: b"\x89PNG\r\n\x1a\n0000", "a.png", "picture"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "a.doc", "old Word"),
        (
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "password",
        ),
        (lambda: bytes(range(256)) * 20, "a.txt", "no text"),
        (lambda: b"<html><script>x</script></html>", "a.html", "no text"),
        (lambda: b"palabra " * 300_000, "a.txt", "2,000,000 characters"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_with_a_reason(
    reader: Reader, make: Callable[[], bytes], name: str, reason: str
) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        await reader.read(make(), name)


async def test_a_file_that_takes_too_long_is_given_up(reader: Reader) -> None:
    with pytest.raises(UnreadableFileError, match="too long"):
        await Reader(patience=0.01).read(files.ruled_pdf(), "a.pdf")


async def test_a_call_that_is_called_off_leaves_no_process(reader: Reader) -> None:
    task = asyncio.create_task(reader.read(files.ruled_pdf(), "a.pdf"))
    await asyncio.sleep(0.05)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.txt", "a.md", "a.csv", "a.html"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    try:
        text = read(content, name).text
    except UnreadableFileError as error:
        text = str(error)

    assert text.strip()
