"""What follows from mail that comes back, on both databases: once, from a real return address only, never an answer."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import chasing, composing, returned_mail, rounds
from casework.returned_mail import NotYet
from config.settings import settings
from mail.return_addresses import return_address
from mail.returned import read
from models.commissions import Commission
from models.contacts import Contact, Role, Substitute
from models.events import Event
from models.links import Link
from models.messages import Message, MessageState, Notice
from models.officer_tasks import OfficerTask
from models.returned_mail import ReturnedMail, ReturnKind
from models.rounds import ImpactUpdate, UpdateParty, UpdateState
from queries import people
from queries.returned_mail import away, returned
from rules.errors import Refused
from tests.casework.stages import active, at_stage
from tests.casework.world import SCHOOLS, desk_at
from tests.mail.returned_samples import sample

ASKED = date(2025, 10, 10)
DAY = date(2025, 10, 13)
HEAD, DEPUTY = f"head@{SCHOOLS[0]}.example", f"deputy@{SCHOOLS[0]}.example"
K = ReturnKind


def asked(session: Session) -> Commission:
    """A case whose parties were asked for their updates by e-mails that were sent."""
    case = active(session)
    desk = desk_at(session, ASKED)
    for update in rounds.open_round(desk, case):
        chasing.chase(desk, update, chasing.recipients(desk, [case]))
    composing.compose(desk)
    session.execute(sa.update(Message).values(state=MessageState.SENT, sent_at=desk.now))
    return case


pytestmark = at_stage(asked)


class Post:
    """A case whose school was asked for its update by an e-mail that was sent; and what came back to it."""

    def __init__(self, session: Session, case: Commission) -> None:
        self.session = session
        self.case = case
        self.message = self.newest(HEAD)
        self.desk = desk_at(session, DAY)

    def newest(self, email: str) -> Message:
        return self.session.scalars(
            sa.select(Message).where(Message.recipient == email).order_by(Message.id.desc()).limit(1)
        ).one()

    def contact(self, email: str = HEAD) -> Contact:
        return self.session.scalars(sa.select(Contact).where(Contact.email == email)).one()

    def address(self, message: Message | None = None) -> str:
        found = settings()
        number = (message or self.message).id
        return return_address(number, local="board", domain=found.bounce_domain, key=found.link_key())

    def back(self, name: str, day: date = DAY, to: str | None = None, salt: str = "") -> ReturnKind | None:
        data = sample(name, to=to or self.address(), about=self.message.header_id, recipient=HEAD)
        if salt:
            data = data.replace(b"Message-ID: <", b"Message-ID: <" + salt.encode(), 1)
            data = data.replace(b"Message-Id: <", b"Message-Id: <" + salt.encode(), 1)
        kind = returned_mail.take(desk_at(self.session, day), read(data, day), [settings().link_key()])
        self.session.flush()
        self.session.expire_all()
        return kind

    def tasks(self, kind: str) -> list[OfficerTask]:
        return list(self.session.scalars(sa.select(OfficerTask).where(OfficerTask.kind == kind)))

    def update(self) -> ImpactUpdate:
        wanted = sa.select(ImpactUpdate).where(ImpactUpdate.party == UpdateParty.SCHOOL)
        return self.session.scalars(wanted).one()


@pytest.fixture
def post(session: Session, case: Commission) -> Post:
    return Post(session, case)


one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HARD = ("postfix-unknown-user", "exim-report", "exchange-unknown-user", "gmail-unknown-user", "qmail-unknown-user")


@pytest.mark.parametrize("name", HARD[:1])
def test_a_hard_bounce_ends_an_address_and_the_stand_in_gets_what_did_not_arrive(post: Post, name: str) -> None:
    assert post.back(name) is K.HARD
    assert post.message.state is MessageState.BOUNCED
    assert post.contact().address_dead_at is not None
    (task,) = post.tasks("dead-address")
    assert task.commission_id == post.case.id
    assert "Dan Dean" in task.text
    assert people.at_schools(post.session, [post.case.urn], Role.HEAD, DAY)[post.case.urn].email == DEPUTY
    composing.compose(desk_at(post.session, DAY))
    passed = post.newest(DEPUTY)
    assert passed.state is MessageState.QUEUED
    assert passed.context["head"]["instead_of"].startswith("Priya Shah")
    link = post.session.get_one(Link, int(passed.context["url"].removeprefix("link:")))
    assert link.contact_id == post.contact(DEPUTY).id


@one_database
@pytest.mark.parametrize("name", HARD[1:])
def test_any_servers_way_of_saying_it_ends_an_address(post: Post, name: str) -> None:
    assert post.back(name) is K.HARD
    assert post.contact().address_dead_at is not None


@one_database
def test_the_designated_substitute_goes_before_the_deputy(post: Post) -> None:
    jo = Contact(email="jo@elsewhere.example", first_name="Jo", surname="Lane")
    post.session.add(jo)
    post.session.flush()
    post.session.add(Substitute(contact_id=post.contact().id, substitute_id=jo.id))
    post.back("postfix-unknown-user")
    composing.compose(desk_at(post.session, DAY))
    assert post.newest("jo@elsewhere.example").template == "impact-update-request"


def test_the_same_mail_twice_changes_nothing(post: Post) -> None:
    def everything() -> list[int]:
        tables = (ReturnedMail, OfficerTask, Notice, Message, Event, Link)
        return [post.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]

    post.back("postfix-unknown-user")
    post.back("gmail-vacation")
    before = everything()
    for day in (DAY, DAY + timedelta(days=1)):
        assert post.back("postfix-unknown-user", day) is None
        assert post.back("gmail-vacation", day) is None
    assert everything() == before


@one_database
@pytest.mark.parametrize("change", ["tag", "number", "none"])
def test_a_bounce_that_somebody_made_up_changes_nothing(post: Post, change: str) -> None:
    address = post.address()
    forged = {
        "tag": address.replace(address.split(".")[1][:3], "aaa"),
        "number": address.replace(f"+{post.message.id}.", f"+{post.message.id + 1}."),
        "none": "board@bounces.sib.example",
    }[change]
    assert post.back("postfix-unknown-user", to=forged) is K.HARD
    assert post.contact().address_dead_at is None
    assert post.message.state is MessageState.SENT
    assert post.tasks("dead-address") == []
    assert [line.person for line in returned(post.session)] == [""]


def test_soft_bounces_are_counted_by_days_up_to_the_limit(post: Post) -> None:
    for place in range(4):
        assert post.back("gmail-over-quota", DAY + timedelta(days=place), salt=f"a{place}") is K.SOFT
        assert post.back("gmail-over-quota", DAY + timedelta(days=place), salt=f"b{place}") is K.SOFT
        assert post.contact().address_dead_at is None
    post.back("gmail-over-quota", DAY + timedelta(days=4), salt="c")
    assert post.contact().address_dead_at is not None
    assert len(post.tasks("dead-address")) == 1


@one_database
def test_soft_bounces_of_long_ago_are_forgotten(post: Post) -> None:
    for place in range(7):
        post.back("gmail-over-quota", DAY + timedelta(days=20 * place), salt=f"a{place}")
    assert post.contact().address_dead_at is None


@one_database
def test_an_officer_revives_an_address(post: Post) -> None:
    for place in range(5):
        post.back("gmail-over-quota", DAY + timedelta(days=place), salt=f"a{place}")
    returned_mail.revive(post.desk, HEAD.upper())
    post.back("gmail-over-quota", DAY + timedelta(days=6), salt="b")
    assert post.contact().address_dead_at is None
    with pytest.raises(Refused, match="not taken for dead"):
        returned_mail.revive(post.desk, HEAD)
    with pytest.raises(Refused, match="Nobody"):
        returned_mail.revive(post.desk, "nobody@nowhere.example")


@one_database
def test_a_refusal_is_the_officers_and_the_address_lives(post: Post) -> None:
    post.back("exchange-refused-by-policy")
    assert post.back("exchange-refused-by-policy", salt="again") is K.REFUSED
    assert post.message.state is MessageState.BOUNCED
    assert post.contact().address_dead_at is None
    assert len(post.tasks("mail-refused")) == 1


@one_database
def test_a_report_on_the_way_changes_nothing(post: Post) -> None:
    assert post.back("postfix-delayed") is K.DELAYED
    assert post.back("read-receipt") is K.OTHER
    assert post.message.state is MessageState.SENT
    assert post.contact().address_dead_at is None


@pytest.mark.parametrize(
    "name", ["exchange-automatic-reply", "gmail-vacation", "a-persons-reply", "automatic-reply-left"]
)
@one_database
def test_an_absence_is_shown_and_is_no_answer(post: Post, name: str) -> None:
    messages = post.session.scalar(sa.select(sa.func.count()).select_from(Message))
    post.back(name)
    update = post.update()
    assert update.state is UpdateState.AWAITED
    assert update.answered_at is None
    assert post.message.state is MessageState.SENT
    assert post.session.scalar(sa.select(sa.func.count()).select_from(Message)) == messages  # nobody was written to
    (line,) = returned(post.session)
    assert line.person.startswith("Priya Shah")


def test_an_absence_stands_in_the_timeline_once(post: Post) -> None:
    for salt in ("", "a", "b"):
        post.back("gmail-vacation", salt=salt)
    events = list(post.session.scalars(sa.select(Event).where(Event.kind == "absence-noticed")))
    assert [event.reason.rpartition("until ")[2] for event in events] == ["1 September 2027."]
    assert "Shah" not in events[0].reason
    assert away(post.session, DAY) == {post.contact().id: date(2027, 9, 1)}
    assert away(post.session, date(2027, 9, 1)) == {}


@one_database
def test_somebody_who_has_left_is_the_officers_to_replace(post: Post) -> None:
    assert post.back("automatic-reply-left") is K.LEFT
    assert "Jo Lane" in post.tasks("contact-left")[0].text


@one_database
def test_an_absence_told_to_another_address_is_noticed_by_its_references(post: Post) -> None:
    assert post.back("gmail-vacation", to="board@council.example") is K.ABSENCE
    assert returned(post.session)[0].message == post.message.id


@one_database
def test_what_comes_back_to_an_officer_is_not_mailed_to_that_officer(post: Post) -> None:
    officer = post.session.get_one(Contact, post.case.officer_id or post.contact("sam.hallett@council.example").id)
    post.case.officer_id = officer.id
    post.message.contact_id, post.message.recipient = officer.id, officer.email
    post.session.flush()
    post.back("exchange-refused-by-policy")
    assert post.tasks("mail-refused")[0].told_on is not None


@one_database
def test_a_bounce_of_a_message_that_is_being_sent_waits(post: Post) -> None:
    post.session.execute(sa.update(Message).values(state=MessageState.SENDING, sent_at=None))
    with pytest.raises(NotYet):
        post.back("postfix-unknown-user")
    assert returned(post.session) == []


@one_database
def test_what_waited_for_a_dead_address_goes_to_the_stand_in(post: Post) -> None:
    """The nudge was told to the head, and before it was made into an e-mail the address died."""
    desk = desk_at(post.session, post.update().due_on - timedelta(days=3))
    chasing.chase(desk, post.update(), chasing.recipients(desk, [post.case]))
    post.contact().address_dead_at = desk.now
    composing.compose(desk)
    composing.compose(desk)
    assert post.newest(DEPUTY).template == "impact-update-nudge"
    assert post.newest(HEAD).id == post.message.id


@one_database
def test_nothing_is_passed_on_once_it_is_answered(post: Post) -> None:
    post.update().state = UpdateState.CANCELLED
    post.session.flush()
    post.back("postfix-unknown-user")
    assert not composing.compose(desk_at(post.session, DAY), [post.contact(DEPUTY).id])
