"""GOV.UK's bank-holidays.json: the bank holidays of England and Wales."""

import json

from feeds import values
from feeds.content import Content
from feeds.report import Ledger
from feeds.rows import BankHolidayRow, Row
from feeds.values import CellError
from rules.errors import Refused

DIVISION = "england-and-wales"
_REDUCED = ("rwm", "a8")


def read_bank_holidays(content: Content, ledger: Ledger) -> list[Row]:
    """The bank holidays of England and Wales; the other divisions' are not used.

    Refuses JSON that is damaged or something else, an event without title or date, and a day of two names.
    """
    document = _parsed(content)
    events = document[DIVISION].get("events") if isinstance(document.get(DIVISION), dict) else None
    if not isinstance(events, list):
        raise Refused(f"{content.filename} is JSON, but not GOV.UK's bank holidays: it has no events of {DIVISION}.")
    others = sorted(values.shown(name) for name in document if name != DIVISION)
    if others:
        ledger.note(f"Not used: the bank holidays of {', '.join(others[:5])}.")
    rows: dict[object, BankHolidayRow] = {}
    for number, event in enumerate(events, start=1):
        ledger.read += 1
        try:
            row = _holiday(event)
        except CellError as error:
            raise Refused(f"{content.filename}, event {number} of {DIVISION}: {error}.") from None
        if rows.setdefault(row.day, row) != row:
            raise Refused(f"{content.filename} gives {row.day.isoformat()} two names in event {number} of {DIVISION}.")
    if not rows:
        raise Refused(f"{content.filename} has no bank holidays of {DIVISION}.")
    return list(rows.values())


def _parsed(content: Content) -> dict[str, dict[str, object]]:
    try:
        document = json.loads(content.text())
    except (ValueError, RecursionError):
        raise Refused(f"{content.filename} looks like JSON and is damaged.") from None
    if (
        isinstance(document, list)
        and document
        and isinstance(document[0], dict)
        and any(k in document[0] for k in _REDUCED)
    ):
        raise Refused(
            f"{content.filename} is a third party's reduction of DfE's tables without URNs, so that its figures can be "
            "tied to no school: import DfE's own table."
        )
    if not isinstance(document, dict):
        raise Refused(f"{content.filename} is JSON, but not GOV.UK's bank holidays, the only JSON that is imported.")
    if DIVISION not in document:
        raise Refused(
            f"{content.filename} is JSON, but not GOV.UK's bank holidays: an error message may have been saved under "
            "the name of a file."
        )
    return document


def _holiday(event: object) -> BankHolidayRow:
    if not isinstance(event, dict):
        raise CellError("the event", "is not one")
    title, day = event.get("title"), event.get("date")
    if not isinstance(title, str) or not isinstance(day, str):
        raise CellError("title or date", "is absent")
    return BankHolidayRow(values.iso_day("date", day), values.needed_text("title", title), DIVISION)
