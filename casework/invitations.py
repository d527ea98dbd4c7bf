"""Inviting to meetings: e-mails with an .ics file, its change and its cancellation; what people reply.

A meeting keeps its UID for life, and its SEQUENCE rises with every change (RFC 5545, 3.8.7.4; RFC 5546, 3.2).
"""

import sqlalchemy as sa

from casework import board_letters, events, links, notices
from casework.desk import Desk
from casework.notices import Subject
from models.board import BoardMember, Meeting, MeetingReply, MeetingState, ReplyChoice
from models.contacts import Contact
from models.links import LinkPurpose
from models.messages import Notice
from queries import people
from queries.board import code_of, members_on, substitutes_on
from rules.errors import Refused


def due(desk: Desk) -> list[Meeting]:
    """The planned meetings whose members are to be invited by this day."""
    area = desk.calendars.area
    upcoming = desk.session.scalars(
        sa.select(Meeting).where(Meeting.state == MeetingState.PLANNED, Meeting.day >= desk.as_of).order_by(Meeting.day)
    ).all()
    return [m for m in upcoming if area.between(desk.as_of, m.day) <= desk.policy.board.invite_days]


def invite(desk: Desk, meeting: Meeting) -> int:
    """Invite every member of the day of the meeting, once; how many invitations are new.

    Who joins later is invited by the next run.
    """
    asked = _invited(desk, meeting)
    new = [member for member in members_on(desk.session, meeting.day) if member.contact_id not in asked]
    return sum(
        _write(desk, meeting, member.contact_id, f"invited-{meeting.sequence}", "", member) is not None
        for member in new
    )


def tell_of_change(desk: Desk, meeting: Meeting, change: str) -> int:
    """Tell whoever was invited, members and those standing in, that it is `moved` or `cancelled`; how many."""
    members = {member.contact_id: member for member in members_on(desk.session, meeting.day)}
    asked = _invited(desk, meeting)
    for contact_id in sorted(asked):
        _write(desk, meeting, contact_id, f"{change}-{meeting.sequence}", change, members.get(contact_id))
    return len(asked)


def reply(
    desk: Desk,
    meeting: Meeting,
    member: BoardMember,
    choice: ReplyChoice,
    *,
    substitute: Contact | None = None,
    note: str = "",
    by: str,
) -> MeetingReply:
    """Keep what a member answers; the latest answer counts. A substitute is invited in turn.

    Raises:
        Refused: the meeting was held or cancelled, the person is no member then, or is not stood in for by that person.
    """
    if meeting.state is not MeetingState.PLANNED or desk.as_of > meeting.day:
        raise Refused(f"The meeting of {meeting.day.isoformat()} can no longer be answered.")
    if member.id not in {one.id for one in members_on(desk.session, meeting.day)}:
        raise Refused("This person is no member of the Board on the day of the meeting.")
    standing_in = check_substitute(desk, meeting, member, substitute) if choice is ReplyChoice.SUBSTITUTE else None
    found = desk.session.scalars(
        sa.select(MeetingReply).where(MeetingReply.meeting_id == meeting.id, MeetingReply.member_id == member.id)
    ).one_or_none()
    if found is None:
        found = MeetingReply(meeting_id=meeting.id, member_id=member.id)
        desk.session.add(found)
    found.choice, found.substitute_id = choice, standing_in.id if standing_in else None
    found.note, found.replied_at, found.replied_by = note, desk.now, by
    desk.session.flush()
    events.record_of(desk, "board", "meeting-replied", choice.value, {"meeting": meeting.id, "member": member.id})
    if standing_in is not None and standing_in.id not in _invited(desk, meeting):
        _write(desk, meeting, standing_in.id, f"invited-{meeting.sequence}", "", None)
    return found


def check_substitute(desk: Desk, meeting: Meeting, member: BoardMember, substitute: Contact | None) -> Contact:
    """The substitute, if designated for the member on the day of the meeting [ToR]; the only one when none is named.

    Raises:
        Refused: there is none, there are several, or it is somebody else.
    """
    designated = substitutes_on(desk.session, meeting.day).get(member.id, [])
    if substitute is None and len(designated) == 1:
        return designated[0]
    if substitute is None:
        has = "several designated substitutes: name one" if designated else "no designated substitute"
        raise Refused(f"{member.contact.name} has {has}.")
    if substitute.id not in {one.id for one in designated}:
        raise Refused(f"{substitute.name} is not the designated substitute of {member.contact.name}.")
    return substitute


def uid(desk: Desk, meeting: Meeting) -> str:
    """The UID of a meeting in everybody's calendar."""
    return f"meeting-{code_of(meeting).replace('/', '-')}@{desk.council.mail_domain}"


def _write(
    desk: Desk, meeting: Meeting, contact_id: int, step: str, change: str, member: BoardMember | None
) -> Notice | None:
    def write(person: people.Person) -> notices.Letter:
        url = ""
        if change != "cancelled" and member is not None:
            url = links.issue(
                desk,
                None,
                LinkPurpose.MEETING,
                subject_id=meeting.id,
                contact_id=contact_id,
                last_day=meeting.day,
            )
        return board_letters.invitation(
            desk, meeting, person, uid=uid(desk, meeting), change=change, url=url, member=member
        )

    return notices.tell(
        desk,
        people.by_id(desk.session, [contact_id], desk.as_of).get(contact_id),
        Subject("meeting", meeting.id),
        step,
        write,
        commission=None,
        calendar=desk.calendars.area,
    )


def _invited(desk: Desk, meeting: Meeting) -> set[int]:
    """The contacts who have an invitation to a meeting, in whatever version."""
    desk.session.flush()
    return set(
        desk.session.scalars(
            sa.select(Notice.contact_id).where(
                Notice.key.like(f"meeting:{meeting.id}:invited-%"), Notice.template == board_letters.INVITATION
            )
        )
    )
