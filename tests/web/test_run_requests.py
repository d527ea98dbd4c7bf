"""Commissioning from a page by a run: kept when Prefect is away, and asked for once however often a form is sent."""

import re

import pytest
import sqlalchemy as sa

from casework import run_requests
from config import clock
from config.settings import settings
from models.commissions import Commission
from models.run_requests import RunRequest
from tests.casework.world import SCHOOLS
from tests.web.conftest import Site

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Prefect server is configured, and nobody answers there."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    settings.cache_clear()


def check_page(site: Site) -> dict[str, str]:
    """What the page before the last button carries."""
    first = f"/commission/{SCHOOLS[5]}?theme=reading"
    given = {"provider": "as-ranked", "pounds": "3000", "reason": "Few read well.", "form_token": site.form_token()}
    page = site.client.post(first, data=given).text
    key = re.findall(r'name="key" value="([\w-]+)"', page)[0]
    return {**given, "key": key, "confirmed": "yes"}


def test_with_prefect_away_the_request_is_kept_and_said(site: Site, away: None) -> None:
    given = check_page(site)
    path = f"/commission/{SCHOOLS[5]}?theme=reading"
    answers = [site.client.post(path, data=given) for _ in range(3)]
    (there,) = {one.headers["location"] for one in answers}
    rows = site.read(lambda s: [(r.state.value, r.parameters, r.actor) for r in s.scalars(sa.select(RunRequest))])
    assert len(rows) == 1, "a form sent three times asks once"  # type: ignore[arg-type]
    state, parameters, actor = rows[0]  # type: ignore[index]
    assert state == "waiting"
    assert parameters["urn"] == SCHOOLS[5]
    assert parameters["pounds"] == 3000
    assert parameters["actor"] == actor
    assert actor.startswith("contact:")
    page = site.get(there)
    assert "Your request is kept" in page.text
    assert page.headers["refresh"]
    assert "refresh" not in site.get(f"{there}?still=yes").headers
    opened = site.read(lambda s: s.scalar(sa.select(sa.func.count()).where(Commission.urn == SCHOOLS[5])))
    assert opened == 0


def test_all_confirmed_are_asked_for_too(site: Site, away: None) -> None:
    assert site.fill("/commission/all", pounds="much").status_code == 422
    answered = site.fill("/commission/all", pounds="2500", key="k")
    assert answered.headers["location"] == site.fill("/commission/all", pounds="2500", key="k").headers["location"]
    row = site.read(lambda s: s.scalars(sa.select(RunRequest)).one())
    assert isinstance(row, RunRequest)
    assert (row.flow, row.parameters["pounds"]) == ("commission-confirmed", 2500)


def test_what_the_flow_refused_is_said_in_its_own_words(site: Site, away: None) -> None:
    site.fill("/commission/all", pounds="2500", key="k")
    with sa.orm.Session(site.engine) as session, session.begin():
        run_requests.started(session, 1, "run-1")
        said = "Flow run encountered an exception: Refused: The school has closed."
        run_requests.looked_at(session, 1, "FAILED", said, clock.now())
        run_requests.looked_at(session, 1, "COMPLETED", "", clock.now())
    page = site.get("/runs/1").text
    assert "Nothing was commissioned" in page
    assert "The school has closed." in page
    assert "exception" not in page


def test_only_an_admin_sees_the_way_to_prefect(site: Site, away: None) -> None:
    site.fill("/commission/all", pounds="2500", key="k")
    with sa.orm.Session(site.engine) as session, session.begin():
        run_requests.started(session, 1, "0198c0de")
    with site.as_role("admin") as admin:
        assert "http://127.0.0.1:9/runs/flow-run/0198c0de" in admin.get("/runs/1").text
    assert "flow-run" not in site.get("/runs/1").text
