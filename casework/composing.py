"""Making e-mails out of notices: one scheduled e-mail a person and day; several things due become one digest."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from casework import escalating, letters, standing_in, unsent
from casework.desk import Desk
from casework.numbers import AT_ONCE, numbers
from mail.catalogue import Told, context_of, letter_of, merged
from mail.contexts import Digest
from mail.rendering import digest_item
from models.commissions import Commission
from models.contacts import Contact
from models.messages import Message, MessageKind, MessageState, Notice, NoticeState
from models.officer_tasks import OfficerTask, OfficerTaskState
from queries import people
from queries.index_choice import not_searched
from rules import message_keys
from rules.half_terms import CalendarExhausted
from rules.ladder import overtaken

REFERENCES_SHOWN = 6
People = Sequence[int] | sa.Select[tuple[int]]
"""Contacts by their numbers, or as a query that finds them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that waits to be told, as plain values: a national round has 24,000."""

    id: int
    contact_id: int
    kind: MessageKind
    template: str
    step: str
    day: date
    commission_id: int | None
    update_id: int | None
    context: dict[str, Any]
    reference: str | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message is for. `dead` is whether nothing is sent to the address any more, `had` whether the day's e-mail
    was made already, `late` whether one of an earlier day waits.
    """

    id: int
    name: str
    email: str
    dead: bool
    had: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A message's row, and the notices that it carries, with the cases that they are about."""

    message: dict[str, Any]
    notices: list[int]
    commissions: list[int]


def compose(desk: Desk, contact_ids: People | None = None, *, kind: MessageKind | None = None) -> list[int]:
    """Make the e-mails that are due on the desk's day, for everybody or for some; the numbers of those made.

    A person who has had the day's e-mail gets the rest with the next school day's; what an earlier day's e-mail was to
    say, which never went, goes with this day's. A reply to a person's own act goes
    at once; with a `kind` nothing else is made.
    """
    if contact_ids is None:
        tell_officers(desk)
    return _keep(desk, drafts(desk, contact_ids, kind))


def drafts(desk: Desk, contact_ids: People | None, kind: MessageKind | None = None) -> list[Draft]:
    """The same e-mails, before they are written; mail of earlier days that they replace is taken back, save in a
    rehearsal.
    """
    desk.session.flush()
    by_person = _waiting(desk, contact_ids, kind)
    if not by_person:
        return []
    contacts = _contacts(desk, by_person)
    for contact_id in [one for one, contact in contacts.items() if contact.dead]:
        _pass_on(desk, contact_id, by_person.pop(contact_id))
    scheduled = {one: _scheduled(waiting) for one, waiting in by_person.items() if not contacts[one].had}
    today = [contact_id for contact_id, waiting in scheduled.items() if waiting and _may_write_today(desk, waiting)]
    passed: set[int] = set()
    if late := unsent.late(desk, [one for one in today if contacts[one].late]):
        if not desk.rehearsal:
            unsent.take_back(desk, late)
        by_person.update(_waiting(desk, sorted(set(late.values())), None, taken_back=late))
        passed = {number for contact_id in late.values() for number in _overtaken(by_person[contact_id])}
        if not desk.rehearsal:
            unsent.pass_over(desk, passed)
    made: list[Draft] = []
    for contact_id, waiting in by_person.items():
        replies = [one for one in waiting if one.kind is MessageKind.REPLY]
        made += [_draft(desk, contacts[contact_id], [one]) for one in replies]
    for contact_id in today:
        told = [one for one in _scheduled(by_person[contact_id]) if one.id not in passed]
        made.append(_draft(desk, contacts[contact_id], told))
    return made


def _scheduled(waiting: list[Waiting]) -> list[Waiting]:
    return [one for one in waiting if one.kind is MessageKind.SCHEDULED]


def _overtaken(waiting: list[Waiting]) -> set[int]:
    """Of several rungs of one ladder all but the latest: the earlier ones say nothing that it does not."""
    of_update: dict[int, list[Waiting]] = defaultdict(list)
    for one in _scheduled(waiting):
        if one.update_id is not None:
            of_update[one.update_id].append(one)
    return {each[place].id for each in of_update.values() for place in overtaken([one.step for one in each])}


