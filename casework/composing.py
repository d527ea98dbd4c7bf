"""Making e-mails out of notices: one scheduled e-mail a person and day; several things due become one digest."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import escalating, letters, standing_in
from casework.desk import Desk
from casework.numbers import numbers
from mail.catalogue import Told, context_of, letter_of, merged
from mail.contexts import Digest
from mail.rendering import digest_item
from models.commissions import Commission
from models.contacts import Contact
from models.messages import Message, MessageKind, Notice, NoticeState
from models.officer_tasks import OfficerTask, OfficerTaskState
from queries import people
from rules import message_keys
from rules.half_terms import CalendarExhausted

REFERENCES_SHOWN = 6


def compose(desk: Desk, contact_ids: Sequence[int] | None = None, *, kind: MessageKind | None = None) -> int:
    """Make the e-mails that are due on the desk's day, for everybody or for some; how many were made.

    A person who has had the day's e-mail gets the rest with the next school day's. A reply to a person's own act goes
    at once; with a `kind` nothing else is made.
    """
    if contact_ids is None:
        tell_officers(desk)
    desk.session.flush()
    wanted = (
        sa.select(Notice)
        .where(Notice.state == NoticeState.PENDING, Notice.day <= desk.as_of)
        .order_by(Notice.contact_id, Notice.id)
        .with_for_update(skip_locked=True)
    )
    if contact_ids is not None:
        wanted = wanted.where(Notice.contact_id.in_(contact_ids))
    if kind is not None:
        wanted = wanted.where(Notice.kind == kind)
    by_person: dict[int, list[Notice]] = defaultdict(list)
    for notice in desk.session.scalars(wanted):
        by_person[notice.contact_id].append(notice)
    if not by_person:
        return 0
    contacts = {
        contact.id: contact
        for contact in desk.session.scalars(sa.select(Contact).where(Contact.id.in_(list(by_person))))
    }
    references = _references(desk, by_person)
    had = set(
        desk.session.scalars(
            sa.select(Message.contact_id).where(
                Message.contact_id.in_(list(by_person)),
                Message.day == desk.as_of,
                Message.kind == MessageKind.SCHEDULED,
            )
        )
    )
    drafts: list[tuple[Message, list[Notice]]] = []
    for contact_id in [one for one, contact in contacts.items() if contact.address_dead_at is not None]:
        _pass_on(desk, contacts[contact_id], by_person.pop(contact_id))
    for contact_id, notices in by_person.items():
        replies = [notice for notice in notices if notice.kind is MessageKind.REPLY]
        scheduled = [notice for notice in notices if notice.kind is MessageKind.SCHEDULED]
        drafts += [(_draft(desk, contacts[contact_id], [notice], references), [notice]) for notice in replies]
        if scheduled and contact_id not in had and _may_write_today(desk, scheduled):
            drafts.append((_draft(desk, contacts[contact_id], scheduled, references), scheduled))
    made = _keep(desk, drafts)
    desk.session.flush()
    return made


def _pass_on(desk: Desk, person: Contact, notices: list[Notice]) -> None:
    """What waited for somebody whose address is dead by now goes to who stands in, with their next e-mail."""
    instead = standing_in.stand_in(desk.session, person.id, desk.as_of)
    for notice in notices:
        passed = standing_in.readdress(desk, notice, instead)
        notice.state = NoticeState.CANCELLED
        notice.reason = "The address is dead: passed on." if passed else "The address is dead, and nobody stands in."


def tell_officers(desk: Desk) -> int:
    """Put each new task into its officer's digest, once; how many tasks."""
    desk.session.flush()
    tasks = desk.session.scalars(
        sa.select(OfficerTask)
        .where(
            OfficerTask.state == OfficerTaskState.OPEN,
            OfficerTask.told_on.is_(None),
            OfficerTask.officer_id.is_not(None),
        )
        .order_by(OfficerTask.id)
        .with_for_update(skip_locked=True)
    ).all()
    if not tasks:
        return 0
    try:
        desk.calendars.area.is_school_day(desk.as_of)
    except CalendarExhausted as error:
        desk.failed_checks.append(f"{len(tasks)} tasks wait to be told to their officers: {error}.")
        return 0
    officers = people.by_id(desk.session, {task.officer_id for task in tasks if task.officer_id}, desk.as_of)
    for task in tasks:
        task.told_on = desk.as_of
        letters.tell_officer(desk, task, officers.get(task.officer_id or 0))
    return len(tasks)


