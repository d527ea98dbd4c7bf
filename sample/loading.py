"""Loading an invented area through the same importers as real files, and a population into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from pathlib import Path

import sqlalchemy as sa

from casework.board_meetings import plan_meetings
from casework.desk import desk_for
from config import migrations
from config.database import engine, session_scope
from config.settings import settings
from intake.themes import seed_themes
from models.schools import School
from rules.errors import Refused
from sample.area import generate_area
from sample.population import populate
from sample.write import write_area
from tasks.import_file import import_file

ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in the database now; `areas` are the authorities' codes, the council's own first."""

    schools: int
    active: int
    round_opened_on: date | None
    due_on: date | None
    closes_on: date | None
    areas: tuple[int, ...]


def write_to(folder: Path, *, schools: int, seed: int, start: date) -> int:
    """Write the area's files; how many there are."""
    return len(write_area(generate_area(schools=schools, seed=seed, start=start, la_code=int(settings().area)), folder))


def in_parts(path: Path) -> Iterator[Path]:
    """A table of results as several files of bounded length, so that the memory of an import does not grow with it.

    Other files come whole: in a list of people one row speaks of another.
    """
    if path.suffix != ".csv" or path.parent.parent.name != "performance":
        yield path
        return
    with path.open(encoding="utf-8-sig", newline="") as table:
        heading = table.readline()
        for number in count():
            rows = list(islice(table, ROWS_AT_ONCE))
            if not rows and number:
                return
            part = path.with_name(f"{path.stem}-{number}.csv") if number or len(rows) == ROWS_AT_ONCE else path
            if part != path:
                part.write_text(heading + "".join(rows), encoding="utf-8", newline="")
            yield part


def load_area(folder: Path, *, schools: int, active: int, seed: int, start: date) -> Loaded:
    """Write the area's files to `folder`, import each, plan the Board's meetings, and populate it with active
    commissions.

    Raises:
        Refused: the database holds schools already.
    """
    migrations.upgrade(engine())
    with session_scope() as session:
        seed_themes(session)
        if session.scalar(sa.select(School.urn).limit(1)) is not None:
            raise Refused("The database holds schools already; a sample area goes into an empty one.")
    area = generate_area(schools=schools, seed=seed, start=start, la_code=int(settings().area))
    files, areas = write_area(area, folder), area.la_codes
    del area  # a nation's is large
    for file in files:
        for part in in_parts(file.path):
            import_file(str(part), file.kind, file.year, start, settings().area)
    with session_scope() as session:
        desk = desk_for(session, start)
        for academic_year in sorted({h.academic_year for h in desk.calendars.area.half_terms}):
            plan_meetings(desk, academic_year)
        found = session.scalar(sa.select(sa.func.count()).where(School.closed_on.is_(None))) or 0
        if not active:
            return Loaded(found, 0, None, None, None, areas)
        made = populate(desk, active, seed)
        return Loaded(found, made.active, made.round_opened_on, made.due_on, made.closes_on, areas)
