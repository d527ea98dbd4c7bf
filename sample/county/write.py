"""Writing the invented county as the publishers and the council would: their headings, encodings, codes and quirks."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sample.county import people
from sample.county.area import Area, SampleSchool
from sample.county.results import NATIONAL, Figure, YearOfSchool, results
from sample.county.terms import bank_holidays, terms

GIAS, TABLES, OWN = "cp1252", "utf-8-sig", "utf-8"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file and how it is to be imported."""

    kind: str
    path: Path
    year: str | None = None


def write_area(area: Area, to: Path) -> list[WrittenFile]:
    """Write every file of the county below a folder; they are listed in the order in which they are to be imported.

    `truth.json` beside them says which schools are truly in trouble; no importer reads it.
    """
    found = results(area)
    files = [
        WrittenFile("schools", _schools(area, to / "gias" / f"gias_search_results_{area.la_code}.csv")),
        WrittenFile("groups", _trusts(area, to / "gias" / "allgroupsdata.csv")),
        WrittenFile("groups", _trust_members(area, to / "gias" / "grouplinks_edubaseallacademiesandfree.csv")),
        WrittenFile("links", _links(area, to / "gias" / "links_edubasealldata.csv")),
        WrittenFile("clusters", _own(to / "council" / "clusters.csv", people.clusters(area))),
    ]
    for year, schools in found.items():
        folder = to / "performance" / f"{year[:4]}-{int(year[:4]) + 1}"
        files += [
            WrittenFile("ks2", _ks2(area, schools, folder / f"{area.la_code}_ks2final.csv"), year),
            WrittenFile("ks4", _ks4(area, schools, folder / f"{area.la_code}_ks4final.csv"), year),
            WrittenFile("absence", _absence(area, schools, folder / "england_abs.csv"), year),
            WrittenFile("census", _census(area, schools, folder / "england_census.csv"), year),
        ]
    files += [
        WrittenFile("ofsted", _ofsted(area, to / "ofsted" / "state_funded_schools_latest_inspections.csv")),
        WrittenFile("providers", _own(to / "council" / "providers.csv", people.providers(area))),
        WrittenFile("contacts", _own(to / "council" / "contacts.csv", people.contacts(area))),
        WrittenFile("board", _own(to / "council" / "board.csv", people.board())),
        WrittenFile("calendar", _calendar(area, to / "calendar" / "term-dates.csv")),
        WrittenFile("bank-holidays", _bank_holidays(area, to / "calendar" / "bank-holidays.json")),
    ]
    truth = {str(urn): sorted(themes) for urn, themes in sorted(area.truth.items())}
    (to / "truth.json").write_text(json.dumps(truth, indent=1), "utf-8")
    return files


def _table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]], encoding: str, *, quoted: bool) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def _own(path: Path, rows: Iterable[people.Row]) -> Path:
    listed = list(rows)
    return _table(path, list(listed[0]), (list(row.values()) for row in listed), OWN, quoted=False)


def _schools(area: Area, path: Path) -> Path:
    headings = (
        "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
        "EstablishmentStatus (name)", "OpenDate", "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge",
        "StatutoryHighAge", "ReligiousCharacter (name)", "Diocese (name)", "NumberOfPupils", "PercentageFSM",
        "Trusts (code)", "Trusts (name)", "Federations (name)", "Postcode", "Easting", "Northing",
        "OfstedRating (name)", "OfstedLastInsp",
    )  # fmt: skip

    def row(s: SampleSchool) -> Sequence[object]:
        return (
            s.urn, area.la_code, area.name, s.number, s.name, s.type_name, "Closed" if s.closed_on else "Open",
            _gias(s.opened_on), _gias(s.closed_on), s.phase, s.low_age, s.high_age, s.faith, "Not applicable", s.pupils, "",
            s.trust_uid or "", area.trusts.get(s.trust_uid or "", ""), "Not applicable", "", s.easting, s.northing, "", "",
        )  # fmt: skip

    return _table(path, headings, map(row, area.schools), GIAS, quoted=True)


