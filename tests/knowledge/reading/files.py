"""Files as clinics have them, made here."""

import io
import zipfile
from collections.abc import Sequence

import docx
import openpyxl
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

PRICES = [
    ("Botox frente", "30 min", "$450.000"),
    ("Botox tercio superior", "45 min", "$850.000"),
    ("Ácido hialurónico en labios", "60 min", "$1.200.000"),
    ("Peeling químico", "40 min", "$250.000"),
]
HEADER = ("Tratamiento", "Duración", "Precio")


def ruled_pdf(rows: Sequence[Sequence[str]] = PRICES, *, wrapped: bool = False) -> bytes:
    """A price table with lines, its header on top; long tables go over pages."""
    style = getSampleStyleSheet()
    out = io.BytesIO()
    cells = [[Paragraph(row[0], style["Normal"]) if wrapped else row[0], *row[1:]] for row in rows]
    table = Table([HEADER, *cells], colWidths=[110, 80, 80])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    SimpleDocTemplate(out, pagesize=A4).build(
        [Paragraph("Lista de precios 2027", style["Title"]), table]
    )
    return out.getvalue()


def unruled_pdf() -> bytes:
    """A price list by tab stops and one with dots."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica", 11)
    for number, (name, minutes, price) in enumerate(PRICES):
        page.drawString(60, 760 - 18 * number, name)
        page.drawString(280, 760 - 18 * number, minutes)
        page.drawRightString(450, 760 - 18 * number, price)
    page.drawString(60, 640, "Limpieza facial ........................ $180.000")
    page.save()
    return out.getvalue()


def scanned_pdf() -> bytes:
    """A page that is a picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawImage(ImageReader(Image.new("RGB", (80, 80), "white")), 0, 0, 500, 700)
    page.save()
    return out.getvalue()


def locked_pdf() -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, encrypt=StandardEncryption("secreto", canPrint=0))
    page.drawString(60, 700, "Botox $450.000")
    page.save()
    return out.getvalue()


def word_file() -> bytes:
    """Headings, a list and a table, in that order."""
    document = docx.Document()
    document.add_heading("Cuidados del peeling", 0)
    document.add_paragraph("No se exponga al sol por 7 días.")
    document.add_heading("Precios", 1)
    table = document.add_table(rows=0, cols=2)
    for row in (("Tratamiento", "Precio"), ("Peeling químico", "$250.000"), ("Botox", "$450.000")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = row
    document.add_paragraph("Usar protector", style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook() -> bytes:
    """Two sheets: prices with a title and categories, and hours; one more is hidden."""
    book = openpyxl.Workbook()
    prices = book.active
    assert prices is not None
    prices.title = "Precios"
    prices.append(["Lista 2027"])
    prices.append([])
    prices.append(["Tratamiento", "Precio", "Descuento"])
    prices.append(["Inyectables"])
    prices.append(["Botox frente", 450000, 0.1])
    prices["B5"].number_format = '"$"#,##0'
    prices["C5"].number_format = "0%"
    hours = book.create_sheet("Horarios")
    hours.append(["Día", "Abre", "Cierra"])
    hours.append(["Lunes", "8:00", "18:00"])
    hours.append(["Sábado", "9:00", "13:00"])
    hidden = book.create_sheet("Costos")
    hidden.append(["Costo secreto", 1])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """A small file that says it is a Word document and unpacks to 200 MB."""
    return zipped(**{"word/document.xml": b"0" * 200_000_000})


CSV = "Tratamiento;Precio\nBotox frente;$450.000\nPeeling químico;$250.000\n".encode("cp1252")
HTML = """<!doctype html><html><head><title>Benova | Precios</title><script>var x=1</script></head>
<body><nav><a href="/">Inicio</a></nav><main><h1>Precios</h1><p>Válidos en <b>2027</b>.</p>
<table><tr><th>Tratamiento</th><th>Precio</th></tr><tr><td>Botox frente</td><td>$450.000</td></tr></table>
<ul><li>Pago con tarjeta</li><li>Nequi</li></ul><div>Calle 93 <span>No. 14</span></div></main>
<footer>© Benova</footer></body></html>""".encode()
