"""Values seen by eye in the published files, met again after reading."""

from datetime import date
from functools import cache
from pathlib import Path

from feeds.reading import Feed, read_feed
from feeds.rows import (
    Framework,
    GroupMembershipRow,
    GroupRow,
    HalfTermRow,
    InspectionRow,
    MissingReason,
    ReferenceRow,
    ResultRow,
    SchoolLinkRow,
    SchoolRow,
    SchoolStatus,
)
from rules.measures import CATALOGUE


@cache
def read(path: Path) -> Feed:
    return read_feed(path)


def results(path: Path, urn: int) -> dict[str, ResultRow]:
    return {row.measure: row for row in read(path).rows if isinstance(row, ResultRow) and row.urn == urn}


def reference(path: Path, area: str, measure: str) -> tuple[float | None, int | None]:
    rows = [r for r in read(path).rows if isinstance(r, ReferenceRow) and (r.area, r.measure) == (area, measure)]
    assert len(rows) == 1
    return rows[0].value, rows[0].cohort


def school(path: Path, urn: int) -> SchoolRow:
    return next(row for row in read(path).rows if isinstance(row, SchoolRow) and row.urn == urn)


def test_ks2_of_kings_worthy(real_data: Path) -> None:
    found = results(real_data / "performance/2017-2018/850_ks2final.csv", 115922)
    assert (found["ks2_rwm_exp"].value, found["ks2_rwm_exp"].cohort) == (73.0, 64)
    assert found["ks2_writ_exp"].value == 83.0
    progress = found["ks2_read_progress"]
    assert (progress.value, progress.lower, progress.upper, progress.cohort) == (1.1, -0.4, 2.6, 64)
    assert (found["ks2_rwm_exp_dis"].value, found["ks2_rwm_exp_dis"].cohort) == (58.0, 12)
    assert (found["ks2_rwm_exp_other"].value, found["ks2_rwm_exp_other"].cohort) == (77.0, 52)
    assert found["ks2_gap_national"].value == -12.0
    assert found["ks2_rwm_exp"].year == "2017-18"


def test_ks2_suppressed_is_unknown_and_the_rest_of_the_school_is_not(real_data: Path) -> None:
    found = results(real_data / "performance/2017-2018/850_ks2final.csv", 116296)
    assert (found["ks2_rwm_exp"].value, found["ks2_rwm_exp"].cohort) == (33.0, 6)
    assert (found["ks2_read_progress"].value, found["ks2_read_progress"].missing) == (None, MissingReason.SUPPRESSED)
    assert (found["ks2_rwm_exp_dis"].value, found["ks2_rwm_exp_dis"].missing) == (None, MissingReason.SUPPRESSED)
    assert found["ks2_rwm_exp_dis"].cohort == 3


def test_ks2_low_coverage_new_school_and_blank(real_data: Path) -> None:
    waterloo = results(real_data / "performance/2017-2018/850_ks2final.csv", 116633)
    assert MissingReason.LOW_COVERAGE in {row.missing for row in waterloo.values()}
    earlier = real_data / "performance/2016-2017/850_ks2final.csv"
    assert {row.missing for row in results(earlier, 144882).values()} == {MissingReason.NEW_SCHOOL}
    assert {row.missing for row in results(earlier, 116407).values()} == {MissingReason.BLANK}


def test_ks2_references_by_the_meaning_that_record_types_have_there(real_data: Path) -> None:
    path = real_data / "performance/2017-2018/850_ks2final.csv"
    assert reference(path, "la:850", "ks2_rwm_exp") == (68.0, 14463)
    assert reference(path, "england", "ks2_rwm_exp") == (64.0, 624151)
    assert reference(path, "england-state", "ks2_rwm_exp") == (64.0, 619703)
    sample = real_data / "performance/2024-2025/919_ks2final_sample.csv"
    assert reference(sample, "la:919", "ks2_rwm_exp") == (64.0, 14321)


def test_ks2_of_2025_has_its_renamed_column_and_no_progress(real_data: Path) -> None:
    path = real_data / "performance/2024-2025/919_ks2final_sample.csv"
    found = results(path, 117396)
    assert (found["ks2_rwm_exp"].value, found["ks2_rwm_exp"].cohort) == (83.0, 12)
    assert found["ks2_rwm_exp_other"].cohort == 11
    assert found["ks2_read_progress"].missing is MissingReason.BLANK
    assert "Empty in every row, hence not published: READPROG, WRITPROG, MATPROG." in read(path).report.notes