def _may_write_today(desk: Desk, notices: list[Notice]) -> bool:
    """A notice was given its day by its recipient's own calendar.

    One that is late waits for a school day of the area.
    """
    if any(notice.day == desk.as_of for notice in notices):
        return True
    try:
        return desk.calendars.area.is_school_day(desk.as_of)
    except CalendarExhausted as error:
        desk.failed_checks.append(f"{len(notices)} notices wait: {error}.")
        return False


def _keep(desk: Desk, drafts: list[tuple[Message, list[Notice]]]) -> int:
    """Write the messages, and with each what it says; how many.

    All at once; when another run has made somebody's mail of the day meanwhile, one by one, and what theirs was to say
    goes with the next school day's.
    """
    desk.session.flush()
    for (message, _), number in zip(drafts, numbers(desk.session, Message), strict=False):
        message.id = number
    try:
        with desk.session.begin_nested():
            desk.session.add_all(message for message, _ in drafts)
        kept = drafts
    except IntegrityError:
        kept = [one for one in drafts if _kept_alone(desk, one[0])]
    for message, notices in kept:
        for notice in notices:
            notice.state = NoticeState.COMPOSED
            notice.message_id = message.id
    return len(kept)


def _kept_alone(desk: Desk, message: Message) -> bool:
    try:
        with desk.session.begin_nested():
            desk.session.add(message)
    except IntegrityError:
        return False
    return True


def _draft(desk: Desk, person: Contact, notices: list[Notice], references: dict[int, str]) -> Message:
    told = merged([Told(notice.template, notice.context) for notice in notices])
    template, context = (told[0].template, told[0].context) if len(told) == 1 else _digest(desk, told)
    cases = list(dict.fromkeys(notice.commission_id for notice in notices if notice.commission_id is not None))
    kind = notices[0].kind
    key = (
        message_keys.reply_message(notices[0].id)
        if kind is MessageKind.REPLY
        else message_keys.scheduled_message(person.id, desk.as_of)
    )
    held = escalating.hold_of(desk, notices)
    return Message(
        kind=kind,
        template=template,
        contact_id=person.id,
        recipient=person.email,
        recipient_name=person.name,
        day=desk.as_of,
        commission_id=cases[0] if len(cases) == 1 else None,
        reference=_named([references[one] for one in cases]),
        context=context,
        header_id=message_keys.header_id(key, desk.council.mail_domain),
        created_at=desk.now,
        held_until=held,
        next_attempt_at=held,
        unsettled=0,  # said here, or the database would be asked for it row by row
    )


def _digest(desk: Desk, told: list[Told]) -> tuple[str, dict[str, object]]:
    contexts = [context_of(one.template, one.context) for one in told]
    head = replace(contexts[0].head, reference=_named([c.head.reference for c in contexts if c.head.reference]) or "")
    return letter_of(Digest(head=head, day=desk.as_of, items=tuple(digest_item(one) for one in contexts)))


def _named(references: list[str]) -> str | None:
    """The cases an e-mail is about, as they fit on a line."""
    different = list(dict.fromkeys(references))
    more = f" and {len(different) - REFERENCES_SHOWN} more" if len(different) > REFERENCES_SHOWN else ""
    return (", ".join(different[:REFERENCES_SHOWN]) + more) or None


def _references(desk: Desk, by_person: dict[int, list[Notice]]) -> dict[int, str]:
    ids = {n.commission_id for notices in by_person.values() for n in notices if n.commission_id is not None}
    found: dict[int, str] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), 500):
        chunk = ordered[start : start + 500]
        rows = desk.session.execute(sa.select(Commission.id, Commission.reference).where(Commission.id.in_(chunk)))
        found.update(rows.tuples().all())
    return found
