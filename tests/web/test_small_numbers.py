"""Figures of fewer than 6 pupils on every page, file and answer of the API, for whoever is not the school itself."""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

from casework import answers, api_tokens, chasing, composing, evaluation, links, minutes, packs
from casework.desk import Desk
from casework.fund_book import PARTS
from casework.identifying import identify_area
from casework.lifecycle import locked
from casework.programme import By
from cli.main import sib
from config import clock
from config.database import session_factory
from models.board import Meeting
from models.commissions import Commission, Outcome
from models.links import Link, LinkPurpose
from models.messages import Message, MessageState
from models.plans import Plan, PlanMeasure
from models.results import PublishedResult
from models.rounds import ImpactUpdate, UpdateParty, UpdateState
from models.staff import StaffRole
from papers.drawing import Part, pack_html
from rules.measures import CATALOGUE
from tests.casework.programme_world import make_programme
from tests.casework.stages import active
from tests.casework.world import SCHOOLS, desk_at, say
from tests.web.addresses import address
from tests.web.conftest import ROUND_OPEN, TODAY, Site
from web.routes import RULES, Who

BASELINE, REPORTED, BEFORE, AFTER = 37.37, 62.63, 41.91, 77.41
GIVING_AWAY, OTHERS, FEW = 43.73, 88.89, 22.27
SECRETS = (BASELINE, REPORTED, BEFORE, AFTER, GIVING_AWAY, OTHERS, FEW, REPORTED - BASELINE, AFTER - BEFORE)
"""Figures of 1 to 5 pupils, one from which such a one could be worked out, and differences of them."""
WRITTEN = [re.escape(text) for one in SECRETS for text in (f"{one:.1f}", f"{one:.2f}")]
SHOWN = re.compile(rf"(?<![\d.])(?:{'|'.join(WRITTEN)})")
DRAWN = re.compile(r' (?:x|y|x1|x2|y1|y2|cx|cy|d|points|width|height|viewBox|transform)="[^"]*"')
"""Where a drawing's lines lie: numbers that are nobody's figures."""
LATER = date(2026, 9, 10)


def few_pupils(session: Session, site: Site) -> None:
    """A case in planning, one with an open round and two closed, each with a measure of 4 pupils; published figures of
    few pupils at a school; the Board's papers and minutes over all of it."""
    ended = active(session, SCHOOLS[5], start=ROUND_OPEN)
    hidden = {"baseline": BASELINE, "baseline_cohort": 4, "published": None, "target": 60.0}
    session.execute(sa.update(PlanMeasure).values(hidden))
    running = session.scalars(sa.select(Commission).where(Commission.reference == site.cases["active"])).one()
    measure = session.scalars(sa.select(PlanMeasure).join(Plan).where(Plan.commission_id == running.id)).one()
    figure = {"measure": measure.id, "value": REPORTED, "cohort": 4, "rag": "amber", "reason": "It goes well."}
    say(desk_at(session, TODAY), "update", running.id, {"name": "Lee Lead", "measures": [figure]})
    (waiting,) = session.scalars(
        sa.select(ImpactUpdate).where(
            ImpactUpdate.commission_id == running.id, ImpactUpdate.state == UpdateState.AWAITED
        )
    )
    assert waiting.party is UpdateParty.SCHOOL
    session.execute(sa.update(Message).values(state=MessageState.SENT, sent_at=clock.at(TODAY, time(9))))
    late = desk_at(session, waiting.due_on + timedelta(days=4))
    assert chasing.chase(late, waiting, chasing.recipients(late, [running]))
    composing.compose(late)
    planned = session.scalars(sa.select(Commission).where(Commission.reference == site.cases["planning"])).one()
    for side in ("plan-school", "plan-provider"):
        say(desk_at(session, TODAY), side, planned.id, {"agree": True, "name": "Priya Shah"})
    for code, cohort, value in (
        ("ks2_rwm_exp", 30, 51.0),
        ("ks2_rwm_exp_dis", 26, GIVING_AWAY),  # the other 4 could be worked out
        ("ks2_rwm_exp_other", 4, OTHERS),
        ("ks2_read_exp", 5, FEW),
    ):
        session.add(PublishedResult(urn=SCHOOLS[0], measure=code, year="2024-25", cohort=cohort, value=value))
    make_programme(session, {"TSA1": [20.0], "HUB1": [4.0]}, cohort=4, world=False)
    for year, value in (("2024-25", BEFORE), ("2025-26", AFTER)):
        session.execute(
            sa.update(PublishedResult)
            .where(PublishedResult.urn >= 130_000, PublishedResult.year == year)
            .values(value=value)
        )
    session.execute(sa.update(PlanMeasure).where(PlanMeasure.published.is_not(None)).values(baseline=BEFORE))
    session.expire_all()
    assert ended.ends_on is not None
    over = desk_at(session, ended.ends_on + timedelta(days=1))
    evaluation.begin(over, locked(over, ended.id))
    evaluation.close(over, ended, Outcome.NOT_MET, "Decided by what the team saw.", "the team")
    identify_area(desk_at(session, TODAY), 838)
    composing.compose(over)
    packs.make(desk_at(session, TODAY), _meeting(session, 2))
    minutes.draft(desk_at(session, TODAY), _meeting(session, 1))
    minutes.agree(desk_at(session, TODAY), _meeting(session, 1), "the Board")
    minutes.publish(desk_at(session, TODAY), _meeting(session, 1))


