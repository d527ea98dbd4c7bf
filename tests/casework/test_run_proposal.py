"""A run of many cases: what a dry run shows, and what the real one keeps with each case."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

from casework import opening
from casework.candidates import case_need, case_needs, options
from casework.run_proposal import money_words, propose_run
from cli.main import sib
from config.database import reading_scope, session_scope
from models.commissions import Commission, CommissionState
from models.events import Event
from models.priorities import Priority
from models.providers import Provider, ProviderConflict
from models.schools import SchoolOptOut
from queries.due import confirmed_cases
from tasks.commissions import start_cases
from tests.casework.world import SCHOOLS, START, desk_at, priority

PENCE = 480_000


@pytest.fixture
def six(database: str) -> list[int]:
    """Six confirmed cases, the last school with the worst evidence; two providers with one place each, others none."""
    with session_scope() as session:
        desk = desk_at(session, START, "board")
        for place, urn in enumerate(SCHOOLS):
            found = priority(session, urn)
            found.rank = len(SCHOOLS) - place
            case = opening.open_case(desk, urn, "maths", "Maths is low.", priority=found)
            opening.confirm(desk, case, "Agreed.")
        for provider in session.scalars(sa.select(Provider)):
            provider.capacity = {"TSA1": 1, "HUB1": 2}.get(provider.code, 0)
            if provider.code == "HUB1":
                session.add(ProviderConflict(provider_id=provider.id, urn=SCHOOLS[-1], reason="Its chair's child."))
        session.flush()
        return list(confirmed_cases(session))


def test_of_two_authorities_the_worst_of_each_comes_first_and_the_higher_score_before(six: list[int]) -> None:
    with session_scope() as session:
        for place, case in enumerate(six):
            found = session.get_one(Priority, session.get_one(Commission, case).priority_id)
            found.rank, found.score = place // 2 + 1, float(place)
    with reading_scope() as session:
        first, second, third, fourth, fifth, sixth = six
        assert confirmed_cases(session) == [second, first, fourth, third, sixth, fifth]


def _events(session: Session) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(Event)).one()


def test_a_dry_run_says_who_why_and_who_is_left_out_and_changes_nothing(six: list[int]) -> None:
    with session_scope() as session:
        session.add(SchoolOptOut(urn=SCHOOLS[4], reason="It goes its own way.", starts_on=START))
        before = _events(session)
    with reading_scope() as session:
        proposal = propose_run(desk_at(session, START), PENCE)
        session.flush()
        assert _events(session) == before
    assert [one.evidence_rank for one in proposal.cases] == [1, 2, 3, 4, 5, 6]
    first, opted_out, *others = proposal.cases
    assert first.pairing is not None
    assert first.pairing.choice is not None
    assert first.pairing.choice.code == "TSA1"
    assert first.why.startswith("Provider TSA1 is asked first: the teaching school alliance linked to")
    assert first.why.endswith("There is no second choice that would leave every other case its place.")
    assert opted_out.pairing is None
    assert opted_out.why == f"{opted_out.school} has opted out of the arrangements."
    placed = [one.pairing.choice.code if one.pairing and one.pairing.choice else None for one in others]
    assert placed == ["HUB1", "HUB1", None, None]
    assert others[-1].why == "The places of all 2 providers that could be asked went to cases with worse evidence."
    assert (proposal.together.placed, proposal.first_come.placed) == (3, 3)
    assert money_words(proposal).startswith("5 of 6 cases would start at £4,800 each, £24,000 of the £95,500")
    facts = proposal.facts()
    assert [one["starts"] for one in facts["cases"]] == [True, False, True, True, True, True]
    assert facts["cases"][0]["provider"]["code"] == "TSA1"
    assert facts["cases"][-1]["provider"] is None


def test_the_command_prints_each_pairing_with_its_reasons_and_a_queue_beside_it(six: list[int]) -> None:
    words = ["commission", "--all-confirmed", "--dry-run", "--as-of", START.isoformat()]
    with reading_scope() as session:
        before, proposal = _events(session), propose_run(desk_at(session, START), PENCE)
    shown = CliRunner().invoke(sib, words, catch_exceptions=False)
    assert shown.exit_code == 0
    for one in proposal.cases:
        (line,) = (line for line in shown.stdout.splitlines() if one.reference in line)
        assert (one.name or "nobody") in line
        assert one.why in line
    told = json.loads(CliRunner().invoke(sib, [*words, "--json"], catch_exceptions=False).stdout)
    assert [one["reference"] for one in told["cases"]] == [one.reference for one in proposal.cases]
    assert told["together"]["worth"] >= told["first_come_first_served"]["worth"]
    assert told["together"]["placed"] >= told["first_come_first_served"]["placed"]
    with reading_scope() as session:
        assert _events(session) == before


def test_money_goes_to_the_worst_evidence(six: list[int]) -> None:
    with reading_scope() as session:
        proposal = propose_run(desk_at(session, START), 4_000_000)
    assert [one.left_out is None for one in proposal.cases] == [True, True, False, False, False, False]
    assert proposal.cases[2].why == "The Fund has £15,500 left after worse evidence, and £40,000 is asked for."


def test_the_run_keeps_with_each_case_how_it_chose(six: list[int]) -> None:
    with reading_scope() as session:
        proposal = propose_run(desk_at(session, START), PENCE)
    outcome = start_cases.fn(dict.fromkeys(six), PENCE, START, "officer")
    assert (outcome.started, outcome.left) == (tuple(six), ())
    again = start_cases.fn(dict.fromkeys(six), PENCE, START, "officer")
    assert (again.started, again.left) == ((), ())
    with session_scope() as session:
        kept = {
            event.commission_id: event
            for event in session.scalars(sa.select(Event).where(Event.kind == "provider-proposed"))
        }
        codes = {one.id: one.code for one in session.scalars(sa.select(Provider))}
        assert len(kept) == 6
        for one in proposal.cases:
            case = session.get_one(Commission, one.commission_id)
            assert case.state is CommissionState.OFFERED
            wanted = codes.get(case.wanted_provider_id or 0)
            choice = one.pairing.choice if one.pairing else None
            assert wanted == (choice.code if choice else None)
            assert kept[case.id].reason == one.why
            assert (kept[case.id].facts["provider"] or {}).get("code") == wanted
        # The places that the run has kept are not given away again while the schools are asked.
        free = {one.code: one.free for one in options(session, START, usual_days=8)}
        assert free == {"TSA1": 0, "HUB1": 0, "SIP1": 0, "NLE1": 0}


def test_what_many_cases_need_is_what_each_needs(six: list[int]) -> None:
    with reading_scope() as session:
        cases = session.scalars(sa.select(Commission).order_by(Commission.id)).all()
        together = case_needs(session, cases, START)
        assert together == [case_need(session, case, START) for case in cases]
        assert {(one.linked_tsa, one.linked_sip, one.stage) for one in together} == {("TSA1", "SIP1", "KS2")}
