"""The Board: groups that nominate, members and substitutes, meetings, attendance, decisions, votes, minutes [ToR]."""

import enum
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, ShortText, dated, str_enum
from models.contacts import Contact


class MemberKind(enum.StrEnum):
    CHAIR = "chair"
    MEMBER = "member"
    CO_OPTED = "co-opted"


class Presence(enum.StrEnum):
    PRESENT = "present"
    SUBSTITUTE = "substitute"
    APOLOGIES = "apologies"
    ABSENT = "absent"


class ReplyChoice(enum.StrEnum):
    """What a member says to an invitation."""

    COMING = "coming"
    SUBSTITUTE = "substitute"
    APOLOGIES = "apologies"


class GroupLetterState(enum.StrEnum):
    """The Chair sends a draft; one that a corrected attendance has made untrue is withdrawn."""

    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class MeetingState(enum.StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class DecisionState(enum.StrEnum):
    """A delegated decision is in force at once, and is ratified (or not) by the next meeting. A motion without its
    majority is lost.
    """

    DECIDED = "decided"
    LOST = "lost"
    DELEGATED = "delegated"
    RATIFIED = "ratified"
    REVERSED = "reversed"


class VoteChoice(enum.StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    CONFLICTED = "conflicted"


class MinutesState(enum.StrEnum):
    DRAFT = "draft"
    AGREED = "agreed"
    PUBLISHED = "published"


class NominatingGroup(Base):
    """`contact_id` is its correspondent: whom the Chair writes to about a member."""

    __tablename__ = "nominating_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))


class BoardMember(Base):
    """`stages` are the key stages of the member's expertise, divided by `;`."""

    __tablename__ = "board_members"
    __table_args__ = (dated(), sa.UniqueConstraint("contact_id", "kind", "starts_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nominating_groups.id"))
    kind: Mapped[MemberKind] = mapped_column(str_enum(MemberKind, "kind"))
    stages: Mapped[ShortText] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    contact: Mapped[Contact] = relationship()
    group: Mapped[NominatingGroup | None] = relationship()


class MemberInterest(Base):
    """A school, provider or trust that a member (or who stands in) is concerned with: no vote on what touches it."""

    __tablename__ = "member_interests"
    __table_args__ = (
        dated(),
        sa.CheckConstraint(
            "(urn IS NOT NULL AND provider_id IS NULL AND trust_uid IS NULL)"
            " OR (urn IS NULL AND provider_id IS NOT NULL AND trust_uid IS NULL)"
            " OR (urn IS NULL AND provider_id IS NULL AND trust_uid IS NOT NULL)",
            name="one_interest",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    urn: Mapped[int | None] = mapped_column(sa.ForeignKey("schools.urn"))
    provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("providers.id"))
    trust_uid: Mapped[str | None] = mapped_column(sa.ForeignKey("trusts.uid"))
    reason: Mapped[LongText]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class MemberSubstitute(Base):
    """Who is designated to stand in for a member, with the full vote."""

    __tablename__ = "member_substitutes"
    __table_args__ = (dated(), sa.UniqueConstraint("member_id", "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("board_members.id"), index=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Meeting(Base):
    """Seven an academic year: number 0 reviews results and confirms priorities, 1 to 6 one each half term.

    `sequence` rises each time that what stands in people's calendars changes (RFC 5545, 3.8.7.4).
    """

    __tablename__ = "meetings"
    __table_args__ = (
        sa.UniqueConstraint("academic_year", "number"),
        sa.CheckConstraint("number BETWEEN 0 AND 6", name="seven_a_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academic_year: Mapped[ShortText]
    number: Mapped[int]
    day: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[time] = mapped_column(default=time(16, 0))
    minutes_long: Mapped[int] = mapped_column(default=120)
    place: Mapped[ShortText] = mapped_column(default="")
    state: Mapped[MeetingState] = mapped_column(str_enum(MeetingState, "state"), default=MeetingState.PLANNED)
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled_because: Mapped[LongText | None]


class MeetingReply(Base):
    """What a member answered to an invitation, before the meeting; the latest answer counts."""

    __tablename__ = "meeting_replies"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "member_id"),
        sa.CheckConstraint("(choice = 'substitute') = (substitute_id IS NOT NULL)", name="substitute_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("board_members.id"), index=True)
    choice: Mapped[ReplyChoice] = mapped_column(str_enum(ReplyChoice, "choice"))
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    note: Mapped[LongText] = mapped_column(default="")
    replied_at: Mapped[datetime]
    replied_by: Mapped[ShortText]


class Attendance(Base):
    __tablename__ = "attendances"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("board_members.id"), index=True)
    presence: Mapped[Presence] = mapped_column(str_enum(Presence, "presence"))
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))


class GroupLetter(Base):
    """The Chair's letter to the group of a member who has missed two consecutive meetings [ToR]: one for each two."""

    __tablename__ = "group_letters"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "second_meeting_id"),
        sa.CheckConstraint("(state = 'sent') = (sent_on IS NOT NULL)", name="sent_when"),
        sa.CheckConstraint("sent_on IS NULL OR sent_on >= drafted_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("board_members.id"), index=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("nominating_groups.id"))
    first_meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    second_meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    state: Mapped[GroupLetterState] = mapped_column(str_enum(GroupLetterState, "state"), default=GroupLetterState.DRAFT)
    drafted_on: Mapped[date]
    sent_on: Mapped[date | None]
    sent_by: Mapped[ShortText | None]


class AgendaItem(Base):
    """What the next meeting has to look at. `key` keeps a matter from standing there twice."""

    __tablename__ = "agenda_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[ShortText]
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meetings.id"), index=True)
    raised_on: Mapped[date]
    settled_on: Mapped[date | None]
    text: Mapped[LongText]


class Decision(Base):
    """A decision moves cases: `meeting_id` is empty while a delegated one waits to be ratified, `settled_on` the day on
    which it was ratified or reversed.
    """

    __tablename__ = "decisions"
    __table_args__ = (sa.CheckConstraint("state = 'delegated' OR meeting_id IS NOT NULL", name="meeting_named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meetings.id"), index=True)
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    kind: Mapped[ShortText]
    state: Mapped[DecisionState] = mapped_column(str_enum(DecisionState, "state"))
    decided_on: Mapped[date]
    decided_by: Mapped[ShortText]
    text: Mapped[LongText]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("board_members.id"))
    seconder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("board_members.id"))
    settled_on: Mapped[date | None]


class Vote(Base):
    __tablename__ = "votes"
    __table_args__ = (sa.UniqueConstraint("decision_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("board_members.id"))
    choice: Mapped[VoteChoice] = mapped_column(str_enum(VoteChoice, "choice"))
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    conflict: Mapped[LongText | None]


class Minutes(Base):
    """A version of a meeting's minutes. Publishing freezes the row (a trigger in both databases refuses any change) and
    keeps the SHA-256 of its text; a correction is a new version, and says what was wrong.
    """

    __tablename__ = "minutes"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "version"),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    version: Mapped[int]
    state: Mapped[MinutesState] = mapped_column(str_enum(MinutesState, "state"), default=MinutesState.DRAFT)
    markdown: Mapped[LongText]
    sha256: Mapped[ShortText | None]
    published_at: Mapped[datetime | None]
    agreed_on: Mapped[date | None]
    agreed_by: Mapped[ShortText | None]
    correction: Mapped[LongText | None]
