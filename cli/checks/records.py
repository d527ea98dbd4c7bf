"""The database and what stands in it: schema, event log, calendar, runs, outbox."""

from datetime import timedelta

from cli.checks.finding import Finding
from config import clock
from config.settings import settings

AHEAD = timedelta(days=120)
"""How far term dates and bank holidays must reach: a plan is agreed about two half terms ahead."""


def database() -> Finding:
    """It answers, and its schema is the one that this code needs."""
    from config import migrations
    from config.database import engine

    migrations.require_current(engine())
    return Finding("database", well=True, said=f"{settings().shown_database_url}, at revision {migrations.latest()}")


def event_log() -> Finding:
    """Its chains of hashes are whole."""
    from casework.events import broken_chains
    from config.database import reading_scope

    with reading_scope() as session:
        broken = broken_chains(session)
    said = (
        "whole" if not broken else f"changed or cut: {', '.join(broken[:5])}; keep the database as it is and find out"
    )
    return Finding("event log", well=not broken, said=said)


def calendar() -> Finding:
    """Term dates are loaded far enough ahead."""
    from config.database import reading_scope
    from queries.calendars import Calendars

    with reading_scope() as session:
        half_terms = Calendars(session, settings().area).area.half_terms
    if not half_terms:
        return Finding("calendar", well=False, said="no term dates: `sib import calendar FILE`")
    last = half_terms[-1].ends_on
    well = last >= clock.today() + AHEAD
    more = "" if well else ": import the next school year with `sib import calendar FILE`"
    return Finding("calendar", well=well, said=f"reaches {last.isoformat()}{more}")


def bank_holidays() -> Finding:
    """They are loaded far enough ahead."""
    import sqlalchemy as sa

    from config.database import reading_scope
    from models.calendar import BankHoliday

    with reading_scope() as session:
        last = session.scalar(sa.select(sa.func.max(BankHoliday.day)))
    well = last is not None and last >= clock.today() + AHEAD
    said = "none" if last is None else f"reach {last.isoformat()}"
    return Finding("bank holidays", well=well, said=said + ("" if well else ": `sib import bank-holidays FILE`"))


def runs() -> list[Finding]:
    """The daily flows ran when they should have, and what they asked an operator to look at."""
    from config.database import reading_scope
    from queries.operating import last_runs
    from rules.operating import missed

    now = clock.local(clock.now())
    with reading_scope() as session:
        found = last_runs(session)
    late = missed({run.flow: clock.local(run.finished_at) for run in found}, now)
    findings = [
        Finding(
            f"last {run.flow}",
            well=run.flow not in late and not run.failed_checks,
            said=f"{clock.local(run.finished_at):%Y-%m-%d %H:%M}"
            + (": it should have run since; see that a worker runs, then start it" if run.flow in late else "")
            + (f"; {run.failed_checks} things to look at in its run in Prefect" if run.failed_checks else ""),
        )
        for run in found
    ]
    never = [flow for flow in late if flow not in {run.flow for run in found}]
    findings += [Finding(f"last {flow}", well=False, said="it has never run: see that a worker runs") for flow in never]
    return findings or [Finding("runs", well=True, said="none yet")]


def outbox() -> list[Finding]:
    """Nothing waits long, hangs in a dead worker's hands, or is unsettled."""
    from config.database import reading_scope
    from queries.operating import standing

    now = clock.now()
    with reading_scope() as session:
        found = standing(session, now, clock.today())
    stale, unsettled = found.stale_leases, found.messages.get("unknown", 0)
    lost = sum(found.messages.get(state, 0) for state in ("failed", "bounced"))
    counted = ", ".join(f"{number} {state}" for state, number in found.messages.items()) or "empty"
    return [
        Finding("outbox", well=True, said=counted),
        Finding(
            "leases",
            well=not stale,
            said=f"{stale} e-mails are held by a worker that is gone: `sib deliver` takes them back"
            if stale
            else "none stale",
        ),
        Finding(
            "unsettled e-mails",
            well=not unsettled,
            said=f"{unsettled}: ask the mail server's log for each Message-ID in `sib outbox --state unknown`, then "
            "retry or abort it"
            if unsettled
            else "none",
        ),
        Finding(
            "undelivered e-mails",
            well=not lost,
            said=f"{lost} failed or bounced: correct the address, then `sib outbox` to retry" if lost else "none",
        ),
    ]


def operators() -> list[Finding]:
    """Somebody is told of trouble, and nothing of it lies open."""
    from config.database import reading_scope
    from queries.operating import standing

    with reading_scope() as session:
        tasks = standing(session, clock.now(), clock.today()).open_tasks
    trouble = sum(tasks.get(kind, 0) for kind in ("run-in-trouble", "run-missed", "stale-leases"))
    named = settings().operators
    return [
        Finding(
            "operators",
            well=True,
            said=f"{len(named)} are told at once of a run in trouble"
            if named
            else "nobody is mailed at once of a run in trouble (SIB_OPERATORS); officers' tasks hold it",
        ),
        Finding(
            "trouble",
            well=not trouble,
            said=f"{trouble} runs in trouble are open on the officers' list" if trouble else "none open",
        ),
    ]