def _trusts(area: Area, path: Path) -> Path:
    headings = (
        "Group UID", "Group ID", "Group Name", "Companies House Number", "Group Type (code)", "Group Type", "Closed Date",
        "Open date", "Incorporated on (open date)", "Group Status (code)", "Group Status",
    )  # fmt: skip
    rows = (
        (uid, f"TR{uid}", name, "", "06", "Multi-academy trust", "", "01/09/2014", "", "OPEN", "Open")
        for uid, name in area.trusts.items()
    )
    return _table(path, headings, rows, GIAS, quoted=True)


def _trust_members(area: Area, path: Path) -> Path:
    headings = (
        "URN", "Linked UID", "Group Name", "Group Type", "Group Status", "Open date", "Closed Date",
        "Incorporated on (open date)", "Joined date",
    )  # fmt: skip
    rows = (
        (s.urn, s.trust_uid, area.trusts[s.trust_uid], "Multi-academy trust", "Open", "01-09-2014", "", "", _gias(s.opened_on))
        for s in area.open_schools
        if s.trust_uid
    )
    return _table(path, headings, rows, GIAS, quoted=True)


def _links(area: Area, path: Path) -> Path:
    names = {school.urn: school.name for school in area.schools}
    pairs = [(s, s.successor) for s in area.schools if s.successor is not None]
    heirs = [successor for _, successor in pairs]
    rows: list[Sequence[object]] = []
    for old, new in pairs:
        merged = heirs.count(new) > 1
        kind = "Predecessor - amalgamated" if merged else "Predecessor"
        rows.append((new, old.urn, old.name, kind, _gias(old.closed_on)))
        rows.append((old.urn, new, names[new], "Successor - amalgamated" if merged else "Successor", _gias(old.closed_on)))
    headings = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
    return _table(path, headings, rows, GIAS, quoted=True)


def _ks2(area: Area, schools: Sequence[YearOfSchool], path: Path) -> Path:
    names = {
        "PTRWM_EXP": "rwm", "PTRWM_HIGH": "high", "READPROG": "read_progress", "WRITPROG": "writ_progress",
        "MATPROG": "mat_progress", "PTRWM_EXP_FSM6CLA1A": "dis", "PTRWM_EXP_NotFSM6CLA1A": "other", "DIFFN_RWM_EXP": "gap",
        "PTREAD_EXP": "read", "PTWRITTA_EXP": "writ", "PTMAT_EXP": "mat", "PTGPS_EXP": "gps", "READ_AVERAGE": "read_score",
        "MAT_AVERAGE": "mat_score", "GPS_AVERAGE": "gps_score",
    }  # fmt: skip
    points = {"READPROG", "WRITPROG", "MATPROG", "DIFFN_RWM_EXP", "READ_AVERAGE", "MAT_AVERAGE", "GPS_AVERAGE"}
    national = {
        "read": NATIONAL["read"], "writ": NATIONAL["writ"], "mat": NATIONAL["mat"], "gps": NATIONAL["gps"],
        "rwm": NATIONAL["rwm"], "high": NATIONAL["high"], "dis": NATIONAL["dis"], "other": NATIONAL["other"],
        "read_progress": 0.0, "writ_progress": 0.0, "mat_progress": 0.0, "read_score": 105.0, "mat_score": 104.0,
        "gps_score": 105.0,
    }  # fmt: skip
    counts = ("TOTPUPS", "TELIG", "TFSM6CLA1A", "TNotFSM6CLA1A")
    tables = [one for one in schools if one.school.has_ks2]
    return _performance(area, tables, path, counts, names, points, national, authority=3, england=(4, 5))


def _ks4(area: Area, schools: Sequence[YearOfSchool], path: Path) -> Path:
    names = {
        "ATT8SCR": "att8", "P8MEA": "p8", "PTL2BASICS_94": "b94", "PTL2BASICS_95": "b95", "EBACCAPS": "aps",
        "ATT8SCR_FSM6CLA1A": "dis_att8", "P8MEA_FSM6CLA1A": "dis_p8", "PTFSM6CLA1ABASICS_94": "dis_b94",
    }  # fmt: skip
    points = {"ATT8SCR", "P8MEA", "EBACCAPS", "ATT8SCR_FSM6CLA1A", "P8MEA_FSM6CLA1A"}
    national = {name: NATIONAL[name] for name in ("att8", "p8", "b94", "b95", "aps", "dis_att8", "dis_b94")}
    counts = ("TOTPUPS", "TPUP", "TFSM6CLA1A", "TNOTFSM6CLA1A")
    tables = [one for one in schools if one.school.has_ks4]
    return _performance(area, tables, path, counts, names, points, national, authority=4, england=(5, 7))


