"""Three school years of results: every school's true level, and what chance and DfE's rules make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from sys import intern

import numpy as np
from numpy.typing import NDArray

from sample.levels import NATIONAL, true_levels
from sample.places import WITH_KS2, WITH_KS4, Kind, Places, School
from sample.published import FEWEST, Floats, Whole, plain, reached, scores, shares, with_intervals

YEARS = 3
# Years for which DfE published no progress, for want of an earlier test of the same pupils.
NO_KS2_PROGRESS = frozenset({"2019-20", "2020-21", "2023-24", "2024-25"})
NO_PROGRESS_8 = frozenset({"2019-20", "2020-21", "2024-25", "2025-26"})
_PROGRESS_SD, _SCORE_SD, _A8_SD, _P8_SD = 6.0, 7.0, 18.0, 1.2

Table = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Published:
    """One table of one year: a column of cells for each of DfE's headings, beside `schools`; and the areas' rows.

    `authorities` and `england` hold the cells of those rows by heading; absence and census have none of authorities.
    """

    schools: tuple[School, ...]
    columns: Table
    authorities: tuple[Mapping[str, str], ...]
    england: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class YearOfResults:
    """The four tables of one school year ("2024-25")."""

    year: str
    ks2: Published
    ks4: Published
    absence: Published
    census: Published


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What one table of one year is drawn from: the URNs that hold it, and the levels of each."""

    rng: np.random.Generator
    schools: tuple[School, ...]
    level: Mapping[str, Floats]
    pupils: Whole
    areas: int

    def part(self, wanted: Callable[[School], bool]) -> "_Drawn":
        """The same of some of the schools."""
        keep = np.array([n for n, school in enumerate(self.schools) if wanted(school)], dtype=np.int64)
        level = {name: values[keep] for name, values in self.level.items()}
        return _Drawn(self.rng, tuple(self.schools[n] for n in keep.tolist()), level, self.pupils[keep], self.areas)

    def authorities(
        self,
        sums: Mapping[str, tuple[Whole, Whole]],
        means: Mapping[str, Floats],
        headings: tuple[str, str, str],
        n: Whole,
        disadvantaged: Whole,
    ) -> tuple[Mapping[str, str], ...]:
        """Each authority's row: all its pupils together, for as long as they are enough, and how many they are."""
        of = np.array([school.cluster.area for school in self.schools], dtype=np.int64)

        def together(values: Whole | Floats) -> list[float]:
            return [float(one) for one in np.bincount(of, weights=values, minlength=self.areas)]

        pupils, of_them = together(n), together(disadvantaged)
        columns: dict[str, list[str]] = {}
        for heading, (part, whole) in sums.items():
            columns[heading] = [
                f"{100 * reached / total:.0f}%" if total >= FEWEST else "SUPP"
                for reached, total in zip(together(part), together(whole), strict=True)
            ]
        for heading, values in means.items():
            weighed = zip(together(values * n), pupils, strict=True)
            columns[heading] = [plain(total / count, 2) if count else "" for total, count in weighed]
        counts = (pupils, of_them, [count - dis for count, dis in zip(pupils, of_them, strict=True)])
        for heading, count in zip(headings, counts, strict=True):
            columns[heading] = [f"{one:.0f}" for one in count]
        return tuple({heading: cells[area] for heading, cells in columns.items()} for area in range(self.areas))


def years_before(start: date) -> tuple[str, ...]:
    """The three school years whose results are out before the one of `start`; a year begins with August."""
    first = start.year - YEARS - (0 if start.month >= 8 else 1)
    return tuple(f"{year}-{(year + 1) % 100:02}" for year in range(first, first + YEARS))


def draw(
    rng: np.random.Generator, places: Places, truth: Mapping[int, frozenset[str]], start: date
) -> tuple[YearOfResults, ...]:
    """The results of each of the three years. What came before a school took its URN stands under its predecessors'."""
    level = true_levels(rng, places.schools, truth)
    return tuple(one_year(rng, places, level, year) for year in years_before(start))