def test_ks4_of_testwood(real_data: Path) -> None:
    found = results(real_data / "performance/2017-2018/850_ks4final.csv", 137315)
    assert (found["ks4_attainment8"].value, found["ks4_attainment8"].cohort) == (44.0, 107)
    progress = found["ks4_progress8"]
    assert (progress.value, progress.lower, progress.upper, progress.cohort) == (0.02, -0.23, 0.26, 104)
    assert found["ks4_basics_94"].value == 59.0
    assert found["ks4_ebacc_aps"].value == 3.64
    assert (found["ks4_attainment8_dis"].value, found["ks4_attainment8_dis"].cohort) == (36.4, 30)
    assert (found["ks4_basics_94_dis"].value, found["ks4_basics_94_dis"].cohort) == (33.0, 30)


def test_ks4_special_school_entered_nobody(real_data: Path) -> None:
    found = results(real_data / "performance/2017-2018/850_ks4final.csv", 116609)
    assert found["ks4_attainment8"].missing is MissingReason.NOT_ENTERED


def test_ks4_provisional(real_data: Path) -> None:
    path = real_data / "performance/2018-2019/england_ks4provisional.csv"
    found = results(path, 136996)
    assert (found["ks4_attainment8"].value, found["ks4_basics_94"].value) == (71.0, 99.4)
    assert (found["ks4_progress8"].lower, found["ks4_progress8"].upper, found["ks4_progress8"].cohort) == (
        0.21,
        0.64,
        137,
    )
    assert reference(path, "la:838", "ks4_attainment8") == (46.1, 3500)
    assert reference(path, "england-state", "ks4_attainment8") == (46.5, 542831)
    assert reference(path, "england", "ks4_basics_95") == (39.8, 605874)
    assert read(path).report.provisional
    assert "P8MEA_FSM6CLA1A" in read(path).report.absent
    assert not read(real_data / "performance/2017-2018/850_ks4final.csv").report.provisional
    assert read(real_data / "performance/2016-2017/850_ks4final.csv").report.absent == ("EBACCAPS",)


def test_absence_and_census(real_data: Path) -> None:
    absence = real_data / "performance/2017-2018/england_abs.csv"
    bere_regis = results(absence, 113658)
    assert (bere_regis["absence_overall"].value, bere_regis["absence_overall"].cohort) == (3.3, None)
    assert bere_regis["absence_persistent"].missing is MissingReason.SUPPRESSED
    assert reference(absence, "england-state-secondary", "absence_persistent") == (13.9, None)
    census = real_data / "performance/2024-2025/england_census.csv"
    downlands = results(census, 113659)
    assert downlands["census_pupils"].value == 215.0
    assert (downlands["census_fsm"].value, downlands["census_fsm"].cohort) == (5.76, 191)
    assert (downlands["census_eal"].value, downlands["census_eal"].cohort) == (31.6, 215)
    assert reference(census, "england-state-primary", "census_sen_support") == (15.0, 4554974)
    early = results(real_data / "performance/2017-2018/england_census.csv", 113733)
    assert early["census_fsm"].missing is MissingReason.NOT_PUBLISHED
    short = results(real_data / "performance/2021-2022/england_census.csv", 113910)
    assert (short["census_pupils"].value, short["census_fsm"].missing) == (794.0, MissingReason.BLANK)


def test_every_result_is_a_catalogued_measure_with_a_value_or_a_reason(real_data: Path) -> None:
    for path in sorted(real_data.glob("performance/*/*ks?final*.csv")):
        for row in read(path).rows:
            if isinstance(row, ResultRow):
                assert row.measure in CATALOGUE
                assert (row.value is None) != (row.missing is None)


def test_schools_from_search_results(real_data: Path) -> None:
    path = real_data / "gias/gias_search_results_850_20220420.csv"
    found = school(path, 116296)
    assert found.name == "King's Somborne Church of England Primary School"
    assert (found.la_code, found.status, found.phase) == (850, SchoolStatus.OPEN, "Primary")
    assert (found.type_name, found.is_academy) == ("Voluntary controlled school", False)
    assert (found.easting, found.northing, found.postcode) == (435977, 130953, "SO20 6PN")
    assert (found.pupils, found.percent_fsm, found.federation_name) == (106, 13.2, None)
    assert (found.ofsted_grade, found.ofsted_on) == (2, date(2016, 10, 19))
    weyford = school(path, 115961)
    assert (weyford.status, weyford.closed_on) == (SchoolStatus.CLOSED, date(2017, 8, 31))
    links = {
        row.linked_urn: row.link_type for row in read(path).rows if isinstance(row, SchoolLinkRow) and row.urn == 116018
    }
    assert links == {115961: "Predecessor", 148215: "Successor"}


