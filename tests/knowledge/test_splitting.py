"""Chunks stand alone: under their headings, small enough, with a price beside its treatment."""

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.splitting import CHUNK, PATH_LIMIT, ROWS, split

TABLE = """# Precios

Vigentes en 2026.

## Inyectables

| Tratamiento | Precio | Nota |
|:---|---:|---|
| **Botox** | $ 850.000 | — |
| Labios | desde $ 1.200.000 | Incluye control |

Pregunte por financiación.
"""


def test_a_chunk_begins_with_the_path_of_its_headings() -> None:
    text = "# Políticas\n\n## Citas\n\n### Cambios\n\nHasta 24 horas antes.\n\n## Pagos\n\nNequi."

    assert split("Políticas", text) == (
        "Políticas > Citas > Cambios\nHasta 24 horas antes.",
        "Políticas > Pagos\nNequi.",
    )


def test_a_table_becomes_rows_that_name_their_columns() -> None:
    assert split("Precios", TABLE) == (
        "Precios\nVigentes en 2026.",
        """Precios > Inyectables
Tratamiento: Botox; Precio: $ 850.000
Tratamiento: Labios; Precio: desde $ 1.200.000; Nota: Incluye control""",
        "Precios > Inyectables\nPregunte por financiación.",
    )


def test_a_row_is_never_parted_from_its_price() -> None:
    rows = "\n".join(f"| Tratamiento largo número {n} {'x' * 90} | $ {n}.000 |" for n in range(40))

    chunks = split("Precios", f"| Nombre | Precio |\n|---|---|\n{rows}")

    lines = [line for chunk in chunks for line in chunk.split("\n")[1:]]
    assert len(lines) == 40
    assert all("Nombre: " in line and "; Precio: $ " in line for line in lines)
    assert max(len(chunk) for chunk in chunks) <= ROWS + 200


def test_long_prose_is_cut_at_the_ends_of_sentences() -> None:
    chunks = split("Cuidados", " ".join(f"Esta es la frase número {n}." for n in range(200)))

    assert len(chunks) > 3
    assert all(chunk.endswith(".") for chunk in chunks)


def test_plain_text_without_a_heading_stands_under_its_title() -> None:
    assert split("Nota", "Abrimos a las 8.") == ("Nota\nAbrimos a las 8.",)


def test_nothing_is_no_chunk() -> None:
    assert split("Vacío", " \n\n# Solo un título\n") == ()


@settings(max_examples=200, deadline=None)
@given(title=st.text(max_size=30), text=st.text(max_size=3000))
def test_any_text_becomes_chunks_of_bounded_length(title: str, text: str) -> None:
    assert all(
        len(chunk) <= CHUNK + PATH_LIMIT + 1 for chunk in split(title, text.replace("|", ""))
    )
