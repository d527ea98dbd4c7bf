"""The invented county: the same every time, whole, readable by every importer, and found out by the analysis."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.evidence import Level
from feeds.rows import (
    BankHolidayRow,
    BoardPersonRow,
    ClusterMembershipRow,
    ContactRow,
    GroupMembershipRow,
    InspectionRow,
    MissingReason,
    ProviderRow,
    ReferenceRow,
    ResultRow,
    SchoolLinkRow,
    SchoolRow,
)
from rules.errors import Refused
from rules.measures import CATALOGUE
from rules.themes import DEFAULT_THEMES
from sample import founding
from sample.area import generate_area
from sample.places import Kind
from sample.write import write_area
from tests.sample.reading_an_area import Read, judged, written_and_read

START = date(2025, 9, 1)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The county of the demo, written and read."""
    area = generate_area(start=START, la_code=838)
    return written_and_read(area, tmp_path_factory.mktemp("county"))


def test_the_same_arguments_give_the_same_files(county: Read, tmp_path: Path) -> None:
    again = write_area(generate_area(start=START, la_code=838), tmp_path)
    assert [file.path.relative_to(tmp_path) for file in again] == [
        file.path.relative_to(county.folder) for file in county.files
    ]
    for first, second in zip(county.files, again, strict=True):
        assert first.path.read_bytes() == second.path.read_bytes()


def test_another_seed_gives_another_county(county: Read) -> None:
    other = generate_area(start=START, la_code=838, seed=1)
    assert other.truth != county.area.truth
    assert other.places != county.area.places


def test_files_come_in_the_order_of_their_import(county: Read) -> None:
    results = ("ks2", "ks4", "absence", "census")
    assert [file.kind for file in county.files] == [
        "schools",
        "groups",
        "links",
        "clusters",
        *(kind for kind in results for _ in range(3)),
        *("ofsted", "providers", "contacts", "board", "calendar", "bank-holidays"),
    ]
    assert {file.year for file in county.files if file.kind in results} == {"2022-23", "2023-24", "2024-25"}


@pytest.mark.parametrize(("schools", "seed", "start"), [(155, 2018, START), (60, 3, date(2026, 3, 9)), (10, 9, START)])
def test_every_row_of_every_file_is_taken(schools: int, seed: int, start: date, tmp_path: Path) -> None:
    read = written_and_read(generate_area(schools=schools, seed=seed, start=start, la_code=850), tmp_path)
    for file, feed in zip(read.files, read.feeds, strict=True):
        assert feed.kind == file.kind
        assert feed.report.skipped == ()
        assert feed.report.absent in {(), ("Group ID",)}


def test_kind_and_year_are_told_by_the_files_themselves(county: Read) -> None:
    from feeds.reading import read_feed

    for file, feed in zip(county.files, county.feeds, strict=True):
        alone = read_feed(file.path)
        assert (alone.kind, alone.year, len(alone.rows)) == (feed.kind, feed.year, len(feed.rows))


def test_encodings_are_the_publishers(county: Read) -> None:
    by_kind = {file.kind: file.path.read_bytes() for file in county.files}
    assert "’".encode("cp1252") in by_kind["schools"]
    assert "é".encode("cp1252") in by_kind["schools"]
    assert b" & " in by_kind["schools"]
    for kind in ("ks2", "ks4", "absence", "census"):
        assert by_kind[kind].startswith(b"\xef\xbb\xbf")
    for kind in ("schools", "groups", "links", "ks2", "ks4", "absence", "census"):
        assert by_kind[kind].count(b"\n") == by_kind[kind].count(b"\r\n")


def test_the_county_is_of_the_shape_asked_for(county: Read) -> None:
    places = county.area.places
    assert len(places.schools) == 155
    assert {school.kind for school in places.schools} == set(Kind)
    assert len(places.clusters) == 17
    assert len({cluster.alliance_code for cluster in places.clusters}) == 4
    assert 0.40 <= sum(school.is_academy for school in places.schools) / 155 <= 0.50
    trusts = Counter(school.trust.uid for school in places.schools if school.trust)
    assert sum(count > 1 for count in trusts.values()) >= 4
    assert any(t.type_name == "Single-academy trust" for t in places.trusts)
    assert any(len(school.predecessors) == 2 for school in places.schools)
    types = {school.type_name for school in places.schools}
    assert {"Community school", "Voluntary aided school", "Voluntary controlled school", "Foundation school"} <= types
    assert {"Academy converter", "Academy sponsor led", "Free schools"} <= types


