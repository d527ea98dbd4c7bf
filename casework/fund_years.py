"""What moves a Fund year as a whole: the Chair paid from the ring-fence; money carried over, by decision only."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import events
from casework.desk import Desk
from casework.fund import add_to_year
from models.board import Decision, DecisionState
from models.fund import CarryOver, ChairPayment, FundYear
from rules.eligibility import pounds
from rules.errors import Refused

CARRY_OVER = "carry-over"


def year_labelled(desk: Desk, label: str) -> FundYear:
    """The Fund year named `2026-27`, or by the calendar year that it begins in.

    Raises:
        Refused: it is not open.
    """
    wanted = sa.select(FundYear)
    if len(label) == 4 and label.isdigit():
        wanted = wanted.where(FundYear.starts_on == date(int(label), 4, 1))
    else:
        wanted = wanted.where(FundYear.label == label)
    found = desk.session.scalars(wanted).one_or_none()
    if found is None:
        raise Refused(f"The Fund year {label} is not open.")
    return found


def pay_chair(desk: Desk, year: FundYear, *, invoice: str, pence: int, what_for: str) -> ChairPayment | None:
    """Record a payment to the Independent Chair out of the ring-fence; None when this invoice was recorded before.

    Raises:
        Refused: nothing or less, a day outside the year, or more than the ring-fence has left.
    """
    if pence <= 0:
        raise Refused("A payment must be more than nothing.")
    if not year.starts_on <= desk.as_of <= year.ends_on:
        raise Refused(f"{desk.as_of.isoformat()} does not lie in the Fund year {year.label}.")
    key = f"chair:{year.label}:{invoice}"
    if desk.session.scalar(sa.select(ChairPayment.id).where(ChairPayment.key == key)) is not None:
        return None
    try:
        with desk.session.begin_nested():
            add_to_year(desk.session, year.id, {FundYear.ring_spent_pence: pence})
    except IntegrityError:
        desk.session.refresh(year)
        left = year.ring_fenced_pence - year.ring_spent_pence
        raise Refused(
            f"The ring-fence of {year.label} has {pounds(left)} left, and {pounds(pence)} is asked for."
        ) from None
    made = ChairPayment(
        key=key, fund_year_id=year.id, pence=pence, paid_on=desk.as_of, what_for=what_for, recorded_by=desk.actor
    )
    desk.session.add(made)
    desk.session.flush()
    events.record_of(
        desk, f"fund:{year.label}", "chair-paid", f"{pounds(pence)} paid from the ring-fence.", {"pence": pence}
    )
    return made


def carry_over(desk: Desk, year: FundYear, pence: int, decision: Decision) -> CarryOver:
    """Take free money of a year that has ended into the next, as the Board decided; once a year.

    Raises:
        Refused: nothing or less, a year that has not ended, no next year, no decision on it, more than is free, or
        money was carried over before.
    """
    if pence <= 0:
        raise Refused("What is carried over must be more than nothing.")
    if desk.as_of <= year.ends_on:
        raise Refused(f"The Fund year {year.label} has not ended on {desk.as_of.isoformat()}.")
    if decision.kind != CARRY_OVER or decision.state is not DecisionState.DECIDED:
        raise Refused(f"Decision {decision.id} is not one to carry money over: the Board decides it, it is no default.")
    if desk.session.scalar(sa.select(CarryOver.id).where(CarryOver.decision_id == decision.id)) is not None:
        raise Refused(f"Decision {decision.id} has been carried out before.")
    following = desk.session.scalars(
        sa.select(FundYear).where(FundYear.starts_on == year.ends_on + timedelta(days=1))
    ).one_or_none()
    if following is None:
        raise Refused(f"The Fund year after {year.label} is not open.")
    if desk.session.scalar(sa.select(CarryOver.id).where(CarryOver.from_year_id == year.id)) is not None:
        raise Refused(f"Money of {year.label} has been carried over before.")
    try:
        with desk.session.begin_nested():
            add_to_year(desk.session, year.id, {FundYear.carried_out_pence: pence})
            add_to_year(desk.session, following.id, {FundYear.carried_in_pence: pence})
    except IntegrityError:
        desk.session.refresh(year)
        raise Refused(
            f"{year.label} has {pounds(year.free_pence)} free, and {pounds(pence)} is to be carried over."
        ) from None
    made = CarryOver(
        from_year_id=year.id, to_year_id=following.id, decision_id=decision.id, pence=pence, carried_on=desk.as_of
    )
    desk.session.add(made)
    desk.session.flush()
    for label in (year.label, following.label):
        events.record_of(
            desk,
            f"fund:{label}",
            "carried-over",
            f"{pounds(pence)} carried over from {year.label} to {following.label}.",
            {"pence": pence, "decision": decision.id},
        )
    return made
