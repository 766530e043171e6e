"""Tables for spreadsheets: UTF-8 with its mark, and no cell that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that Excel, LibreOffice or Google Sheets would compute."""


def wants_csv(request: Request) -> bool:
    """Tell whether a table is asked for: by `?format=csv`, or by `Accept: text/csv`."""
    chosen = request.query_params.get("format")
    if chosen is not None:
        return chosen == "csv"
    return "text/csv" in request.headers.get("accept", "")


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file to be saved under a name."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([cell(one) for one in row] for row in rows)
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def cell(value: object) -> str:
    """Return a value as a spreadsheet shows it and does not run it; what is not known is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
