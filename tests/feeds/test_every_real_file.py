"""Every published file is read, or refused for a reason that is true."""

from collections import Counter
from pathlib import Path

import pytest

from feeds.reading import read_feed
from rules.errors import Refused

DICTIONARY = "a dictionary of columns"
LA_CODES = "list of local authority and region codes"
REDUCTION = "a third party's reduction of DfE's tables without URNs"

# Kind, year, rows read, rows skipped, and typed rows; counted in the files by other means.
TAKEN: dict[str, tuple[str, str | None, int, int, dict[str, int]]] = {
    "calendar/bank-holidays.json": ("bank-holidays", None, 32, 0, {"BankHolidayRow": 32}),
    "calendar/term-dates-dorset.csv": ("calendar", None, 18, 0, {"HalfTermRow": 12}),
    "gias/allgroupsdata20260821.csv": ("groups", None, 102, 10, {"GroupRow": 92}),
    "gias/alllinksdata_resaved_20220831.csv": (
        "groups",
        None,
        341,
        35,
        {"GroupRow": 65, "GroupMembershipRow": 306},
    ),
    "gias/edubaseallacademiesandfree20211231.csv": ("schools", None, 178, 0, {"SchoolRow": 178}),
    "gias/gias_search_results_850_20220420.csv": ("schools", None, 520, 0, {"SchoolRow": 520, "SchoolLinkRow": 145}),
    "gias/grouplinks_edubaseallacademiesandfree20240329.csv": (
        "groups",
        None,
        362,
        0,
        {"GroupRow": 75, "GroupMembershipRow": 362},
    ),
    "gias/links_edubasealldata20260821.csv": ("links", None, 454, 0, {"SchoolLinkRow": 454}),
    "ofsted/Maintained_schools_External_Management_Information___31_May_2015.xlsx": (
        "ofsted",
        None,
        244,
        0,
        {"InspectionRow": 244 + 225},
    ),
    "ofsted/england_ofsted-schools_20180731.xlsx": ("ofsted", None, 251, 0, {"InspectionRow": 251}),
    "performance/2016-2017/850_ks2final.csv": (
        "ks2",
        "2016-17",
        331,
        0,
        {"ResultRow": 328 * 15, "ReferenceRow": 39},
    ),
    "performance/2016-2017/850_ks4final.csv": ("ks4", "2016-17", 126, 0, {"ResultRow": 123 * 7, "ReferenceRow": 17}),
    "performance/2017-2018/850_ks2final.csv": (
        "ks2",
        "2017-18",
        331,
        0,
        {"ResultRow": 328 * 15, "ReferenceRow": 39},
    ),
    "performance/2017-2018/850_ks4final.csv": ("ks4", "2017-18", 124, 0, {"ResultRow": 121 * 8, "ReferenceRow": 20}),
    "performance/2017-2018/england_abs.csv": ("absence", "2017-18", 256, 0, {"ResultRow": 506, "ReferenceRow": 6}),
    "performance/2017-2018/england_census.csv": (
        "census",
        "2017-18",
        288,
        0,
        {"ResultRow": 286 * 5, "ReferenceRow": 10},
    ),
    "performance/2017-2018/england_ks4provisional.csv": (
        "ks4",
        "2017-18",
        228,
        1,
        {"ResultRow": 74 * 5, "ReferenceRow": 764},
    ),
    "performance/2018-2019/england_abs.csv": ("absence", "2018-19", 257, 0, {"ResultRow": 508, "ReferenceRow": 6}),
    "performance/2018-2019/england_census.csv": (
        "census",
        "2018-19",
        294,
        0,
        {"ResultRow": 291 * 5, "ReferenceRow": 15},
    ),
    "performance/2018-2019/england_ks4provisional.csv": (
        "ks4",
        "2018-19",
        233,
        5,
        {"ResultRow": 76 * 5, "ReferenceRow": 759},
    ),
    "performance/2018-2019/england_school_information.xlsx": ("schools", None, 331, 0, {"SchoolRow": 331}),
    "performance/2021-2022/england_census.csv": (
        "census",
        "2021-22",
        296,
        0,
        {"ResultRow": 293 * 5, "ReferenceRow": 15},
    ),
    "performance/2021-2022/england_school_information.xlsx": ("schools", None, 335, 0, {"SchoolRow": 335}),
    "performance/2024-2025/919_ks2final_sample.csv": ("ks2", "2024-25", 9, 0, {"ResultRow": 90, "ReferenceRow": 34}),
    "performance/2024-2025/england_census.csv": (
        "census",
        "2024-25",
        295,
        0,
        {"ResultRow": 292 * 5, "ReferenceRow": 15},
    ),
}
REFUSED: dict[str, str] = {
    "README.md": "is of no kind that is known by its headings",
    "derived/ks2_2023-2024_838_839.json": REDUCTION,
    "derived/ks2_2024-2025_838_839.json": REDUCTION,
    "derived/ks4_2023-2024_838_839.json": REDUCTION,
    "derived/ks4_2024-2025_838_839.json": REDUCTION,
    "ees/202324_information_about_schools_final.csv": "information about schools from Explore Education Statistics",
    "funding/pupil-premium-2019-2020.csv": "the pupil premium allocations",
    "performance/2016-2017/ks2_meta.csv": DICTIONARY,
    "performance/2016-2017/ks4_meta.csv": DICTIONARY,
    "performance/2017-2018/ks2_meta.csv": DICTIONARY,
    "performance/2017-2018/ks4_meta.csv": DICTIONARY,
    "performance/2017-2018/ks4provisional_meta.csv": DICTIONARY,
    "performance/2018-2019/abs_meta.csv": DICTIONARY,
    "performance/2018-2019/census_meta.csv": DICTIONARY,
    "performance/2018-2019/england_ks4-pupdest.csv": "destinations after key stage 4",
    "performance/2018-2019/la_and_region_codes_meta.csv": LA_CODES,
    "performance/2018-2019/school_information_meta.csv": DICTIONARY,
    "performance/2024-2025/census_meta.csv": DICTIONARY,
    "performance/2024-2025/england_ks2-mats-performance.csv": "key stage 2 table by trust",
    "performance/2024-2025/ks2_meta.csv": DICTIONARY,
    "performance/2024-2025/la_and_region_codes_meta.csv": LA_CODES,
}


