"""The programme evaluated: by theme, provider, cluster, alliance and Fund year, against schools without support."""

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.case_effect import CaseEffect, case_effect
from analysis.programme import GroupEffect, pool
from casework.case_evidence import Comparisons, case_measures
from casework.gaps import FEWEST, GapChange, SchoolGap, gap_changes, school_gaps
from models.commissions import Commission
from queries.programme_cases import ProgrammeCase, Updates, programme_cases, together
from rules.figure_words import signed


class By(enum.StrEnum):
    """What the programme is divided by."""

    THEME = "theme"
    PROVIDER = "provider"
    CLUSTER = "cluster"
    ALLIANCE = "alliance"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Line:
    """One group, or the whole. `cases` have begun, `ended` of them are over, `evaluated` have an effect that can be
    told and shown. `effect` is None where none has. `pence` is what all its cases cost the Fund, `pence_a_case` what
    one does; `pence_a_point`: what a percentage point of one school cost, where an effect is sure. `beyond`: how many
    of those evaluated came out better than expected. `gap_schools` of its schools have a gap before and after, and
    `narrowed` by how much more than at schools without support; None for too few."""

    name: str
    cases: int
    ended: int
    evaluated: int
    effect: GroupEffect | None
    beyond: int
    pence: int
    pence_a_case: int
    pence_a_point: int | None
    updates: Updates
    gap_schools: int
    narrowed: GroupEffect | None

    @property
    def words(self) -> str:
        """What can be said of it, in a sentence."""
        if self.effect is None:
            return "Nothing can be told yet: no results of supported schools that can be compared are out."
        better = "better" if self.effect.points >= 0 else "worse"
        told = f"{abs(self.effect.points):.1f} points {better} than similar schools without support"
        told += f" (95% interval {signed(self.effect.lower)} to {signed(self.effect.upper)})"
        if self.effect.lower > 0:
            told += ": better than would have come anyway."
        elif self.effect.upper < 0:
            told += ": worse than would have come anyway."
        else:
            told += ": it may be chance."
        if self.effect.stands_out:
            told += f" It is {'better' if self.effect.stands_out > 0 else 'worse'} than the programme as a whole."
        return told

    @property
    def gap_words(self) -> str:
        """The same of the gap of disadvantaged pupils; empty where nothing can be said."""
        found = self.narrowed
        if found is None:
            return ""
        moved = "narrowed" if found.points >= 0 else "widened"
        told = f"Gap {moved} by {abs(found.points):.1f} points at {found.cases} schools "
        told += f"(95% interval {signed(found.lower)} to {signed(found.upper)}), against schools "
        told += "that began with one like it: "
        if found.lower > 0:
            told += "narrower than would have come anyway."
        elif found.upper < 0:
            told += "wider than would have come anyway."
        else:
            told += "it may be chance."
        return told

    @property
    def all_words(self) -> str:
        """Both together."""
        if self.effect is None and self.gap_words:
            return self.gap_words
        return f"{self.words} {self.gap_words}".rstrip()


@dataclass(frozen=True, slots=True)
class Programme:
    """The whole, and its groups, the most cases first. Every case is in exactly one group, so counts, money and updates
    of the groups add up to the whole's, and so do the schools that have a gap. `gaps`: as they were and are."""

    by: By
    as_of: date
    whole: Line
    groups: tuple[Line, ...]
    gaps: tuple[GapChange, ...]


def effects_of(session: Session, cases: list[ProgrammeCase], as_of: date) -> dict[int, CaseEffect]:
    """The effect of each case whose support is over and that can be compared, by the case's number."""
    comparisons = Comparisons(session)
    found = {}
    for one in cases:
        if one.ended:
            measures = case_measures(comparisons, session.get_one(Commission, one.commission_id), as_of)
            effect = case_effect(measures)
            if effect is not None:
                found[one.commission_id] = effect
    return found


def programme(session: Session, as_of: date, by: By = By.THEME) -> Programme:
    """Evaluate the programme on a day, divided by one thing."""
    return programmes(session, as_of, (by,))[0]


def programmes(session: Session, as_of: date, by: tuple[By, ...] = tuple(By)) -> tuple[Programme, ...]:
    """The same, divided by several things; the cases are read and compared once."""
    cases = programme_cases(session, as_of)
    effects = effects_of(session, cases, as_of)
    gaps = school_gaps(session, cases, as_of)
    return tuple(_divided(cases, effects, gaps, as_of, one) for one in by)


def _divided(
    cases: list[ProgrammeCase], effects: dict[int, CaseEffect], gaps: list[SchoolGap], as_of: date, by: By
) -> Programme:
    groups: dict[str, list[ProgrammeCase]] = defaultdict(list)
    for one in cases:
        groups[_label(one, by)].append(one)
    told = [one for one in cases if one.commission_id in effects]
    pooled = pool([effects[one.commission_id] for one in told], [_label(one, by) for one in told])
    of_gaps = [_label(one.case, by) for one in gaps]
    narrowed = pool([one.narrowed for one in gaps], of_gaps)
    lines = [
        _line(
            name,
            members,
            effects,
            pooled.groups.get(name) if pooled else None,
            of_gaps.count(name),
            narrowed.groups.get(name) if narrowed else None,
        )
        for name, members in groups.items()
    ]
    return Programme(
        by,
        as_of,
        _line(
            "The whole programme",
            cases,
            effects,
            pooled.whole if pooled else None,
            len(gaps),
            narrowed.whole if narrowed else None,
        ),
        tuple(sorted(lines, key=lambda one: (by is By.YEAR, -one.cases if by is not By.YEAR else 0, one.name))),
        gap_changes(gaps),
    )


def _label(one: ProgrammeCase, by: By) -> str:
    return {
        By.THEME: one.theme,
        By.PROVIDER: one.provider,
        By.CLUSTER: one.cluster,
        By.ALLIANCE: one.alliance,
        By.YEAR: one.year,
    }[by]


def _line(
    name: str,
    cases: list[ProgrammeCase],
    effects: dict[int, CaseEffect],
    effect: GroupEffect | None,
    gap_schools: int,
    narrowed: GroupEffect | None,
) -> Line:
    pence = sum(one.pence for one in cases)
    told = [effects[one.commission_id] for one in cases if one.commission_id in effects]
    spent = sum(one.pence for one in cases if one.commission_id in effects)
    sure = effect is not None and effect.lower > 0 and told
    return Line(
        name=name,
        cases=len(cases),
        ended=sum(one.ended for one in cases),
        evaluated=len(told),
        effect=effect,
        beyond=sum(one.points > 0 for one in told),
        pence=pence,
        pence_a_case=round(pence / len(cases)) if cases else 0,
        pence_a_point=round(spent / (len(told) * effect.points)) if sure and effect else None,
        updates=together(one.updates for one in cases),
        gap_schools=gap_schools,
        narrowed=narrowed if gap_schools >= FEWEST else None,
    )
