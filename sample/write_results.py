"""DfE's performance tables of the invented area: headings in DfE's order, those of no use to an importer left out."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sample.area import Area
from sample.levels import PERSISTENT, phase_code
from sample.places import AGES, Kind, School
from sample.published import plain
from sample.results import Published
from sample.tables import DFE, Cells, write_table

_SCHOOL = ("RECTYPE", "ALPHAIND", "LEA", "ESTAB", "URN", "SCHNAME", "TOWN", "PCODE")
_KIND = {"ks2": ("NFTYPE", "ICLOSE", "RELDENOM", "AGERANGE"), "ks4": ("ICLOSE", "NFTYPE", "RELDENOM", "AGERANGE")}
_KS2 = (
    "TOTPUPS", "TELIG", "TFSM6CLA1A", "TNotFSM6CLA1A", "PTRWM_EXP", "PTRWM_HIGH",
    "READPROG", "READPROG_LOWER", "READPROG_UPPER", "WRITPROG", "WRITPROG_LOWER", "WRITPROG_UPPER",
    "MATPROG", "MATPROG_LOWER", "MATPROG_UPPER", "PTREAD_EXP", "READ_AVERAGE", "PTGPS_EXP", "GPS_AVERAGE",
    "PTMAT_EXP", "MAT_AVERAGE", "PTWRITTA_EXP", "PTRWM_EXP_FSM6CLA1A", "PTRWM_EXP_NotFSM6CLA1A", "DIFFN_RWM_EXP",
)  # fmt: skip
_KS4 = (
    "TOTPUPS", "TPUP", "TFSM6CLA1A", "TNOTFSM6CLA1A", "ATT8SCR", "P8PUP", "P8MEA", "P8CILOW", "P8CIUPP",
    "PTL2BASICS_94", "PTL2BASICS_95", "EBACCAPS", "ATT8SCR_FSM6CLA1A", "P8PUP_FSM6CLA1A", "P8MEA_FSM6CLA1A",
    "P8CILOW_FSM6CLA1A", "P8CIUPP_FSM6CLA1A", "PTFSM6CLA1ABASICS_94",
)  # fmt: skip
_ABSENCE = ("LA", "ESTAB", "URN", "PERCTOT", "PPERSABS10")
_CENSUS = (
    "URN", "LA", "Estab", "SCHOOLTYPE", "NOR", "NORG", "NORB", "TSENELSE", "PSENELSE", "TSENELK", "PSENELK", "NUMEAL",
    "PNUMEAL", "NUMFSMEVER", "NORFSMEVER", "PNUMFSMEVER",
)  # fmt: skip
_TYPE_CODES = {
    "Community school": "CY", "Voluntary aided school": "VA", "Voluntary controlled school": "VC",
    "Foundation school": "FD", "Academy converter": "ACC", "Academy sponsor led": "AC", "Free schools": "F",
    "Community special school": "CYS", "Foundation special school": "FDS", "Academy special converter": "ACCS",
}  # fmt: skip
_NAMES = {"PRI": "State-funded primary", "SEC": "State-funded secondary", "SPE": "Special school"}
_NATIONAL_CENSUS = {
    "PRI": (4_554_974, 2_238_181, 3.5, 15.0, 23.4, 26.3),
    "SEC": (3_671_427, 1_825_267, 3.1, 13.4, 19.2, 28.9),
    "SPE": (168_890, 47_155, 99.5, 0.5, 14.4, 51.9),
}


def write_ks2(area: Area, table: Published, path: Path) -> Path:
    """Key stage 2: schools (1), special schools (2), the authorities (3), England (4), its state-funded schools (5)."""
    areas = [*_authorities("3", area, table), ("4", "", table.england), ("5", "", table.england)]
    return write_table(path, DFE, (*_SCHOOL, *_KIND["ks2"], *_KS2), _performance(area, table, "ks2", _KS2, areas))


def write_ks4(area: Area, table: Published, path: Path) -> Path:
    """Key stage 4: schools (1), special schools (2), the authorities (4), England (5), its state-funded schools (7)."""
    areas = [*_authorities("4", area, table), ("5", "", table.england), ("7", "", table.england)]
    return write_table(path, DFE, (*_SCHOOL, *_KIND["ks4"], *_KS4), _performance(area, table, "ks4", _KS4, areas))


def write_absence(area: Area, table: Published, path: Path) -> Path:
    """Absence by school, and nationally by phase."""

    def rows() -> Iterator[Cells]:
        for school, (overall, persistent) in _beside(table, ("PERCTOT", "PPERSABS10")):
            yield area.la_of(school), school.number, school.urn, overall, persistent
        for phase, share in PERSISTENT.items():
            yield "NAT", phase, "", plain(2.2 + 0.25 * share, 1), plain(share, 1)

    return write_table(path, DFE, _ABSENCE, rows())


def write_census(area: Area, table: Published, path: Path) -> Path:
    """The census by school, and nationally by phase."""

    def rows() -> Iterator[Cells]:
        for school, cells in _beside(table, _CENSUS[4:]):
            yield school.urn, area.la_of(school), school.number, _NAMES[phase_code(school)], *cells
        for phase, (roll, girls, ehcp, sen, eal, fsm) in _NATIONAL_CENSUS.items():
            counted = [text for share in (ehcp, sen, eal) for text in (str(round(roll * share / 100)), f"{share:g}%")]
            ever = (str(round(roll * fsm / 100)), str(roll), f"{fsm:g}%")
            yield "NAT", "", phase, _NAMES[phase], str(roll), str(girls), str(roll - girls), *counted, *ever

    return write_table(path, DFE, _CENSUS, rows())


def _authorities(record_type: str, area: Area, table: Published) -> list[tuple[str, str, Mapping[str, str]]]:
    return [(record_type, str(code), cells) for code, cells in zip(area.la_codes, table.authorities, strict=True)]


def _performance(
    area: Area,
    table: Published,
    stage: str,
    headings: Sequence[str],
    areas: Sequence[tuple[str, str, Mapping[str, str]]],
) -> Iterator[Cells]:
    for n, (school, cells) in enumerate(_beside(table, headings), start=1):
        low, high = AGES[school.kind]
        kind = {
            "NFTYPE": _TYPE_CODES[school.type_name],
            "ICLOSE": "1" if school.closed_on else "0",
            "RELDENOM": school.religion,
            "AGERANGE": f"{low}-{high}",
        }
        yield (
            "2" if school.kind is Kind.SPECIAL else "1", n, area.la_of(school), school.number, school.urn, school.name,
            school.cluster.name.removesuffix(" Pyramid"), school.postcode, *(kind[h] for h in _KIND[stage]), *cells,
        )  # fmt: skip
    for record_type, authority, cells_of in areas:
        row = [
            record_type,
            "",
            authority,
            *[""] * (len(_SCHOOL) + len(_KIND[stage]) - 3),
            *(cells_of.get(h, "") for h in headings),
        ]
        while not row[-1]:
            row.pop()  # DfE drops the empty cells at the end of a row
        yield row


def _beside(table: Published, headings: Sequence[str]) -> Iterator[tuple[School, tuple[str, ...]]]:
    """Each school with its cells under these headings."""
    cells = zip(*(table.columns[heading] for heading in headings), strict=True)
    return zip(table.schools, cells, strict=True)
