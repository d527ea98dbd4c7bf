"""People change in the middle of a round: a new head, a substitute, a deputy; and one e-mail a day whoever races."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import answers, chasing, composing, leavers, links, rounds
from config.database import session_factory
from feeds.rows import ContactRow
from intake.people import write_contacts
from mail.catalogue import letter_of
from mail.samples import SAMPLES
from models.contacts import Contact, ContactRole, Substitute
from models.links import Link
from models.messages import Message, MessageKind, MessageState, Notice, NoticeState
from models.rounds import ImpactUpdate, UpdateParty
from rules.errors import Refused
from tests.casework.stages import active, gone
from tests.casework.world import SCHOOLS, desk_at

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ASKED = date(2025, 10, 10)
HEAD, DEPUTY, NEW = f"head@{SCHOOLS[0]}.example", f"deputy@{SCHOOLS[0]}.example", "new.head@school.example"


class School:
    """One school in a round; `do` is a day of the tick for it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.case = active(session)
        desk = desk_at(session, ASKED)
        rounds.open_round(desk, self.case)
        session.flush()
        gone(session, ASKED)
        self.update = session.scalars(sa.select(ImpactUpdate).where(ImpactUpdate.party == UpdateParty.SCHOOL)).one()
        self.do(ASKED)

    def do(self, day: date, *, sent: bool = True) -> None:
        """`sent`: all that was made before has been sent."""
        if sent:
            gone(self.session, day)
        desk = desk_at(self.session, day)
        leavers.close_links(desk)
        chasing.chase(desk, self.update, chasing.recipients(desk, [self.case]))
        composing.compose(desk)
        self.session.flush()
        self.session.expire_all()

    def contact(self, email: str) -> Contact:
        return self.session.scalars(sa.select(Contact).where(Contact.email == email)).one()

    def told(self, day: date) -> list[str]:
        wanted = sa.select(Message.recipient).where(Message.day == day, Message.template.like("impact-update%"))
        return sorted(self.session.scalars(wanted))

    def link(self, email: str) -> Link:
        wanted = sa.select(Link).where(Link.contact_id == self.contact(email).id, Link.purpose == "update")
        return self.session.scalars(wanted).one()

    def answer(self, email: str, day: date) -> None:
        desk = desk_at(self.session, day)
        figures = [{"measure": m.id, "no_change": True} for m in self._measures()]
        answers.answer(desk, links.token_of(self.link(email).nonce, desk.link_key), {"figures": figures, "name": "X Y"})

    def _measures(self) -> list[sa.Row[tuple[int]]]:
        from models.plans import Plan, PlanMeasure

        wanted = sa.select(PlanMeasure.id).join(Plan).where(Plan.commission_id == self.case.id)
        return list(self.session.execute(wanted).all())


@pytest.fixture
def school(session: Session) -> School:
    return School(session)


def new_head(school: School, starts_on: date) -> None:
    """The council's list names a new head from a day."""
    row = ContactRow(
        email=NEW,
        title=None,
        first_name="Nia",
        surname="Newman",
        phone=None,
        role="head",
        urn=school.case.urn,
        provider_code=None,
        starts_on=starts_on,
        ends_on=None,
        substitute_email=None,
    )
    write_contacts(school.session, [row])
    school.session.flush()


def test_a_new_head_gets_the_next_rung_and_the_old_ones_link_is_closed(school: School) -> None:
    nudge = _nudge(school)
    new_head(school, nudge)
    school.do(nudge - timedelta(days=1))
    assert school.link(HEAD).revoked_at is None  # still the head today
    school.do(nudge)
    assert school.told(nudge) == [NEW]
    assert school.link(HEAD).revoked_at is not None
    assert school.link(NEW).revoked_at is None
    with pytest.raises(Refused):
        school.answer(HEAD, nudge)


@one_database
def test_a_new_head_before_the_day_changes_nothing(school: School) -> None:
    nudge = _nudge(school)
    new_head(school, nudge + timedelta(days=1))
    school.do(nudge)
    assert school.told(nudge) == [HEAD]
    assert school.link(HEAD).revoked_at is None


@one_database
def test_one_who_becomes_the_deputy_keeps_the_link(school: School) -> None:
    nudge = _nudge(school)
    new_head(school, nudge)
    head = school.contact(HEAD)
    school.session.add(ContactRole(contact_id=head.id, role="deputy", urn=school.case.urn, starts_on=nudge))
    school.do(nudge)
    assert school.link(HEAD).revoked_at is None


@one_database
def test_one_who_has_left_and_stands_in_keeps_the_link(school: School) -> None:
    nudge = _nudge(school)
    new_head(school, nudge)
    school.session.add(
        Substitute(
            contact_id=school.contact(NEW).id,
            substitute_id=school.contact(HEAD).id,
            starts_on=nudge,
            ends_on=nudge + timedelta(days=9),
        )
    )
    school.do(nudge)
    assert school.told(nudge) == [HEAD]
    assert school.link(HEAD).revoked_at is None


