"""Money of a case: reserved when its run starts, committed at approval, spent against the commitment, the rest
released.

Every movement is one UPDATE of the year's totals, which its check constraint judges: two officers at the same instant
cannot promise the same pound. Pence throughout.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework import events
from casework.desk import Desk
from models.commissions import Commission
from models.fund import Commitment, Contribution, FundYear, HoldState, Reservation, Spend
from rules.eligibility import pounds
from rules.errors import Refused


def year_of(session: Session, day: date) -> FundYear | None:
    """The Fund year (1 April to 31 March) that a day falls in."""
    return session.scalars(sa.select(FundYear).where(FundYear.starts_on <= day, FundYear.ends_on >= day)).one_or_none()


def open_year(session: Session, first_calendar_year: int, grant_pence: int, ring_fenced_pence: int) -> FundYear:
    """Open the Fund year that begins on 1 April of a calendar year; the ring-fence pays the Independent Chair [Budget].

    Raises:
        Refused: the year is open already, or the ring-fence is more than the grant.
    """
    label = f"{first_calendar_year}-{(first_calendar_year + 1) % 100:02d}"
    if grant_pence < 0 or not 0 <= ring_fenced_pence <= grant_pence:
        raise Refused(f"The ring-fence for {label} must lie between nothing and the grant of {pounds(grant_pence)}.")
    if session.scalar(sa.select(FundYear.id).where(FundYear.label == label)) is not None:
        raise Refused(f"The Fund year {label} is open already.")
    made = FundYear(
        label=label,
        starts_on=date(first_calendar_year, 4, 1),
        ends_on=date(first_calendar_year + 1, 3, 31),
        grant_pence=grant_pence,
        ring_fenced_pence=ring_fenced_pence,
    )
    session.add(made)
    session.flush()
    return made


def contribute(session: Session, year: FundYear, *, contributor: str, pence: int, basis: str, on: date) -> Contribution:
    """Add a contribution from schools or a joining council, with the basis on which it was worked out."""
    if pence <= 0:
        raise Refused("A contribution must be more than nothing.")
    made = Contribution(fund_year_id=year.id, contributor=contributor, pence=pence, basis=basis, received_on=on)
    session.add(made)
    add_to_year(session, year.id, {FundYear.contributions_pence: pence})
    return made


def reserve(desk: Desk, commission: Commission, pence: int) -> Reservation:
    """Set money aside for a case.

    Raises:
        Refused: no Fund year covers the day, it has not enough free, or the case has had money set aside before.
    """
    if pence <= 0:
        raise Refused("The money set aside must be more than nothing.")
    if desk.session.scalar(sa.select(Reservation.id).where(Reservation.commission_id == commission.id)) is not None:
        raise Refused(f"Money has been set aside for {commission.reference} before.")
    year = year_of(desk.session, desk.as_of)
    if year is None:
        raise Refused(f"No Fund year covers {desk.as_of.isoformat()}; open one before commissioning.")
    try:
        with desk.session.begin_nested():
            add_to_year(desk.session, year.id, {FundYear.reserved_pence: pence})
    except IntegrityError:
        desk.session.refresh(year)
        raise Refused(
            f"The Fund has {pounds(year.free_pence)} free in {year.label}, and {pounds(pence)} is asked for."
        ) from None
    made = Reservation(fund_year_id=year.id, commission_id=commission.id, pence=pence, reserved_on=desk.as_of)
    desk.session.add(made)
    commission.cost_pence = pence
    events.record(desk, commission, "money-reserved", f"{pounds(pence)} reserved from the Fund.", {"pence": pence})
    return made


def commit(desk: Desk, commission: Commission, pence: int) -> Commitment:
    """Turn a case's reservation into a commitment; what the plan costs less than reserved goes back.

    Raises:
        Refused: nothing is reserved, or the plan costs nothing, or more than is reserved and free.
    """
    if pence <= 0:
        raise Refused("A plan must cost more than nothing.")
    reservation = _held(desk.session, commission)
    if reservation is None:
        raise Refused(f"{commission.reference} has no money reserved.")
    try:
        with desk.session.begin_nested():
            add_to_year(
                desk.session,
                reservation.fund_year_id,
                {FundYear.reserved_pence: -reservation.pence, FundYear.committed_pence: pence},
            )
    except IntegrityError:
        raise Refused(
            f"The plan of {commission.reference} costs {pounds(pence)}; {pounds(reservation.pence)} is reserved "
            "and the Fund has not enough free for the rest."
        ) from None
    reservation.state = HoldState.USED
    reservation.settled_on = desk.as_of
    made = Commitment(
        fund_year_id=reservation.fund_year_id, commission_id=commission.id, pence=pence, committed_on=desk.as_of
    )
    desk.session.add(made)
    desk.session.flush()
    commission.cost_pence = pence
    events.record(desk, commission, "money-committed", f"{pounds(pence)} committed.", {"pence": pence})
    return made


def spend(desk: Desk, commission: Commission, *, key: str, pence: int, what_for: str) -> Spend | None:
    """Record a payment. The same `key` again changes nothing and gives None.

    Raises:
        Refused: nothing is committed, or the payment is more than is left of the commitment.
    """
    if pence <= 0:
        raise Refused("A payment must be more than nothing.")
    commitment = _commitment(desk.session, commission)
    if commitment is None:
        raise Refused(f"{commission.reference} has no money committed.")
    if desk.session.scalar(sa.select(Spend.id).where(Spend.key == key)) is not None:
        return None
    left = commitment.pence - commitment.spent_pence - commitment.released_pence
    if pence > left:
        raise Refused(
            f"{commission.reference} has {pounds(left)} left of its commitment, and the payment is {pounds(pence)}."
        )
    commitment.spent_pence += pence
    add_to_year(desk.session, commitment.fund_year_id, {FundYear.committed_pence: -pence, FundYear.spent_pence: pence})
    made = Spend(
        key=key,
        commitment_id=commitment.id,
        pence=pence,
        spent_on=desk.as_of,
        what_for=what_for,
        recorded_by=desk.actor,
        recorded_at=desk.now,
    )
    desk.session.add(made)
    events.record(desk, commission, "money-spent", f"{pounds(pence)} spent.", {"pence": pence})
    return made


def release(desk: Desk, commission: Commission) -> int:
    """Give back what a case holds and has not spent; the pence released."""
    released = 0
    reservation = _held(desk.session, commission)
    if reservation is not None:
        add_to_year(desk.session, reservation.fund_year_id, {FundYear.reserved_pence: -reservation.pence})
        reservation.state = HoldState.RELEASED
        reservation.settled_on = desk.as_of
        released += reservation.pence
    commitment = _commitment(desk.session, commission)
    if commitment is not None:
        left = commitment.pence - commitment.spent_pence - commitment.released_pence
        if left:
            add_to_year(desk.session, commitment.fund_year_id, {FundYear.committed_pence: -left})
            commitment.released_pence += left
            released += left
    if released:
        events.record(desk, commission, "money-released", f"{pounds(released)} released.", {"pence": released})
    return released


def add_to_year(session: Session, year_id: int, change: dict[InstrumentedAttribute[int], int]) -> None:
    """Add to a year's totals in one statement, which the year's check constraints judge."""
    session.execute(
        sa.update(FundYear)
        .where(FundYear.id == year_id)
        .values({column: column + pence for column, pence in change.items()})
        .execution_options(synchronize_session=False)
    )
    for loaded in session.identity_map.values():
        if isinstance(loaded, FundYear) and loaded.id == year_id:
            session.expire(loaded)


def _held(session: Session, commission: Commission) -> Reservation | None:
    return session.scalars(
        sa.select(Reservation)
        .where(Reservation.commission_id == commission.id, Reservation.state == HoldState.HELD)
        .with_for_update()
    ).one_or_none()


def _commitment(session: Session, commission: Commission) -> Commitment | None:
    return session.scalars(
        sa.select(Commitment).where(Commitment.commission_id == commission.id).with_for_update()
    ).one_or_none()
