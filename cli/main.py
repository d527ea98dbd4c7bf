"""`sib`: the same flows and queries as the pages, for officers, operators and other tools."""

import sys

import click

from cli.lazy import LazyGroup
from config.collecting import collect_seldom
from rules.errors import Refused

COMMANDS = {
    "demo": ("cli.demo:demo", "A whole school year of an invented area, from data to evaluated impact"),
    "serve": ("cli.serve:serve", "Pages, Prefect server, worker and schedules: one command, one machine"),
    "db": ("cli.db:db", "Bring the database up to date, check it, back it up"),
    "import": ("cli.importing:import_", "Read a published file, or one of the council's own"),
    "identify": ("cli.identifying:identify", "Find the priorities in the published figures"),
    "priorities": ("cli.identifying:priorities", "List the priorities with their evidence"),
    "commission": ("cli.commissioning:commission", "Commission support for a school, or for all confirmed priorities"),
    "confirm": ("cli.deciding:confirm", "Confirm a priority"),
    "reject": ("cli.deciding:reject", "Reject a priority"),
    "approve": ("cli.deciding:approve", "Approve the agreed plan of a case"),
    "pause": ("cli.deciding:pause", "Pause a case until a review date"),
    "resume": ("cli.deciding:resume", "Take a paused case up again"),
    "withdraw": ("cli.deciding:withdraw", "End a case before its time"),
    "close": ("cli.deciding:close", "Decide the outcome of an evaluated case"),
    "refer": ("cli.deciding:refer", "Record that the letter of a referral has been sent"),
    "case": ("cli.cases:case", "Show one case"),
    "cases": ("cli.cases:cases", "List cases"),
    "answer": ("cli.answering:answer", "Give the answer that a link in an e-mail asks for"),
    "tick": ("cli.ticking:tick", "Do everything that a day asks for"),
    "deliver": ("cli.mailing:deliver", "Send what waits in the outbox"),
    "outbox": ("cli.outbox:outbox", "List messages; retry or abort some"),
    "preview": ("cli.mailing:preview", "Show an e-mail without sending it"),
    "bounces": ("cli.bounces:bounces", "What came back: bounces and absences; read the mailbox for them"),
    "fund": ("cli.money:fund", "The Fund: what is budgeted, reserved, committed, spent and free"),
    "board": ("cli.board:board", "The Board's meetings"),
    "impact": ("cli.impact:impact", "What came of the support, and a test of the method that says so"),
    "referrals": ("cli.referrals:referrals", "Concerns about academies, put to the regional director"),
    "cluster": ("cli.clusters:cluster", "Family clusters and alliances: membership, leads, health, realignment"),
    "session": ("cli.sessions:session", "Who is signed in to the pages; ending that"),
    "api-token": ("cli.api_tokens:api_token", "Tokens with which other programs use the API"),
    "map": ("cli.map:map_", "Who supports whom, where need has no support, where support has no need"),
    "sample": ("cli.sampling:sample", "An invented area of any size"),
    "person": ("cli.people:person", "What is held about a person: export it, or take the person out"),
    "retain": ("cli.people:retain", "Let go of what is kept no longer"),
    "deploy": ("cli.spread:deploy", "Put the flows and their schedules on the configured Prefect server"),
    "work": ("cli.spread:work", "Run a worker on this machine for the configured Prefect server"),
    "doctor": ("cli.doctor:doctor", "Check settings, database, mail, Prefect, calendar and templates"),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="school-improvement-board", prog_name="sib")
def sib() -> None:
    """The School Improvement Board's commissioning system.

    A priority is identified, support is brokered, delivered, chased every half term and evaluated.
    """


def main() -> None:
    """Run a command: 0 when it is done, 1 with one plain sentence when it is refused, 2 for wrong usage."""
    collect_seldom()
    try:
        sib.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        said = known_trouble(error)
        if said is None:
            raise
        click.echo(said, err=True)
        sys.exit(1)


def known_trouble(error: Exception) -> str | None:
    """One plain sentence for trouble that is not a bug: a database that is not there or not up to date; else None."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from rules.half_terms import CalendarExhausted

    if isinstance(error, OperationalError | ProgrammingError):
        text = str(error.orig).lower()
        if "no such table" in text or "does not exist" in text or "no such column" in text:
            return "The database is not up to date: run `sib db upgrade` first."
        return f"The database cannot be used: {str(error.orig).strip().splitlines()[0]}."
    if isinstance(error, CalendarExhausted):
        return f"This cannot be worked out: {error}."
    if type(error).__name__ == "ChecksFailed":
        return f"The work is done, and an operator must look at this: {error}"
    return None
