"""Writing a table as its publisher does: encoding, byte-order mark, quotation marks, line ends."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Cells = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Style:
    """How one publisher writes CSV. `quoted`: every text in quotation marks, numbers without."""

    encoding: str
    quoted: bool = False
    line_end: str = "\r\n"


GIAS = Style("cp1252", quoted=True)
DFE = Style("utf-8-sig")
OFSTED = Style("utf-8")
COUNCIL = Style("utf-8")


def write_table(path: Path, style: Style, headings: Cells, rows: Iterable[Cells]) -> Path:
    """Write the headings and the rows; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quoting: int = csv.QUOTE_NONNUMERIC if style.quoted else csv.QUOTE_MINIMAL
    with path.open("w", encoding=style.encoding, newline="") as file:
        writer = csv.writer(file, quoting=quoting, lineterminator=style.line_end)  # type: ignore[arg-type]
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def write_json(path: Path, content: object) -> Path:
    """Write JSON as GOV.UK does, two spaces deep."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return path


def dashed(day: date | None) -> str:
    """A day as GIAS writes it, `31-12-2021`."""
    return f"{day:%d-%m-%Y}" if day else ""


def slashed(day: date | None) -> str:
    """A day as Ofsted writes it, `31/12/2021`."""
    return f"{day:%d/%m/%Y}" if day else ""