def test_everything_that_is_named_exists(county: Read) -> None:
    schools = [row for row in county.rows("schools") if isinstance(row, SchoolRow)]
    urns = {school.urn for school in schools}
    assert len(urns) == len(schools)
    assert min(urns) == 900_001
    still_open = {school.urn for school in schools if school.closed_on is None}
    links = [row for row in county.rows("links") if isinstance(row, SchoolLinkRow)]
    assert {urn for link in links for urn in (link.urn, link.linked_urn)} <= urns
    assert {(link.linked_urn, link.urn) for link in links} == {(link.urn, link.linked_urn) for link in links}
    members = [row for row in county.rows("groups") if isinstance(row, GroupMembershipRow)]
    assert {row.urn for row in members} == {school.urn for school in schools if school.is_academy}
    clusters = [row for row in county.rows("clusters") if isinstance(row, ClusterMembershipRow)]
    assert Counter(row.urn for row in clusters) == Counter(still_open)
    results = [row for file in ("ks2", "ks4", "absence", "census") for row in county.rows(file)]
    assert {row.urn for row in results if isinstance(row, ResultRow)} <= urns
    inspected = [row for row in county.rows("ofsted") if isinstance(row, InspectionRow)]
    assert {row.urn for row in inspected} <= still_open
    assert all(row.inspected_on < START for row in inspected)


def test_earlier_results_stand_under_the_old_urn(county: Read) -> None:
    held: dict[int, set[str]] = {}
    for row in county.rows("census"):
        if isinstance(row, ResultRow):
            held.setdefault(row.urn, set()).add(row.year)
    converted = [s for s in county.area.places.schools if s.predecessors and s.opened_on and s.opened_on.year >= 2023]
    assert converted
    for school in converted:
        before = set.union(*(held.get(urn, set()) for urn in school.predecessors))
        assert before
        assert not before & held[school.urn]
        assert before | held[school.urn] == {"2022-23", "2023-24", "2024-25"}


def test_every_cluster_has_one_alliance_of_teaching_schools_and_one_partner(county: Read) -> None:
    providers = [row for row in county.rows("providers") if isinstance(row, ProviderRow)]
    codes = {cluster.code for cluster in county.area.places.clusters}
    for kind in ("tsa", "sip"):
        linked = Counter(code for row in providers if row.type == kind for code in row.linked_clusters)
        assert linked == Counter(codes)
    assert sum(row.type == "tsa" for row in providers) == 5
    assert all(row.capacity == 6 for row in providers if row.type == "tsa")
    assert all(2 <= row.capacity <= 6 and 35_000 <= row.day_rate_pence <= 60_000 for row in providers)
    assert {row.type for row in providers} == {"tsa", "sip", "nle", "mat", "curriculum-hub", "council"}
    assert {theme for row in providers for theme in row.themes} == {code for code, _ in DEFAULT_THEMES}
    assert any(row.conflicts for row in providers)


def test_people_can_be_written_to(county: Read) -> None:
    contacts = [row for row in county.rows("contacts") if isinstance(row, ContactRow)]
    still_open = {school.urn for school in county.area.places.schools}
    for role in ("head", "deputy"):
        assert {row.urn for row in contacts if row.role == role} == still_open
    providers = {row.code for row in county.rows("providers") if isinstance(row, ProviderRow)}
    assert {row.provider_code for row in contacts if row.role == "provider-lead"} == providers
    assert 2 * sum(row.role == "provider-deputy" for row in contacts) == len(providers)
    roles = Counter(row.role for row in contacts)
    assert (roles["officer"], roles["finance"], roles["admin"]) == (3, 1, 1)
    assert all(row.phone for row in contacts if row.role == "officer")
    several = {email: n for email, n in Counter(row.email for row in contacts).items() if n > 1}
    assert list(several.values()) == [2]
    assert all(row.email.endswith(".example") for row in contacts)
    assert all(row.starts_on <= START for row in contacts)


def test_the_board_has_a_chair_members_substitutes_and_one_co_opted(county: Read) -> None:
    people = [row for row in county.rows("board") if isinstance(row, BoardPersonRow)]
    kinds = Counter(row.kind for row in people)
    assert (kinds["chair"], kinds["member"], kinds["co-opted"]) == (1, 12, 1)
    assert kinds["substitute"] >= 6
    assert all(row.email.endswith(".example") for row in people)


def test_nothing_is_published_of_fewer_than_six_pupils(county: Read) -> None:
    rows = [row for file in ("ks2", "ks4") for row in county.rows(file) if isinstance(row, ResultRow)]
    few = [row for row in rows if row.cohort is not None and row.cohort < 6]
    assert few
    assert all(row.value is None for row in few)
    missing = {row.missing for row in rows}
    assert {MissingReason.SUPPRESSED, MissingReason.NOT_ENTERED, MissingReason.LOW_COVERAGE} <= missing
    whole = {(row.urn, row.year): row.cohort or 0 for row in rows if row.measure == "ks2_rwm_exp"}
    for row in rows:  # nor can the others be told from the disadvantaged
        if row.measure == "ks2_rwm_exp_dis" and row.value is not None:
            assert not 0 < whole[row.urn, row.year] - (row.cohort or 0) < 6


def test_first_and_infant_schools_have_no_key_stage_2(county: Read) -> None:
    young = {s.urn for s in county.area.places.schools if s.kind in {Kind.FIRST, Kind.INFANT}}
    assert not young & {row.urn for row in county.rows("ks2") if isinstance(row, ResultRow)}