def _waiting(
    desk: Desk, contact_ids: People | None, kind: MessageKind | None, taken_back: Collection[int] = ()
) -> defaultdict[int, list[Waiting]]:
    """What people are to be told by this day, kept from every other run; by person, in the order it came up.

    With what e-mails say that are `taken_back`: a rehearsal leaves them as they are.
    """
    state = Notice.state if contact_ids is None else not_searched(Notice.state)
    pending = sa.and_(state == NoticeState.PENDING, Notice.day <= desk.as_of)
    if taken_back:
        said = sa.and_(not_searched(Notice.state) == NoticeState.COMPOSED, Notice.message_id.in_(taken_back))
        pending = sa.or_(pending, said)
    wanted = (
        sa.select(
            Notice.id,
            Notice.contact_id,
            Notice.kind,
            Notice.template,
            Notice.step,
            Notice.day,
            Notice.commission_id,
            Notice.update_id,
            Notice.context,
            Commission.reference,
        )
        .outerjoin(Commission, Commission.id == Notice.commission_id)
        .where(pending)
        .order_by(Notice.contact_id, Notice.id)
        .with_for_update(of=Notice, skip_locked=True)
    )
    if kind is not None:
        wanted = wanted.where(Notice.kind == kind)
    by_person: defaultdict[int, list[Waiting]] = defaultdict(list)
    for row in desk.session.execute(
        wanted if contact_ids is None else wanted.where(Notice.contact_id.in_(contact_ids))
    ):
        by_person[row.contact_id].append(Waiting(*row))
    return by_person


def _contacts(desk: Desk, contact_ids: Collection[int]) -> dict[int, Addressee]:
    had = sa.exists().where(
        Message.contact_id == Contact.id, Message.day == desk.as_of, Message.kind == MessageKind.SCHEDULED
    )
    late = sa.exists().where(Message.contact_id == Contact.id, *unsent.of_earlier_days(desk))
    name, dead = Contact.first_name + " " + Contact.surname, Contact.address_dead_at.is_not(None)
    rows = desk.session.execute(
        sa.select(Contact.id, name, Contact.email, dead, had, late).where(Contact.id.in_(contact_ids))
    )
    return {row.id: Addressee(*row) for row in rows}


def _pass_on(desk: Desk, contact_id: int, waiting: list[Waiting]) -> None:
    """What waited for somebody whose address is dead by now goes to who stands in, with their next e-mail."""
    instead = standing_in.stand_in(desk.session, contact_id, desk.as_of)
    for notice in [desk.session.get_one(Notice, one.id) for one in waiting]:
        passed = standing_in.readdress(desk, notice, instead)
        notice.state = NoticeState.CANCELLED
        notice.reason = "The address is dead: passed on." if passed else "The address is dead, and nobody stands in."
    desk.session.flush()


def tell_officers(desk: Desk) -> int:
    """Put each new task into its officer's digest, once; how many tasks."""
    desk.session.flush()
    untold = (
        OfficerTask.state == OfficerTaskState.OPEN,
        OfficerTask.told_on.is_(None),
        OfficerTask.officer_id.is_not(None),
    )
    try:
        desk.calendars.area.is_school_day(desk.as_of)
    except CalendarExhausted as error:
        if count := desk.session.scalar(sa.select(sa.func.count()).where(*untold)):
            desk.failed_checks.append(f"{count} tasks wait to be told to their officers: {error}.")
        return 0
    waiting = sa.select(OfficerTask).where(*untold).order_by(OfficerTask.id).limit(AT_ONCE)
    told = 0
    while tasks := desk.session.scalars(waiting.with_for_update(skip_locked=True)).all():
        officers = people.by_id(desk.session, {task.officer_id for task in tasks if task.officer_id}, desk.as_of)
        cases = _cases_of(desk, tasks)
        for task in tasks:
            task.told_on = desk.as_of
            letters.tell_officer(desk, task, cases.get(task.commission_id or 0), officers.get(task.officer_id or 0))
        desk.session.flush()
        told += len(tasks)
        if len(tasks) < AT_ONCE:
            break
    return told


