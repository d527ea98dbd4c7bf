"""What a meeting's papers say: plain values, kept as JSON and drawn as page and PDF, whole or their public part."""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from pydantic import TypeAdapter

from papers.impact import BoardImpact


@dataclass(frozen=True, slots=True)
class PackCase:
    """One matter of the confidential part. `carried_over` counts the meetings that have left it undecided."""

    reference: str
    school: str
    theme: str
    said: str
    raised_on: date
    pence: int | None = None
    carried_over: int = 0
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackSection:
    """Matters of one kind, in the order of the agenda."""

    kind: str
    title: str
    cases: tuple[PackCase, ...]


@dataclass(frozen=True, slots=True)
class PackFund:
    """The position of one Fund year, in pence."""

    label: str
    budget: int
    reserved: int
    committed: int
    spent: int
    free: int


@dataclass(frozen=True, slots=True)
class PackImpact:
    """What became of support in one theme, counted in cases."""

    theme: str
    closed: int
    met: int
    partly_met: int
    not_met: int
    not_measurable: int
    active: int


@dataclass(frozen=True, slots=True)
class PackStage:
    stage: str
    members: int


@dataclass(frozen=True, slots=True)
class Pack:
    """The papers of one meeting. Schools are named in `sections`, providers and places in `effect`: the confidential
    part. `impact` counts what was decided of each case; `effect` is what the figures say that the support did."""

    council: str
    service: str
    meeting: str
    code: str
    day: date
    starts_at: time
    place: str
    version: int
    made_on: date
    sections: tuple[PackSection, ...]
    fund: tuple[PackFund, ...]
    impact: tuple[PackImpact, ...]
    stages: tuple[PackStage, ...]
    effect: BoardImpact | None = None


def public_part(pack: Pack) -> Pack:
    """The papers without anybody's name: how many matters of each kind, and no more of them."""
    return replace(
        pack,
        sections=tuple(
            replace(one, cases=tuple(PackCase("", "", "", "", case.raised_on) for case in one.cases))
            for one in pack.sections
        ),
        effect=pack.effect.nameless() if pack.effect else None,
    )


_ADAPTER = TypeAdapter(Pack)


def as_json(pack: Pack) -> dict[str, Any]:
    """The values as the database keeps them."""
    values: dict[str, Any] = _ADAPTER.dump_python(pack, mode="json")
    return values


def from_json(values: dict[str, Any]) -> Pack:
    """The values as they were kept."""
    return _ADAPTER.validate_python(values)