def test_schools_in_windows_1252(real_data: Path) -> None:
    path = real_data / "gias/edubaseallacademiesandfree20211231.csv"
    becket = school(path, 138950)
    assert becket.name == "St Thomas à Becket Catholic Secondary School, A Voluntary Academy"
    assert becket.is_academy
    assert school(path, 148322).name == "North Star 240°"
    bishop = school(path, 136120)
    assert (bishop.opened_on, bishop.religious_character) == (date(2010, 9, 1), "Church of England")
    assert "NumberOfPupils" in read(path).report.absent


def test_schools_from_school_information(real_data: Path) -> None:
    path = real_data / "performance/2018-2019/england_school_information.xlsx"
    bere_regis = school(path, 113658)
    assert (bere_regis.status, bere_regis.closed_on) == (SchoolStatus.CLOSED, date(2018, 11, 30))
    assert (bere_regis.ofsted_grade, bere_regis.ofsted_on) == (4, date(2017, 4, 6))
    broadmayne = school(path, 113661)
    assert (broadmayne.low_age, broadmayne.high_age, broadmayne.phase) == (4, 9, "Primary")
    phases = {row.phase for row in read(path).rows if isinstance(row, SchoolRow)}
    assert "Middle deemed secondary" in phases
    assert SchoolStatus.CLOSING in {row.status for row in read(path).rows if isinstance(row, SchoolRow)}


def test_groups_in_three_layouts_agree(real_data: Path) -> None:
    current = read(real_data / "gias/allgroupsdata20260821.csv").rows
    links = read(real_data / "gias/grouplinks_edubaseallacademiesandfree20240329.csv").rows
    resaved = read(real_data / "gias/alllinksdata_resaved_20220831.csv").rows
    for rows in (current, links, resaved):
        trust = next(row for row in rows if isinstance(row, GroupRow) and row.uid == "2335")
        assert trust.name == "THE BISHOP OF WINCHESTER ACADEMY TRUST"
        assert (trust.companies_house, trust.opened_on) == ("07034121", date(2009, 9, 29))
        assert (trust.type_name, trust.status) == ("Single-academy trust", "open")
    for rows in (links, resaved):
        joined = {r.uid: r for r in rows if isinstance(r, GroupMembershipRow) and r.urn == 136120}
        assert joined.keys() == {"2335", "4229"}
        assert (joined["4229"].type_name, joined["4229"].joined_on) == ("School sponsor", date(2012, 1, 3))
    assert "LADY HAWKINS’ SCHOOL" in {row.name for row in current if isinstance(row, GroupRow)}


def test_links_of_predecessors(real_data: Path) -> None:
    rows = read(real_data / "gias/links_edubasealldata20260821.csv").rows
    assert SchoolLinkRow(113658, 145721, "Successor", date(2018, 4, 1)) in rows
    assert SchoolLinkRow(113750, 128773, "Predecessor", None) in rows
    assert SchoolLinkRow(113912, 113949, "Successor - amalgamated", date(2024, 8, 30)) in rows
    assert SchoolLinkRow(148357, 138193, "Predecessor - Split School", date(2021, 3, 1)) in rows


def test_inspections(real_data: Path) -> None:
    early = read(real_data / "ofsted/Maintained_schools_External_Management_Information___31_May_2015.xlsx").rows
    bere_regis = [row for row in early if isinstance(row, InspectionRow) and row.urn == 113658]
    assert [(row.inspected_on, row.overall) for row in bere_regis] == [(date(2013, 5, 3), 2), (date(2009, 11, 11), 2)]
    assert bere_regis[0].judgements == (
        ("achievement", "2"),
        ("teaching", "2"),
        ("behaviour", "1"),
        ("leadership", "2"),
    )
    assert {row.framework for row in early if isinstance(row, InspectionRow)} == {Framework.PRE_2019}
    later = read(real_data / "ofsted/england_ofsted-schools_20180731.xlsx").rows
    assert InspectionRow(113658, date(2017, 4, 6), Framework.PRE_2019, 4, ()) in later


def test_term_dates(real_data: Path) -> None:
    rows = read(real_data / "calendar/term-dates-dorset.csv").rows
    autumn = [row for row in rows if isinstance(row, HalfTermRow) and row.academic_year == "2025-26"][:2]
    assert autumn == [
        HalfTermRow("area", "2025-26", 1, date(2025, 9, 3), date(2025, 10, 24)),
        HalfTermRow("area", "2025-26", 2, date(2025, 11, 3), date(2025, 12, 19)),
    ]
