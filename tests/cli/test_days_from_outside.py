"""A round from outside: a sample, a day twice, missed days, dry runs, previews, delivery."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.cli.conftest import Sib, settings_for
from tests.templates import World

START = "2025-11-03"
one_kind = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""


KEY = {"SIB_SECRET_KEY": "a key for the links of every copy of the county"}


def _loaded(session: Session) -> None:
    """Sixty schools, forty active commissions, and their round, by the command; once a worker, not once a test."""
    address = session.connection().engine.url.render_as_string(hide_password=False)
    session.rollback()
    with tempfile.TemporaryDirectory() as folder:
        sib = Sib(Path(folder), {**settings_for(address, Path(folder)), **KEY})
        loaded = sib.done("sample", "--schools", 60, "--active", 40, "--load", "--start", START)
    assert "60 schools and 40 active commissions" in loaded.out


@pytest.fixture
def template_world(request: pytest.FixtureRequest) -> World | None:
    return _loaded if "county" in request.fixturenames else None


@pytest.fixture
def county(sib: Sib) -> Sib:
    sib.env.update(KEY)
    return sib


def outbox(sib: Sib, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sib.done("outbox", "--json", *arguments).json
    return found


def one_a_day(messages: list[dict[str, Any]]) -> None:
    """One scheduled e-mail a person and day, each with an id of its own."""
    per_day = Counter((m["recipient"], m["day"]) for m in messages if m["kind"] == "scheduled")
    assert set(per_day.values()) <= {1}
    assert len({m["message_id"] for m in messages}) == len(messages)


def test_a_day_twice_changes_nothing(county: Sib) -> None:
    county.done("tick", "--as-of", "2025-11-04")
    first = outbox(county)
    assert first
    assert {"template", "recipient", "day", "state", "message_id", "reference"} <= set(first[0])
    one_a_day(first)
    county.done("tick", "--as-of", "2025-11-04")
    assert outbox(county) == first
    assert outbox(county, "--state", "sent") == []
    assert outbox(county, "--state", "queued") == first


def test_messages_are_chosen_and_changed_together(county: Sib) -> None:
    county.done("tick", "--as-of", "2025-11-04")
    every = outbox(county)
    template = every[0]["template"]
    chosen = [m["id"] for m in every if m["template"] == template]
    to = every[0]["recipient"]
    assert f"{len(chosen)} messages are aborted" in county.done("outbox", "abort", "--template", template).out
    assert [m["id"] for m in outbox(county, "--state", "aborted")] == chosen
    assert "0 messages are aborted" in county.done("outbox", "abort", "--template", template).out, (
        "what has stopped stays"
    )
    county.done("outbox", "retry", "--state", "aborted", "--to", to)
    assert {m["recipient"] for m in outbox(county, "--state", "queued", "--template", template)} == {to}
    assert outbox(county, "--on", "2025-11-05") == []
    assert "by their numbers, or choose" in county("outbox", "abort", str(chosen[0]), "--to", to).err
    assert "by their numbers, or choose" in county("outbox", "abort").err


def test_a_missed_fortnight_is_caught_up_by_one_run(county: Sib) -> None:
    county.done("tick", "--as-of", "2025-11-04")
    before = len(outbox(county))
    county.done("tick", "--as-of", "2025-11-24")
    later = outbox(county)[before:]
    one_a_day(later)
    assert {message["day"] for message in later} == {"2025-11-24"}
    assert max(Counter(message["recipient"] for message in later).values()) == 1
    assert {"impact-update-reminder", "digest"} & {message["template"] for message in later}


def test_day_by_day_in_one_process_is_the_same_as_each_day(county: Sib) -> None:
    county.done("tick", "--from", "2025-11-03", "--to", "2025-11-16")
    messages = outbox(county)
    one_a_day(messages)
    assert not {"2025-11-08", "2025-11-09", "2025-11-15", "2025-11-16"} & {m["day"] for m in messages}
    for day in range(3, 17):
        county.done("tick", "--as-of", f"2025-11-{day:02d}")
    assert outbox(county) == messages


@one_kind
def test_a_dry_run_says_what_would_go_and_changes_nothing(county: Sib) -> None:
    would = county.done("tick", "--as-of", "2025-11-04", "--dry-run", "--json").json
    assert outbox(county) == []
    table = county.done("tick", "--as-of", "2025-11-04", "--dry-run")
    assert "Impact update due" in table.out
    assert "withheld: trial mode" in table.out
    assert {one["fate"] for one in would} == {"withheld: trial mode"}
    county.done("tick", "--as-of", "2025-11-04")
    did = outbox(county)
    assert [(m["template"], m["recipient"]) for m in would] == [(m["template"], m["recipient"]) for m in did]


@one_kind
def test_previews_send_nothing(county: Sib) -> None:
    reference = county.done("cases", "--json").json[0]["reference"]
    shown = county.done("preview", reference, "--as-of", "2025-11-04")
    assert "Subject: Impact update due" in shown.out
    assert "•••" in shown.out
    assert outbox(county) == []
    assert reference in county.refused("preview", reference)
    assert "nothing would be sent" in county.refused("preview", reference, "--as-of", "2025-11-08")
    county.done("tick", "--as-of", "2025-11-04")
    assert county.done("preview", outbox(county)[0]["id"]).out.startswith("To: ")
    county.done("preview", reference, "--to", county.folder / "mail.html")
    assert "<html" in (county.folder / "mail.html").read_text("utf-8")
    county.refused("preview", 999_999)
    county.refused("preview", "9" * 30)


def test_delivery_keeps_mail_where_there_is_no_server(county: Sib) -> None:
    county.done("tick", "--as-of", "2025-11-04")
    waiting = len(outbox(county))
    first = county.done("deliver", "--limit", 5, "--as-of", "2025-11-04", "--json", SIB_TRIAL="false").json
    assert first["sent"] == 5
    county.done("deliver", "--as-of", "2025-11-04", SIB_TRIAL="false")
    assert len(list((county.folder / "state").rglob("*.eml"))) == waiting
    assert {message["state"] for message in outbox(county)} == {"sent"}
    assert "can no longer be stopped" in county.refused("outbox", "abort", 1)


@one_kind
def test_trial_mode_is_the_default_and_keeps_everything_back(county: Sib) -> None:
    county.done("tick", "--as-of", "2025-11-04")
    found = county.done("deliver", "--as-of", "2025-11-04", "--json").json
    assert (found["sent"], found["withheld"]) == (0, len(outbox(county)))
    assert {message["state"] for message in outbox(county)} == {"withheld"}


@one_kind
def test_a_second_sample_is_refused(county: Sib) -> None:
    before = county.done("cases", "--json").out
    assert "empty one" in county.refused("sample", "--schools", 60, "--load", "--start", START)
    assert county.done("cases", "--json").out == before


@one_kind
def test_days_the_wrong_way_round_and_past_the_calendar(county: Sib) -> None:
    assert "is before" in county.refused("tick", "--from", "2025-11-10", "--to", "2025-11-04")
    assert county("tick", "--from", "2025-11-10").code == 2
    before = outbox(county)
    far = county("tick", "--as-of", "2029-03-01")
    assert far.code == 1
    assert "term dates" in far.err
    assert "Traceback" not in far.err
    assert outbox(county) == before


@pytest.mark.parametrize(
    ("start", "opens"), [("2026-08-10", "2026-09-0"), ("2025-10-25", "2025-11-0"), ("2026-02-16", "2026-02-23")]
)
def test_a_sample_that_starts_in_a_holiday_opens_its_round_after_it(on_sqlite: Sib, start: str, opens: str) -> None:
    loaded = on_sqlite.done("sample", "--schools", 20, "--active", 10, "--load", "--start", start, "--json").json
    assert loaded["round_opened_on"].startswith(opens)


def test_every_half_term_that_is_left_has_its_round(on_sqlite: Sib) -> None:
    on_sqlite.done("sample", "--schools", 20, "--active", 10, "--load", "--start", START)
    on_sqlite.done("tick", "--from", START, "--to", "2026-07-24")
    asked = [m["day"] for m in outbox(on_sqlite) if m["template"] in ("impact-update-request", "digest")]
    for first, last in (("2025-11-03", "2025-12-19"), ("2026-01-05", "2026-02-13"), ("2026-02-23", "2026-03-27")):
        assert any(first <= day <= last for day in asked), (first, asked)
    assert {case["state"] for case in on_sqlite.done("cases", "--json").json} == {"evaluating"}
    one_a_day(outbox(on_sqlite))
