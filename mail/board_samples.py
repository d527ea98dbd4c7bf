"""The invented examples of the Board's letters, of an officer's own and of the referral's draft."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from mail import board_contexts as b
from mail.contexts import Context
from mail.invitation import calendar_text
from mail.sample_people import HEAD, MEMBER, OWN, URL

_MEETING = date(2026, 11, 25)
_AGENDA = (
    "Three priorities to confirm, from the results of 2025-26",
    "Two decisions under delegated authority to ratify",
    "Impact updates: five overdue",
)
_CALENDAR = calendar_text(
    uid="meeting-2026-27-2@sib.council.example",
    sequence=0,
    title="School Improvement Board: autumn 2 meeting",
    starts_at=datetime(2026, 11, 25, 16, tzinfo=UTC),
    minutes=120,
    place="Committee Room 2, County Hall",
    organiser=("Wessex Council, School Improvement", "school-improvement@council.example"),
    attendee=("Ruth Okafor", "ruth.okafor@heads.example"),
    stamped_at=datetime(2026, 11, 4, 8, tzinfo=UTC),
)

BOARD_EXAMPLES: tuple[Context, ...] = (
    b.BoardInvitation(
        head=MEMBER,
        meeting="autumn 2 meeting",
        day=_MEETING,
        starts_at=time(16),
        ends_at=time(18),
        place="Committee Room 2, County Hall",
        agenda=_AGENDA,
        calendar=_CALENDAR,
        substitute="Tom Adeyemi",
        url=URL.replace("/r/", "/m/"),
    ),
    b.BoardPackReady(
        head=MEMBER,
        meeting="autumn 2 meeting",
        day=_MEETING,
        starts_at=time(16),
        place="Committee Room 2, County Hall",
        agenda=_AGENDA,
        url="https://support.council.example/board/2026-27/2",
    ),
    b.MissedTwoMeetings(
        head=replace(MEMBER, recipient="Helen Frost"),
        chair="Ines Clark",
        group="Wessex Primary Heads",
        member="Ruth Okafor",
        missed=(date(2026, 9, 16), date(2026, 10, 14)),
        next_meeting=_MEETING,
    ),
    b.LetterToSend(
        head=replace(MEMBER, recipient="Ines Clark"),
        group="Wessex Primary Heads",
        member="Ruth Okafor",
        missed=(date(2026, 9, 16), date(2026, 10, 14)),
        url=URL.replace("/r/", "/l/"),
    ),
    b.MinutesPublished(
        head=replace(MEMBER, recipient="Alex Marsh"),
        meeting="autumn 2 meeting",
        day=_MEETING,
        version=1,
        decisions=(
            "Support in mathematics for three schools was agreed.",
            "Two decisions under delegated authority were ratified.",
        ),
        url="https://support.council.example/minutes/2026-27/2",
        unsubscribe_url="https://support.council.example/stop/Zm9yIHRoZSBleGFtcGxlcyE",
    ),
    b.DecisionRecorded(
        head=replace(MEMBER, reference="SIB-2026-014"),
        about="support in mathematics for St Mary’s Primary School",
        decision="Confirmed as a priority",
        decided_on=_MEETING,
        decided_by="the Board",
        votes="8 for, none against, 1 with a conflict of interest",
        follows="the school is offered support and has until 9 December 2026 to answer",
    ),
    b.DeliveryProblems(
        head=OWN,
        lines=(
            b.DeliveryLine(
                "SIB-2026-014",
                "Alex Marsh",
                "head@st-marys.example",
                "Impact update due Friday 20 November: St Mary’s Primary School",
                "there is no such address. Jo Lane, the deputy, gets the next one.",
            ),
            b.DeliveryLine(
                "SIB-2026-009",
                "Priya Shah",
                "office@hazelbury.example",
                "Support offered in reading: Hazelbury First School",
                "the mailbox has been full since 9 November 2026.",
            ),
        ),
        url="https://support.council.example/outbox",
    ),
    b.SignInLink(head=OWN, asked_at=time(10, 42), valid_minutes=15, url=f"{URL.replace('/r/', '/sign-in/')}"),
    b.ReferralToRegionalDirector(
        head=replace(HEAD, recipient="Regional Director"),
        school="Hazelbury Academy",
        urn=137482,
        school_type="Academy converter",
        trust="Blackmore Learning Trust",
        theme="Mathematics",
        evidence=(
            "In 2025-26, 31% of 58 pupils reached the expected standard in maths, against 73% nationally. "
            "Three years together lie far below what chance would explain in a school of this size."
        ),
        offered_on=date(2026, 9, 18),
        because="the school opted out on 24 September 2026",
    ),
)
