"""Results: a code is never a zero, and a row that cannot be right is left out and reported."""

import pytest

from feeds.performance import CODES, cohort_size, figure
from feeds.reading import read_feed
from feeds.rows import MissingReason, ReferenceRow, ResultRow
from feeds.values import CellError
from rules.errors import Refused
from tests.feeds import samples
from tests.feeds.conftest import Given


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SUPP", MissingReason.SUPPRESSED),
        ("c", MissingReason.SUPPRESSED),
        ("NE", MissingReason.NOT_ENTERED),
        ("NP", MissingReason.NOT_PUBLISHED),
        ("LOWCOV", MissingReason.LOW_COVERAGE),
        ("SP", MissingReason.SMALL_PROVIDER),
        ("NA", MissingReason.NOT_APPLICABLE),
        ("z", MissingReason.NOT_APPLICABLE),
        ("NEW", MissingReason.NEW_SCHOOL),
        (" ", MissingReason.BLANK),
        ("", MissingReason.BLANK),
    ],
)
def test_codes(text: str, reason: MissingReason) -> None:
    assert figure("PTRWM_EXP", text, percent=True) is reason
    assert cohort_size("TELIG", text) is None


def test_all_reasons_have_a_code() -> None:
    assert set(CODES.values()) == set(MissingReason)


@pytest.mark.parametrize("text", ["101", "-1", "100.1%", "abc"])
def test_no_percentage(text: str) -> None:
    with pytest.raises(CellError):
        figure("PTRWM_EXP", text, percent=True)


@pytest.mark.parametrize(("text", "value"), [("0%", 0.0), ("100", 100.0), ("33.3%", 33.3)])
def test_percentages(text: str, value: float) -> None:
    assert figure("PTRWM_EXP", text, percent=True) == value


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("30,12,18", "abc,12,18", 'TELIG "abc" is not a whole number'),
        ("30,12,18", "-3,12,18", 'TELIG "-3" is not a whole number'),
        ("63%", "163%", 'PTRWM_EXP "163%" is not a percentage from 0 to 100'),
        ("63%", "WHAT", 'PTRWM_EXP "WHAT" is neither a number nor a code that we know'),
        ("-2.0,1.0", "1.0,-2.0", "READPROG has a lower limit (1) above its upper one (-2)"),
        ("-2.0,1.0", "0.0,1.0", "READPROG (-0.5) lies outside its own interval (0 to 1)"),
        (",100001,", ",,", 'URN "" is not a URN'),
        (",100001,", ",1e5,", 'URN "1e5" is not a URN'),
        ("1,1,850,", "9,1,850,", 'RECTYPE "9" is not a kind of row that we know'),
        ("1,1,850,", "3,1,,", 'LEA "" is not a whole number'),
        ("A School", "A, School", "the row has 27 cells under 26 headings"),
    ],
)
def test_a_row_that_cannot_be_right_is_skipped(given: Given, column: str, value: str, reason: str) -> None:
    text = samples.KS2.replace(column, value, 1)
    feed = read_feed(given("2017-2018/ks2.csv", text))
    assert [(skipped.row, skipped.reason) for skipped in feed.report.skipped] == [(2, reason)]
    assert (feed.report.read, feed.report.taken) == (5, 4)
    assert not any(isinstance(row, ResultRow) and row.urn == 100001 for row in feed.rows)


def test_a_file_of_which_nothing_can_be_taken(given: Given) -> None:
    text = samples.ABSENCE.replace("4.2", "?").replace("NAT,PRI", "NAT,ALL")
    with pytest.raises(Refused, match=r"^No row of abs.csv can be taken: row 2, PERCTOT \"\?\" is neither"):
        read_feed(given("2017-2018/abs.csv", text))


def test_foot_rows_are_skipped(given: Given) -> None:
    report = read_feed(given("2017-2018/abs.csv", samples.ABSENCE + "Source: DfE,,,,\n,,,,\n")).report
    assert [skipped.row for skipped in report.skipped] == [4, 5]


def test_ks2_rows(given: Given) -> None:
    feed = read_feed(given("ks2.csv", samples.KS2))
    assert feed.year == "2017-18"  # by PTRWM_EXP_17
    assert feed.rows[0] == ResultRow(100001, "2017-18", "ks2_rwm_exp", 30, 63.0, None, None, None, 850, False)
    assert ResultRow(100001, "2017-18", "ks2_read_progress", 30, -0.5, -2.0, 1.0, None, 850, False) in feed.rows
    suppressed = MissingReason.SUPPRESSED
    assert ResultRow(100002, "2017-18", "ks2_rwm_exp_dis", None, None, None, None, suppressed, 850, False) in feed.rows
    assert ReferenceRow("england", "2017-18", "ks2_rwm_exp", 600000, 64.0, None) in feed.rows
    assert ReferenceRow("england-state", "2017-18", "ks2_rwm_exp", 590000, 65.0, None) in feed.rows
    assert feed.report.absent == tuple(
        f"{subject}PROG{limit}" for subject in ("WRIT", "MAT") for limit in ("", "_LOWER", "_UPPER")
    )
    assert "PTRWM_EXP_17" in feed.report.ignored


def test_ks4_record_types_are_others_than_ks2s(given: Given) -> None:
    feed = read_feed(given("x.csv", samples.KS4), year="2018/19")
    areas = {row.area for row in feed.rows if isinstance(row, ReferenceRow)}
    assert areas == {"la:850", "england", "england-state"}
    assert ReferenceRow("england-state", "2018-19", "ks4_attainment8", 480000, 46.5, None) in feed.rows
    assert feed.report.provisional


def test_a_wanted_column_of_another_name_is_reported_with_the_nearest(given: Given) -> None:
    text = samples.KS2.replace("PTWRITTA_EXP", "PTWRITTAEXP", 1)
    report = read_feed(given("2017-2018/ks2.csv", text)).report
    assert "PTWRITTA_EXP" in report.absent
    assert "PTWRITTAEXP" in report.ignored
    assert any(note.startswith("There is no column PTWRITTA_EXP (the nearest are PTWRITTAEXP") for note in report.notes)


def test_case_and_spaces_of_headings_do_not_matter(given: Given) -> None:
    upper = samples.KS2.replace(samples.KS2_HEADINGS, samples.KS2_HEADINGS.upper().replace(",TELIG", ", TELIG "))
    assert read_feed(given("a.csv", upper)).rows == read_feed(given("b.csv", samples.KS2)).rows


def test_the_folder_and_the_columns_may_differ(given: Given) -> None:
    feed = read_feed(given("2016-2017/ks2.csv", samples.KS2))
    assert feed.year == "2017-18"
    assert any("says 2016-17" in note for note in feed.report.notes)