def one_year(rng: np.random.Generator, places: Places, level: Mapping[str, Floats], year: str) -> YearOfResults:
    """The results of one school year, drawn around the levels of the schools that there are."""
    closed = {school.urn: school for school in places.closed}
    summer = date(int(year[:4]) + 1, 7, 31)
    holders: list[School] = []
    of: list[int] = []
    for n, school in enumerate(places.schools):
        if school.opened_on is None or school.opened_on <= date(summer.year - 1, 9, 30):
            holders.append(school)
            of.append(n)
        else:  # a new school has no earlier figures; one that took another's place has them under the old URN
            holders.extend(closed[urn] for urn in school.predecessors)
            of.extend([n] * len(school.predecessors))
    index = np.array(of, dtype=np.int64)
    usual = np.array([school.cohort for school in holders])
    pupils = np.maximum(3, np.round(usual * rng.uniform(0.93, 1.07, usual.size))).astype(np.int64)
    whole = _Drawn(
        rng,
        tuple(holders),
        {name: values[index] for name, values in level.items()},
        pupils,
        places.clusters[-1].area + 1,
    )
    return YearOfResults(
        year,
        _ks2(whole.part(lambda s: s.kind in WITH_KS2), shown=year not in NO_KS2_PROGRESS),
        _ks4(whole.part(lambda s: s.kind in WITH_KS4), shown=year not in NO_PROGRESS_8),
        _absence(whole),
        _census(whole),
    )


def _ks2(drawn: _Drawn, *, shown: bool) -> Published:
    rng, level, n = drawn.rng, drawn.level, drawn.pupils
    disadvantaged = rng.binomial(n, level["share_dis"])
    others = n - disadvantaged
    at_dis, at_other = reached(rng, level["dis"], disadvantaged), reached(rng, level["other"], others)
    rwm = at_dis + at_other
    expected = np.clip((disadvantaged * level["dis"] + others * level["other"]) / n, 0.5, 99.0)
    subjects = {}
    for name in ("read", "writ", "mat", "gps"):  # who reaches all three reaches each; some others reach this one
        rest = 100 * np.clip((level[name] - expected) / (100 - expected), 0.01, 0.99)
        subjects[name] = rwm + reached(rng, rest, n - rwm)
    high = reached(rng, np.full(n.size, 13.0), rwm)
    few = n < FEWEST
    few_part = few | (disadvantaged < FEWEST) | ((others > 0) & (others < FEWEST))
    is_special = np.array([school.kind is Kind.SPECIAL for school in drawn.schools], dtype=bool)
    low = rng.random(n.size) < np.where(is_special, 0.5, 0.015)
    columns = _counts("TELIG", n, disadvantaged, drawn.schools)
    columns["PTRWM_EXP"], columns["PTRWM_HIGH"] = shares(rwm, n, few), shares(high, n, few)
    for name in ("read", "writ", "mat"):
        column = f"{name.upper()}PROG"
        codes = ["SUPP" if f else "LOWCOV" if c else "" for f, c in zip(few.tolist(), low.tolist(), strict=True)]
        found = with_intervals(rng, level[f"{name}_progress"], _PROGRESS_SD, n, codes, 1)
        for heading, cells in zip((column, f"{column}_LOWER", f"{column}_UPPER"), found, strict=True):
            columns[heading] = cells if shown else [""] * n.size
    for name, heading in (("read", "READ"), ("gps", "GPS"), ("mat", "MAT"), ("writ", "WRITTA")):
        columns[f"PT{heading}_EXP"] = shares(subjects[name], n, few)
        if name != "writ":
            columns[f"{heading}_AVERAGE"] = scores(rng, level[f"{name}_score"], _SCORE_SD, n, few, 0)
    columns["PTRWM_EXP_FSM6CLA1A"] = shares(at_dis, disadvantaged, few_part)
    columns["PTRWM_EXP_NotFSM6CLA1A"] = shares(at_other, others, few_part)
    columns["DIFFN_RWM_EXP"] = [
        "SUPP" if hidden else plain(round(value - NATIONAL["other"]), 0)
        for value, hidden in zip((100 * at_dis / np.maximum(disadvantaged, 1)).tolist(), few_part.tolist(), strict=True)
    ]
    sums = {"PTRWM_EXP": (rwm, n), "PTRWM_HIGH": (high, n)}
    sums |= {f"PT{h}_EXP": (subjects[s], n) for s, h in zip(subjects, ("READ", "WRITTA", "MAT", "GPS"), strict=True)}
    sums |= {"PTRWM_EXP_FSM6CLA1A": (at_dis, disadvantaged), "PTRWM_EXP_NotFSM6CLA1A": (at_other, others)}
    england = {
        "TELIG": "648201", "TFSM6CLA1A": "197414", "TNotFSM6CLA1A": "450787", "READ_AVERAGE": "105",
        "GPS_AVERAGE": "105", "MAT_AVERAGE": "104", "DIFFN_RWM_EXP": "0",
    }  # fmt: skip
    names = ("rwm", "high", "read", "writ", "mat", "gps", "dis", "other")
    england |= {column: f"{NATIONAL[name]:.0f}%" for column, name in zip(sums, names, strict=True)}
    england |= {f"{name}PROG": "0" for name in ("READ", "WRIT", "MAT") if shown}
    headings = ("TELIG", "TFSM6CLA1A", "TNotFSM6CLA1A")
    return Published(drawn.schools, _frozen(columns), drawn.authorities(sums, {}, headings, n, disadvantaged), england)


