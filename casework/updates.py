"""Taking an impact update: per measure the value, its cohort, red, amber or green with a reason, what changed, what
next.
"""

from dataclasses import dataclass

from casework import events, letters, notices
from casework.desk import Desk
from casework.notices import Subject
from models.commissions import CommissionState
from models.contacts import Role
from models.messages import MessageKind
from models.plans import PlanMeasure
from models.rounds import ImpactUpdate, Rag, UpdateFigure, UpdateParty, UpdateState
from queries import people
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Figure:
    """The answer for one measure. `no_change` is an answer: value and cohort are then those of the last one."""

    measure_id: int
    rag: Rag
    rag_reason: str
    changed: str = ""
    next: str = ""
    value: float | None = None
    cohort: int | None = None
    no_change: bool = False


def take(
    desk: Desk, update: ImpactUpdate, measures: list[PlanMeasure], figures: list[Figure], name: str, contact_id: int
) -> None:
    """Take an answer, or a changed one, while the round is open. The ladder stops at once.

    Raises:
        Refused: the round has closed, a measure is missing, unknown or twice, or a figure is out of range.
    """
    commission = update.commission
    if commission.state is not CommissionState.ACTIVE or update.state in (UpdateState.MISSED, UpdateState.CANCELLED):
        raise Refused(
            "This round has closed; phone the school improvement team and they will record the update for you."
        )
    if desk.as_of > update.closes_on:
        raise Refused("This half term's round has closed; the next one will ask you again.")
    _check(measures, figures)
    update.revision += 1
    for figure in figures:
        desk.session.add(
            UpdateFigure(
                update_id=update.id,
                measure_id=figure.measure_id,
                revision=update.revision,
                no_change=figure.no_change,
                value=figure.value,
                cohort=figure.cohort,
                rag=figure.rag,
                rag_reason=figure.rag_reason,
                changed=figure.changed,
                next=figure.next,
            )
        )
    first = update.state is UpdateState.AWAITED
    update.state = UpdateState.ANSWERED
    update.next_step_on = None
    update.answered_at = desk.now
    update.answered_by = name
    if first:
        update.answered_on = desk.as_of
    notices.cancel(desk, commission, "The update has been answered.", update_id=update.id)
    notices.settle_tasks(desk, commission, "phone", subject=Subject("update", update.id))
    events.record(
        desk,
        commission,
        "update-answered",
        f"{name} sent the impact update for the {update.party.value}."
        if first
        else f"{name} changed the impact update.",
        {"update": update.id, "revision": update.revision},
    )
    desk.session.flush()
    _receipts(desk, update, contact_id)


def _check(measures: list[PlanMeasure], figures: list[Figure]) -> None:
    known = {measure.id: measure for measure in measures}
    seen: set[int] = set()
    for figure in figures:
        measure = known.get(figure.measure_id)
        if measure is None:
            raise Refused("The answer names a measure that is not in the plan.")
        if measure.id in seen:
            raise Refused(f"{measure.name}: answered twice.")
        seen.add(measure.id)
        if not figure.no_change and figure.value is None:
            raise Refused(f"{measure.name}: enter a figure, or say that there is no change.")
        if figure.value is not None and measure.unit == "percent" and not 0 <= figure.value <= 100:
            raise Refused(f"{measure.name}: a percentage lies between 0 and 100.")
        if figure.cohort is not None and figure.cohort < 0:
            raise Refused(f"{measure.name}: the number of pupils cannot be less than nothing.")
        if not figure.rag_reason.strip():
            raise Refused(f"{measure.name}: say why it is {figure.rag.value}.")
    missing = [measure.name for measure in measures if measure.id not in seen]
    if missing:
        raise Refused(f"{missing[0]}: no answer was given.")


def _receipts(desk: Desk, update: ImpactUpdate, contact_id: int) -> None:
    """The person who answered gets a receipt at once; the other side is told with its mail of the day."""
    commission = update.commission
    subject = Subject("update", update.id)
    answerer = people.by_id(desk.session, [contact_id], desk.as_of).get(contact_id)
    notices.tell(
        desk,
        answerer,
        subject,
        f"received-{update.revision}",
        lambda person: letters.update_received(desk, update, person),
        commission=commission,
        calendar=desk.calendar(commission),
        kind=MessageKind.REPLY,
    )
    if update.party is UpdateParty.SCHOOL:
        provider_id = commission.provider_id or 0
        other = people.at_providers(desk.session, [provider_id], Role.PROVIDER_LEAD, desk.as_of).get(provider_id)
        calendar = desk.calendars.area
    else:
        other = people.at_schools(desk.session, [commission.urn], Role.HEAD, desk.as_of).get(commission.urn)
        calendar = desk.calendar(commission)
    notices.tell(
        desk,
        other,
        subject,
        f"received-by-other-{update.revision}",
        lambda person: letters.update_received(desk, update, person),
        commission=commission,
        calendar=calendar,
    )
