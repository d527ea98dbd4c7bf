"""What a council may set: how long people have, when they are chased, what a delegate may decide.

Every figure is the design's default where the cabinet paper gives none; `config.settings` may replace any of them.
Days are school days of the school concerned.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LadderPolicy:
    """School days from the due day on which each rung of the ladder falls."""

    request: int = -10
    nudge: int = -3
    reminder: int = 1
    second_reminder: int = 5
    officer_task: int = 10
    chair_line: int = 15


@dataclass(frozen=True, slots=True)
class BoardPolicy:
    """How the Board works. The terms of reference give the two missed meetings and the two hours, nothing else."""

    invite_days: int = 20  # school days before a meeting on which its members are invited
    pack_days: int = 5  # … and on which its papers are made
    notice_days: int = 5  # a meeting is moved or cancelled with at least so many school days' notice, unless told why
    missed_meetings: int = 2  # consecutive misses after which the Chair writes to the group [ToR]
    meeting_minutes: int = 120
    quorum_percent: int = 50  # of the members, present themselves or by their substitute …
    quorum_least: int = 3  # … and never fewer than this
    majority_percent: int = 50  # of the votes for and against, a motion needs more than this
    co_option_days: int = 20  # school days before a co-option ends on which the Chair is told
    stages: tuple[str, ...] = ("EYFS", "KS1", "KS2", "KS3", "KS4", "KS5")  # which expertise must cover [ToR]


@dataclass(frozen=True, slots=True)
class Policy:
    confirmed_days: int = 5
    school_offer_days: int = 10
    provider_offer_days: int = 5
    planning_days: int = 15
    planning_reminder_days: int = 8
    evaluating_days: int = 10
    board_due_days: int = 5  # an update is due this many school days before its half term's Board meeting
    shortest_notice: int = 5  # a round is not opened with fewer school days than this to its due day
    carried_over_meetings: int = 2
    missed_rounds_to_board: int = 2
    pause_review_days: int = 20
    delegated_pence: int = 1_000_000  # an officer may approve up to £10,000 a plan between meetings …
    delegated_total_pence: int = 10_000_000  # … and £100,000 of plans altogether until they are ratified
    providers_asked_at_most: int = 6
    usual_pence: int = 480_000  # what a case costs when a run of many names no amount: eight days at £600
    usual_days: int = 8  # days of work that a case usually takes: what providers are compared by
    link_days_after: int = 30  # calendar days for which a link still opens after its last day to answer
    hold_minutes: int = 10  # for which an escalation may be undone before it goes; 0: it goes at once
    soft_bounces: int = 5  # an address is given up when it could not be reached on so many days …
    soft_bounce_days: int = 30  # … of this many
    ladder: LadderPolicy = field(default_factory=LadderPolicy)
    board: BoardPolicy = field(default_factory=BoardPolicy)