@one_database
def test_a_substitute_is_written_to_from_the_day_until_the_return(school: School) -> None:
    nudge = _nudge(school)
    head, jo = school.contact(HEAD), Contact(email="jo@x.example", first_name="Jo", surname="Lane")
    school.session.add(jo)
    school.session.flush()
    school.session.add(Substitute(contact_id=head.id, substitute_id=jo.id, starts_on=nudge, ends_on=nudge))
    school.do(nudge)
    assert school.told(nudge) == ["jo@x.example"]
    message = school.session.scalars(sa.select(Message).where(Message.recipient == "jo@x.example")).one()
    assert message.context["head"]["instead_of"].startswith("Priya Shah")
    reminder = desk_at(school.session, nudge).calendar(school.case).add(school.update.due_on, 1)
    school.do(reminder)
    assert school.told(reminder) == [HEAD]


@one_database
def test_the_deputy_is_written_to_when_nobody_is_head(school: School) -> None:
    nudge = _nudge(school)
    role = school.session.scalars(sa.select(ContactRole).where(ContactRole.contact_id == school.contact(HEAD).id)).one()
    role.ends_on = nudge - timedelta(days=1)
    school.session.flush()
    school.do(nudge)
    assert school.told(nudge) == [DEPUTY]


def _nudge(school: School) -> date:
    return desk_at(school.session, ASKED).calendar(school.case).add(school.update.due_on, -3)


# ---------------------------------------------------------------- one e-mail a person and day


def test_one_email_a_person_and_day_even_when_runs_race(engine: Engine) -> None:
    """Six runs make e-mails of the same people's notices at once, and tell them more meanwhile: nobody gets two on the
    day, and nothing is lost.
    """
    with session_factory(engine).begin() as session:
        contacts = list(session.scalars(sa.select(Contact.id).order_by(Contact.id)))

    def tell(run: int) -> None:
        context = letter_of(SAMPLES["case-paused"])[1]
        with session_factory(engine).begin() as session:
            for contact in contacts:
                session.add(
                    Notice(
                        key=f"race:{run}:to:{contact}",
                        template="case-paused",
                        contact_id=contact,
                        step="paused",
                        day=ASKED,
                        context=context,
                        created_at=desk_at(session, ASKED).now,
                    )
                )
        with session_factory(engine).begin() as session:
            composing.compose(desk_at(session, ASKED), contacts)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tell, range(6)))
    with session_factory(engine)() as session:
        wanted = sa.select(Message.contact_id).where(Message.day == ASKED, Message.kind == MessageKind.SCHEDULED)
        assert sorted(session.scalars(wanted)) == contacts
        notices = list(session.scalars(sa.select(Notice)))
        assert len(notices) == 6 * len(contacts)
        assert {notice.state for notice in notices} <= {NoticeState.COMPOSED, NoticeState.PENDING}
        composed = [notice for notice in notices if notice.state is NoticeState.COMPOSED]
        assert all(notice.message_id for notice in composed)
    next_day = ASKED + timedelta(days=3)  # Monday
    with session_factory(engine).begin() as session:
        composing.compose(desk_at(session, next_day), contacts)
    with session_factory(engine)() as session:
        left = sa.select(sa.func.count()).select_from(Notice).where(Notice.state == NoticeState.PENDING)
        assert session.scalar(left) == 0


@one_database
def test_what_never_went_goes_with_the_days_email(school: School) -> None:
    """The mail server has been away since the request: the nudge alone is sent, with what else was not told."""
    session, head = school.session, school.contact(HEAD)
    template, context = letter_of(SAMPLES["case-paused"])
    other = {"template": template, "contact_id": head.id, "step": "paused", "context": context}
    session.add(Notice(key="other", day=ASKED, created_at=desk_at(session, ASKED).now, **other))
    session.flush()
    before = session.scalars(sa.select(Message).where(Message.recipient == HEAD, Message.day == ASKED)).one()
    nudge = _nudge(school)
    school.do(nudge, sent=False)
    assert before.state is MessageState.ABORTED
    digest = session.scalars(sa.select(Message).where(Message.recipient == HEAD, Message.day == nudge)).one()
    assert digest.template == "digest"
    wanted = sa.select(Notice.step, Notice.state).where(Notice.contact_id == head.id, Notice.day >= ASKED)
    states = dict(session.execute(wanted).tuples().all())
    assert states == {
        "request": NoticeState.SKIPPED,
        "nudge": NoticeState.COMPOSED,
        "paused": NoticeState.COMPOSED,
    }


@one_database
@pytest.mark.parametrize("fate", ["leased", "may have arrived", "sent"])
def test_what_a_worker_has_or_had_stays_an_email_of_its_own(school: School, fate: str) -> None:
    wanted = sa.select(Message).where(Message.recipient == HEAD, Message.day == ASKED)
    before = school.session.scalars(wanted).one()
    nudge = _nudge(school)
    now = desk_at(school.session, nudge).now
    if fate == "leased":
        before.leased_by, before.lease_until = "a worker", now + timedelta(minutes=1)
    elif fate == "sent":
        before.state, before.sent_at = MessageState.SENT, now
    else:
        before.unsettled = 1
    state = before.state
    school.session.flush()
    school.do(nudge, sent=False)
    assert before.state is state
    assert school.told(nudge) == [HEAD]
