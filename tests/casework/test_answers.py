"""Answers by link: what is wrong is said in one sentence and changes nothing; what is right is taken once."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import answers, chasing, rounds
from casework.answers import LINK_CLOSED
from models.base import Base
from models.commissions import Commission
from models.events import Event
from models.links import Link
from models.messages import Notice
from models.plans import PlanMeasure
from models.rounds import ImpactUpdate, UpdateFigure, UpdateState
from rules.errors import Refused
from tests.casework.stages import YES, active, at_stage, brokering, in_planning, offered
from tests.casework.world import SCHOOLS, START, desk_at, say, token_for

NEXT = START + timedelta(days=1)
ASKED = date(2025, 10, 10)
LONG = "x" * 1_000_000


@pytest.fixture
def world(session: Session) -> Session:
    return session


def counts(session: Session) -> dict[str, int]:
    session.flush()
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def refused(session: Session, purpose: str, case: Commission, given: dict[str, Any], day: date = NEXT) -> str:
    """The one sentence; nothing has changed."""
    before, state = counts(session), case.state
    with pytest.raises(Refused) as said:
        say(desk_at(session, day), purpose, case.id, given)
    assert counts(session) == before
    assert case.state is state
    sentence = str(said.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


WRONG_NAMES: list[dict[str, Any]] = [
    {},
    {"name": ""},
    {"name": "  \n "},
    {"name": "P" * 201},
    {"name": "P\0"},
    {"name": 7},
    {"name": None},
]
WRONG_OFFERS: list[dict[str, Any]] = [
    {"name": "P"},
    {"name": "P", "accept": "perhaps"},
    {"name": "P", "accept": None},
    {"name": "P", "accept": True, "note": LONG},
    {"name": "P", "accept": True, "note": "a\0b"},
    {"name": "P", "accept": True, "pence": 1},
    {"name": "P", "accept": True, "conflict": "who knows"},
    *({"accept": True, **name} for name in WRONG_NAMES),
]


@at_stage(offered)
@pytest.mark.parametrize("given", WRONG_OFFERS)
def test_a_wrong_answer_to_an_offer(world: Session, case: Commission, given: dict[str, Any]) -> None:
    assert "not filled in rightly" in refused(world, "school-offer", case, given)


@at_stage(brokering)
@pytest.mark.parametrize("given", WRONG_OFFERS)
def test_a_wrong_answer_of_a_provider(world: Session, case: Commission, given: dict[str, Any]) -> None:
    assert "not filled in rightly" in refused(world, "provider-offer", case, given)


@at_stage(in_planning)
@pytest.mark.parametrize(
    "given", [{"name": "P"}, {"name": "P", "agree": "perhaps"}, {"name": "P", "agree": False, "note": LONG}]
)
def test_a_wrong_answer_to_a_plan(world: Session, case: Commission, given: dict[str, Any]) -> None:
    refused(world, "plan-school", case, given, START + timedelta(days=3))


def asked(session: Session) -> Commission:
    """An active case on the day that its round opens, and both asked for their update."""
    case = active(session)
    assert case.next_round_on == ASKED
    desk = desk_at(session, ASKED)
    rounds.open_round(desk, case)
    for update in session.scalars(sa.select(ImpactUpdate)):
        chasing.chase(desk, update, chasing.recipients(desk, [case]))
    return case


def update_form(session: Session, **changed: Any) -> dict[str, Any]:
    """An update with one measure changed."""
    first, *others = session.scalars(sa.select(PlanMeasure.id).order_by(PlanMeasure.id)).all()
    good = {"value": 51.5, "cohort": 30, "rag": "amber", "reason": "Absence in the autumn."}
    return {
        "name": "Dan Dean",
        "measures": [{"measure": first, **good, **changed}, *({"measure": one, **good} for one in others)],
    }


@at_stage(asked)
@pytest.mark.parametrize(
    "changed",
    [
        {"value": "many"},
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": None},
        {"value": 100.5},
        {"value": -1},
        {"cohort": -1},
        {"cohort": 2.5},
        {"cohort": 10_001},
        {"rag": "purple"},
        {"rag": None},
        {"reason": ""},
        {"reason": LONG},
        {"changed": LONG},
        {"next": "a\0"},
        {"measure": 999_999},
        {"surprise": 1},
    ],
)
def test_a_wrong_figure(world: Session, case: Commission, changed: dict[str, Any]) -> None:
    refused(world, "update", case, update_form(world, **changed), ASKED)


@at_stage(asked)
def test_a_measure_left_out_or_twice(world: Session, case: Commission) -> None:
    form = update_form(world)
    refused(world, "update", case, {**form, "measures": []}, ASKED)
    refused(world, "update", case, {**form, "measures": form["measures"] * 2}, ASKED)


@at_stage(asked)
def test_no_change_is_an_answer(world: Session, case: Commission) -> None:
    say(desk_at(world, ASKED), "update", case.id, update_form(world, value=None, cohort=None, no_change=True))
    assert world.scalar(sa.select(UpdateFigure.no_change).order_by(UpdateFigure.id).limit(1)) is True


@at_stage(asked)
def test_an_update_may_be_changed_until_the_round_closes_and_both_are_kept(world: Session, case: Commission) -> None:
    say(desk_at(world, ASKED), "update", case.id, update_form(world))
    say(desk_at(world, ASKED + timedelta(days=3)), "update", case.id, update_form(world, value=55))
    answered = world.scalars(sa.select(ImpactUpdate).where(ImpactUpdate.state == UpdateState.ANSWERED)).one()
    figures = world.scalars(sa.select(UpdateFigure).where(UpdateFigure.update_id == answered.id)).all()
    assert answered.revision == 2
    assert {figure.revision for figure in figures} == {1, 2}
    said = world.scalars(sa.select(Event).where(Event.kind == "update-answered")).all()
    assert len(said) == 2
    late = answered.closes_on + timedelta(days=1)
    refused(world, "update", case, update_form(world), late)


def test_a_second_answer_to_an_offer_changes_nothing(world: Session) -> None:
    case = offered(world)
    token = token_for(desk_at(world, NEXT), "school-offer", case.id)
    first = answers.answer(desk_at(world, NEXT), token, YES)
    assert first.state.value == "brokering"
    before = counts(world)
    for again in (YES, {**YES, "accept": False}):
        with pytest.raises(Refused):
            answers.answer(desk_at(world, NEXT), token, again)
    assert counts(world) == before


def test_unknown_expired_revoked_and_malformed_tokens_are_told_the_same(world: Session) -> None:
    case = offered(world)
    desk = desk_at(world, NEXT)
    token = token_for(desk, "school-offer", case.id)
    link = world.scalars(sa.select(Link).order_by(Link.id.desc()).limit(1)).one()
    before = counts(world)
    said = set()
    for wrong in ("", "A" * 22, token[:-1], token + "A", token.lower(), "\0", "é" * 22):
        with pytest.raises(Refused) as error:
            answers.answer(desk, wrong, YES)
        said.add(str(error.value))
    with pytest.raises(Refused) as error:
        answers.answer(desk_at(world, link.expires_on + timedelta(days=1)), token, YES)
    said.add(str(error.value))
    link.revoked_at = desk.now
    with pytest.raises(Refused) as error:
        answers.answer(desk, token, YES)
    said.add(str(error.value))
    assert said == {LINK_CLOSED}
    assert counts(world) == before


def test_a_token_moves_its_own_case_only(world: Session) -> None:
    mine, other = offered(world, SCHOOLS[0]), offered(world, SCHOOLS[1])
    say(desk_at(world, NEXT), "school-offer", mine.id, YES)
    assert (mine.state.value, other.state.value) == ("brokering", "offered")


def test_a_provider_with_a_conflict_of_interest_is_not_taken(world: Session) -> None:
    case = brokering(world)
    say(desk_at(world, NEXT), "provider-offer", case.id, {**YES, "conflict": True})
    assert case.state.value == "brokering"
    assert case.provider_id is None


def test_hostile_text_is_kept_as_it_was_written_and_breaks_nothing(world: Session) -> None:
    case = offered(world)
    hostile = "<b>{{ 7*7 }}</b> =1+1 '; DROP TABLE schools; -- \u202e"
    say(desk_at(world, NEXT), "school-offer", case.id, {"accept": False, "name": hostile, "note": hostile})
    assert case.state.value == "opted_out"
    kept = " ".join(str(event.facts) + event.reason for event in world.scalars(sa.select(Event)))
    assert "{{ 7*7 }}" in kept
    assert world.scalars(sa.select(Notice)).all()
