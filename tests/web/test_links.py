"""The pages behind links: what they do, and what they never do."""

import hashlib
from collections.abc import Callable

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import clock
from config.database import session_factory
from models.base import Base
from models.commissions import Commission, Offer
from models.links import Link, LinkPurpose
from models.messages import Notice
from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, UpdateFigure
from tests.web.conftest import Site

FORMS = ("school offer", "provider offer", "school plan", "provider plan", "update")
LINKS = (*FORMS, "own case")
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\u202e'; DROP TABLE schools;--"


def everything(site: Site) -> str:
    """One figure of all that the database holds, but for what says when a link was looked up."""

    def ask(session: Session) -> str:
        found = hashlib.sha256()
        for table in Base.metadata.sorted_tables:
            rows = sorted(str(tuple(row)) for row in session.execute(sa.select(table)))
            found.update(f"{table.name}{rows}".encode())
        return found.hexdigest()

    return str(site.read(ask))


def state(site: Site, stage: str) -> str:
    return str(
        site.read(
            lambda s: (
                s.scalars(sa.select(Commission).where(Commission.reference == site.cases[stage])).one().state.value
            )
        )
    )


def figures(site: Site, **changed: str) -> dict[str, str]:
    """An update as a person fills it in."""
    ids = site.read(
        lambda s: list(
            s.scalars(
                sa.select(PlanMeasure.id)
                .join(Plan, Plan.id == PlanMeasure.plan_id)
                .join(Commission, Commission.id == Plan.commission_id)
                .where(Commission.reference == site.cases["active"])
            )
        )
    )
    given = {"name": "Dan Dean"}
    assert isinstance(ids, list)
    for one in ids:
        given |= {f"m{one}-value": "51.5", f"m{one}-cohort": "30", f"m{one}-rag": "amber", f"m{one}-reason": "Absence."}
    first = ids[0]
    return given | {f"m{first}-{key}": value for key, value in changed.items()}


@pytest.mark.parametrize("name", LINKS)
def test_looking_changes_nothing(site: Site, name: str) -> None:
    before = everything(site)
    for _ in range(3):
        assert site.get(site.links[name]).status_code == 200
        assert site.client.head(site.links[name]).status_code == 200
    assert everything(site) == before


def test_a_school_accepts_and_the_case_moves_at_once(site: Site) -> None:
    asked = sa.select(sa.func.count()).select_from(Offer).where(Offer.party == "provider")
    before = site.read(lambda s: s.scalar(asked))
    answered = site.fill(site.links["school offer"], choice="yes", name="Priya Shah")
    assert answered.status_code == 303
    assert state(site, "offered") == "brokering"
    assert "You accepted. Thank you." in site.get(answered.headers["location"]).text
    assert site.read(lambda s: s.scalar(asked)) == int(str(before)) + 1


def test_a_school_opts_out(site: Site) -> None:
    site.fill(site.links["school offer"], choice="no", name="Priya Shah", note="We have our own plan")
    assert state(site, "offered") == "opted_out"
    listed = site.get("/cases?state=opted_out").text
    assert "£4,800<br>" in listed
    assert "Released" in listed, "what was kept for it is the Fund's again"


def test_a_provider_accepts_only_after_saying_whether_there_is_a_conflict(site: Site) -> None:
    silent = site.fill(site.links["provider offer"], choice="yes", name="Lee Lead")
    assert silent.status_code == 422
    assert "Select yes if you have a conflict of interest" in silent.text
    assert state(site, "brokering") == "brokering"
    site.fill(site.links["provider offer"], choice="yes", conflict="no", name="Lee Lead")
    assert state(site, "brokering") == "planning"


def test_a_provider_with_a_conflict_is_passed_over(site: Site) -> None:
    site.fill(site.links["provider offer"], choice="yes", conflict="yes", name="Lee Lead")
    assert state(site, "brokering") == "brokering"


