"""Rows in bulk: few statements, however their gaps lie; and a known row is found by its whole key."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from intake import inserting
from intake.upserting import Counts, upsert
from models.results import Missing, PublishedResult
from models.schools import School
from tests.counting import counted, plans

KEY = ("urn", "measure", "year")


def figures(year: str, *, of: int = 60) -> list[dict[str, Any]]:
    """Every other one is missing, every third has limits."""
    return [
        {
            "urn": 100_000 + number,
            "measure": measure,
            "year": year,
            "cohort": 30,
            "value": None if number % 2 else 50.0,
            "lower": 1.0 if number % 3 else None,
            "missing": Missing.SUPPRESSED if number % 2 else None,
            "import_id": None,
        }
        for number in range(of)
        for measure in ("ks2_mat_exp", "ks2_read_exp")
    ]


def test_rows_with_gaps_in_different_places_are_written_in_one_statement(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL one COPY, which SQLAlchemy does not hear of."""
    copies: list[None] = []
    copy = inserting._copy
    monkeypatch.setattr(inserting, "_copy", lambda *given: copies.append(copy(*given)))
    with counted(session) as asked:
        assert upsert(session, PublishedResult, KEY, figures("2023-24")) == Counts(120)
    assert sum(one.startswith("INSERT") for one in asked) + len(copies) == 1
    assert bool(copies) == (session.connection().dialect.name == "postgresql")
    assert session.scalar(sa.select(sa.func.count(PublishedResult.value))) == 60


def test_a_file_of_another_year_is_new_and_the_same_again_is_not(session: Session) -> None:
    assert upsert(session, PublishedResult, KEY, figures("2023-24")) == Counts(120)
    assert upsert(session, PublishedResult, KEY, figures("2024-25")) == Counts(120)
    again = figures("2023-24")
    again[0]["cohort"] = 31
    assert upsert(session, PublishedResult, KEY, again) == Counts(0, 1, 119)


def test_what_a_row_does_not_say_has_the_columns_own_value(session: Session) -> None:
    row = {"urn": 100_001, "name": "A", "la_code": 838, "type_name": "Community school", "phase": "Primary"}
    upsert(session, School, ("urn",), [row | {"is_academy": None}])
    assert session.scalar(sa.select(School.is_academy)) is False


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_what_is_there_is_not_looked_up_by_the_year_that_all_rows_share(session: Session) -> None:
    """A file's rows are all of one year and of a few measures: searched by those, each part looks at all before it."""
    upsert(session, PublishedResult, KEY, figures("2023-24", of=2_000))
    with plans(session, lambda statement: statement.startswith("SELECT")) as steps:
        upsert(session, PublishedResult, KEY, figures("2023-24", of=1_000))

    assert steps
    assert not any("ix_published_results_measure_year" in one for one in steps)