def _ks4(drawn: _Drawn, *, shown: bool) -> Published:
    rng, level, n = drawn.rng, drawn.level, drawn.pupils
    disadvantaged = rng.binomial(n, level["share_dis"])
    others = n - disadvantaged
    measured, measured_dis = np.floor(0.97 * n).astype(np.int64), np.floor(0.97 * disadvantaged).astype(np.int64)
    few, few_part = n < FEWEST, (disadvantaged < FEWEST) | (others < FEWEST)
    few_p8, few_p8_dis = measured < FEWEST, few_part | (measured_dis < FEWEST)
    special = [school.kind is Kind.SPECIAL for school in drawn.schools]
    codes = ["SUPP" if f else "NE" if s else "" for f, s in zip(few_p8.tolist(), special, strict=True)]
    codes_dis = ["SUPP" if f else "NE" if s else "" for f, s in zip(few_p8_dis.tolist(), special, strict=True)]
    at_dis = reached(rng, level["b94_dis"], disadvantaged)
    share = np.clip(level["share_dis"], 0.0, 0.9)
    of_others = np.clip((level["b94"] - share * level["b94_dis"]) / (1 - share), 1, 99)
    at_four = at_dis + reached(rng, of_others, others)
    at_five = reached(rng, np.full(n.size, 69.0), at_four)
    columns = _counts("TPUP", n, disadvantaged, drawn.schools, others="TNOTFSM6CLA1A")
    columns["ATT8SCR"] = scores(rng, level["a8"], _A8_SD, n, few, 1)
    columns["P8PUP"] = [str(pupils) for pupils in measured.tolist()]
    p8 = with_intervals(rng, level["p8"], _P8_SD, measured, codes, 2)
    columns |= _blank_unless(shown, ("P8MEA", "P8CILOW", "P8CIUPP"), p8)
    columns["PTL2BASICS_94"], columns["PTL2BASICS_95"] = shares(at_four, n, few), shares(at_five, n, few)
    columns["EBACCAPS"] = scores(rng, np.maximum(level["a8"] / 11.4, 0.3), 1.7, n, few, 2)
    columns["ATT8SCR_FSM6CLA1A"] = scores(rng, level["a8"] * 0.77, _A8_SD, disadvantaged, few_part, 1)
    columns["P8PUP_FSM6CLA1A"] = [str(pupils) for pupils in measured_dis.tolist()]
    p8_dis = with_intervals(rng, level["p8_dis"], _P8_SD, measured_dis, codes_dis, 2)
    names = ("P8MEA_FSM6CLA1A", "P8CILOW_FSM6CLA1A", "P8CIUPP_FSM6CLA1A")
    columns |= _blank_unless(shown, names, p8_dis)
    columns["PTFSM6CLA1ABASICS_94"] = shares(at_dis, disadvantaged, few_part)
    sums = {
        "PTL2BASICS_94": (at_four, n),
        "PTL2BASICS_95": (at_five, n),
        "PTFSM6CLA1ABASICS_94": (at_dis, disadvantaged),
    }
    means = {"ATT8SCR": level["a8"]} | ({"P8MEA": level["p8"]} if shown else {})
    england = {
        "TPUP": "601254", "P8PUP": "571190", "TFSM6CLA1A": "158420", "TNOTFSM6CLA1A": "442834",
        "ATT8SCR": plain(NATIONAL["a8"], 1), "EBACCAPS": plain(NATIONAL["ebacc"], 2),
        "ATT8SCR_FSM6CLA1A": plain(NATIONAL["a8_dis"], 1), "PTL2BASICS_94": f"{NATIONAL['b94']:.0f}%",
        "PTL2BASICS_95": f"{NATIONAL['b95']:.0f}%", "PTFSM6CLA1ABASICS_94": f"{NATIONAL['b94_dis']:.0f}%",
    }  # fmt: skip
    if shown:
        england |= {"P8MEA": plain(NATIONAL["p8"], 2), "P8MEA_FSM6CLA1A": plain(NATIONAL["p8_dis"], 2)}
    headings = ("TPUP", "TFSM6CLA1A", "TNOTFSM6CLA1A")
    authorities = drawn.authorities(sums, means, headings, n, disadvantaged)
    return Published(drawn.schools, _frozen(columns), authorities, england)


