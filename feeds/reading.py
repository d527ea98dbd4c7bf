"""The one way in: a path, and perhaps a kind and a year; out come typed rows and a report, or one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from feeds.academic_year import decide_year, normalise_year, year_in_path, year_of_columns
from feeds.bank_holidays import read_bank_holidays
from feeds.calendars import read_calendar, read_ics
from feeds.content import Content, Form, examine
from feeds.council import read_clusters, read_providers
from feeds.gias import read_links, read_schools
from feeds.groups import read_groups
from feeds.kinds import KINDS, check_kind, decide_kind, guess_kind, known_but_unused
from feeds.ofsted import read_ofsted
from feeds.people import read_board, read_contacts
from feeds.performance import read_absence, read_census, read_ks2, read_ks4
from feeds.report import FeedReport, Ledger
from feeds.rows import Row
from feeds.table import Table, open_csv
from feeds.workbook import open_workbook
from rules.errors import Refused

_RESULTS: dict[str, Callable[[Table, str, Ledger], list[Row]]] = {
    "ks2": read_ks2,
    "ks4": read_ks4,
    "absence": read_absence,
    "census": read_census,
}
_OTHERS: dict[str, Callable[[Table, str | None, Ledger], list[Row]]] = {
    "schools": read_schools,
    "groups": read_groups,
    "links": read_links,
    "ofsted": read_ofsted,
    "clusters": read_clusters,
    "providers": read_providers,
    "contacts": read_contacts,
    "board": read_board,
    "calendar": read_calendar,
}


@dataclass(frozen=True, slots=True)
class Feed:
    """A file that has been read: its rows may be of several types. `year` is of tables of results only."""

    kind: str
    year: str | None
    rows: list[Row]
    report: FeedReport


def read_feed(path: Path, kind: str | None = None, year: str | None = None) -> Feed:
    """Read one file of any kind that is known.

    The kind is guessed from the headings, and the year of a table of results from its columns or its folder, when they
    are not given. Raises `Refused`, with one sentence, for whatever is wrong with the file as a whole; rows that cannot
    be right are left out and are in the report, except in the council's own files, which are right or refused.
    """
    check_kind(kind)
    asked_year = normalise_year(year) if year else None
    content = examine(path)
    ledger = Ledger()
    if content.form is Form.JSON:
        found = _only("bank-holidays", content, kind)
        rows = read_bank_holidays(content, ledger)
        return _feed(found, None, rows, content, ledger)
    if content.form is Form.ICS:
        found = _only("calendar", content, kind)
        return _feed(found, None, read_ics(content, ledger), content, ledger)
    table = _table(content)
    found = decide_kind(content.filename, table.headings, kind)
    if found in _RESULTS:
        of_columns, of_path = year_of_columns(table.headings), year_in_path(path.absolute())
        of_year = decide_year(content.filename, asked_year, of_path, of_columns)
        if of_path and of_path != of_year:
            ledger.note(f"The folder or the name of the file says {of_path}; its figures are filed under {of_year}.")
        return _feed(found, of_year, _RESULTS[found](table, of_year, ledger), content, ledger)
    if found not in _OTHERS:
        raise Refused(f"{content.filename} is a table, and {KINDS[found]} ({found}) come as JSON.")
    return _feed(found, None, _OTHERS[found](table, None, ledger), content, ledger)


def _table(content: Content) -> Table:
    if content.form is Form.CSV:
        return open_csv(content)
    return open_workbook(content, lambda cells: bool(guess_kind(cells) or known_but_unused(cells)))


def _only(kind: str, content: Content, asked: str | None) -> str:
    if asked not in {None, kind}:
        raise Refused(f"{content.filename} is {content.form.value}, not {KINDS[asked or kind]} ({asked}).")
    return kind


def _feed(kind: str, year: str | None, rows: list[Row], content: Content, ledger: Ledger) -> Feed:
    return Feed(kind, year, rows, ledger.close(kind, content.filename, content.sha256, year))