def test_a_plan_is_agreed_by_both(site: Site) -> None:
    site.fill(site.links["school plan"], choice="yes", name="Priya Shah")
    assert "You have agreed" in site.get(site.links["school plan"]).text
    assert "You have agreed" not in site.get(site.links["provider plan"]).text
    assert site.fill(site.links["provider plan"], choice="yes", name="Lee Lead").status_code == 303


def test_an_update_is_given_and_changed_while_the_round_is_open(site: Site) -> None:
    assert site.fill(site.links["update"], **figures(site)).status_code == 303
    assert "We have your answer" in site.get(site.links["update"] + "?sent").text
    again = site.get(site.links["update"])
    assert "We have the update that Dan Dean sent." in again.text
    assert 'value="51.5"' in again.text
    assert site.fill(site.links["update"], **figures(site, value="53")).status_code == 303
    update = site.read(lambda s: s.scalars(sa.select(ImpactUpdate).where(ImpactUpdate.answered_by == "Dan Dean")).one())
    assert isinstance(update, ImpactUpdate)
    assert update.revision == 2
    kept = site.read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(UpdateFigure)))
    assert isinstance(kept, int)
    assert kept >= 2
    receipts = site.read(
        lambda s: list(s.scalars(sa.select(Notice.template).where(Notice.template.contains("received"))))
    )
    assert receipts


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("school offer", {"name": "P"}, "Select yes if you accept this support"),
        ("school offer", {"choice": "perhaps", "name": "P"}, "Select yes if you accept this support"),
        ("school offer", {"choice": "yes", "name": "   "}, "Enter your full name"),
        ("school offer", {"choice": "yes", "name": "P" * 201}, "200 characters"),
        ("provider offer", {"name": "P"}, "Select yes if you accept this work"),
        ("school plan", {"name": "P"}, "Select yes if you agree to this plan"),
        ("school plan", {"choice": "no", "name": "P"}, "Enter what should change"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_at_the_top(
    site: Site, name: str, given: dict[str, str], said: str
) -> None:
    before = everything(site)
    answered = site.fill(site.links[name], **given)
    assert answered.status_code == 422
    assert answered.text.count(said) >= 2
    assert "There is a problem" in answered.text
    assert "<title>Error: " in answered.text
    assert everything(site) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": ""}, "Enter the figure, or select that there is no change"),
        ({"value": "many"}, "as a number, like 58.5"),
        ({"value": "nan"}, ""),
        ({"value": "inf"}, ""),
        ({"value": "140"}, ""),
        ({"value": "-3"}, ""),
        ({"cohort": "2.5"}, "as a number, like 28"),
        ({"cohort": "-1"}, ""),
        ({"rag": ""}, "Select red, amber or green"),
        ({"reason": ""}, "Enter why"),
    ],
)
def test_a_wrong_figure_changes_nothing(site: Site, changed: dict[str, str], said: str) -> None:
    before = everything(site)
    answered = site.fill(site.links["update"], **figures(site, **changed))
    assert answered.status_code == 422
    assert said in answered.text
    assert "There is a problem" in answered.text
    assert "Absence." in answered.text or "reason" in changed  # what was filled in right is not lost
    assert everything(site) == before


@pytest.mark.parametrize("name", FORMS)
def test_a_form_from_elsewhere_is_not_taken(site: Site, name: str) -> None:
    before = everything(site)
    given = {"choice": "yes", "conflict": "no", "name": "Eve"}
    assert site.client.post(site.links[name], data=given).status_code == 403
    other = site.get(site.links["school offer" if name != "school offer" else "update"]).text
    token = other.split('name="form_token" value="')[1].split('"')[0]
    assert site.client.post(site.links[name], data={**given, "form_token": token}).status_code == 403
    assert everything(site) == before


