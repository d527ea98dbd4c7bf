"""What the Board's letters, an officer's own and the referral's draft are given: plain values (see `mail.contexts`)."""

from dataclasses import dataclass
from datetime import date, time
from typing import ClassVar

from mail.contexts import Context


@dataclass(frozen=True, slots=True)
class _OfMeeting(Context):
    """`meeting` is its name in a sentence: `autumn 2 meeting`."""

    meeting: str
    day: date


@dataclass(frozen=True, slots=True)
class BoardInvitation(_OfMeeting):
    """`change` is empty, `moved` or `cancelled`. `substitute` names who is designated to stand in, if anybody is.

    `calendar` is the meeting as text of an .ics file (`mail.invitation`), which the e-mail carries beside its words;
    `url` is where the member says who comes, empty for who is told only.
    """

    template: ClassVar[str] = "board-invitation"
    starts_at: time
    ends_at: time
    place: str
    agenda: tuple[str, ...]
    calendar: str
    substitute: str = ""
    change: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class BoardPackReady(_OfMeeting):
    template: ClassVar[str] = "board-pack-ready"
    starts_at: time
    place: str
    agenda: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class MissedTwoMeetings(Context):
    """From the Chair to the group that nominated `member` [ToR]. `next_meeting` is empty when none is planned."""

    template: ClassVar[str] = "missed-two-meetings"
    chair: str
    group: str
    member: str
    missed: tuple[date, ...]
    next_meeting: date | None = None


@dataclass(frozen=True, slots=True)
class LetterToSend(Context):
    """To the Chair: the draft of a letter to a group waits; by the link it is read and sent."""

    template: ClassVar[str] = "letter-to-send"
    group: str
    member: str
    missed: tuple[date, ...]
    url: str


@dataclass(frozen=True, slots=True)
class MinutesPublished(_OfMeeting):
    """A subscription. `unsubscribe_url` is where mail programs end it with one click (RFC 8058); `version` 2 and more
    are corrections.
    """

    template: ClassVar[str] = "minutes-published"
    version: int
    decisions: tuple[str, ...]
    url: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class DecisionRecorded(Context):
    """`about` is what was decided on, `decision` what was decided; `ratify_on` is the meeting that a delegated decision
    is put to.
    """

    template: ClassVar[str] = "decision-recorded"
    about: str
    decision: str
    decided_on: date
    decided_by: str
    votes: str = ""
    follows: str = ""
    ratify_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """An e-mail that did not arrive: to whom, about what, and what is known, in a sentence."""

    reference: str
    person: str
    address: str
    about: str
    said: str


@dataclass(frozen=True, slots=True)
class DeliveryProblems(Context):
    """`url` is the officers' page of the outbox."""

    template: ClassVar[str] = "delivery-problems"
    lines: tuple[DeliveryLine, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class SignInLink(Context):
    """`asked_at` is the time on the wall clock at which somebody asked for the link."""

    template: ClassVar[str] = "sign-in-link"
    asked_at: time
    valid_minutes: int
    url: str


@dataclass(frozen=True, slots=True)
class ReferralToRegionalDirector(Context):
    """A draft: a person reads it, changes it and sends it; the outbox never does. `because` says what became of the
    offer.
    """

    template: ClassVar[str] = "referral-to-regional-director"
    school: str
    urn: int
    school_type: str
    trust: str
    theme: str
    evidence: str
    offered_on: date | None
    because: str
