"""Telling people: a notice is a row in the transaction of the change that caused it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.desk import Desk
from mail.catalogue import DRAFTS
from models.board import AgendaItem
from models.commissions import Commission
from models.contacts import Role
from models.messages import MessageKind, Notice, NoticeState
from models.officer_tasks import OfficerTask, OfficerTaskState
from queries import people
from queries.people import Person
from rules import message_keys
from rules.half_terms import SchoolCalendar


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about: an offer, a plan, an update or a commission, with its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What a notice says: the template's name and its context as JSON (see `mail.contexts`)."""

    template: str
    context: dict[str, Any]


def tell(
    desk: Desk,
    person: Person | None,
    subject: Subject,
    step: str,
    write: Callable[[Person], Letter],
    *,
    commission: Commission | None,
    calendar: SchoolCalendar,
    kind: MessageKind = MessageKind.SCHEDULED,
) -> Notice | None:
    """Queue a notice once: the key made of subject, step and person refuses a second one. None when it was there, or
    nobody is.

    It is for the recipient's next school day, today included; a person whom nobody can reach becomes an officer's task.
    """
    if person is None:
        unreached(desk, commission, subject, step)
        return None
    key = message_keys.notice(subject.kind, subject.id, step, person.contact_id)
    if desk.session.scalar(sa.select(Notice.id).where(Notice.key == key)) is not None:
        return None
    day = desk.as_of if kind is MessageKind.REPLY else calendar.roll_forward(desk.as_of)
    values = pending(desk, key, write(person), step=step, contact_id=person.contact_id, day=day)
    made = Notice(**values, commission_id=commission.id if commission else None, kind=kind)
    desk.session.add(made)
    return made


def pending(desk: Desk, key: str, letter: Letter, *, step: str, contact_id: int, day: date) -> dict[str, Any]:
    """What a notice that waits for its day is made of.

    Raises:
        ValueError: the letter is a draft.
    """
    if letter.template in DRAFTS:
        message = f"{letter.template} is a draft: a person sends it."
        raise ValueError(message)
    return {
        "key": key,
        "template": letter.template,
        "contact_id": contact_id,
        "step": step,
        "day": day,
        "context": letter.context,
        "state": NoticeState.PENDING,
        "created_at": desk.now,
    }


def unreached(desk: Desk, commission: Commission | None, subject: Subject, step: str) -> None:
    """Ask the officer, because nobody can be told."""
    ask_officer(
        desk,
        commission,
        "no-contact",
        f"Nobody with a working e-mail address could be told: {step.replace('-', ' ')}.",
        subject=Subject(f"{step}:{subject.kind}", subject.id),
    )


def cancel(desk: Desk, commission: Commission, reason: str, *, update_id: int | None = None) -> None:
    """Cancel what was about to be told of a case (or of one update) and is no longer true.

    E-mails already made stay.
    """
    condition = Notice.commission_id == commission.id if update_id is None else Notice.update_id == update_id
    desk.session.execute(
        sa.update(Notice)
        .where(condition, Notice.state == NoticeState.PENDING)
        .values(state=NoticeState.CANCELLED, reason=reason)
        .execution_options(synchronize_session=False)
    )


def cancel_of(desk: Desk, contact_id: int, template: str, reason: str) -> None:
    """Cancel what was about to be told to one person in one kind of letter."""
    desk.session.execute(
        sa.update(Notice)
        .where(Notice.contact_id == contact_id, Notice.template == template, Notice.state == NoticeState.PENDING)
        .values(state=NoticeState.CANCELLED, reason=reason)
        .execution_options(synchronize_session=False)
    )


def ask_officer(
    desk: Desk,
    commission: Commission | None,
    kind: str,
    text: str,
    *,
    subject: Subject | None = None,
    due_on: date | None = None,
) -> OfficerTask | None:
    """Put a task on the officer's list once; None when it is there already, or in a rehearsal. What belongs to no case
    is the first officer's.
    """
    if desk.rehearsal:
        return None
    about = subject or Subject("commission", commission.id if commission else 0)
    key = message_keys.task(kind, about.kind, about.id)
    if desk.session.scalar(sa.select(OfficerTask.id).where(OfficerTask.key == key)) is not None:
        return None
    if commission is not None:
        officer_id = commission.officer_id
    else:
        officers = people.with_role(desk.session, Role.OFFICER, desk.as_of)
        officer_id = officers[0].contact_id if officers else None
    made = OfficerTask(
        key=key,
        kind=kind,
        commission_id=commission.id if commission else None,
        officer_id=officer_id,
        raised_on=desk.as_of,
        due_on=due_on or desk.as_of,
        text=text,
    )
    desk.session.add(made)
    return made


def settle_tasks(
    desk: Desk, commission: Commission, *kinds: str, subject: Subject | None = None, lapsed: bool = False
) -> None:
    """Close the open tasks of these kinds (all when none is named), of one subject if it is given.

    Done, or of no more matter.
    """
    conditions = [OfficerTask.commission_id == commission.id, OfficerTask.state == OfficerTaskState.OPEN]
    if kinds:
        conditions.append(OfficerTask.kind.in_(kinds))
    if subject is not None:
        conditions.append(OfficerTask.key.in_([message_keys.task(kind, subject.kind, subject.id) for kind in kinds]))
    desk.session.execute(
        sa.update(OfficerTask)
        .where(*conditions)
        .values(
            state=OfficerTaskState.LAPSED if lapsed else OfficerTaskState.DONE, done_on=desk.as_of, done_by=desk.actor
        )
        .execution_options(synchronize_session=False)
    )


def finish_task(desk: Desk, task: OfficerTask) -> None:
    """An officer has done a task."""
    if task.state is OfficerTaskState.OPEN:
        task.state = OfficerTaskState.DONE
        task.done_on = desk.as_of
        task.done_by = desk.actor


def put_on_agenda(
    desk: Desk, commission: Commission | None, kind: str, text: str, *, subject: Subject | None = None
) -> AgendaItem | None:
    """Put a matter on the next Board meeting's agenda once; None when it stands there already, or in a rehearsal."""
    if desk.rehearsal:
        return None
    commission_id = commission.id if commission else None
    line = agenda_line(desk, kind, text, commission_id, subject or Subject("commission", commission_id or 0))
    if desk.session.scalar(sa.select(AgendaItem.id).where(AgendaItem.key == line["key"])) is not None:
        return None
    made = AgendaItem(**line)
    desk.session.add(made)
    return made


def agenda_line(desk: Desk, kind: str, text: str, commission_id: int | None, about: Subject) -> dict[str, Any]:
    """The row of a matter on the agenda; its key refuses it a second time."""
    key = message_keys.task(kind, about.kind, about.id)
    return {"key": key, "kind": kind, "commission_id": commission_id, "raised_on": desk.as_of, "text": text}