_BOUNDS = {
    "READPROG": ("READPROG_LOWER", "READPROG_UPPER"),
    "WRITPROG": ("WRITPROG_LOWER", "WRITPROG_UPPER"),
    "MATPROG": ("MATPROG_LOWER", "MATPROG_UPPER"),
    "P8MEA": ("P8CILOW", "P8CIUPP"),
    "P8MEA_FSM6CLA1A": ("P8CILOW_FSM6CLA1A", "P8CIUPP_FSM6CLA1A"),
}


def _performance(
    area: Area,
    schools: Sequence[YearOfSchool],
    path: Path,
    counts: tuple[str, str, str, str],
    names: dict[str, str],
    points: set[str],
    national: dict[str, float],
    *,
    authority: int,
    england: tuple[int, int],
) -> Path:
    columns = [column for name in names for column in (name, *_BOUNDS.get(name, ()))]
    headings = ["RECTYPE", "ALPHAIND", "LEA", "ESTAB", "URN", "SCHNAME", "NFTYPE", *counts, *columns]

    def cells(figures: dict[str, Figure]) -> list[str]:
        out: list[str] = []
        for column, name in names.items():
            figure = figures.get(name, Figure(None))
            out.append(_cell(figure.value, figure.code, percent=column not in points))
            for bound in (figure.lower, figure.upper) if column in _BOUNDS else ():
                out.append(_cell(bound, figure.code, percent=False))
        return out

    rows: list[Sequence[object]] = []
    for one in schools:
        s = one.school
        record = 2 if s.is_special else 1
        kind = "ACC" if s.is_academy else "CY"
        pupils = (s.pupils, one.cohort, one.disadvantaged, one.cohort - one.disadvantaged)
        rows.append((record, s.number, area.la_code, s.number, s.urn, s.name, kind, *pupils, *cells(one.figures)))
    total = sum(one.cohort for one in schools)
    pooled = {name: _pooled(schools, name) for name in names.values()}
    rows.append((authority, "", area.la_code, "", "", "", "", "", total, "", "", *cells(pooled)))
    for record in england:
        whole = {name: Figure(value) for name, value in national.items()}
        rows.append((record, "", "", "", "", "", "", "", 650_000, "", "", *cells(whole)))
    # DfE leaves trailing empty cells out.
    return _table(path, headings, [_trimmed(row) for row in rows], TABLES, quoted=False)


def _pooled(schools: Sequence[YearOfSchool], name: str) -> Figure:
    known = [(o.cohort, f.value) for o in schools if (f := o.figures.get(name)) is not None and f.value is not None]
    if not known:
        return Figure(None)
    return Figure(round(sum(n * v for n, v in known) / sum(n for n, _ in known), 1))


def _absence(area: Area, schools: Sequence[YearOfSchool], path: Path) -> Path:
    rows: list[Sequence[object]] = []
    for one in schools:
        absent, persistent = one.figures["absent"], one.figures["persistent"]
        rows.append(
            (
                area.la_code, one.school.number, one.school.urn,
                _cell(absent.value, absent.code, percent=False), _cell(persistent.value, persistent.code, percent=False),
            )  # fmt: skip
        )
    for phase in ("PRI", "SEC", "SPE"):
        rows.append(("NAT", phase, "", NATIONAL["absent"], NATIONAL["persistent"]))
    return _table(path, ("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10"), rows, TABLES, quoted=False)


