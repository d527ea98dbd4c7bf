"""Term dates make six half terms, or are refused for the dates that make no sense."""

from datetime import date

import pytest

from feeds.calendar_dates import academic_year_of
from feeds.reading import read_feed
from feeds.rows import BankHolidayRow, HalfTermRow, InsetDayRow
from rules.errors import Refused
from tests.feeds import samples
from tests.feeds.conftest import Given


def test_csv(given: Given) -> None:
    feed = read_feed(given("terms.csv", samples.CALENDAR))
    assert feed.rows == [
        HalfTermRow("area", "2025-26", 1, date(2025, 9, 3), date(2025, 10, 24)),
        HalfTermRow("area", "2025-26", 2, date(2025, 11, 3), date(2025, 12, 19)),
        InsetDayRow("area", "2025-26", date(2025, 9, 1)),
        InsetDayRow("area", "2025-26", date(2025, 9, 2)),
    ]
    assert feed.report.notes == ("The calendar of area has no Spring and no Summer term of 2025-26.",)


def test_whose_dates(given: Given) -> None:
    school = samples.CALENDAR.replace("2025-09-01,2025-09-02,", "2025-10-24,,school:100001")
    assert InsetDayRow("school:100001", "2025-26", date(2025, 10, 24)) in read_feed(given("t.csv", school)).rows
    trust = samples.CALENDAR.replace(",\n", ",trust:2128\n")
    rows = read_feed(given("t.csv", trust)).rows
    assert {row.applies_to for row in rows if isinstance(row, HalfTermRow)} == {"trust:2128"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2025-10-27,2025-10-31", "2025-10-31,2025-10-27", "row 3: end (2025-10-27) is before start (2025-10-31)"),
        ("2025-10-27,2025-10-31", "2025-10-27,", "end is empty, and a half-term holiday has a last day"),
        ("2025-10-27,2025-10-31", "2026-10-27,2026-10-31", "start (2026-10-27) is not in the academic year 2025-26"),
        (
            "2025-10-27,2025-10-31",
            "2025-08-27,2025-08-30",
            "holiday of the Autumn term lies outside the term",
        ),
        ("2025-12-19,", "2025-12-19,2025-12-20", "term_ends is one day"),
        ("2025-09-03", "2025-09-31", 'start "2025-09-31" is not a day of the calendar'),
        ("term_starts", "starts", 'event "starts" is not one of'),
        ("term_ends", "half_term", "row 4: end is empty"),
        ("term_ends,2025-12-19,", "term_starts,2025-12-19,", "term_starts of the Autumn term is in row 2 already"),
        ("term_ends,2025-12-19,", "inset,2025-12-19,", "of area has no term_ends"),
        ("2025-2026,Autumn,term_starts", "2025,Autumn,term_starts", 'academic_year "2025" is not a year like'),
        ("2025-09-02,", "2025-11-02,", "an INSET of 63 days is longer than any (10)"),
        ("Autumn,term_starts", "Michaelmas,term_starts", 'term "Michaelmas" is not one of Autumn, Spring, Summer'),
        ("2025-09-03,,", "2025-09-03,,council", 'applies_to "council" is not empty, trust:UID or school:URN'),
        ("applies_to", "appliesto", "There is no column applies_to (the nearest are appliesto)"),
    ],
)
def test_refused(given: Given, old: str, new: str, said: str) -> None:
    assert old in samples.CALENDAR
    with pytest.raises(Refused) as caught:
        read_feed(given("terms.csv", samples.CALENDAR.replace(old, new, 1)))
    assert said in str(caught.value)


def test_terms_that_overlap(given: Given) -> None:
    spring = samples.CALENDAR.replace("Autumn", "Spring").split("\n", 1)[1]
    with pytest.raises(Refused, match="the Spring term starts before the term before it has ended"):
        read_feed(given("terms.csv", samples.CALENDAR + spring))


def test_half_terms_that_begin_or_end_beside_a_weekend(given: Given) -> None:
    text = samples.CALENDAR.replace("2025-10-27,2025-10-31", "2025-10-22,2025-11-02")
    first, second = read_feed(given("terms.csv", text)).rows[:2]
    assert isinstance(first, HalfTermRow)
    assert isinstance(second, HalfTermRow)
    assert (first.ends_on, second.starts_on) == (date(2025, 10, 21), date(2025, 11, 3))


def test_ics(given: Given) -> None:
    feed = read_feed(given("terms.ics", samples.ICS))
    assert feed.kind == "calendar"
    assert feed.rows == [
        HalfTermRow("area", "2025-26", 3, date(2026, 1, 5), date(2026, 2, 13)),
        HalfTermRow("area", "2025-26", 4, date(2026, 2, 23), date(2026, 3, 27)),
        InsetDayRow("school:100001", "2025-26", date(2026, 6, 1)),
    ]
    assert [skipped.row for skipped in feed.report.skipped] == [5]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("SUMMARY:End of term", "SUMMARY:Fair", "of area has no term_ends"),
        ("SUMMARY:Half term", "RRULE:FREQ=YEARLY\r\nSUMMARY:Half term", "event 2: RRULE repeats the event"),
        ("DTSTART;VALUE=DATE:20260105\r\n", "", "event 1: DTSTART is absent"),
        ("X-APPLIES-TO:school:100001", "X-APPLIES-TO:someone", 'event 4: applies_to "someone"'),
        ("DTSTART;VALUE=DATE:20260105", "DTSTART;VALUE=DATE:2026", "event 1: "),
        ("END:VEVENT\r\nEND:VCALENDAR\r\n", "", "terms.ics is a damaged iCalendar file."),
    ],
)
def test_ics_refused(given: Given, old: str, new: str, said: str) -> None:
    assert old in samples.ICS
    with pytest.raises(Refused) as caught:
        read_feed(given("terms.ics", samples.ICS.replace(old, new, 1)))
    assert said in str(caught.value)


def test_ics_of_something_else(given: Given) -> None:
    with pytest.raises(Refused, match="has no event that is the start or end of a term"):
        read_feed(given("x.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2025, 7, 31), "2024-25"), (date(2025, 8, 1), "2025-26"), (date(1999, 9, 1), "1999-00")]
)
def test_the_academic_year_changes_in_august(day: date, year: str) -> None:
    assert academic_year_of(day) == year


def test_bank_holidays(given: Given) -> None:
    feed = read_feed(given("bank-holidays.json", samples.BANK_HOLIDAYS))
    assert feed.rows == [BankHolidayRow(date(2026, 4, 3), "Good Friday", "england-and-wales")]
    assert feed.report.notes == ('Not used: the bank holidays of "scotland".',)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2026-04-03"', '"3 April"', 'event 1 of england-and-wales: date "3 April" is not a date'),
        ('"2026-04-03"', "20260403", "event 1 of england-and-wales: title or date is absent"),
        ('{"title"', '{"name"', "event 1 of england-and-wales: title or date is absent"),
        ('[{"title"', '["x", {"title"', "event 1 of england-and-wales: the event is not one"),
        ('"events": [{', '"event": [{', "it has no events of england-and-wales"),
        ("}]},", '}, {"title": "Easter", "date": "2026-04-03"}]},', "gives 2026-04-03 two names"),
    ],
)
def test_bank_holidays_refused(given: Given, old: str, new: str, said: str) -> None:
    assert old in samples.BANK_HOLIDAYS
    with pytest.raises(Refused) as caught:
        read_feed(given("bank-holidays.json", samples.BANK_HOLIDAYS.replace(old, new, 1)))
    assert said in str(caught.value)
