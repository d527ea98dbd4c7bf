"""What the Board's pages show: an invitation, a letter that waits, minutes published, somebody on the list."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import circulation, composing, invitations, links, minutes, packs
from models.board import Meeting
from models.board_papers import MinutesSubscription
from models.links import Link, LinkPurpose
from tests.casework.board_world import add_board, held
from tests.casework.world import START, desk_at

AUTUMN_1, TODAY = date(2025, 10, 9), date(2025, 10, 10)


def prepare(session: Session) -> dict[str, str]:
    """Write the Board and what its links are about; the links."""
    board = add_board(session)
    held(session, board, START, absent=(board.members[0],))
    held(session, board, AUTUMN_1, absent=(board.members[0],))
    desk = desk_at(session, TODAY, "officer")
    review = session.scalars(sa.select(Meeting).where(Meeting.number == 0)).one()
    minutes.draft(desk, review)
    minutes.agree(desk, review, "the Board")
    minutes.publish(desk, review)
    circulation.subscribe_networks(desk)
    circulation.circulate(desk, circulation.to_circulate(desk)[0])
    invitations.invite(desk, session.scalars(sa.select(Meeting).where(Meeting.number == 2)).one())
    packs.make(desk, session.scalars(sa.select(Meeting).where(Meeting.number == 2)).one())
    composing.compose(desk)
    member = session.scalars(
        sa.select(Link).join(Link.contact).where(Link.purpose == LinkPurpose.MEETING).order_by(Link.id.desc())
    ).all()
    found = {link.contact.email: link for link in member}
    return {
        "invitation": f"/m/{links.token_of(found['member1@board.example'].nonce, desk.link_key)}",
        "letter": f"/l/{_token(session, LinkPurpose.GROUP_LETTER, desk.link_key)}",
        "papers": f"/b/{_token(session, LinkPurpose.PACK, desk.link_key)}",
        "stop": f"/stop/{_token(session, LinkPurpose.MINUTES, desk.link_key)}",
    }


def _token(session: Session, purpose: LinkPurpose, key: bytes) -> str:
    link = session.scalars(sa.select(Link).where(Link.purpose == purpose).order_by(Link.id).limit(1)).one()
    return links.token_of(link.nonce, key)


def on_the_list(session: Session) -> int:
    """How many are sent the minutes."""
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(MinutesSubscription).where(MinutesSubscription.ends_on.is_(None))
        )
        or 0
    )
