"""`sib demo` from outside: a whole school year in an empty folder, and what it must have come to."""

from collections import defaultdict
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from casework.programme import programmes
from config.database import create_engine, reading_scope
from models.commissions import Commission, CommissionState, Offer, OfferParty, OfferState, Outcome
from models.events import Event
from models.messages import Message, MessageState
from models.officer_tasks import OfficerTask
from models.plans import LaterEvaluation
from models.priorities import IdentificationRun
from queries.support_map import support_map, total
from rules.lifecycle import TRANSITIONS
from sample.personas import Progress
from sample.results_day import TRULY_ADDED, results_day
from tests.cli.conftest import Sib
from tests.cli.strays import found_in, of_people, written

# In one group, so that the year is played once and not once on each of the tests' workers.
pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The year, played once; the folder it was played in and the summary it ended with."""
    folder = tmp_path_factory.mktemp("newcomer")
    ran = Sib(folder, anew=True).done("demo", "--no-serve", "--json")
    summary: dict[str, Any] = ran.json
    return folder, summary


def test_every_kind_of_ending_occurs_and_no_mail_fails(played: tuple[Path, dict[str, Any]]) -> None:
    _, summary = played
    assert set(summary["outcomes"]) == {outcome.value for outcome in Outcome}
    assert sum(summary["outcomes"].values()) == summary["commissions"]["closed"]
    assert summary["commissions"]["opted_out"] >= 1
    assert summary["referrals"] >= 1
    assert set(summary["messages"]) == {"sent"}
    assert sum(summary["templates"].values()) == summary["messages"]["sent"]
    assert all(summary["updates"][how] > 0 for how in ("on_time", "late", "missed"))
    assert set(summary["prefect_runs"]) == {"completed"}
    money = summary["money_pence"]
    assert money["budget"] == sum(money[part] for part in ("reserved", "committed", "spent", "free"))
    assert money["spent"] > 0


def test_every_case_went_only_where_the_table_lets_it(played: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = played
    engine = create_engine(f"sqlite:///{folder}/.sib/demo/sib.sqlite")
    with reading_scope(engine) as session:
        moves = session.execute(
            sa.select(Event.commission_id, Event.from_state, Event.to_state)
            .where(Event.kind == "moved")
            .order_by(Event.commission_id, Event.sequence)
        ).all()
        paths: dict[int, list[str]] = defaultdict(list)
        for commission_id, before, after in moves:
            path = paths[commission_id]
            assert before == (path[-1] if path else None)
            if before is not None:
                assert CommissionState(after) in TRANSITIONS[CommissionState(before)]
            path.append(after)
        states = {case.id: case.state for case in session.scalars(sa.select(Commission))}
        assert {one: path[-1] for one, path in paths.items()} == {one: state.value for one, state in states.items()}
        assert any("paused" in path and path[-1] == "closed" for path in paths.values()), "paused, resumed and closed"
        asked = sa.select(Offer.commission_id).where(Offer.party == OfferParty.PROVIDER)
        declined = set(session.scalars(asked.where(Offer.state == OfferState.DECLINED)))
        accepted = set(session.scalars(asked.where(Offer.state == OfferState.ACCEPTED)))
        assert {one for one in declined & accepted if states[one] is CommissionState.CLOSED}
    engine.dispose()


def test_the_years_results_tell_what_the_support_did(played: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = played
    engine = create_engine(f"sqlite:///{folder}/.sib/demo/sib.sqlite")
    with reading_scope(engine) as session:
        again = session.scalars(sa.select(LaterEvaluation)).all()
        found = programmes(session, results_day("2025-26"))
    engine.dispose()
    assert {one.evaluated_on for one in again} == {date(2026, 9, 1)}
    assert len(again) == summary["events"]["evaluated-again"] == summary["commissions"]["closed"]
    for one in found:
        assert one.whole.evaluated == summary["commissions"]["closed"]
        assert all((line.effect is not None) == (line.evaluated > 0) for line in one.groups), one.by
    effect = found[0].whole.effect
    assert effect is not None
    true = {"met": TRULY_ADDED[Progress.MET], "partly_met": TRULY_ADDED[Progress.PARTLY_MET]}
    added = sum(true.get(outcome, 0.0) * n for outcome, n in summary["outcomes"].items())
    assert effect.lower <= added / summary["commissions"]["closed"] <= effect.upper
    assert effect.points > 0


def test_the_map_shows_need_without_support_and_support_without_need(played: tuple[Path, dict[str, Any]]) -> None:
    """Priorities are found anew in the year's results, while some support goes on into the next school year."""
    folder, summary = played
    engine = create_engine(f"sqlite:///{folder}/.sib/demo/sib.sqlite")
    with reading_scope(engine) as session:
        last = session.scalars(sa.select(IdentificationRun).order_by(IdentificationRun.id.desc()).limit(1)).one()
        need, met, _, unmet, without_need = total(support_map(session, results_day("2025-26")).cells)
    engine.dispose()
    assert last.as_of == results_day("2025-26")
    assert min(met, unmet, without_need) > 0
    assert met + without_need == summary["commissions"]["active"]
    assert summary["commissions"]["identified"] <= need


def test_what_the_outbox_calls_sent_is_what_the_mail_server_was_given(played: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = played
    kept = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.rglob("mail/*.eml")]
    engine = create_engine(f"sqlite:///{folder}/.sib/demo/sib.sqlite")
    with reading_scope(engine) as session:
        sent = session.scalars(sa.select(Message.header_id).where(Message.state == MessageState.SENT)).all()
    engine.dispose()
    assert sorted(str(mail["Message-ID"]) for mail in kept) == sorted(sent)
    assert len(kept) == summary["messages"]["sent"]


def test_it_writes_below_its_own_folder_only(played: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = played
    assert [path.name for path in folder.iterdir()] == [".sib"]
    assert [path.name for path in (folder / ".sib").iterdir()] == ["demo"]


def test_no_person_is_in_any_log_nor_in_anything_that_prefect_keeps(played: tuple[Path, dict[str, Any]]) -> None:
    """Ids only: flow runs, their parameters and results, events, logs; and the server's own output."""
    folder, _ = played
    demo = folder / ".sib" / "demo"
    engine = create_engine(f"sqlite:///{demo}/sib.sqlite")
    with reading_scope(engine) as session:
        words = of_people(session, (demo / "secret.key").read_bytes().strip())
        said = "\n".join(one.text for one in session.scalars(sa.select(OfficerTask)))
    engine.dispose()
    assert len(words) > 1_000
    someone = min(words, key=len)
    assert found_in(words, f"a line with {someone} in it") == {someone}, "the search itself works"
    places = dict(written(demo / "prefect"))
    assert {"prefect.db:flow_run", "prefect.db:log", "prefect.db:events", "prefect.db:task_run"} <= set(places)
    assert len(places["prefect.db:flow_run"]) > 10_000
    assert {where: strays for where, text in places.items() if (strays := found_in(words, text))} == {}
    assert found_in({word for word in words if "@" in word}, said) == set(), "nor an address among officers' tasks"


def test_a_day_outside_the_year_is_refused(tmp_path: Path) -> None:
    sentence = Sib(tmp_path, anew=True).refused("demo", "--no-serve", "--until", "2026-09-01")
    assert sentence == "2026-09-01 is not a day from 2025-09-01 to 2026-07-31."
    assert list(tmp_path.iterdir()) == []
