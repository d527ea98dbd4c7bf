"""What is not kept any longer than it is needed: each class of record, when its time is over (`rules/retention.py`).

Every step works on a bounded batch and says how many it found: called again until there are none.
"""

from collections.abc import Callable
from datetime import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from casework.desk import Desk
from casework.redaction import GONE, redact, replace, rewrite_events
from config import clock
from migrations.append_only import lifted
from models.base import Base
from models.commissions import Commission, Offer
from models.contacts import Contact, ContactRole
from models.imports import ImportRun
from models.links import Link
from models.messages import Message, MessageState, Notice, NoticeState
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.plans import Plan
from models.read_log import CaseRead
from models.rounds import ImpactUpdate
from models.run_requests import RunRequest, RunRequestCase
from models.runs import RunReport
from models.sign_in import StaffSession
from queries.person_records import of_cases
from rules.retention import Retention, before

BATCH = 500
EMPTIED = {"emptied": True}
SETTLED = (MessageState.SENT, MessageState.FAILED, MessageState.BOUNCED, MessageState.ABORTED, MessageState.UNKNOWN)

Step = Callable[[Desk, Retention], int]


def mail(desk: Desk, kept: Retention) -> int:
    """What an old e-mail said and whom it went to; that it was sent, when and about which case stays."""
    day = before(desk.as_of, kept.mail_days)
    old = [Message.day < day, Message.state.in_([*SETTLED, MessageState.WITHHELD]), Message.recipient_name != GONE]
    ids = _first(desk, Message.id, *old)
    for one in desk.session.scalars(sa.select(Message).where(Message.id.in_(ids))):
        one.recipient, one.recipient_name = f"removed-{one.id}@removed.invalid", GONE
        one.context, one.response = EMPTIED, None
    notices = _first(desk, Notice.id, Notice.day < day, Notice.state != NoticeState.PENDING, _full(Notice.context))
    desk.session.execute(sa.update(Notice).where(Notice.id.in_(notices)).values(context=EMPTIED))
    return len(ids) + len(notices)


def links(desk: Desk, kept: Retention) -> int:
    """Links that opened for the last time long ago."""
    day = before(desk.as_of, kept.link_days)
    closed = clock.at(day, time.min)
    return _remove(desk, Link, Link.id, sa.or_(Link.expires_on < day, Link.revoked_at < closed))


def runs(desk: Desk, kept: Retention) -> int:
    """Reports of old runs, but for each flow's newest: by that its next one is missed."""
    newest = sa.select(sa.func.max(RunReport.id)).group_by(RunReport.flow)
    old = RunReport.as_of < before(desk.as_of, kept.run_days)
    return _remove(desk, RunReport, RunReport.id, old, RunReport.id.not_in(newest))


def sessions(desk: Desk, kept: Retention) -> int:
    """Who was signed in when, long after it ended."""
    moment = clock.at(before(desk.as_of, kept.session_days), time.min)
    over = sa.or_(StaffSession.expires_at < moment, StaffSession.revoked_at < moment)
    return _remove(desk, StaffSession, StaffSession.id, over)


def requests(desk: Desk, kept: Retention) -> int:
    """Runs that people asked for, long after they ended; what they did is in the cases' own timelines."""
    moment = clock.at(before(desk.as_of, kept.run_days), time.min)
    ids = _first(desk, RunRequest.id, RunRequest.finished_at < moment)
    desk.session.execute(sa.delete(RunRequestCase).where(RunRequestCase.run_request_id.in_(ids)))
    desk.session.execute(sa.delete(RunRequest).where(RunRequest.id.in_(ids)))
    return len(ids)


def readings(desk: Desk, kept: Retention) -> int:
    """Who opened which case, long ago."""
    moment = clock.at(before(desk.as_of, kept.reading_days), time.min)
    if not _first(desk, CaseRead.id, CaseRead.at < moment):
        return 0
    with lifted(desk.session.connection(), "case_reads"):  # append-only for everybody else
        return _remove(desk, CaseRead, CaseRead.id, CaseRead.at < moment)


def tasks(desk: Desk, kept: Retention) -> int:
    """What officers have done, or what time has overtaken."""
    day = before(desk.as_of, kept.task_days)
    return _remove(
        desk, OfficerTask, OfficerTask.id, OfficerTask.state != OfficerTaskState.OPEN, OfficerTask.done_on < day
    )