def test_wrong_expired_revoked_and_misplaced_links_look_the_same(site: Site) -> None:
    def change(what: Callable[[Link], None], path: str) -> None:
        with Session(site.engine) as session, session.begin():
            token = path.rsplit("/", 1)[1]
            what(
                session.scalars(
                    sa.select(Link).where(Link.token_sha256 == hashlib.sha256(token.encode()).hexdigest())
                ).one()
            )

    change(lambda link: setattr(link, "expires_on", link.expires_on.replace(year=2024)), site.links["school offer"])
    change(lambda link: setattr(link, "revoked_at", link.created_at), site.links["provider offer"])
    misplaced = site.links["update"].replace("/u/", "/o/")
    paths = (f"/o/{'A' * 22}", site.links["school offer"], site.links["provider offer"], misplaced)
    pages = {_without_token(site.get(path), path) for path in paths}
    assert len(pages) == 1
    assert "This link is not in use any more" in pages.pop()
    assert {site.get(path).status_code for path in ("/o/%00", "/o/x", "/u/%F0%9F%98%80")} == {404}


def _without_token(answered: httpx.Response, path: str) -> str:
    assert answered.status_code == 404
    text = answered.text.replace(path.rsplit("/", 1)[1], "TOKEN")
    return text.split("<style nonce=")[0] + text.split("</style>", 1)[1]


def test_guessing_is_slowed(site: Site) -> None:
    answers = [site.get(f"/o/{'B' * 20}{n:02d}").status_code for n in range(45)]
    assert set(answers[:20]) <= {404, 429}
    assert answers[44] == 429, "a window may end in between, and no two do"
    assert site.get(site.links["school offer"]).status_code == 429


def test_a_new_link_is_asked_of_an_officer_never_sent_to_a_typed_address(site: Site) -> None:
    token = site.links["school offer"].rsplit("/", 1)[1]
    real = site.client.post(f"/new-link/{token}", data={"email": "eve@evil.example"})
    wrong = site.client.post(f"/new-link/{'C' * 22}")
    assert real.status_code == wrong.status_code == 200
    assert real.text.split("</style>")[1] == wrong.text.split("</style>")[1]
    assert "eve@evil.example" not in str(site.read(lambda s: list(s.scalars(sa.select(Notice.context)))))


@pytest.mark.parametrize("name", ["school offer", "provider offer", "school plan", "provider plan"])
def test_hostile_text_is_shown_harmlessly(site: Site, name: str) -> None:
    wrong = site.fill(site.links[name], name=HOSTILE, note=HOSTILE)
    assert "<script>" not in wrong.text
    assert "{{ 7*7 }}" in wrong.text
    site.fill(site.links[name], choice="no", conflict="no", name=HOSTILE, note=HOSTILE)
    reference = site.cases[{"school offer": "offered", "provider offer": "brokering"}.get(name, "planning")]
    page = site.get(f"/cases/{reference}").text
    assert "<script>" not in page
    assert "alert(1)" in page
    assert "\u202e" not in page


def test_a_flood_of_text_is_refused(site: Site) -> None:
    before = everything(site)
    answered = site.fill(site.links["school offer"], choice="yes", name="P", note="x" * 1_000_000)
    assert answered.status_code in (413, 422)
    assert everything(site) == before


def test_a_head_sees_where_the_own_case_stands_and_nothing_of_the_council_s_own(site: Site) -> None:
    path, update = site.links["own case"], site.links["update"]
    text = site.get(path).text
    assert "The support is under way." in text
    assert "Autumn 1" in text
    assert path in site.get(update).text, "the form leads to the case"
    assert site.fill(update, **figures(site)).status_code == 303
    assert path in site.get(f"{update}?sent").text
    after = site.get(path).text
    assert "by Dan Dean" in after
    assert "<form" not in after
    assert "£" not in after
    assert site.client.post(path, data={"choice": "yes"}).status_code == 405
    with session_factory(site.engine).begin() as session:
        session.execute(sa.update(Link).where(Link.purpose == LinkPurpose.CASE).values(revoked_at=clock.now()))
    assert site.get(path).status_code == 404
    assert path not in site.get(update).text
