"""Schools, groups and links in the layouts of GIAS and of DfE's school information."""

from datetime import date

import pytest

from feeds import school_types
from feeds.reading import read_feed
from feeds.rows import GroupMembershipRow, GroupRow, SchoolLinkRow, SchoolRow, SchoolStatus
from tests.feeds import samples
from tests.feeds.conftest import Given


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_schools_in_any_encoding(given: Given, encoding: str) -> None:
    rows = read_feed(given("schools.csv", samples.SCHOOLS.encode(encoding))).rows
    mary, academy = (row for row in rows if isinstance(row, SchoolRow))
    assert (mary.name, mary.postcode, mary.is_academy) == ("St Mary’s", "SO20 6PN", False)
    assert (academy.status, academy.is_academy, academy.opened_on) == (SchoolStatus.CLOSING, True, date(2012, 9, 1))
    assert [row for row in rows if isinstance(row, SchoolLinkRow)] == [
        SchoolLinkRow(100002, 100090, "Predecessor", None),
        SchoolLinkRow(100002, 100091, "Successor", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"Open",', '"Shut",', 'EstablishmentStatus "Shut" is not a status that we know'),
        ('"so20 6pn"', '"nowhere"', 'Postcode "nowhere" is not a postcode'),
        ('"St Mary’s"', '""', "EstablishmentName is empty"),
        ('100001,"850"', '100001,"Hants"', 'LA "Hants" is not a whole number'),
        ('"Open","",""', '"Open","01-09-2012","01-09-2011"', "CloseDate (2011-09-01) is before OpenDate (2012-09-01)"),
        ('"Does not have links"', '"x","Community school"', "the row has 12 cells under 11 headings"),
    ],
)
def test_a_school_that_cannot_be_right_is_skipped(given: Given, old: str, new: str, reason: str) -> None:
    report = read_feed(given("schools.csv", samples.SCHOOLS.replace(old, new, 1))).report
    assert [(skipped.row, skipped.reason) for skipped in report.skipped] == [(2, reason)]


def test_school_information(given: Given) -> None:
    first, middle = read_feed(given("england_school_information.xlsx", samples.SCHOOL_INFORMATION)).rows
    assert isinstance(first, SchoolRow)
    assert (first.status, first.closed_on) == (SchoolStatus.CLOSED, date(2018, 11, 30))
    assert (first.ofsted_grade, first.ofsted_on, first.phase) == (4, date(2017, 4, 6), "Primary")
    assert isinstance(middle, SchoolRow)
    assert (middle.phase, middle.postcode, middle.ofsted_grade) == ("Middle deemed secondary", None, None)


@pytest.mark.parametrize(
    ("type_name", "ages", "primary", "secondary", "phase"),
    [
        ("Community school", (4, 11), True, False, "Primary"),
        ("Local authority nursery school", (2, 5), True, False, "Nursery"),
        ("Academy converter", (8, 12), True, True, "Middle deemed primary"),
        ("Academy converter", (9, 13), True, True, "Middle deemed secondary"),
        ("Free schools", (4, 18), True, True, "All-through"),
        ("Academy converter", (11, 18), False, True, "Secondary"),
        ("Further education", (16, 99), False, False, "16 plus"),
        ("Academy special converter", (4, 18), True, True, "Not applicable"),
        ("Pupil referral unit", (11, 16), False, True, "Not applicable"),
    ],
)
def test_phase_by_age(type_name: str, ages: tuple[int, int], primary: bool, secondary: bool, phase: str) -> None:
    assert school_types.phase_by_age(type_name, *ages, primary=primary, secondary=secondary) == phase


def test_groups(given: Given) -> None:
    feed = read_feed(given("groups.csv", samples.GROUPS))
    assert feed.rows == [
        GroupRow("2128", "TR02316", "A TRUST", "Multi-academy trust", "open", date(2012, 3, 6), None, None)
    ]
    assert feed.report.skipped[0].reason == "is a group of children's centres, not of schools"


def test_a_group_twice_is_skipped_and_reported(given: Given) -> None:
    report = read_feed(given("groups.csv", samples.GROUPS + samples.GROUPS.splitlines()[1] + "\n")).report
    assert (report.skipped[-1].row, report.skipped[-1].reason) == (4, "repeats the group with UID 2128")


def test_group_links(given: Given) -> None:
    group, membership = read_feed(given("links.csv", samples.GROUP_LINKS)).rows
    assert isinstance(group, GroupRow)
    assert group.companies_house == "07034121"
    assert membership == GroupMembershipRow(100002, "2128", "A TRUST", "Multi-academy trust", date(2012, 9, 1))


def test_links(given: Given) -> None:
    text = samples.LINKS + "100002,100002,Itself,Successor,\n100003,x,?,Successor,\n"
    feed = read_feed(given("links.csv", text))
    assert feed.rows == [SchoolLinkRow(100002, 100090, "Predecessor", date(2012, 9, 1))]
    assert [skipped.row for skipped in feed.report.skipped] == [3, 4]
