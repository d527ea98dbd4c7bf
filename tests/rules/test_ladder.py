"""The ladder: the latest rung due, once, whatever was missed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.half_terms import CalendarExhausted, SchoolCalendar
from rules.ladder import TO_THE_PARTY, Rung, RungDay, rung_days, step
from rules.policy import LadderPolicy
from tests.rules.calendars import DORSET, calendars

DUE = date(2025, 11, 20)
CLOSES = date(2025, 12, 19)
OPENED = date(2025, 11, 3)
RUNGS = rung_days(DORSET, OPENED, DUE, CLOSES, LadderPolicy())


def test_every_rung_has_its_school_day() -> None:
    assert (
        RungDay(Rung.REQUEST, date(2025, 11, 6)),
        RungDay(Rung.NUDGE, date(2025, 11, 17)),
        RungDay(Rung.REMINDER, date(2025, 11, 21)),
        RungDay(Rung.SECOND_REMINDER, date(2025, 11, 27)),
        RungDay(Rung.OFFICER_TASK, date(2025, 12, 4)),
        RungDay(Rung.CHAIR_LINE, date(2025, 12, 11)),
        RungDay(Rung.CLOSE, date(2025, 12, 20)),
    ) == RUNGS


def test_rungs_past_the_close_do_not_happen() -> None:
    rungs = rung_days(DORSET, date(2025, 11, 24), date(2025, 12, 12), CLOSES, LadderPolicy())
    assert [r.rung for r in rungs] == [Rung.REQUEST, Rung.NUDGE, Rung.REMINDER, Rung.SECOND_REMINDER, Rung.CLOSE]


def test_nothing_before_the_first_rung() -> None:
    found = step(RUNGS, None, date(2025, 11, 5))
    assert (found.act, found.skipped, found.next_on) == ((), (), date(2025, 11, 6))


def test_after_missed_days_one_mail_for_the_latest_rung_and_the_rest_skipped() -> None:
    found = step(RUNGS, None, date(2025, 11, 28))
    assert [r.rung for r in found.act] == [Rung.SECOND_REMINDER]
    assert [r.rung for r in found.skipped] == [Rung.REQUEST, Rung.NUDGE, Rung.REMINDER]
    assert found.next_on == date(2025, 12, 4)


def test_e_mail_stops_when_the_officer_is_asked_to_phone() -> None:
    found = step(RUNGS, Rung.REMINDER, date(2025, 12, 12))
    assert [r.rung for r in found.act] == [Rung.OFFICER_TASK, Rung.CHAIR_LINE]
    assert [r.rung for r in found.skipped] == [Rung.SECOND_REMINDER]


def test_after_the_close_only_the_close_is_left() -> None:
    found = step(RUNGS, Rung.NUDGE, date(2026, 1, 12))
    assert [r.rung for r in found.act] == [Rung.CLOSE]
    assert found.next_on is None


@given(calendars(), st.data())
def test_however_days_are_missed_each_rung_is_done_or_skipped_once_and_at_most_one_mail_a_day(
    calendar: SchoolCalendar, data: st.DataObject
) -> None:
    half_term = data.draw(st.sampled_from(calendar.half_terms[1:]))
    try:
        closes = calendar.last_school_day(half_term)
        due = calendar.roll_forward(half_term.starts_on + timedelta(days=data.draw(st.integers(0, 20))))
        opened = calendar.add(due, -data.draw(st.integers(1, 14)))
        rungs = rung_days(calendar, opened, min(due, closes), closes, LadderPolicy())
    except CalendarExhausted:
        return
    span = (rungs[-1].day - opened).days + 5
    days = sorted(data.draw(st.sets(st.integers(0, span), max_size=12)) | {span})
    last: Rung | None = None
    seen: list[Rung] = []
    for offset in days:
        today = opened + timedelta(days=offset)
        found = step(rungs, last, today)
        assert sum(r.rung in TO_THE_PARTY for r in found.act) <= 1
        assert all(r.day <= today for r in (*found.act, *found.skipped))
        assert found.next_on is None or found.next_on > today
        done = [r.rung for r in (*found.skipped, *found.act)]
        seen += done
        if done:
            last = max(done, key=list(Rung).index)
        again = step(rungs, last, today)
        assert (again.act, again.skipped) == ((), ())
    assert sorted(seen) == sorted(r.rung for r in rungs)
