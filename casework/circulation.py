"""Sending published minutes round the school networks [ToR], to whoever is on the list and has not said stop."""

from functools import partial

import sqlalchemy as sa

from casework import board_letters, links, notices
from casework.desk import Desk
from casework.minutes_text import decision_lines
from casework.notices import Subject
from models.board import Meeting, Minutes, MinutesState
from models.board_papers import Circulation, MinutesSubscription
from models.contacts import Contact, Role
from models.links import LinkPurpose
from queries import people
from queries.board import code_of


def subscribe(desk: Desk, contact: Contact, network: str) -> MinutesSubscription | None:
    """Put somebody of a school network on the list; None when they are there, or have said stop: that stays."""
    known = desk.session.scalar(
        sa.select(MinutesSubscription.id).where(MinutesSubscription.contact_id == contact.id).limit(1)
    )
    if known is not None:
        return None
    made = MinutesSubscription(contact_id=contact.id, network=network, starts_on=desk.as_of)
    desk.session.add(made)
    desk.session.flush()
    return made


def subscribe_networks(desk: Desk) -> int:
    """Put every head and every provider's lead on the list who is not there and has not said stop; how many."""
    count = 0
    for role, network in ((Role.HEAD, "schools"), (Role.PROVIDER_LEAD, "providers")):
        for contact in people.holders(desk.session, role, desk.as_of):
            count += subscribe(desk, contact, network) is not None
    return count


def unsubscribe(desk: Desk, subscription_id: int) -> None:
    """Take somebody off the list, at once; what was about to be sent is not."""
    found = desk.session.get_one(MinutesSubscription, subscription_id)
    found.ends_on = found.ends_on or max(desk.as_of, found.starts_on)
    notices.cancel_of(desk, found.contact_id, "minutes-published", "Unsubscribed.")


def to_circulate(desk: Desk) -> list[Minutes]:
    """The newest published minutes of each meeting that have not been sent round."""
    newest = {
        minutes.meeting_id: minutes
        for minutes in desk.session.scalars(
            sa.select(Minutes)
            .where(Minutes.state == MinutesState.PUBLISHED)
            .order_by(Minutes.meeting_id, Minutes.version)
        )
    }
    sent = set(desk.session.scalars(sa.select(Circulation.minutes_id)))
    return [minutes for minutes in newest.values() if minutes.id not in sent]


def circulate(desk: Desk, minutes: Minutes) -> int:
    """Send published minutes to everybody on the list, once; how many."""
    meeting = desk.session.get_one(Meeting, minutes.meeting_id)
    decisions = tuple(decision_lines(desk, meeting))
    count = 0
    for subscription in desk.session.scalars(
        sa.select(MinutesSubscription).where(MinutesSubscription.ends_on.is_(None)).order_by(MinutesSubscription.id)
    ).all():
        stop = links.issue(
            desk,
            None,
            LinkPurpose.MINUTES,
            subject_id=subscription.id,
            contact_id=subscription.contact_id,
            last_day=desk.as_of.replace(year=desk.as_of.year + 5, day=1),
        )
        person = people.by_id(desk.session, [subscription.contact_id], desk.as_of).get(subscription.contact_id)
        if person is None:
            continue
        letter = board_letters.minutes_published(
            desk,
            meeting,
            person,
            version=minutes.version,
            decisions=decisions,
            url=f"{desk.council.base_url}/minutes/{code_of(meeting)}",
            stop=stop,
        )
        told = notices.tell(
            desk,
            person,
            Subject("minutes", minutes.id),
            "published",
            partial(_this, letter),
            commission=None,
            calendar=desk.calendars.area,
        )
        count += told is not None
    desk.session.add(Circulation(minutes_id=minutes.id, circulated_on=desk.as_of, subscribers=count))
    desk.session.flush()
    return count


def _this(letter: notices.Letter, _person: people.Person) -> notices.Letter:
    return letter
