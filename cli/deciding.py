"""What officers and the Board decide about a case: confirm, reject, approve, pause, resume, withdraw, close, refer."""

from collections.abc import Callable
from datetime import date

import click

from casework.desk import Desk
from cli.options import DAY, as_of
from models.commissions import Commission
from rules.errors import Refused


@click.command()
@click.argument("references", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every priority that waits to be confirmed.")
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def confirm(references: tuple[str, ...], everything: bool, reason: str, as_of: date | None) -> None:
    """Confirm priorities under delegated authority; the next Board meeting ratifies it."""
    from casework import opening

    if everything == bool(references):
        raise click.UsageError("Name cases, or say --all.")
    done = decide(references or waiting(), as_of, lambda desk, case: opening.confirm(desk, case, reason))
    click.echo(f"{done} confirmed.")


@click.command()
@click.argument("references", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def reject(references: tuple[str, ...], reason: str, as_of: date | None) -> None:
    """Reject priorities."""
    from casework import opening

    click.echo(f"{decide(references, as_of, lambda desk, case: opening.reject(desk, case, reason))} rejected.")


@click.command()
@click.argument("references", nargs=-1, required=True)
@click.option("--by", default="officer", show_default=True, help="Who approves.")
@as_of
def approve(references: tuple[str, ...], by: str, as_of: date | None) -> None:
    """Approve agreed plans under delegated authority: money is committed and support begins."""
    from casework import planning

    def act(desk: Desk, case: Commission) -> None:
        planning.approve(desk, case, planning.plan_of(desk, case), by)

    click.echo(f"{decide(references, as_of, act)} approved.")


@click.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why, in a sentence.")
@click.option("--review", type=DAY, required=True, help="The day to look at it again.")
@as_of
def pause(reference: str, reason: str, review: date, as_of: date | None) -> None:
    """Pause a case: its waits stand still."""
    from casework import pausing

    decide([reference], as_of, lambda desk, case: pausing.pause(desk, case, reason, review))
    click.echo(f"{reference} is paused until it is resumed; an officer is asked on {review.isoformat()}.")


@click.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def resume(reference: str, reason: str, as_of: date | None) -> None:
    """Take a paused case up where it was."""
    from casework import pausing

    decide([reference], as_of, lambda desk, case: pausing.resume(desk, case, reason))
    click.echo(f"{reference} goes on.")


@click.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def withdraw(reference: str, reason: str, as_of: date | None) -> None:
    """End a case before its time; its money goes back to the Fund."""
    from casework import pausing

    decide([reference], as_of, lambda desk, case: pausing.withdraw(desk, case, reason))
    click.echo(f"{reference} is withdrawn.")


@click.command()
@click.argument("reference")
@click.argument("outcome", type=click.Choice(["met", "partly_met", "not_met", "not_measurable", "as-proposed"]))
@click.option("--lessons", default="", help="What was learned; needed when the figures say something else.")
@click.option("--by", default="officer", show_default=True, help="Who decides.")
@as_of
def close(reference: str, outcome: str, lessons: str, by: str, as_of: date | None) -> None:
    """Decide the outcome of a case whose support has ended."""
    from casework import evaluation
    from models.commissions import Outcome

    def act(desk: Desk, case: Commission) -> None:
        decided = evaluation.propose(desk, case).proposed if outcome == "as-proposed" else Outcome(outcome)
        evaluation.close(desk, case, decided, lessons, by)

    decide([reference], as_of, act)
    click.echo(f"{reference} is closed.")


@click.command()
@click.argument("reference")
@click.option("--by", required=True, help="Who sent the letter.")
@as_of
def refer(reference: str, by: str, as_of: date | None) -> None:
    """Record that a person has sent the referral's letter to the regional director."""
    from casework import referrals

    def act(desk: Desk, case: Commission) -> None:
        referrals.mark_sent(desk, case, by)

    decide([reference], as_of, act)
    click.echo(f"The referral of {reference} is recorded as sent.")


def decide(
    references: list[str] | tuple[str, ...], as_of: date | None, act: Callable[[Desk, Commission], object]
) -> int:
    """Do something to each case, all or none, and make the e-mails that follow; how many cases."""
    import sqlalchemy as sa

    from casework import composing
    from casework.desk import desk_for
    from casework.lifecycle import locked
    from config import clock
    from config.database import session_scope

    with session_scope() as session:
        desk = desk_for(session, as_of or clock.today(), actor="officer")
        for reference in references:
            found = session.scalar(sa.select(Commission.id).where(Commission.reference == reference))
            if found is None:
                raise Refused(f"There is no case {reference}.")
            act(desk, locked(desk, found))
        session.flush()
        composing.compose(desk)
    return len(references)


def waiting() -> list[str]:
    """The references of the cases that wait to be confirmed."""
    import sqlalchemy as sa

    from config.database import reading_scope
    from models.commissions import CommissionState

    with reading_scope() as session:
        return list(
            session.scalars(
                sa.select(Commission.reference)
                .where(Commission.state == CommissionState.IDENTIFIED)
                .order_by(Commission.id)
            )
        )
