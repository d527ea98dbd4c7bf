"""Rows in bulk: what is written is what was given, and what cannot be is refused without being told to anybody."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from intake.inserting import insert_all
from models.results import Inspection

INSPECTIONS = Inspection.metadata.tables["inspections"]


def inspection(urn: int, **more: Any) -> dict[str, Any]:
    return {
        "urn": urn,
        "inspected_on": date(2024, 3, 1),
        "framework": "graded",
        "overall": None,
        "judgements": {"Quality of education": "Good\t\\N\n\u2028, é"},
        "import_id": None,
    } | more


def test_dates_json_and_awkward_text_come_back_as_they_were(session: Session) -> None:
    insert_all(session, INSPECTIONS, [inspection(100_001), inspection(100_002, framework="Good\\.\n\t\"'")])
    first, second = session.scalars(sa.select(Inspection).order_by(Inspection.urn))
    assert first.judgements == {"Quality of education": "Good\t\\N\n\u2028, é"}
    assert (first.inspected_on, first.overall) == (date(2024, 3, 1), None)
    assert second.framework == "Good\\.\n\t\"'"


def test_columns_may_be_named_in_any_order(session: Session) -> None:
    row = inspection(100_001)
    insert_all(session, INSPECTIONS, [dict(reversed(row.items())), row | {"urn": 100_002}])
    for kept in session.scalars(sa.select(Inspection)):
        assert (kept.framework, kept.inspected_on, kept.overall) == ("graded", date(2024, 3, 1), None)
    assert session.scalars(sa.select(Inspection.urn).order_by(Inspection.urn)).all() == [100_001, 100_002]


def test_more_rows_than_a_statement_takes(session: Session) -> None:
    insert_all(session, INSPECTIONS, [inspection(urn) for urn in range(100_000, 111_001)])
    assert session.scalar(sa.select(sa.func.count(Inspection.id))) == 11_001


def test_nothing_to_insert_is_nothing(session: Session) -> None:
    insert_all(session, INSPECTIONS, [])
    assert session.scalar(sa.select(sa.func.count(Inspection.id))) == 0


@pytest.mark.parametrize("wrong", [{"urn": 100_001}, {"urn": 100_002, "overall": 7}])
def test_what_the_database_refuses_leaves_nothing_and_quotes_no_row(session: Session, wrong: dict[str, Any]) -> None:
    insert_all(session, INSPECTIONS, [inspection(100_001)])
    rows = [inspection(100_003), inspection(**{"judgements": {"secret": "Nobody's to see"}} | wrong)]
    with pytest.raises(sa.exc.IntegrityError) as refused, session.begin_nested():
        insert_all(session, INSPECTIONS, rows)
    for error in (refused.value, refused.value.orig, refused.value.__cause__):
        assert "10000" not in str(error)
        assert "Nobody's" not in str(error)
    assert session.scalars(sa.select(Inspection.urn)).all() == [100_001]
