"""Telling officers, once a day, which e-mails did not arrive or may not have."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from casework import letters, notices
from casework.desk import Desk
from casework.notices import Letter, Subject
from mail.board_contexts import DeliveryLine, DeliveryProblems
from mail.catalogue import letter_of
from models.commissions import Commission
from models.contacts import Role
from models.messages import Message, MessageState
from queries import people
from queries.people import Person
from rules.half_terms import CalendarExhausted
from rules.message_states import PROBLEMS

AT_MOST = 40
"""Lines in one e-mail; how many more there are stands in the last."""


def tell(desk: Desk) -> int:
    """One e-mail to each officer about the messages of their cases that are in trouble; how many messages.

    What belongs to no officer goes to all of them. An officer who has been told today hears the rest on the next
    school day. E-mails about delivery problems are not reported by one: their own failing would have no end.
    """
    waiting = desk.session.execute(
        sa.select(Message, Commission.officer_id)
        .outerjoin(Commission, Commission.id == Message.commission_id)
        .where(
            Message.state.in_(PROBLEMS),
            Message.told_on.is_(None),
            Message.template != DeliveryProblems.template,
        )
        .order_by(Message.id)
    ).all()
    if not waiting:
        return 0
    try:
        desk.calendars.area.is_school_day(desk.as_of)
    except CalendarExhausted as error:
        desk.failed_checks.append(f"{len(waiting)} delivery problems wait to be told: {error}.")
        return 0
    everybody = people.with_role(desk.session, Role.OFFICER, desk.as_of)
    known = people.by_id(desk.session, {officer for _, officer in waiting if officer is not None}, desk.as_of)
    to: dict[int, Person] = {}
    told: dict[int, list[Message]] = defaultdict(list)
    for message, officer_id in waiting:
        own = known.get(officer_id) if officer_id is not None else None
        for person in (own,) if own is not None else everybody:
            to[person.contact_id] = person
            told[person.contact_id].append(message)
    done: set[int] = set()
    for contact_id, messages in told.items():
        if _write(desk, to[contact_id], messages):
            done |= {message.id for message in messages}
    desk.session.flush()
    desk.session.execute(
        sa.update(Message)
        .where(Message.id.in_(sorted(done)))
        .values(told_on=desk.as_of)
        .execution_options(synchronize_session=False)
    )
    return len(done)


def _write(desk: Desk, person: Person, messages: Sequence[Message]) -> bool:
    def write(to: Person) -> Letter:
        template, values = letter_of(
            DeliveryProblems(
                head=letters.head(desk, None, to), lines=_lines(messages), url=f"{desk.council.base_url}/outbox"
            )
        )
        return Letter(template, values)

    made = notices.tell(
        desk,
        person,
        Subject("delivery-problems", desk.as_of.toordinal()),
        "told",
        write,
        commission=None,
        calendar=desk.calendars.area,
    )
    return made is not None


def _lines(messages: Sequence[Message]) -> tuple[DeliveryLine, ...]:
    lines = [_line(message) for message in messages[:AT_MOST]]
    more = len(messages) - len(lines)
    if more:
        lines.append(DeliveryLine("", "", "", f"{more} more e-mails", "The outbox lists them."))
    return tuple(lines)


def _line(message: Message) -> DeliveryLine:
    said = {
        MessageState.UNKNOWN: "Nobody can say whether it arrived: the connection ended before the answer.",
        MessageState.BOUNCED: f"It came back. {_answer(message)}",
    }.get(message.state, f"It could not be delivered. {_answer(message)}")
    return DeliveryLine(
        reference=message.reference or "",
        person=message.recipient_name,
        address=message.recipient,
        about=message.template.replace("-", " ").capitalize(),
        said=said.strip(),
    )


def _answer(message: Message) -> str:
    said = (message.response or "").partition(": ")[2].strip()
    return f"What was said: {said[:200]}" if said else ""