def _cases_of(desk: Desk, tasks: Sequence[OfficerTask]) -> dict[int, Commission]:
    """The tasks' cases by number, with what a line of a digest says of them, read together."""
    wanted = sa.select(Commission).options(joinedload(Commission.school), joinedload(Commission.officer))
    numbers = sorted({task.commission_id for task in tasks if task.commission_id})
    return {case.id: case for case in desk.session.scalars(wanted.where(Commission.id.in_(numbers)))}


def _may_write_today(desk: Desk, waiting: list[Waiting]) -> bool:
    """A notice was given its day by its recipient's own calendar.

    One that is late waits for a school day of the area.
    """
    if any(one.day == desk.as_of for one in waiting):
        return True
    try:
        return desk.calendars.area.is_school_day(desk.as_of)
    except CalendarExhausted as error:
        desk.failed_checks.append(f"{len(waiting)} notices wait: {error}.")
        return False


def _keep(desk: Desk, drafts: list[Draft]) -> list[int]:
    """Write the messages, and with each what it says; their numbers.

    All at once; when another run has made somebody's mail of the day meanwhile, one by one, and what theirs was to say
    goes with the next school day's.
    """
    if not drafts:
        return []
    for draft, number in zip(drafts, numbers(desk.session, Message, min(len(drafts), AT_ONCE)), strict=False):
        draft.message["id"] = number
    kept = drafts if _kept(desk, drafts) else [one for one in drafts if _kept(desk, [one])]
    if kept:
        composed = (
            sa.update(Notice)
            .where(Notice.id == sa.bindparam("notice"))
            .values(state=NoticeState.COMPOSED, message_id=sa.bindparam("message"))
        )
        rows = [{"notice": number, "message": one.message["id"]} for one in kept for number in one.notices]
        desk.session.connection().execute(composed, rows)
        for known in list(desk.session.identity_map.values()):
            if isinstance(known, Notice):
                desk.session.expire(known)
    return [one.message["id"] for one in kept]


def _kept(desk: Desk, drafts: list[Draft]) -> bool:
    """Whether these messages could be written: all of them, or none."""
    try:
        with desk.session.begin_nested():
            desk.session.connection().execute(sa.insert(Message), [one.message for one in drafts])
    except IntegrityError:
        return False
    return True


def _draft(desk: Desk, person: Addressee, waiting: list[Waiting]) -> Draft:
    told = merged([Told(one.template, one.context) for one in waiting])
    template, context = (told[0].template, told[0].context) if len(told) == 1 else _digest(desk, told)
    cases = list(dict.fromkeys(one.commission_id for one in waiting if one.commission_id is not None))
    kind = waiting[0].kind
    key = (
        message_keys.reply_message(waiting[0].id)
        if kind is MessageKind.REPLY
        else message_keys.scheduled_message(person.id, desk.as_of)
    )
    held = escalating.hold_of(desk, waiting)
    message = {
        "kind": kind,
        "template": template,
        "contact_id": person.id,
        "recipient": person.email,
        "recipient_name": person.name,
        "day": desk.as_of,
        "commission_id": cases[0] if len(cases) == 1 else None,
        "reference": _named([one.reference for one in waiting if one.reference is not None]),
        "context": context,
        "header_id": message_keys.header_id(key, desk.council.mail_domain),
        "state": MessageState.QUEUED,
        "created_at": desk.now,
        "held_until": held,
        "next_attempt_at": held,
    }
    return Draft(message, [one.id for one in waiting], cases)


def _digest(desk: Desk, told: list[Told]) -> tuple[str, dict[str, object]]:
    contexts = [context_of(one.template, one.context) for one in told]
    head = replace(contexts[0].head, reference=_named([c.head.reference for c in contexts if c.head.reference]) or "")
    return letter_of(Digest(head=head, day=desk.as_of, items=tuple(digest_item(one) for one in contexts)))


def _named(references: list[str]) -> str | None:
    """The cases an e-mail is about, as they fit on a line."""
    different = list(dict.fromkeys(references))
    more = f" and {len(different) - REFERENCES_SHOWN} more" if len(different) > REFERENCES_SHOWN else ""
    return (", ".join(different[:REFERENCES_SHOWN]) + more) or None
