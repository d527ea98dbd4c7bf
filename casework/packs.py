"""The Board's papers: what waits for it, gathered some school days before each meeting, and kept as it was then."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa

from casework import board_letters, events, links, measure_lines, notices, pack_numbers
from casework.board_impact import board_impact
from casework.desk import Desk
from casework.notices import Subject
from models.board import AgendaItem, Meeting, MeetingReply, MeetingState, ReplyChoice
from models.board_papers import Pack as PackRow
from models.commissions import Commission
from models.links import LinkPurpose
from models.plans import Plan
from models.rounds import ImpactUpdate, UpdateState
from papers.pack import Pack, PackCase, PackSection, as_json, from_json
from queries import people
from queries.board import code_of, members_on
from rules.agenda import ORDER, title_of
from rules.day_words import in_words
from rules.errors import Refused
from rules.figure_words import figure
from rules.small_numbers import SMALLEST


def due(desk: Desk) -> list[Meeting]:
    """The planned meetings whose papers are to be made by this day and are not."""
    area = desk.calendars.area
    made = set(desk.session.scalars(sa.select(PackRow.meeting_id)))
    upcoming = desk.session.scalars(
        sa.select(Meeting).where(Meeting.state == MeetingState.PLANNED, Meeting.day >= desk.as_of).order_by(Meeting.day)
    ).all()
    return [
        meeting
        for meeting in upcoming
        if meeting.id not in made and area.between(desk.as_of, meeting.day) <= desk.policy.board.pack_days
    ]


def make(desk: Desk, meeting: Meeting) -> PackRow:
    """Gather a meeting's papers as things stand, keep them as the next version, and tell whoever comes.

    Raises:
        Refused: the meeting was cancelled.
    """
    if meeting.state is MeetingState.CANCELLED:
        raise Refused(f"The meeting of {meeting.day.isoformat()} was cancelled.")
    before = desk.session.scalar(sa.select(sa.func.max(PackRow.version)).where(PackRow.meeting_id == meeting.id)) or 0
    pack = gather(desk, meeting, before + 1)
    made = PackRow(
        meeting_id=meeting.id,
        version=before + 1,
        made_on=desk.as_of,
        made_at=desk.now,
        content=as_json(pack),
    )
    desk.session.add(made)
    desk.session.flush()
    events.record_of(
        desk,
        "board",
        "pack-made",
        "The papers of a meeting were made.",
        {"meeting": meeting.id, "version": made.version},
    )
    _tell(desk, meeting, made, tuple(f"{one.title}: {len(one.cases)}" for one in pack.sections))
    return made


def newest(desk: Desk, meeting: Meeting) -> Pack:
    """The papers of a meeting as they were last made.

    Raises:
        Refused: there are none yet.
    """
    found = desk.session.scalars(
        sa.select(PackRow).where(PackRow.meeting_id == meeting.id).order_by(PackRow.version.desc()).limit(1)
    ).one_or_none()
    if found is None:
        raise Refused(f"There are no papers of {code_of(meeting)} yet: `sib board pack {code_of(meeting)} --make`.")
    return from_json(found.content)


def gather(desk: Desk, meeting: Meeting, version: int) -> Pack:
    """What the papers say today."""
    return Pack(
        council=desk.council.name,
        service=desk.council.service,
        meeting=board_letters.meeting_words(meeting),
        code=code_of(meeting),
        day=meeting.day,
        starts_at=meeting.starts_at,
        place=meeting.place,
        version=version,
        made_on=desk.as_of,
        sections=_sections(desk, meeting),
        fund=pack_numbers.fund(desk.session),
        impact=pack_numbers.impact(desk.session),
        stages=pack_numbers.stages(desk.session, meeting.day, desk.policy.board.stages),
        effect=board_impact(desk.session, desk.as_of),
    )


def _sections(desk: Desk, meeting: Meeting) -> tuple[PackSection, ...]:
    items = desk.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.settled_on.is_(None), AgendaItem.raised_on <= desk.as_of)
        .order_by(AgendaItem.raised_on, AgendaItem.id)
    ).all()
    answered = _answered_updates(desk, items)
    held = list(desk.session.scalars(sa.select(Meeting.day).where(Meeting.state == MeetingState.HELD)))
    by_kind: dict[str, list[PackCase]] = {}
    for item in items:
        if item.key in answered:
            continue
        carried = sum(item.raised_on < day < meeting.day for day in held)
        by_kind.setdefault(item.kind, []).append(_case(desk, item, carried))
    ordered = sorted(by_kind, key=lambda kind: (ORDER.get(kind, len(ORDER)), kind))
    return tuple(PackSection(kind, title_of(kind), tuple(by_kind[kind])) for kind in ordered)


def _answered_updates(desk: Desk, items: Sequence[AgendaItem]) -> set[str]:
    """Overdue updates that have come in since they were put on the agenda."""
    wanted = {
        int(item.key.rpartition(":")[2]): item.key
        for item in items
        if item.kind == "update-overdue" and ":" in item.key
    }
    came = desk.session.scalars(
        sa.select(ImpactUpdate.id).where(ImpactUpdate.id.in_(wanted), ImpactUpdate.state == UpdateState.ANSWERED)
    )
    return {wanted[one] for one in came}


def _case(desk: Desk, item: AgendaItem, carried_over: int) -> PackCase:
    commission = desk.session.get(Commission, item.commission_id) if item.commission_id else None
    if commission is None:
        return PackCase("", "", "", item.text, item.raised_on, carried_over=carried_over)
    evidence = commission.priority.sentence if item.kind == "confirm-priority" and commission.priority else ""
    return PackCase(
        reference=commission.reference,
        school=commission.school.name,
        theme=commission.theme_row.name,
        said=item.text if not evidence or evidence in item.text else f"{item.text} {evidence}",
        raised_on=item.raised_on,
        pence=commission.cost_pence or None,
        carried_over=carried_over,
        measures=_measures(desk, commission) if "approve-plan" in item.kind else (),
    )


def _measures(desk: Desk, commission: Commission) -> tuple[str, ...]:
    plan = desk.session.scalars(sa.select(Plan).where(Plan.commission_id == commission.id)).one_or_none()
    if plan is None:
        return ()
    lines = []
    for one in measure_lines.of_plan(plan, school=False):
        few = f"a figure of fewer than {SMALLEST} pupils"
        start = figure(one.baseline, one.unit) if one.baseline is not None else few
        lines.append(f"{one.name}: from {start} to {figure(one.target, one.unit)} by {in_words(one.target_on)}")
    return tuple(lines)


def _tell(desk: Desk, meeting: Meeting, pack: PackRow, agenda: tuple[str, ...]) -> None:
    """Every member, and the substitutes who have said that they come, each by a link of their own."""
    contacts = {member.contact_id for member in members_on(desk.session, meeting.day)}
    substitutes = desk.session.scalars(
        sa.select(MeetingReply.substitute_id).where(
            MeetingReply.meeting_id == meeting.id, MeetingReply.choice == ReplyChoice.SUBSTITUTE
        )
    ).all()
    contacts |= {one for one in substitutes if one is not None}
    found = people.by_id(desk.session, contacts, desk.as_of)
    for contact_id, person in sorted(found.items()):
        url = links.issue(
            desk,
            None,
            LinkPurpose.PACK,
            subject_id=meeting.id,
            contact_id=contact_id,
            last_day=_until(meeting.day),
        )
        letter = board_letters.pack_ready(desk, meeting, person, url, agenda)
        notices.tell(
            desk,
            person,
            Subject("pack", pack.id),
            "ready",
            partial(_this, letter),
            commission=None,
            calendar=desk.calendars.area,
        )


def _this(letter: notices.Letter, _person: people.Person) -> notices.Letter:
    return letter


def _until(day: date) -> date:
    return day + timedelta(days=30)
