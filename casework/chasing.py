"""Carrying out the ladder of a round.

The latest rung due to each party, the officer's task, the Chair's line, the close. What only writes to people is done
for a whole batch at once; what does more, update by update.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from casework import events, letters, measure_lines, notices
from casework.asking import Asking, asking_of
from casework.desk import Desk
from casework.notices import Subject
from mail.contexts import MeasureLine
from models.commissions import Commission, CommissionState
from models.messages import Notice, NoticeState
from models.rounds import ImpactUpdate, Round, UpdateParty, UpdateState
from queries import open_updates, people
from queries.open_updates import OpenUpdate
from queries.people import Person, Place
from rules import message_keys
from rules.day_words import in_words
from rules.half_terms import CalendarExhausted
from rules.ladder import TO_THE_PARTY, Rung, RungDay, rung_days, step


@dataclass(frozen=True, slots=True)
class Today:
    """What a day does about an update: rungs carried out and passed over, and how the update stands after it."""

    act: tuple[RungDay, ...]
    skipped: tuple[RungDay, ...]
    last_rung: str | None
    next_on: date | None

    @property
    def only_writes(self) -> bool:
        """Whether it comes to e-mails to the party, or to nothing: what cannot be refused halfway."""
        return not self.skipped and all(one.rung in TO_THE_PARTY for one in self.act)


@dataclass(slots=True)
class Recipients:
    """The leads and deputies of a batch's schools and providers, and its cases' measures, read at once; what it is
    asking, when it asks together; and what the day does about updates with the same dates.
    """

    leads: dict[Place, Person]
    deputies: dict[Place, Person]
    measures: dict[tuple[int, bool], tuple[MeasureLine, ...]]
    asking: Asking | None = None
    today: dict[tuple[str, date, date, date, str | None], Today] = field(default_factory=dict)


def recipients(desk: Desk, commissions: Collection[Commission] | Collection[OpenUpdate]) -> Recipients:
    """Read who is to be written to for these cases on this day."""
    urns = {c.urn for c in commissions}
    providers = {c.provider_id for c in commissions if c.provider_id is not None}
    ids = {c.commission_id if isinstance(c, OpenUpdate) else c.id for c in commissions}
    leads, deputies = people.leads_and_deputies(desk.session, urns, providers, desk.as_of)
    return Recipients(leads, deputies, measure_lines.so_far(desk, ids))


def chase_together(desk: Desk, updates: Sequence[OpenUpdate], to: Recipients) -> tuple[int, list[int]]:
    """Do what the ladder asks of those updates of a batch for which the day only writes to people; for how many
    anything was done, and which are left for `chase`, one by one.
    """
    asking = to.asking = asking_of(desk, [update.id for update in updates])
    stand: dict[tuple[str | None, date | None], list[int]] = defaultdict(list)
    done, left = 0, []
    for update in updates:
        if not update.awaited:
            stand[update.last_rung, None].append(update.id)
            continue
        try:
            today = _today(desk, update, update.urn, to)
        except CalendarExhausted:
            left.append(update.id)
            continue
        if not today.only_writes or (today.act and update.place not in to.leads):
            left.append(update.id)
            continue
        for rung in today.act:
            _write(asking, update, rung.rung, to)
        stand[today.last_rung, today.next_on].append(update.id)
        done += bool(today.act)
    asking.write()
    for (last_rung, next_on), ids in stand.items():
        desk.session.execute(
            sa.update(ImpactUpdate)
            .where(ImpactUpdate.id.in_(ids))
            .values(last_rung=last_rung, next_step_on=next_on)
            .execution_options(synchronize_session=False)
        )
    return done, left


def chase(desk: Desk, update: ImpactUpdate, to: Recipients) -> bool:
    """Do what the ladder asks of one update up to this day; whether anything was done.

    Looks at the update again before acting: an answer at any moment stops the ladder.
    """
    commission = update.commission
    if update.state is not UpdateState.AWAITED or commission.state is CommissionState.PAUSED:
        update.next_step_on = None
        return False
    try:
        today = _today(desk, update, commission.urn, to)
    except CalendarExhausted as error:
        desk.hold(commission, error)
        update.next_step_on = commission.next_due_on
        return False
    for rung in today.skipped:
        _skip(desk, update, rung, to)
    for rung in today.act:
        _act(desk, update, rung.rung, to)
    update.last_rung = today.last_rung
    update.next_step_on = today.next_on
    return bool(today.act)


def _today(desk: Desk, update: ImpactUpdate | OpenUpdate, urn: int, to: Recipients) -> Today:
    """Worked out once for all updates that share a calendar and dates.

    Raises:
        CalendarExhausted: a day lies past the loaded calendar.
    """
    calendar = desk.calendars.of_school(urn)
    about = (calendar.code, update.opened_on, update.due_on, update.closes_on, update.last_rung)
    if about not in to.today:
        rungs = rung_days(calendar, *about[1:4], desk.policy.ladder)
        last = update.last_rung
        found = step(rungs, Rung(last) if last else None, desk.as_of)
        if any(r.rung is not Rung.CLOSE for r in found.act) and not calendar.is_school_day(desk.as_of):
            # Nothing is chased in a holiday: the rung waits for the next school day, or for the round's close.
            to.today[about] = Today((), (), last, min(calendar.roll_forward(desk.as_of), rungs[-1].day))
        else:
            done = [r.rung for r in (*found.skipped, *found.act)]
            after = max(done, key=list(Rung).index).value if done else last
            to.today[about] = Today(found.act, found.skipped, after, found.next_on)
    return to.today[about]


def _act(desk: Desk, update: ImpactUpdate, rung: Rung, to: Recipients) -> None:
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
            if _place(update) not in to.leads:
                notices.unreached(desk, commission, Subject("update", update.id), rung.value)
            desk.session.flush()
            asking = to.asking or asking_of(desk, [update.id])
            for plain in open_updates.lock(desk.session, [update.id]):
                _write(asking, plain, rung, to)
            asking.write()


def _write(asking: Asking, update: OpenUpdate, rung: Rung, to: Recipients) -> None:
    """To the lead; the second reminder to the deputy too."""
    measures = to.measures.get((update.commission_id, update.party is UpdateParty.SCHOOL), ())
    lead, deputy = to.leads.get(update.place), to.deputies.get(update.place)
    if lead is not None:
        asking.ask(update, rung, lead, measures, copied=False)
    if rung is Rung.SECOND_REMINDER and deputy is not None:
        asking.ask(update, rung, deputy, measures, copied=True)


def close(desk: Desk, update: ImpactUpdate) -> None:
    """The half term is over without an answer: missed; two missed in a row go to the Board."""
    commission = update.commission
    notices.cancel(desk, commission, "The round has closed.", update_id=update.id)
    update.state = UpdateState.MISSED
    update.next_step_on = None
    events.record(
        desk,
        commission,
        "update-missed",
        f"No impact update from the {update.party.value} by the end of the half term.",
        {"update": update.id},
    )
    if not desk.rehearsal:
        _missed_in_a_row(desk, update)


def _missed_in_a_row(desk: Desk, update: ImpactUpdate) -> None:
    commission = update.commission
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


def _skip(desk: Desk, update: ImpactUpdate, rung: RungDay, to: Recipients) -> None:
    """Keep a passed-over rung as a row, with the reason: nothing due is forgotten silently."""
    person = to.leads.get(_place(update))
    if desk.rehearsal or person is None or rung.rung not in TO_THE_PARTY:
        return  # an officer's task or a Chair's line that the close overtook: the close itself is in the timeline
    key = message_keys.notice("update", update.id, rung.rung.value, person.contact_id)
    if desk.session.scalar(sa.select(Notice.id).where(Notice.key == key)) is not None:
        return
    desk.session.add(
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


def _place(update: ImpactUpdate) -> Place:
    if update.party is UpdateParty.SCHOOL:
        return (update.party, update.commission.urn)
    return (update.party, update.commission.provider_id or 0)
