"""Files as people really make them: merged cells, boxes, hidden columns, lists side by side; made here."""

import datetime as dt
import io
from collections.abc import Sequence

import docx
import openpyxl
from docx.oxml import parse_xml
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

BEAUTY = [
    ("Botox frente", "$450.000"),
    ("Botox completo", "$850.000"),
    ("Peeling", "$250.000"),
    ("Hydrafacial", "$320.000"),
    ("Plasma", "$280.000"),
]
TEETH = [
    ("Ortodoncia inicial", "$1.500.000"),
    ("Limpieza dental", "$140.000"),
    ("Blanqueamiento", "$480.000"),
    ("Resina simple", "$130.000"),
    ("Endodoncia", "$520.000"),
]
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def merged_pdf() -> bytes:
    """A ruled table whose first column has one cell for several rows."""
    rows = [
        ["Línea", "Tratamiento", "Precio"],
        ["Toxina", "Frente", "$450.000"],
        ["", "Cuello", "$900.000"],
        ["Láser", "Axilas", "$120.000"],
    ]
    lines = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 1), (0, 2))]
    return _table(rows, lines)


def coloured_pdf() -> bytes:
    """A table of coloured bands without lines, whose columns are of sessions."""
    rows = [
        ["Servicio", "1 sesión", "Paquete 6"],
        ["Axilas", "$120.000", "$600.000"],
        ["Piernas", "$320.000", "$1.600.000"],
    ]
    bands = [("BACKGROUND", (0, 0), (-1, 0), colors.pink)]
    return _table(rows, [*bands, ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.grey])])


def _table(rows: Sequence[Sequence[str]], style: Sequence[object]) -> bytes:
    out = io.BytesIO()
    table = Table(rows, colWidths=[150, 120, 100])
    table.setStyle(TableStyle(style))
    SimpleDocTemplate(out, pagesize=A4).build([table])
    return out.getvalue()


def side_by_side_pdf() -> bytes:
    """Two price lists beside each other under a title over both, and a second page that is a picture."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica-Bold", 16)
    page.drawCentredString(297, 800, "Lista oficial de precios de la clínica 2027")
    page.setFont("Helvetica", 10)
    page.drawString(60, 770, "ESTÉTICA")
    page.drawString(320, 770, "ODONTOLOGÍA")
    for at, ((name, price), (other, costs)) in enumerate(zip(BEAUTY, TEETH, strict=True)):
        page.drawString(60, 740 - 18 * at, name)
        page.drawRightString(270, 740 - 18 * at, price)
        page.drawString(320, 740 - 18 * at, other)
        page.drawRightString(530, 740 - 18 * at, costs)
    page.showPage()
    page.drawImage(ImageReader(Image.new("RGB", (8, 8), "white")), 0, 0, 500, 700)
    page.save()
    return out.getvalue()


def word_file() -> bytes:
    """A table within a table, a text box, a content control, a correction, a heading row, a footer."""
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "Valoración gratis los martes"
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Servicio", "Detalle"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "INYECTABLES"
    table.cell(2, 0).text = "Botox"
    inner = table.cell(2, 1).add_table(rows=2, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Frente", "$450.000"
    inner.cell(1, 0).text, inner.cell(1, 1).text = "Cuello", "$900.000"
    paragraph = document.add_paragraph("Anticipo: ")
    for xml in (
        '<w:ins {w} w:id="1" w:author="a"><w:r><w:t>$100.000</w:t></w:r></w:ins>',
        '<w:del {w} w:id="2" w:author="a"><w:r><w:delText>$50.000</w:delText></w:r></w:del>',
        (
            '<w:r {w}><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent><w:p>'
            "<w:r><w:t>Promoción: $199.000</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r>"
        ),
    ):
        paragraph._p.append(parse_xml(xml.format(w=_WORD)))  # No other door.
    control = (
        f"<w:sdt {_WORD}><w:sdtContent><w:p><w:r><w:t>Parqueadero: $8.000</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    document.element.body.insert(-1, parse_xml(control))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook() -> bytes:
    """A category merged over its rows, a hidden column and row, currencies, a date and an hour."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Línea", "Tratamiento", "Costo", "Precio", "En dólares", "Hasta"],
        ["Toxina", "Frente", 200_000, 450_000, 110.5, dt.date(2026, 12, 31)],
        [None, "Cuello", 300_000, 900_000, 220, dt.time(8, 30)],
        ["Láser", "Descontinuado", 1, 1, 1, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    for at in (2, 3):
        sheet[f"D{at}"].number_format = '_-"$"* #,##0_-;\\-"$"* #,##0_-'
        sheet[f"E{at}"].number_format = "[$USD]\\ #,##0.00"
    sheet["E3"].number_format = "#,##0.00\\ [$€-C0A]"
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[4].hidden = True
    return _saved(book)


def uncounted_workbook() -> bytes:
    """A price that is a formula nobody has counted."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Servicio", "Base", "Con IVA"])
    sheet.append(["Botox", 400_000, "=B2*1.19"])
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CSV = (
    "Precios, vigentes desde enero, 2027;;\r\nTratamiento;Duración;Precio\r\n"
    'Limpieza facial;1 h;"$ 180.000,00"\r\nLáser (axilas, piernas, bikini);30 min;$ 120.000\r\n'
).encode("latin-1")
HTML = """<html><body><table><tr><th>Línea</th><th>Tratamiento</th><th>Precio</th></tr>
<tr><td rowspan="2">Toxina</td><td>Frente</td><td>$450.000</td></tr>
<tr><td>Cuello</td><td>$900.000</td></tr>
<tr><td colspan="2">Paquete</td><td>$1.200.000</td></tr></table>
<p>Hidratación: $150.000<br>Limpieza: $110.000</p>
<dl><dt>Valoración</dt><dd>$80.000</dd></dl></body></html>""".encode()