def _census(area: Area, schools: Sequence[YearOfSchool], path: Path) -> Path:
    headings = (
        "URN", "LA", "Estab", "SCHOOLTYPE", "NOR", "TSENELSE", "PSENELSE", "TSENELK", "PSENELK", "PNUMEAL", "NUMFSMEVER",
        "NORFSMEVER", "PNUMFSMEVER",
    )  # fmt: skip

    def row(one: YearOfSchool) -> Sequence[object]:
        s, f = one.school, one.figures
        return (
            s.urn, area.la_code, s.number, "State-funded primary" if s.high_age <= 13 else "State-funded secondary", s.pupils,
            "", _cell(f["ehcp"].value, "", percent=True), "", _cell(f["sen"].value, "", percent=True),
            _cell(f["eal"].value, "", percent=True), "", s.pupils, _cell(f["fsm"].value, "", percent=True),
        )  # fmt: skip

    return _table(path, headings, map(row, schools), TABLES, quoted=False)


def _ofsted(area: Area, path: Path) -> Path:
    """Graded inspections under the old framework, and report cards for the few inspected since."""
    headings = (
        "URN", "Inspection start date of latest OEIF graded inspection", "Latest OEIF overall effectiveness",
        "Date of latest ungraded inspection", "Ungraded inspection overall outcome", "Inspection start date",
        "Safeguarding standards", "Inclusion", "Curriculum and teaching", "Achievement", "Attendance and behaviour",
        "Personal development and wellbeing", "Leadership and governance",
    )  # fmt: skip
    rows: list[Sequence[object]] = []
    for at, s in enumerate(area.open_schools):
        if at % 19 == 5:
            continue  # never inspected
        troubled = s.urn in area.truth
        graded = date(area.start.year - 1 - at % 4, 1 + at % 6, 3 + at % 20)
        grade = 3 if troubled else 1 + (at * 7) % 10 // 8 + (at % 10 != 0)
        card: Sequence[object] = ("",) * 8
        if area.start.year >= 2026 and at % 12 == 1:
            word = "Needs attention" if troubled else "Strong standard"
            card = (_slashed(area.start - timedelta(days=60)), "Met", *(word,) * 6)
        rows.append((s.urn, _slashed(graded), grade, "NULL", "NULL", *card))
    return _table(path, headings, rows, OWN, quoted=False)


def _calendar(area: Area, path: Path) -> Path:
    """Two school years of the county, with other dates for one trust and one voluntary aided school."""
    first = area.start.year if area.start.month >= 8 else area.start.year - 1
    trust = next(iter(area.trusts), "")
    aided = next((s.urn for s in area.open_schools if s.type_name == "Voluntary aided school"), None)
    rows: list[Sequence[object]] = []
    for year in (first, first + 1):
        rows += _year(year, "", shift=0)
        if trust:
            rows += _year(year, f"trust:{trust}", shift=1)
        if aided:
            rows += _year(year, f"school:{aided}", shift=-1)
    headings = ("academic_year", "term", "event", "start", "end", "source", "confidence", "applies_to")
    return _table(path, headings, rows, OWN, quoted=False)


def _year(first_year: int, applies_to: str, *, shift: int) -> list[Sequence[object]]:
    """A school year's events. `shift` moves the ends of terms by so many days, as schools that set their own dates do."""
    name = f"{first_year}-{first_year + 1}"
    rows: list[Sequence[object]] = []
    for term in terms(first_year):
        ends_on = term.ends_on - timedelta(days=abs(shift))
        starts_on = term.starts_on + timedelta(days=max(shift, 0))
        for event, start, end in (
            ("term_starts", starts_on, ""),
            ("half_term", term.break_from, term.break_to),
            ("term_ends", ends_on, ""),
        ):
            rows.append((name, term.season, event, start, end, "invented", "", applies_to))
    if not applies_to:
        spring = terms(first_year)[1].starts_on
        rows.append((name, "Spring", "inset", spring, "", "invented", "", ""))
    return rows


def _bank_holidays(area: Area, path: Path) -> Path:
    events = [
        {"title": title, "date": day.isoformat(), "notes": "", "bunting": True}
        for year in range(area.start.year - 1, area.start.year + 4)
        for day, title in bank_holidays(year)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"england-and-wales": {"division": "england-and-wales", "events": events}}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
    return path


def _cell(value: float | None, code: str, *, percent: bool) -> str:
    if value is None:
        return code
    return f"{value:g}%" if percent else f"{value:g}"


def _trimmed(row: Sequence[object]) -> list[object]:
    cells = list(row)
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _gias(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""


def _slashed(day: date) -> str:
    return f"{day:%d/%m/%Y}"