def test_none_is_forgotten(real_data: Path) -> None:
    there = {path.relative_to(real_data).as_posix() for path in real_data.rglob("*") if path.is_file()}
    assert there == TAKEN.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", TAKEN)
def test_taken(real_data: Path, name: str) -> None:
    kind, year, read, skipped, typed = TAKEN[name]
    feed = read_feed(real_data / name)
    assert (feed.kind, feed.year, feed.report.kind, feed.report.year) == (kind, year, kind, year)
    assert (feed.report.read, len(feed.report.skipped), feed.report.taken) == (read, skipped, read - skipped)
    assert Counter(type(row).__name__ for row in feed.rows) == typed
    assert feed.report.filename == name.rpartition("/")[2]
    assert len(feed.report.sha256) == 64


@pytest.mark.parametrize("name", TAKEN)
def test_taken_as_its_kind_and_as_no_other(real_data: Path, name: str) -> None:
    kind, year, *_ = TAKEN[name]
    assert read_feed(real_data / name, kind, year).rows == read_feed(real_data / name).rows
    other = "ks2" if kind != "ks2" else "absence"
    with pytest.raises(Refused, match=rf"{name.rpartition('/')[2]} is .*, not .* \({other}\)"):
        read_feed(real_data / name, other)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_for_a_reason_that_is_true(real_data: Path, name: str) -> None:
    with pytest.raises(Refused) as caught:
        read_feed(real_data / name)
    sentence = str(caught.value)
    assert REFUSED[name] in sentence
    assert sentence.startswith(name.rpartition("/")[2])
    assert sentence.endswith(".")
    assert "\n" not in sentence
