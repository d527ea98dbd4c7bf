"""A list as a file: CSV or XLSX. No cell becomes a formula in the reader's spreadsheet, whoever wrote its text."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rules.visible_text import visible
from web.templating import page

CSV, XLSX = "csv", "xlsx"
KINDS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT_MOST = 50_000
"""Rows in a file; more are for the command line."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CELL = 32_000


def file_of(kind: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The list as a download called `name` with the ending of its kind. A `Decimal` is pounds."""
    made = _xlsx(name, headings, rows) if kind == XLSX else _csv(headings, rows)
    response = Response(made, media_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def no_such_file(request: Request) -> Response:
    """What is answered to an address that names no list, or another ending."""
    return page(request, "message.html", 404, title="Page not found", lines=("A list is a CSV or an XLSX file.",))


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet runs: text that would start a formula gets an apostrophe before it (OWASP, CSV
    injection). Figures and days stay what they are.
    """
    if not isinstance(value, str):
        return value
    shown = visible(value)[:_CELL]
    return f"'{shown}" if shown.lstrip(" \u00a0").startswith(_STARTS_A_FORMULA) else shown


def _csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_plain(harmless(value)) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()  # Excel takes a CSV for another alphabet without the mark


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else value


def _xlsx(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"

    def cell(value: Any, *, bold: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # never "f", which openpyxl makes of a leading "="
        if isinstance(value, Decimal):
            made.number_format = '"£"#,##0.00'
        if bold:
            made.font = Font(bold=True)
        return made

    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(heading) + 4)
    sheet.append([cell(heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([cell(_naive(harmless(value))) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _naive(value: Any) -> Any:
    """Excel knows no zones: an instant is written in UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return _plain(value) if isinstance(value, bool) else value
