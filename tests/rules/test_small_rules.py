"""Eligibility, targets, plan dates, meetings, references and money in words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.schools import SchoolStatus
from rules.eligibility import EligibilityFacts, objections, pounds, whole_pence
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from rules.meetings import meeting_days
from rules.plan_dates import check_dates, plan_period
from rules.references import reference
from rules.targets import first_target
from tests.rules.calendars import DORSET

GOOD = EligibilityFacts(
    school="St Wite’s",
    status=SchoolStatus.OPEN,
    opted_out=False,
    open_case=None,
    theme_active=True,
    cost_pence=480_000,
    free_pence=9_550_000,
    has_contact=True,
)


def test_a_good_case_has_no_objection() -> None:
    assert objections(GOOD) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": SchoolStatus.CLOSED}, "St Wite’s is not open."),
        ({"opted_out": True}, "St Wite’s has opted out of the arrangements."),
        ({"open_case": "SIB-2025-003"}, "St Wite’s already has an open case for this theme, SIB-2025-003."),
        ({"theme_active": False}, "The theme is no longer offered."),
        ({"cost_pence": 0}, "The amount must be more than nothing."),
        ({"free_pence": None}, "No Fund year covers this day."),
        ({"free_pence": 100_050}, "The Fund has £1,000.50 free, and £4,800 is asked for."),
        ({"has_contact": False}, "St Wite’s has no contact with a working e-mail address."),
    ],
)
def test_each_objection_is_said(change: dict[str, object], said: str) -> None:
    assert objections(replace(GOOD, **change)) == (said,)  # type: ignore[arg-type]


def test_all_objections_are_said_at_once() -> None:
    assert len(objections(replace(GOOD, status=SchoolStatus.CLOSED, opted_out=True, has_contact=False))) == 3


@given(st.floats(0, 100), st.none() | st.floats(0, 100), st.booleans())
def test_a_first_target_of_a_percentage_is_better_and_in_range(
    baseline: float, reference_value: float | None, higher: bool
) -> None:
    target = first_target(baseline, reference_value, "percent", higher)
    assert 0 <= target <= 100
    if higher:
        assert target >= round(baseline, 1) or target == 100
    else:
        assert target <= round(baseline, 1) or target == 0


def test_a_first_target_lies_halfway_to_the_reference() -> None:
    assert first_target(50, 70, "percent", higher_is_better=True) == 60
    assert first_target(50, 51, "percent", higher_is_better=True) == 53
    assert first_target(20, 10, "percent", higher_is_better=False) == 15
    assert first_target(-2.0, 0.0, "points", higher_is_better=True) == -1.0


def test_a_plan_runs_four_half_terms_inside_the_year() -> None:
    assert plan_period(DORSET, date(2025, 10, 1), 15) == (date(2025, 10, 22), date(2026, 3, 27))
    assert plan_period(DORSET, date(2026, 1, 7), 15) == (date(2026, 1, 28), date(2026, 7, 22))


def test_a_plan_past_the_calendar_is_not_guessed() -> None:
    with pytest.raises(CalendarExhausted):
        plan_period(DORSET, date(2026, 7, 10), 15)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "said"),
    [
        (date(2025, 8, 1), date(2026, 3, 27), "SIB-1: support cannot start on 2025-08-01, before the case was opened"),
        (date(2025, 11, 3), date(2025, 11, 3), "SIB-1: support cannot end on 2025-11-03, it starts on 2025-11-03"),
    ],
)
def test_dates_out_of_order_are_refused(starts_on: date, ends_on: date, said: str) -> None:
    with pytest.raises(Refused, match=said):
        check_dates("SIB-1", offered_on=date(2025, 9, 17), starts_on=starts_on, ends_on=ends_on)


def test_seven_meetings_a_year_one_in_each_half_term_on_school_days() -> None:
    found = dict(meeting_days(DORSET, "2025-26"))
    assert sorted(found) == [0, 1, 2, 3, 4, 5, 6]
    for half_term in DORSET.half_terms:
        day = found[half_term.number]
        assert half_term.starts_on <= day <= half_term.ends_on
        assert DORSET.is_school_day(day)
    assert found[0] == date(2025, 9, 17)


@pytest.mark.parametrize(
    ("pence", "said"),
    [(480_000, "£4,800"), (480_050, "£4,800.50"), (5, "£0.05"), (-123_400, "-£1,234"), (0, "£0")],
)
def test_money_in_words(pence: int, said: str) -> None:
    assert pounds(pence) == said


def test_references() -> None:
    assert reference(2026, 14) == "SIB-2026-014"
    assert reference(2026, 24_000) == "SIB-2026-24000"


@given(st.integers(1, 10_000_000))
def test_every_whole_number_of_pence_can_be_asked_for(pence: int) -> None:
    assert whole_pence(pence / 100) == pence


@pytest.mark.parametrize("amount", [100.005, 0.001, 99_999.991])
def test_no_part_of_a_penny_is_promised(amount: float) -> None:
    with pytest.raises(Refused, match=r"is not a whole number of pence: write it as 4800 or 4800\.50"):
        whole_pence(amount)
