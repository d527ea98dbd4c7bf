"""Carrying out the ladder of a round.

The latest rung due to each party, the officer's task, the Chair's line, the close.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from casework import events, letters, links, measure_lines, notices
from casework.desk import Desk
from casework.notices import Letter, Subject
from mail.contexts import MeasureLine
from models.commissions import Commission, CommissionState
from models.contacts import Role
from models.links import LinkPurpose
from models.messages import Notice, NoticeState
from models.rounds import ImpactUpdate, Round, UpdateParty, UpdateState
from queries import people
from queries.people import Person
from rules import message_keys
from rules.day_words import in_words
from rules.half_terms import CalendarExhausted, SchoolCalendar
from rules.ladder import TO_THE_PARTY, Rung, RungDay, rung_days, step


@dataclass(slots=True)
class Recipients:
    """The leads and deputies of a batch's schools and providers, and its cases' measures, read at once."""

    leads: dict[tuple[UpdateParty, int], Person] = field(default_factory=dict)
    deputies: dict[tuple[UpdateParty, int], Person] = field(default_factory=dict)
    measures: dict[tuple[int, bool], tuple[MeasureLine, ...]] = field(default_factory=dict)
    rungs: dict[tuple[str, date, date, date], tuple[RungDay, ...]] = field(default_factory=dict)


def recipients(desk: Desk, commissions: Sequence[Commission]) -> Recipients:
    """Read who is to be written to for these cases on this day."""
    urns = {c.urn for c in commissions}
    providers = {c.provider_id for c in commissions if c.provider_id is not None}
    found = Recipients(measures=measure_lines.so_far(desk, [c.id for c in commissions]))
    for role, target in ((Role.HEAD, found.leads), (Role.DEPUTY, found.deputies)):
        at = people.at_schools(desk.session, urns, role, desk.as_of)
        target.update({(UpdateParty.SCHOOL, urn): person for urn, person in at.items()})
    for role, target in ((Role.PROVIDER_LEAD, found.leads), (Role.PROVIDER_DEPUTY, found.deputies)):
        at = people.at_providers(desk.session, providers, role, desk.as_of)
        target.update({(UpdateParty.PROVIDER, provider_id): person for provider_id, person in at.items()})
    return found


def chase(desk: Desk, update: ImpactUpdate, to: Recipients) -> bool:
    """Do what the ladder asks of one update up to this day; whether anything was done.

    Looks at the update again before acting: an answer at any moment stops the ladder.
    """
    commission = update.commission
    if update.state is not UpdateState.AWAITED or commission.state is CommissionState.PAUSED:
        update.next_step_on = None
        return False
    calendar = desk.calendar(commission)
    try:
        rungs = _rungs(desk, update, calendar, to)
        today = step(rungs, Rung(update.last_rung) if update.last_rung else None, desk.as_of)
        writes = [r for r in today.act if r.rung is not Rung.CLOSE]
        if writes and not calendar.is_school_day(desk.as_of):
            # Nothing is chased in a holiday: the rung waits for the next school day, or for the round's close.
            update.next_step_on = min(calendar.roll_forward(desk.as_of), rungs[-1].day)
            return False
    except CalendarExhausted as error:
        desk.hold(commission, error)
        update.next_step_on = commission.next_due_on
        return False
    for rung in today.skipped:
        _skip(desk, update, rung, to)
    for rung in today.act:
        _act(desk, update, rung.rung, to, calendar)
    done = [*today.skipped, *today.act]
    if done:
        update.last_rung = max((r.rung for r in done), key=list(Rung).index).value
    update.next_step_on = today.next_on
    return bool(today.act)


def only_writes(desk: Desk, update: ImpactUpdate, to: Recipients) -> bool:
    """Whether chasing this update today comes to e-mails to people who can be reached, or to nothing: what cannot be
    refused halfway, and needs no savepoint of its own.
    """
    commission = update.commission
    if update.state is not UpdateState.AWAITED or commission.state is CommissionState.PAUSED:
        return True
    try:
        rungs = _rungs(desk, update, desk.calendar(commission), to)
    except CalendarExhausted:
        return False
    today = step(rungs, Rung(update.last_rung) if update.last_rung else None, desk.as_of)
    return not today.skipped and all(one.rung in TO_THE_PARTY for one in today.act) and _place(update) in to.leads


def _rungs(desk: Desk, update: ImpactUpdate, calendar: SchoolCalendar, to: Recipients) -> tuple[RungDay, ...]:
    """The days of an update's ladder; worked out once for all that share a calendar and dates."""
    about = (calendar.code, update.opened_on, update.due_on, update.closes_on)
    if about not in to.rungs:
        to.rungs[about] = rung_days(calendar, *about[1:], desk.policy.ladder)
    return to.rungs[about]