def imports(desk: Desk, kept: Retention) -> int:
    """The rows that a report of an imported file quotes; that it was imported, when and with which hash stays."""
    moment = clock.at(before(desk.as_of, kept.import_days), time.min)
    ids = _first(desk, ImportRun.id, ImportRun.imported_at < moment, _full(ImportRun.report))
    desk.session.execute(sa.update(ImportRun).where(ImportRun.id.in_(ids)).values(report=EMPTIED))
    return len(ids)


def cases(desk: Desk, kept: Retention) -> int:
    """The people named in a case's words, long after it ended; what was done, decided, spent and reached stays."""
    day = before(desk.as_of, kept.case_days)
    named = sa.or_(
        sa.select(Offer.id).where(Offer.commission_id == Commission.id, Offer.answered_by != GONE).exists(),
        sa.select(Plan.id).where(Plan.commission_id == Commission.id, Plan.school_agreed_by != GONE).exists(),
        sa.select(ImpactUpdate.id)
        .where(ImpactUpdate.commission_id == Commission.id, ImpactUpdate.answered_by != GONE)
        .exists(),
    )
    ids = _first(desk, Commission.id, Commission.ended_on < day, named)
    for one in ids:
        _forget_names(desk, one)
    return len(ids)


def contacts(desk: Desk, kept: Retention) -> int:
    """People whose last role ended long ago, and who have no open case."""
    day = before(desk.as_of, kept.contact_days)
    latest = (
        sa.select(ContactRole.contact_id)
        .group_by(ContactRole.contact_id)
        .having(
            sa.func.sum(sa.case((ContactRole.ends_on.is_(None), 1), else_=0)) == 0,
            sa.func.max(ContactRole.ends_on) < day,
        )
    )
    busy = sa.select(Commission.officer_id).where(Commission.officer_id.is_not(None), Commission.ended_on.is_(None))
    waiting = sa.select(Message.contact_id).where(Message.state.in_([MessageState.QUEUED, MessageState.RETRY]))
    wanted: list[ColumnElement[bool]] = [
        Contact.id.in_(latest),
        Contact.id.not_in(busy),
        Contact.id.not_in(waiting),
        Contact.surname != GONE,
    ]
    emails = desk.session.scalars(sa.select(Contact.email).where(*wanted).order_by(Contact.id).limit(BATCH // 10)).all()
    for email in emails:
        redact(desk, email)
    return len(emails)


STEPS: dict[str, Step] = {
    "mail": mail,
    "links": links,
    "readings": readings,
    "sessions": sessions,
    "runs": runs,
    "requests": requests,
    "tasks": tasks,
    "imports": imports,
    "cases": cases,
    "contacts": contacts,
}


def _forget_names(desk: Desk, commission_id: int) -> None:
    """Replace whoever answered, agreed or was written to in one case, in every text of that case."""
    words: set[str] = set()
    for column in (Offer.answered_by, Plan.school_agreed_by, Plan.provider_agreed_by, ImpactUpdate.answered_by):
        owner = column.class_.commission_id
        words |= {name for name in desk.session.scalars(sa.select(column).where(owner == commission_id)) if name}
    people = sa.select(Contact).where(
        Contact.id.in_(sa.select(Link.contact_id).where(Link.commission_id == commission_id))
    )
    for person in desk.session.scalars(people):
        words |= {person.email, person.name}
    ordered = sorted(words - {GONE}, key=len, reverse=True)
    for table in Base.metadata.sorted_tables:
        mine = of_cases(table, frozenset({commission_id}))
        if mine is not None and table.name != "events":
            replace(desk, table, mine, ordered)
    rewrite_events(desk, Base.metadata.tables["events"].c.commission_id == commission_id, ordered)


def _full(column: sa.orm.InstrumentedAttribute[dict[str, Any]]) -> ColumnElement[bool]:
    """Not emptied before. As text, for SQLite and PostgreSQL disagree on what a JSON value that is not there is;
    with or without a space after the colon, for SQLite keeps what the writer of the JSON gave it.
    """
    return sa.cast(column, sa.Text).not_like('%"emptied":%true%')


def _first(desk: Desk, key: sa.orm.InstrumentedAttribute[int], *where: ColumnElement[bool]) -> list[int]:
    return list(desk.session.scalars(sa.select(key).where(*where).order_by(key).limit(BATCH)))


def _remove(desk: Desk, model: type[Base], key: sa.orm.InstrumentedAttribute[int], *where: ColumnElement[bool]) -> int:
    ids = _first(desk, key, *where)
    desk.session.execute(sa.delete(model).where(key.in_(ids)))
    return len(ids)