def _absence(drawn: _Drawn) -> Published:
    roll = np.maximum(FEWEST, drawn.pupils * np.array([school.years for school in drawn.schools]))
    absent = reached(drawn.rng, drawn.level["persistent"], roll)
    overall = 2.2 + 0.25 * 100 * absent / roll + drawn.rng.normal(0, 0.2, roll.size)
    columns = {
        "PERCTOT": [plain(max(value, 0.5), 1) for value in overall.tolist()],
        "PPERSABS10": [plain(value, 1) for value in (100 * absent / roll).tolist()],
    }
    return Published(drawn.schools, _frozen(columns), (), {})


def _census(drawn: _Drawn) -> Published:
    rng, level = drawn.rng, drawn.level
    roll = np.maximum(FEWEST, drawn.pupils * np.array([school.years for school in drawn.schools]))
    girls = rng.binomial(roll, 0.49)
    columns = {"NOR": _texts(roll), "NORG": _texts(girls), "NORB": _texts(roll - girls)}
    never = np.zeros(roll.size, dtype=bool)
    for heading, name in (("SENELSE", "ehcp"), ("SENELK", "sen"), ("NUMEAL", "eal"), ("NUMFSMEVER", "share_dis")):
        percent = level[name] * (100 if name == "share_dis" else 1)
        count = reached(rng, percent, roll)
        columns[f"T{heading}" if heading.startswith("SEN") else heading] = _texts(count)
        columns[f"P{heading}"] = shares(count, roll, never, digits=2)
    columns["NORFSMEVER"] = _texts(roll)
    return Published(drawn.schools, _frozen(columns), (), {})


def _counts(
    heading: str, n: Whole, disadvantaged: Whole, schools: tuple[School, ...], *, others: str = "TNotFSM6CLA1A"
) -> dict[str, list[str]]:
    roll = [str(max(FEWEST, count * school.years)) for count, school in zip(n.tolist(), schools, strict=True)]
    return {
        "TOTPUPS": roll,
        heading: _texts(n),
        "TFSM6CLA1A": _texts(disadvantaged),
        others: _texts(n - disadvantaged),
    }


def _blank_unless(
    shown: bool, names: tuple[str, str, str], cells: tuple[list[str], list[str], list[str]]
) -> dict[str, list[str]]:
    return {name: column if shown else [""] * len(column) for name, column in zip(names, cells, strict=True)}


def _texts(numbers: NDArray[np.int64]) -> list[str]:
    return [str(number) for number in numbers.tolist()]


def _frozen(columns: Mapping[str, list[str]]) -> Table:
    """The columns with each text held once: a nation's cells are fifty million, of a few thousand texts."""
    return {name: tuple(map(intern, cells)) for name, cells in columns.items()}
