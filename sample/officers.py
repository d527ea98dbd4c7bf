"""The invented council of the demo: its officers approve, pay, pause, refer and decide."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from casework import composing, evaluation, notices, pausing, planning, referrals, spending
from casework.desk import Desk, desk_for
from casework.lifecycle import locked
from config.database import session_scope
from models.commissions import Commission, CommissionState
from models.fund import Commitment
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.plans import PlanMeasure
from rules.errors import Refused
from sample.personas import Persona

PAID_AFTER = 10  # school days into the support
PAUSED_AFTER = 12


@dataclass(slots=True)
class Officers:
    """Everybody inside the council. `refused` keeps what the system said no to."""

    stories: dict[int, Persona]
    refused: list[str] = field(default_factory=list)
    done: int = 0

    def work(self, today: date) -> int:
        """Do today's tasks, a day after they came up, and what the calendar of each case asks for.

        How many were done.
        """
        before = self.done
        with session_scope() as session:
            tasks = [
                (task.id, task.kind, task.commission_id)
                for task in session.scalars(
                    sa.select(OfficerTask)
                    .where(OfficerTask.state == OfficerTaskState.OPEN, OfficerTask.raised_on < today)
                    .order_by(OfficerTask.id)
                )
            ]
        for task_id, kind, commission_id in tasks:
            self._task(today, task_id, kind, commission_id)
        self._by_the_calendar(today)
        return self.done - before

    def _task(self, today: date, task_id: int, kind: str, commission_id: int | None) -> None:
        steps: dict[str, Callable[[Desk, Commission], object]] = {
            "approve-plan": _approve,
            "mend-plan": _mend,
            "decide-evaluation": _decide,
            "send-referral": lambda desk, case: referrals.mark_sent(desk, case, "the Director for Children's Services"),
            "review-pause": lambda desk, case: pausing.resume(desk, case, "The new head is in post."),
            "brokering-failed": lambda desk, case: pausing.withdraw(desk, case, "No provider could be found."),
        }
        with session_scope() as session:
            task = session.get_one(OfficerTask, task_id)
            if task.state is not OfficerTaskState.OPEN:
                return
            desk = desk_for(session, today, actor="officer")
            try:
                with session.begin_nested():
                    if kind in steps and commission_id is not None:
                        steps[kind](desk, locked(desk, commission_id))
                    notices.finish_task(desk, task)
                    session.flush()
                    composing.compose(desk)
                self.done += 1
            except Refused as refused:
                self.refused.append(f"{kind}: {refused}")
                notices.finish_task(desk, task)

    def _by_the_calendar(self, today: date) -> None:
        """Payments, halfway and at the end of the support; the one case that is paused."""
        with session_scope() as session:
            desk = desk_for(session, today, actor="officer")
            area = desk.calendars.area
            for case, commitment in session.execute(
                sa.select(Commission, Commitment)
                .join(Commitment, Commitment.commission_id == Commission.id)
                .where(Commission.state.in_([CommissionState.ACTIVE, CommissionState.EVALUATING]))
                .order_by(Commission.id)
            ).tuples():
                since = area.between(case.starts_on or today, today)
                half = commitment.pence // 2
                if commitment.spent_pence == 0 and since >= PAID_AFTER:
                    spending.pay(desk, case, invoice="1", pence=half, what_for="The first half of the days")
                    self.done += 1
                elif case.state is CommissionState.EVALUATING and commitment.spent_pence == half and case.id % 4:
                    spending.pay(desk, case, invoice="2", pence=half, what_for="The second half of the days")
                    self.done += 1
                story = self.stories.get(case.id)
                if (
                    story
                    and story.is_paused
                    and case.state is CommissionState.ACTIVE
                    and PAUSED_AFTER <= since < PAUSED_AFTER + 5
                ):
                    pausing.pause(
                        desk, case, "The head is leaving; we wait for the new one.", today + timedelta(days=28)
                    )
                    self.done += 1
            session.flush()
            composing.compose(desk)


def _approve(desk: Desk, case: Commission) -> None:
    planning.approve(desk, case, planning.plan_of(desk, case), case.officer.name if case.officer else "the officers")


def _mend(desk: Desk, case: Commission) -> None:
    plan = planning.plan_of(desk, case)
    until = _end_of_next_autumn(desk, case)
    drafts = [_as_draft(measure, until) for measure in plan.measures]
    planning.set_period(case, plan, plan.starts_on, until)
    planning.revise(desk, case, plan, drafts)


def _end_of_next_autumn(desk: Desk, case: Commission) -> date:
    """The last school day of the second half term of the school year after this one: what the school has asked for."""
    calendar = desk.calendar(case)
    this_year = next(h.academic_year for h in calendar.half_terms if h.ends_on >= desk.as_of)
    following = [h for h in calendar.half_terms if h.academic_year > this_year]
    return calendar.last_school_day(following[1])


def _as_draft(measure: PlanMeasure, target_on: date) -> planning.MeasureDraft:
    return planning.MeasureDraft(
        name=measure.name,
        unit=measure.unit,
        baseline=measure.baseline,
        target=measure.target,
        target_on=target_on,
        baseline_cohort=measure.baseline_cohort,
        published=measure.published,
        baseline_year=measure.baseline_year,
        higher_is_better=measure.higher_is_better,
    )


def _decide(desk: Desk, case: Commission) -> None:
    proposed = evaluation.propose(desk, case).proposed
    evaluation.close(desk, case, proposed, "", "the improvement team")
