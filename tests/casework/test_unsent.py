"""An e-mail that never went, and whose words go with the next day's: told once, found where it names somebody."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import composing, outbox
from casework.redaction import redact
from mail.catalogue import letter_of
from mail.contexts import CasePaused
from mail.samples import SAMPLES
from models.commissions import Commission
from models.contacts import Contact
from models.messages import Message, MessageState, Notice, NoticeState, TakenBack
from queries.one_case import messages_of
from queries.outbox import Wanted, ids_matching, of_case_after
from rules.errors import Refused
from tests.casework.stages import active, gone
from tests.casework.world import SCHOOLS, START, desk_at, make_world
from tests.templates import World

DAY = START + timedelta(days=12)
NEXT = DAY + timedelta(days=1)
HEAD, READER = f"head@{SCHOOLS[0]}.example", "chair@board.example"


def tell(session: Session, case: Commission, key: str, reason: str) -> None:
    """Have the reader told something about a case, which names its head."""
    contact = session.scalars(sa.select(Contact).where(Contact.email == READER)).one()
    sample = SAMPLES["case-paused"]
    assert isinstance(sample, CasePaused)
    context = replace(sample, head=replace(sample.head, reference=case.reference), reason=reason)
    session.add(
        Notice(
            key=key,
            template="case-paused",
            contact_id=contact.id,
            commission_id=case.id,
            step=key,
            day=DAY if key != "new" else NEXT,
            context=letter_of(context)[1],
            created_at=desk_at(session, DAY).now,
        )
    )
    session.flush()


def to_reader(session: Session) -> list[Message]:
    session.expire_all()
    wanted = sa.select(Message).where(Message.recipient == READER, Message.day >= DAY)
    return list(session.scalars(wanted.order_by(Message.id)))


def _late(session: Session) -> tuple[int, int]:
    """Yesterday's digest about two cases has not gone; today's tells what it was to tell, and one thing more."""
    make_world(session)
    found = active(session), active(session, SCHOOLS[1])
    gone(session, DAY)
    name = session.scalars(sa.select(Contact).where(Contact.email == HEAD)).one().name
    tell(session, found[0], "one", f"{name} is away.")
    tell(session, found[1], "other", "A new building.")
    assert composing.compose(desk_at(session, DAY))
    tell(session, found[1], "new", "A new building.")
    assert composing.compose(desk_at(session, NEXT))
    return found[0].id, found[1].id


@pytest.fixture
def template_world() -> World:
    return _late


@pytest.fixture
def cases(session: Session, facts: tuple[int, int]) -> tuple[Commission, Commission]:
    return session.get_one(Commission, facts[0]), session.get_one(Commission, facts[1])


@pytest.mark.usefixtures("cases")
def test_it_is_not_tried_again_and_the_refusal_says_which_goes(session: Session) -> None:
    late, today = to_reader(session)
    assert late.state is MessageState.ABORTED
    with pytest.raises(Refused, match=f"Message {late.id} .* goes with message {today.id}"):
        outbox.send_again(session, today.id, late.id)
    assert [one.state for one in to_reader(session)] == [MessageState.ABORTED, MessageState.QUEUED]
    chosen = Wanted(states=("aborted",))
    assert late.id in ids_matching(session, chosen)
    assert late.id not in ids_matching(session, replace(chosen, own_words=True))


@pytest.mark.usefixtures("cases")
def test_the_refusal_says_how_what_it_was_to_say_stands(session: Session) -> None:
    late, _ = to_reader(session)
    for state, said in ((NoticeState.SKIPPED, "has been overtaken since"), (NoticeState.PENDING, "next e-mail")):
        carried = sa.select(TakenBack.notice_id).where(TakenBack.message_id == late.id)
        session.execute(sa.update(Notice).where(Notice.id.in_(carried)).values(state=state, message_id=None))
        with pytest.raises(Refused, match=said):
            outbox.send_again(session, late.id)


@pytest.mark.usefixtures("cases")
def test_the_one_that_goes_instead_may_be_stopped_and_tried_again(session: Session) -> None:
    _, today = to_reader(session)
    outbox.abort(session, today.id)
    outbox.send_again(session, today.id)
    assert to_reader(session)[1].state is MessageState.QUEUED


def test_it_stands_in_the_list_of_each_case(session: Session, cases: tuple[Commission, Commission]) -> None:
    late, today = to_reader(session)
    for case in cases:
        assert {late.id, today.id} <= {one.id for one in messages_of(session, case.id, 50)}
        assert {late.id, today.id} <= {one.id for one in of_case_after(session, case.reference, 0)}


@pytest.mark.usefixtures("cases")
def test_whom_it_names_is_taken_out_of_it(session: Session) -> None:
    name = session.scalars(sa.select(Contact).where(Contact.email == HEAD)).one().name
    assert all(name in str(one.context) for one in to_reader(session))
    redact(desk_at(session, NEXT), HEAD)
    assert not [one.id for one in to_reader(session) if name in str(one.context)]
