"""Sending published minutes round the school networks [ToR], to whoever is on the list and has not said stop."""

import sqlalchemy as sa

from casework import board_letters, notices
from casework.desk import Desk
from casework.links import Issuing
from casework.minutes_text import decision_lines
from models.board import Meeting, Minutes, MinutesState
from models.board_papers import Circulation, MinutesSubscription
from models.contacts import Contact, Role
from models.links import LinkPurpose
from models.messages import Notice
from queries import people
from queries.board import code_of
from queries.in_parts import in_parts
from rules import message_keys


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
    """Send published minutes to everybody on the list, once; how many. What it asks the database does not grow with the
    list, but by the hundreds of it."""
    meeting = desk.session.get_one(Meeting, minutes.meeting_id)
    decisions = tuple(decision_lines(desk, meeting))
    listed = desk.session.scalars(
        sa.select(MinutesSubscription).where(MinutesSubscription.ends_on.is_(None)).order_by(MinutesSubscription.id)
    ).all()
    reached = people.by_id(desk.session, [one.contact_id for one in listed], desk.as_of)
    keys = {
        one: message_keys.notice("minutes", minutes.id, "published", person.contact_id)
        for one, person in reached.items()
    }
    told = _told(desk, list(keys.values()))
    stops = Issuing(desk, LinkPurpose.MINUTES, [one.id for one in listed])
    last_day = desk.as_of.replace(year=desk.as_of.year + 5, day=1)
    day = desk.calendars.area.roll_forward(desk.as_of)
    queued = []
    for one in listed:
        person = reached.get(one.contact_id)
        if person is None or keys[one.contact_id] in told:
            continue
        told.add(keys[one.contact_id])
        letter = board_letters.minutes_published(
            desk,
            meeting,
            person,
            version=minutes.version,
            decisions=decisions,
            url=f"{desk.council.base_url}/minutes/{code_of(meeting)}",
            stop=stops.issue(None, subject_id=one.id, contact_id=one.contact_id, last_day=last_day),
        )
        queued.append(
            notices.pending(desk, keys[one.contact_id], letter, step="published", contact_id=person.contact_id, day=day)
        )
    stops.write()
    if queued:
        desk.session.execute(sa.insert(Notice), queued)
    desk.session.add(Circulation(minutes_id=minutes.id, circulated_on=desk.as_of, subscribers=len(queued)))
    desk.session.flush()
    return len(queued)


def _told(desk: Desk, keys: list[str]) -> set[str]:
    """Which of these notices there are already."""
    found: set[str] = set()
    for some in in_parts(keys):
        found |= set(desk.session.scalars(sa.select(Notice.key).where(Notice.key.in_(some))))
    return found