def _act(desk: Desk, update: ImpactUpdate, rung: Rung, to: Recipients, calendar: SchoolCalendar) -> None:
    commission = update.commission
    who = f"The {update.party.value}"
    match rung:
        case Rung.OFFICER_TASK:
            notices.ask_officer(
                desk,
                commission,
                "phone",
                f"{who} has not sent its impact update, due {in_words(update.due_on)}: phone them.",
                subject=Subject("update", update.id),
            )
        case Rung.CHAIR_LINE:
            letters.tell_chair(
                desk, commission, Subject("update", update.id), rung.value, f"{who} has not sent its impact update."
            )
            notices.put_on_agenda(
                desk,
                commission,
                "update-overdue",
                f"{who} has not sent its impact update.",
                subject=Subject("update", update.id),
            )
        case Rung.CLOSE:
            close(desk, update)
        case _:
            _write(desk, update, rung, to.leads.get(_place(update)), calendar, to, copied=False)
            deputy = to.deputies.get(_place(update))
            if rung is Rung.SECOND_REMINDER and deputy is not None:
                _write(desk, update, rung, deputy, calendar, to, copied=True)


def close(desk: Desk, update: ImpactUpdate) -> None:
    """The half term is over without an answer: missed; two missed in a row go to the Board."""
    commission = update.commission
    update.state = UpdateState.MISSED
    update.next_step_on = None
    notices.cancel(desk, commission, "The round has closed.", update_id=update.id)
    events.record(
        desk,
        commission,
        "update-missed",
        f"No impact update from the {update.party.value} by the end of the half term.",
        {"update": update.id},
    )
    desk.session.flush()
    wanted = desk.policy.missed_rounds_to_board
    last = desk.session.scalars(
        sa.select(ImpactUpdate.state)
        .join(Round)
        .where(
            ImpactUpdate.commission_id == commission.id,
            ImpactUpdate.party == update.party,
            ImpactUpdate.state.in_([UpdateState.ANSWERED, UpdateState.MISSED]),
        )
        .order_by(Round.academic_year.desc(), Round.number.desc())
        .limit(wanted)
    ).all()
    if len(last) == wanted and all(state is UpdateState.MISSED for state in last):
        notices.put_on_agenda(
            desk,
            commission,
            "updates-missed",
            f"The {update.party.value} has missed {wanted} impact updates in a row.",
            subject=Subject("update", update.id),
        )


def _write(
    desk: Desk,
    update: ImpactUpdate,
    rung: Rung,
    contact: Person | None,
    calendar: SchoolCalendar,
    to: Recipients,
    *,
    copied: bool,
) -> None:
    commission = update.commission

    def write(person: Person) -> Letter:
        placeholder = links.issue(
            desk,
            commission,
            LinkPurpose.UPDATE,
            subject_id=update.id,
            contact_id=person.contact_id,
            last_day=update.closes_on,
        )
        measures = to.measures.get((commission.id, update.party is UpdateParty.SCHOOL), ())
        return letters.impact_update(desk, update, rung, person, placeholder, copied=copied, measures=measures)

    notices.tell(
        desk,
        contact,
        Subject("update", update.id),
        rung.value,
        write,
        commission=commission,
        calendar=calendar if update.party is UpdateParty.SCHOOL else desk.calendars.area,
        update_id=update.id,
    )


def _skip(desk: Desk, update: ImpactUpdate, rung: RungDay, to: Recipients) -> None:
    """Keep a passed-over rung as a row, with the reason: nothing due is forgotten silently."""
    person = to.leads.get(_place(update))
    if person is None or rung.rung not in TO_THE_PARTY:
        return  # an officer's task or a Chair's line that the close overtook: the close itself is in the timeline
    key = message_keys.notice("update", update.id, rung.rung.value, person.contact_id)
    if desk.session.scalar(sa.select(Notice.id).where(Notice.key == key)) is not None:
        return
    notices.add(
        desk,
        Notice(
            key=key,
            template=letters.UPDATE_TEMPLATES[rung.rung],
            contact_id=person.contact_id,
            commission_id=update.commission_id,
            update_id=update.id,
            step=rung.rung.value,
            day=rung.day,
            context={},
            state=NoticeState.SKIPPED,
            reason=f"Due on {rung.day.isoformat()}, overtaken by a later step on {desk.as_of.isoformat()}.",
            created_at=desk.now,
        ),
    )


def _place(update: ImpactUpdate) -> tuple[UpdateParty, int]:
    if update.party is UpdateParty.SCHOOL:
        return (update.party, update.commission.urn)
    return (update.party, update.commission.provider_id or 0)
