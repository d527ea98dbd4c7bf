"""Tables as an Excel file for finance: amounts as numbers that can be added up, and every text a text.

A text that begins with `=`, `+`, `-` or `@` is written as a text (data type `s`), so that no spreadsheet takes it for a
formula, whoever typed it.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from rules.visible_text import visible

Cell = str | int | float | date | Decimal | None
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. A `Decimal` is pounds; an `int` a count or a number that is looked up."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def pounds(pence: int) -> Decimal:
    """Pence as an amount in pounds, exactly."""
    return Decimal(pence) / 100


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The file: a sheet a table, its headings bold and kept in view, columns as wide as what stands in them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        made = book.create_sheet(sheet.title[:31])
        for row, values in enumerate([sheet.headings, *sheet.rows], 1):
            for column, value in enumerate(values, 1):
                cell = made.cell(row, column)
                if isinstance(value, str):
                    cell.value = _NOT_IN_XML.sub("", visible(value))[:32_000] or None
                    cell.data_type = "s" if cell.value else "n"
                elif isinstance(value, Decimal):
                    cell.value = value
                    cell.number_format = '"£"#,##0.00'
                else:
                    cell.value = value
                if row == 1:
                    cell.font = Font(bold=True)
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
        made.freeze_panes = "A2"
        for column in range(1, len(sheet.headings) + 1):
            longest = max((len(str(values[column - 1] or "")) for values in [sheet.headings, *sheet.rows]), default=8)
            made.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 10), 60)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