def _meeting(session: Session, number: int) -> Meeting:
    return session.scalars(sa.select(Meeting).where(Meeting.number == number)).one()


def paths(site: Site, session: Session) -> Iterator[str]:
    """Every page and file that is read, of every case, school, measure and e-mail that they are about."""
    several: dict[str, list[Any]] = {
        "{reference}": list(session.scalars(sa.select(Commission.reference))),
        "{urn:int}": [*SCHOOLS, 130_000, 130_001],
        "{measure}": [one for one in CATALOGUE if one.startswith("ks2")],
        "{by}": list(By),
        "{part}": list(PARTS),
        "{message:int}": list(session.scalars(sa.select(Message.id))),
        "{kind}": ["csv", "xlsx"],
        "{form}": ["call", "evaluate", "approve"],
        "{year}/{number:int}": ["2025-26/0", "2025-26/1", "2025-26/2"],
    }
    for rule in RULES:
        if "GET" not in rule.methods or rule.who not in (Who.OFFICERS, Who.ANYBODY):
            continue
        part = next((one for one in several if one in rule.path), None)
        if part is None:
            yield address(site, rule)
            continue
        for one in several[part]:
            path = rule.path.replace(part, str(one))
            for other in several:
                path = path.replace(other, str(several[other][0]))
            yield path.replace("{year}", "2025-26")


THEIR_OWN = ("school-offer", "plan-school", "update-school", "update-provider")
"""Links behind which a school reads its own figures, or somebody the update that they gave themselves."""


def linked_pages(desk: Desk) -> list[tuple[str, str]]:
    """Every link that an e-mail has, with whom it is for."""
    found = []
    for link in desk.session.scalars(sa.select(Link).order_by(Link.id)):
        reader = link.purpose.value
        if link.purpose is LinkPurpose.UPDATE:
            reader = f"update-{desk.session.get_one(ImpactUpdate, link.subject_id).party.value}"
        found.append((reader, links.url(link, "", desk.link_key)))
    return found


