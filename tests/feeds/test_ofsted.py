"""Inspections: the old framework, visits without grades and report cards are kept apart."""

from datetime import date

import pytest

from feeds.reading import read_feed
from feeds.rows import Framework, InspectionRow
from rules.errors import Refused
from tests.feeds import samples
from tests.feeds.conftest import Given


def test_the_layout_since_2024(given: Given) -> None:
    feed = read_feed(given("latest_inspections.csv", samples.OFSTED_CARDS))
    assert feed.rows == [
        InspectionRow(100001, date(2019, 5, 14), Framework.PRE_2019, 2, ()),
        InspectionRow(100001, date(2023, 3, 3), Framework.UNGRADED, None, (("outcome", "School remains Good"),)),
        InspectionRow(
            100001,
            date(2026, 1, 12),
            Framework.REPORT_CARD,
            None,
            (("safeguarding", "Met"), ("inclusion", "Strong standard"), ("achievement", "Expected standard")),
        ),
        InspectionRow(100002, date(2024, 10, 14), Framework.OEIF, None, (("quality-of-education", "2"),)),
    ]
    assert [(skipped.row, skipped.reason) for skipped in feed.report.skipped] == [(4, "tells of no inspection")]
    assert "Curriculum and teaching" in feed.report.absent


def test_a_word_that_was_not_expected_is_kept_and_reported(given: Given) -> None:
    feed = read_feed(given("x.csv", samples.OFSTED_CARDS.replace("Strong standard", "Splendid")))
    assert any('"Splendid" of inclusion' in note for note in feed.report.notes)
    assert any(("inclusion", "Splendid") in row.judgements for row in feed.rows if isinstance(row, InspectionRow))


def test_the_layout_of_2015_with_its_cover_sheet(given: Given) -> None:
    headings: list[object] = [
        "URN",
        "Latest inspection date",
        "Overall effectiveness: how good is the school",
        "Achievement of pupils",
        "Category",
        "Previous inspection date",
        "previous overall effectiveness",
    ]
    rows: list[list[object]] = [headings, [100001, date(2013, 5, 3), "4", 9, "SM ", date(2009, 11, 11), "2"]]
    rows.append([100002, date(2013, 5, 3), "8", 9, None, None, None])
    book = samples.workbook(("Dates", [["As at Date:", date(2015, 5, 31)]]), ("Provider Level Data", rows))
    feed = read_feed(given("mi.xlsx", book))
    assert feed.rows == [
        InspectionRow(100001, date(2013, 5, 3), Framework.PRE_2019, 4, (("category", "SM"),)),
        InspectionRow(100001, date(2009, 11, 11), Framework.PRE_2019, 2, ()),
    ]
    assert feed.report.skipped[0].reason == 'overall effectiveness "8" is not a grade that we know'


def test_a_layout_without_any_date(given: Given) -> None:
    text = "URN,Safeguarding standards,Inclusion\n100001,Met,Strong standard\n"
    with pytest.raises(Refused, match="has no column Inspection start date"):
        read_feed(given("x.csv", text))
