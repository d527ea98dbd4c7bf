"""The end of the demo: the results of its school year come out, with what support has truly added to them."""

from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from casework.case_evidence import results_out_on
from config.database import reading_scope
from config.settings import settings
from models.commissions import Commission
from sample.next_year import Effect, write_next_year
from sample.personas import Persona, Progress
from tasks.import_file import import_file

TRULY_ADDED = {Progress.MET: 16.0, Progress.PARTLY_MET: 8.0, Progress.NOT_MET: 0.0, Progress.NEVER_REPORTED: 0.0}
"""Percentage points that the support was worth, by how its story went."""


def results_day(academic_year: str) -> date:
    """The first weekday of September on which the results of the school year before are out."""
    day = results_out_on(academic_year) + timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def publish_results(folder: Path, stories: dict[int, Persona], *, schools: int, seed: int, start: date) -> None:
    """Write the publishers' tables of the year that began with `start`, and import them as officers do."""
    day = results_day(f"{start.year}-{(start.year + 1) % 100:02}")
    area = settings().area
    written = write_next_year(
        folder, schools=schools, seed=seed, start=start, la_code=int(area), effects=_effects(stories)
    )
    for file in written:
        import_file(str(file.path), file.kind, file.year, day, area)


def _effects(stories: dict[int, Persona]) -> list[Effect]:
    with reading_scope() as session:
        supported = session.execute(
            sa.select(Commission.id, Commission.urn, Commission.theme)
            .where(Commission.starts_on.is_not(None))
            .order_by(Commission.id)
        )
        return [
            Effect(urn, theme, TRULY_ADDED[stories[one].progress]) for one, urn, theme in supported if one in stories
        ]
