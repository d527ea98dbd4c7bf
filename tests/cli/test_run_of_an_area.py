"""A run over all confirmed priorities of an invented area, from the command line: solved together, or as a queue."""

from datetime import date

import pytest
import sqlalchemy as sa

from config.database import create_engine, session_factory
from models.providers import Provider
from tests.cli.conftest import Sib

DAY = date(2025, 9, 17)


@pytest.fixture
def confirmed(on_sqlite: Sib) -> Sib:
    """The area of 155 schools with all its priorities confirmed, and money for every one of them."""
    on_sqlite.env |= {"SIB_TODAY": DAY.isoformat(), "SIB_AREA": "838"}
    on_sqlite.done("db", "upgrade")
    on_sqlite.done("sample", "--seed", 2, "--start", DAY, "--load")
    on_sqlite.done("fund", "open", 2025, "--pounds", 300_000)
    on_sqlite.done("identify")
    on_sqlite.done("confirm", "--all", "--reason", "Agreed.")
    return on_sqlite


def test_together_serves_more_of_the_area_than_first_come_first_served(confirmed: Sib) -> None:
    plenty = confirmed.done("commission", "--all-confirmed", "--dry-run", "--json").json
    assert len(plenty["cases"]) >= 25
    assert all(one["starts"] and one["provider"] for one in plenty["cases"])
    together, queue = plenty["together"], plenty["first_come_first_served"]
    assert together["placed"] == queue["placed"] == len(plenty["cases"])
    assert together["worth"] > queue["worth"]
    engine = create_engine(confirmed.env["SIB_DATABASE_URL"])
    with session_factory(engine).begin() as session:
        session.execute(sa.update(Provider).where(Provider.capacity > 1).values(capacity=1))
    engine.dispose()
    short = confirmed.done("commission", "--all-confirmed", "--dry-run", "--json").json
    assert short == confirmed.done("commission", "--all-confirmed", "--dry-run", "--json").json, "nothing was written"
    together, queue = short["together"], short["first_come_first_served"]
    assert queue["placed"] < together["placed"] < len(short["cases"])
    assert together["worth"] > 1.05 * queue["worth"]
    served = [one["evidence_rank"] for one in short["cases"] if one["provider"]]
    left = [one for one in short["cases"] if not one["provider"]]
    assert min(one["evidence_rank"] for one in left) > min(served)
    assert all(one["why"] for one in left)