def text_of(content: bytes) -> str:
    """A page without the places of its drawings' lines; an Excel file with all that its parts say."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(archive.read(name).decode() for name in archive.namelist())
    return DRAWN.sub("", content.decode(errors="replace"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_page_file_or_answer_shows_a_figure_of_few_pupils(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_factory(site.engine).begin() as session:
        few_pupils(session, site)
        every = list(dict.fromkeys(paths(site, session)))
        bearer = api_tokens.make(
            session, "reader", StaffRole.OFFICER, by="test", now=clock.now(), expires_at=clock.now() + timedelta(days=1)
        )
        references = list(session.scalars(sa.select(Commission.reference)))
        letters = [str(one.context) for one in session.scalars(sa.select(Message))]
        assert any(SHOWN.search(one) for one in letters), "the school itself reads its own figures"
        papers = packs.newest(desk_at(session, TODAY), _meeting(session, 2))
        linked = linked_pages(desk_at(session, TODAY))
    seen: dict[str, str] = {}
    for reader, path in linked:
        got = site.client.get(path)
        if got.status_code == 200 and reader not in THEIR_OWN:
            seen[f"{reader} {path}"] = text_of(got.content)
    assert {one.split()[0] for one in seen} >= {"provider-offer", "plan-provider", "case", "pack"}
    for role in ("officer", "chair", None):
        with site.as_role(role) as browser:
            for path in every:
                got = browser.get(path)
                if got.status_code == 200:
                    seen[f"{role} {path}"] = text_of(got.content)
    asked = {"Authorization": f"Bearer {bearer}"}
    for path in ("/priorities", "/cases", "/outbox", *(f"/cases/{one}" for one in references)):
        seen[f"api {path}"] = site.client.get(f"/api/v1{path}", headers=asked).text
    for part in Part:
        seen[f"papers {part}"] = text_of(pack_html(papers, part).encode())
    sheet = str(tmp_path / "sheet.xlsx")
    monkeypatch.setenv("SIB_DATABASE_URL", site.engine.url.render_as_string(hide_password=False))
    for words in (
        *(["case", one, "--json"] for one in references),
        ["priorities", "--json"],
        ["impact", "--as-of", LATER.isoformat(), "--by", "provider", "--json"],
        ["impact", "--as-of", LATER.isoformat(), "--board"],
        ["impact", "--as-of", LATER.isoformat(), "--xlsx", sheet],
        ["map", "--as-of", LATER.isoformat(), "--xlsx", sheet],
    ):
        ran = CliRunner().invoke(sib, words, catch_exceptions=False)
        assert ran.exit_code == 0, (words, ran.output)
        seen[" ".join(["sib", *words])] = ran.stdout + (text_of(Path(sheet).read_bytes()) if sheet in words else "")
    assert len(seen) > 150
    assert {where: found.group() for where, text in seen.items() if (found := SHOWN.search(text))} == {}
    assert sum("withheld" in text or "fewer than 6" in text for text in seen.values()) > 5


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_behind_its_link_a_school_reads_its_own_small_figures_and_its_provider_does_not(site: Site) -> None:
    def read() -> dict[str, str]:
        with session_factory(site.engine)() as session:
            pages = linked_pages(desk_at(session, TODAY))
        found: dict[str, str] = defaultdict(str)
        for reader, path in pages:
            got = site.client.get(path)
            found[reader] += text_of(got.content) if got.status_code == 200 else ""
        return found

    with session_factory(site.engine).begin() as session:
        few = {"baseline": BASELINE, "baseline_cohort": 4, "published": None, "target": 60.0}
        session.execute(sa.update(PlanMeasure).values(few))
    asked = read()
    assert {one for one, text in asked.items() if "37.4" in text or "37.37" in text} == {
        "plan-school",
        "update-school",
    }
    for reader in ("plan-provider", "update-provider"):
        assert "Fewer than 6 pupils" in asked[reader], reader
    with session_factory(site.engine).begin() as session:
        running = session.scalars(sa.select(Commission).where(Commission.reference == site.cases["active"])).one()
        measure = session.scalars(sa.select(PlanMeasure).join(Plan).where(Plan.commission_id == running.id)).one()
        desk = desk_at(session, TODAY)
        for reader, path in linked_pages(desk):
            if reader.startswith("update-"):
                value = 58.13 if reader == "update-school" else REPORTED
                figure = {"measure": measure.id, "value": value, "cohort": 4, "rag": "amber", "reason": "It goes well."}
                answers.answer(desk, path.split("/")[-1], {"name": "Lee Lead", "measures": [figure]})
    told = read()
    assert {one for one, text in told.items() if "58.1" in text} == {"update-school"}
    assert {one for one, text in told.items() if "62.6" in text} == {"update-provider"}, "its own words"
    assert "What is to change" in told["case"]
    assert not SHOWN.search(told["case"]), "one page for both sides: nothing of few pupils is on it"
