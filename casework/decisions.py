"""What the Board decides: moved, seconded, voted on by who is present and has no interest in it; then carried out.

A decision moves its case through the one lifecycle function, in the same transaction. What was decided under delegated
authority between meetings is ratified at the next, or undone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from casework import agenda, attendance, decisions_told, events, opening, pausing, planning
from casework.board_states import move
from casework.desk import Desk
from models.board import (
    Attendance,
    BoardMember,
    Decision,
    DecisionState,
    Meeting,
    MeetingState,
    Presence,
    Vote,
    VoteChoice,
)
from models.commissions import ENDED, Commission
from models.contacts import Contact
from queries.interests import interests_of, matter_of
from rules.attendance import COUNTS_AS_PRESENT, is_carried
from rules.errors import Refused
from rules.interests import conflict


@dataclass(frozen=True, slots=True)
class Motion:
    """What is put to the vote. `votes` are by member; of who is present and not named, `agreed` makes a vote for, else
    an abstention.
    """

    text: str
    mover_id: int
    seconder_id: int | None = None
    votes: Mapping[int, VoteChoice] = field(default_factory=dict)
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class _Ballot:
    """One vote, and why it was none."""

    choice: VoteChoice
    substitute_id: int | None
    conflict: str | None


def decide(desk: Desk, meeting: Meeting, kind: str, motion: Motion, commission: Commission | None = None) -> Decision:
    """Record a decision of a meeting with its votes and, when it is carried, carry it out.

    Kinds on a case: confirm-priority, reject-priority, approve-plan, recommission (of a case that has ended), end-case,
    note. Without a case: note, or any other matter of the Board's own.

    Raises:
        Refused: a meeting that was not held or was below its quorum, a day before it, a mover or voter who was not
        there or is no member, a vote in spite of an interest, or what the case itself does not allow.
    """
    _can_decide(desk, meeting)
    ballots = _ballots(desk, meeting, motion, commission)
    act = _ACTS.get(kind)
    if commission is not None and act is None:
        raise Refused(f"The Board decides on a case by one of: {', '.join(_ACTS)}.")
    if commission is None and act is not None and kind != "note":
        raise Refused(f"A decision to {kind.replace('-', ' ')} is on a case: name it.")
    carried = is_carried([ballot.choice for ballot in ballots.values()], desk.policy.board.majority_percent)
    decision = act(desk, commission, motion.text, meeting) if carried and act and commission is not None else None
    if decision is None:
        decision = Decision(
            meeting_id=meeting.id,
            commission_id=commission.id if commission is not None else None,
            kind=kind,
            state=DecisionState.DECIDED if carried else DecisionState.LOST,
            decided_on=meeting.day,
            decided_by=desk.actor,
            text=motion.text,
        )
        desk.session.add(decision)
    decision.kind, decision.decided_on = kind, meeting.day
    _keep(desk, decision, motion, ballots)
    _say(desk, decision, commission)
    return decision


def ratify(desk: Desk, meeting: Meeting, decision: Decision, motion: Motion) -> Decision:
    """Put a delegated decision to the meeting: ratified when carried, else reversed and undone as far as it can be.

    A reversed confirmation or approval withdraws the case, which gives its money back; a reversed rejection opens the
    case anew.

    Raises:
        Refused: as `decide`; or it was no delegated decision, was settled already, or was made after the meeting.
    """
    _can_decide(desk, meeting)
    if decision.decided_on > meeting.day:
        raise Refused(f"The decision was made on {decision.decided_on.isoformat()}, after the meeting.")
    commission = desk.session.get(Commission, decision.commission_id) if decision.commission_id else None
    ballots = _ballots(desk, meeting, motion, commission)
    carried = is_carried([ballot.choice for ballot in ballots.values()], desk.policy.board.majority_percent)
    move(decision, DecisionState.RATIFIED if carried else DecisionState.REVERSED, "The decision")
    decision.meeting_id, decision.settled_on = meeting.id, meeting.day
    if commission is not None:
        agenda.settle(desk, commission, meeting, f"ratify-{decision.kind}")
        if not carried:
            _undo(desk, decision, commission, motion.text)
    _keep(desk, decision, motion, ballots)
    _say(desk, decision, commission)
    return decision


def delegated(desk: Desk) -> list[Decision]:
    """The decisions that wait to be ratified, in the order in which they were made."""
    return list(
        desk.session.scalars(sa.select(Decision).where(Decision.state == DecisionState.DELEGATED).order_by(Decision.id))
    )


def _can_decide(desk: Desk, meeting: Meeting) -> None:
    if desk.as_of < meeting.day:
        raise Refused(f"The meeting of {meeting.day.isoformat()} has not taken place yet on {desk.as_of.isoformat()}.")
    if meeting.state is not MeetingState.HELD:
        raise Refused(f"Record who came to the meeting of {meeting.day.isoformat()} before what it decided.")
    if not attendance.is_quorate(desk, meeting):
        raise Refused(f"The meeting of {meeting.day.isoformat()} was below its quorum and could not decide.")


def _ballots(desk: Desk, meeting: Meeting, motion: Motion, commission: Commission | None) -> dict[int, _Ballot]:
    """Each present member's vote; refused when somebody votes, moves or seconds who may not."""
    sat = {
        one.member_id: one
        for one in desk.session.scalars(sa.select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    there = {one for one, seat in sat.items() if seat.presence in COUNTS_AS_PRESENT}
    for one in (motion.mover_id, motion.seconder_id, *motion.votes):
        if one is not None and one not in there:
            raise Refused(f"{_name(desk, one)} was not at the meeting of {meeting.day.isoformat()} and has no vote.")
    if motion.mover_id == motion.seconder_id:
        raise Refused(f"{_name(desk, motion.mover_id)} cannot second a motion of their own.")
    ballots = {one: _ballot(desk, meeting, sat[one], motion, commission) for one in sorted(there)}
    for one in (motion.mover_id, motion.seconder_id):
        if one is not None and ballots[one].choice is VoteChoice.CONFLICTED:
            raise Refused(f"{_name(desk, one)} {ballots[one].conflict}, and cannot move or second this.")
    return ballots


def _ballot(desk: Desk, meeting: Meeting, seat: Attendance, motion: Motion, commission: Commission | None) -> _Ballot:
    given = motion.votes.get(seat.member_id)
    substitute_id = seat.substitute_id if seat.presence is Presence.SUBSTITUTE else None
    against = _conflict(desk, meeting, seat.member_id, substitute_id, commission)
    if against:
        if given in (VoteChoice.FOR, VoteChoice.AGAINST):
            raise Refused(f"{_name(desk, seat.member_id)} {against}, and does not vote on it.")
        return _Ballot(VoteChoice.CONFLICTED, substitute_id, against)
    if given is VoteChoice.CONFLICTED:
        return _Ballot(given, substitute_id, "declared at the meeting")
    return _Ballot(given or (VoteChoice.FOR if motion.agreed else VoteChoice.ABSTAIN), substitute_id, None)


def _conflict(
    desk: Desk, meeting: Meeting, member_id: int, substitute_id: int | None, commission: Commission | None
) -> str:
    """A substitute votes in the member's place: the interests of both count."""
    if commission is None:
        return ""
    found = interests_of(desk.session, desk.session.get_one(BoardMember, member_id).contact_id, meeting.day)
    if substitute_id is not None:
        found = found.together(interests_of(desk.session, substitute_id, meeting.day))
    return conflict(found, matter_of(desk.session, commission, meeting.day))


def _keep(desk: Desk, decision: Decision, motion: Motion, ballots: Mapping[int, _Ballot]) -> None:
    decision.mover_id, decision.seconder_id = motion.mover_id, motion.seconder_id
    desk.session.flush()
    desk.session.add_all(
        Vote(
            decision_id=decision.id,
            member_id=one,
            choice=ballot.choice,
            substitute_id=ballot.substitute_id,
            conflict=ballot.conflict,
        )
        for one, ballot in ballots.items()
    )
    desk.session.flush()


def _say(desk: Desk, decision: Decision, commission: Commission | None) -> None:
    facts = {"decision": decision.id, "kind": decision.kind, "state": decision.state.value}
    events.record_of(desk, "board", "decision-recorded", decision.text, facts)
    if commission is not None:
        decisions_told.tell(desk, decision, commission)


def _name(desk: Desk, member_id: int) -> str:
    name = desk.session.execute(
        sa.select(Contact.first_name, Contact.surname)
        .join(BoardMember, BoardMember.contact_id == Contact.id)
        .where(BoardMember.id == member_id)
    ).one_or_none()
    return " ".join(name) if name else "Somebody who is no member of the Board"


# ---------------------------------------------------------------- carrying out


def _confirm(desk: Desk, commission: Commission, text: str, meeting: Meeting) -> Decision:
    return opening.confirm(desk, commission, text, meeting=meeting)


def _reject(desk: Desk, commission: Commission, text: str, meeting: Meeting) -> Decision:
    return opening.reject(desk, commission, text, meeting=meeting)


def _approve(desk: Desk, commission: Commission, text: str, meeting: Meeting) -> Decision:
    made = planning.approve(desk, commission, planning.plan_of(desk, commission), "the Board", meeting=meeting)
    made.text = text
    return made


def _recommission(desk: Desk, commission: Commission, text: str, meeting: Meeting) -> Decision:
    if commission.state not in ENDED:
        raise Refused(f"{commission.reference} has not ended, so it cannot be commissioned again.")
    new = opening.open_case(
        desk, commission.urn, commission.theme, text, priority=commission.priority, predecessor=commission
    )
    return opening.confirm(desk, new, text, meeting=meeting)


def _end(desk: Desk, commission: Commission, text: str, meeting: Meeting) -> None:
    pausing.withdraw(desk, commission, text)
    agenda.settle(desk, commission, meeting)


def _note(desk: Desk, commission: Commission, _text: str, meeting: Meeting) -> None:
    agenda.settle(desk, commission, meeting, "brokering-failed", "update-overdue", "updates-missed", "referral")


_ACTS: dict[str, Callable[[Desk, Commission, str, Meeting], Decision | None]] = {
    "confirm-priority": _confirm,
    "reject-priority": _reject,
    "approve-plan": _approve,
    "recommission": _recommission,
    "end-case": _end,
    "note": _note,
}


def _undo(desk: Desk, decision: Decision, commission: Commission, text: str) -> None:
    if decision.kind == "reject-priority":
        opening.open_case(
            desk, commission.urn, commission.theme, text, priority=commission.priority, predecessor=commission
        )
    elif commission.state not in ENDED:
        pausing.withdraw(desk, commission, text)
