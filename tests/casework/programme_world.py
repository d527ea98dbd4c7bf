"""A small area with a year of results before and after: schools without support, and cases whose support is over."""

from datetime import UTC, date, datetime

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.clusters import Cluster, ClusterMembership
from models.commissions import Commission, CommissionState, Outcome
from models.fund import Commitment, FundYear
from models.plans import Plan, PlanMeasure, PlanState, VatTreatment
from models.providers import Provider
from models.results import PublishedResult
from models.rounds import ImpactUpdate, Round, UpdateParty, UpdateState
from models.schools import School
from tests.casework.world import LONG_AGO, make_world

MEASURE = {"maths": "ks2_mat_exp", "reading": "ks2_read_exp"}
BEGAN, ENDED, AFTER = date(2025, 10, 6), date(2026, 7, 10), date(2026, 9, 10)
WITHOUT = 60
THEN = datetime(2025, 10, 1, 9, 0, tzinfo=UTC)


def a_rich_world(session: Session) -> None:
    """The world, with money for many cases."""
    make_world(session, grant_pence=40_000_000)


def make_programme(
    session: Session, effects: dict[str, list[float]], *, cohort: int = 90, seed: int = 3, world: bool = True
) -> None:
    """The world (if it is not there), 60 schools without support, a closed case per effect of a provider (by its code).

    Cases alternate between maths and reading; school, cluster and Fund year go round as well.
    """
    if world:
        a_rich_world(session)
    draw = np.random.default_rng(seed)
    other = Cluster(code="C2", name="Purbeck")
    session.add(other)
    session.flush()
    for number in range(WITHOUT):
        true = draw.normal(65, 9)
        _school(session, 120_000 + number, None)
        for code in MEASURE.values():
            _results(session, 120_000 + number, code, _seen(draw, true), _seen(draw, true + draw.normal(0, 3)), 90)
    providers = {one.code: one.id for one in session.scalars(sa.select(Provider))}
    years = session.scalars(sa.select(FundYear).order_by(FundYear.starts_on)).all()
    clusters = list(session.scalars(sa.select(Cluster.id).order_by(Cluster.id)))
    collection = Round(academic_year="2025-26", number=5, opened_on=date(2025, 11, 3))
    session.add(collection)
    session.flush()
    number = 0
    for code, wanted in effects.items():
        for effect in wanted:
            urn, theme = 130_000 + number, ("maths", "reading")[number % 2]
            _school(session, urn, clusters[number % 2])
            before = 58.0 + draw.normal(0, 3)
            _results(session, urn, MEASURE[theme], before, before + 2 + effect, cohort)
            case = _case(session, number, urn, theme, providers[code], before, cohort)
            year = years[number % 2]
            session.add(
                Commitment(fund_year_id=year.id, commission_id=case.id, pence=450_000 + number, committed_on=BEGAN)
            )
            _updates(session, collection.id, case.id, number)
            number += 1
    session.flush()


def _seen(draw: np.random.Generator, true: float) -> float:
    return round(100 * float(draw.binomial(90, min(max(true, 5), 95) / 100)) / 90, 1)


def _school(session: Session, urn: int, cluster: int | None) -> None:
    session.add(
        School(
            urn=urn,
            name=f"School {urn}",
            la_code=838,
            type_name="Community school",
            phase="Primary",
            low_age=4,
            high_age=11,
            easting=370_000,
            northing=110_000,
            pupils=210,
        )
    )
    session.flush()
    if cluster is not None:
        session.add(ClusterMembership(urn=urn, cluster_id=cluster, starts_on=LONG_AGO))


def _results(session: Session, urn: int, code: str, before: float, after: float, cohort: int) -> None:
    for year, value in (("2024-25", before), ("2025-26", after)):
        session.add(
            PublishedResult(
                urn=urn, measure=code, year=year, cohort=cohort, value=min(max(round(value, 1), 0.0), 100.0)
            )
        )


def _case(session: Session, number: int, urn: int, theme: str, provider: int, before: float, cohort: int) -> Commission:
    case = Commission(
        reference=f"SIB-2025-{900 + number}",
        urn=urn,
        theme=theme,
        state=CommissionState.CLOSED,
        state_since=ENDED,
        reason="Low.",
        cost_pence=480_000,
        provider_id=provider,
        identified_on=BEGAN,
        starts_on=BEGAN,
        ends_on=ENDED,
        ended_on=ENDED,
        outcome=Outcome.MET,
    )
    session.add(case)
    session.flush()
    plan = Plan(
        commission_id=case.id,
        state=PlanState.APPROVED,
        starts_on=BEGAN,
        ends_on=ENDED,
        cost_pence=480_000,
        vat=VatTreatment.RECOVERABLE,
        school_agreed_at=THEN,
        school_agreed_by="P Shah",
        provider_agreed_at=THEN,
        provider_agreed_by="L Lead",
        approved_at=THEN,
        approved_by="officer",
    )
    session.add(plan)
    session.flush()
    session.add(
        PlanMeasure(
            plan_id=plan.id,
            name=f"Key stage 2 {theme}",
            published=MEASURE[theme],
            unit="percent",
            baseline=round(before, 1),
            baseline_cohort=cohort,
            baseline_year="2024-25",
            target=60.0,
            target_on=ENDED,
        )
    )
    return case


def _updates(session: Session, collection: int, case: int, number: int) -> None:
    due = date(2025, 11, 21)
    came = {
        0: (UpdateState.ANSWERED, due),
        1: (UpdateState.ANSWERED, date(2025, 11, 28)),
        2: (UpdateState.MISSED, None),
    }
    for party, which in ((UpdateParty.PROVIDER, number % 3), (UpdateParty.SCHOOL, 0)):
        state, day = came[which]
        session.add(
            ImpactUpdate(
                round_id=collection,
                commission_id=case,
                party=party,
                state=state,
                opened_on=date(2025, 11, 3),
                due_on=due,
                closes_on=date(2025, 12, 19),
                answered_at=THEN if day else None,
                answered_on=day,
                answered_by="Lee Lead" if day else None,
            )
        )