def test_areas_have_rows_of_their_own(county: Read) -> None:
    for kind, measure in (("ks2", "ks2_rwm_exp"), ("ks4", "ks4_attainment8")):
        rows = [r for r in county.rows(kind) if isinstance(r, ReferenceRow) and r.measure == measure]
        assert Counter(row.area for row in rows) == {"england": 3, "england-state": 3, "la:838": 3}


def test_shares_are_of_whole_pupils(county: Read) -> None:
    for row in county.rows("ks2"):
        if isinstance(row, ResultRow) and row.value is not None and row.cohort and row.measure.endswith("_exp"):
            reached = round(row.value * row.cohort / 100)
            assert abs(100 * reached / row.cohort - row.value) <= 0.5


def test_truth_lies_beside_the_files(county: Read) -> None:
    told = json.loads((county.folder / "truth.json").read_text("utf-8"))
    assert {int(urn): frozenset(themes) for urn, themes in told.items()} == dict(county.area.truth)
    assert not any(file.path.name == "truth.json" for file in county.files)


@pytest.mark.parametrize("seed", [2018, 1, 2, 3])
def test_the_analysis_finds_the_schools_in_trouble(seed: int, tmp_path: Path) -> None:
    read = written_and_read(generate_area(start=START, la_code=838, seed=seed), tmp_path)
    area = read.area
    by_urn = {school.urn: school for school in area.places.schools}
    assert 12 <= len(area.truth) <= 14
    assert len({by_urn[urn].cluster.code for urn in area.truth}) >= 9
    assert all(by_urn[urn].cohort >= 20 and by_urn[urn].kind is not Kind.SPECIAL for urn in area.truth)
    assert 4 <= sum(by_urn[urn].is_academy for urn in area.truth) <= 6
    found = judged(read)
    assert set(area.truth) <= {one.urn for one in (*found.findings, *found.watch) if one.rank <= 20}
    mistaken = [one for one in found.findings if one.urn not in area.truth]
    assert 20 * len(mistaken) <= len(found.findings)
    assert len(found.findings) >= 18
    assert 12 <= len({one.urn for one in found.findings}) <= 15
    concerns = {one.urn for one in found.findings if one.level is Level.BELOW_998 and by_urn[one.urn].is_academy}
    assert len(concerns) >= 2
    flagged = {(one.urn, one.theme) for one in found.findings}
    assert all(any((urn, theme) in flagged for theme in themes) for urn, themes in area.truth.items())


def test_headings_are_dfes_in_dfes_order(county: Read, real_data: Path) -> None:
    for kind, name in (("ks2", "850_ks2final.csv"), ("ks4", "850_ks4final.csv")):
        theirs = _headings(real_data / "performance" / "2017-2018" / name)
        ours = _headings(next(file.path for file in county.files if file.kind == kind))
        assert [heading for heading in theirs if heading in ours] == ours
    theirs = _headings(real_data / "gias" / "gias_search_results_850_20220420.csv", "cp1252")
    ours = _headings(county.files[0].path, "cp1252")
    assert [heading for heading in theirs if heading in ours] == ours


def test_bank_holidays_are_those_of_gov_uk(county: Read, real_data: Path) -> None:
    theirs = json.loads((real_data / "calendar" / "bank-holidays.json").read_text("utf-8"))["england-and-wales"]
    events = []
    for start in (date(2024, 9, 2), START):
        area = generate_area(schools=10, start=start, la_code=838)
        ours = json.loads(write_area(area, county.folder / f"{start.year}")[-1].path.read_text("utf-8"))
        events += [e for e in ours["england-and-wales"]["events"] if e not in events]
    assert events == theirs["events"]
    assert {row.day.year for row in county.rows("bank-holidays") if isinstance(row, BankHolidayRow)} == {
        2025,
        2026,
        2027,
    }


def test_an_area_smaller_than_a_cluster_is_refused() -> None:
    with pytest.raises(Refused, match="smaller than one cluster"):
        generate_area(schools=3, start=START, la_code=838)
    with pytest.raises(Refused, match="starts after 2003"):
        generate_area(start=date(1999, 9, 1), la_code=838)


@given(schools=st.integers(10, 220), seed=st.integers(0, 2**32), year=st.integers(2004, 2060))
def test_any_area_holds_together(schools: int, seed: int, year: int) -> None:
    area = generate_area(schools=schools, seed=seed, start=date(year, 9, 1), la_code=999)
    assert len(area.places.schools) == schools
    urns = {school.urn for school in (*area.places.schools, *area.places.closed)}
    assert len(urns) == schools + len(area.places.closed)
    assert set(area.truth) <= {school.urn for school in area.places.schools}
    assert all(CATALOGUE[m.code].theme for m in CATALOGUE.values() if m.theme)
    numbers = Counter(school.number for school in area.places.schools)
    assert max(numbers.values()) == 1


def _headings(path: Path, encoding: str = "utf-8-sig") -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        return next(csv.reader(file))


def test_more_schools_than_england_has_stand_on_the_national_grid() -> None:
    places = founding.found(np.random.default_rng(1), 40_000, date(2026, 9, 1))

    assert max(school.easting for school in places.schools) < 700_000
    assert max(school.northing for school in places.schools) < 1_300_000
