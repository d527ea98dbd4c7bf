"""`sib demo`: a whole school year of the invented area, from published figures to evaluated impact."""

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.leash import leashed
from cli.options import DAY, as_json
from cli.printing import show_json
from config.settings import ROOT, adopt, environment_for_child, switch_off_usage_reports
from rules.eligibility import pounds

if TYPE_CHECKING:
    from cli.prefect_server import PrefectServer
    from sample.summary import Summary

AREA = "898"
SEED = 2018
RUN_STATES = ("COMPLETED", "FAILED", "CRASHED", "RUNNING", "PENDING", "SCHEDULED", "CANCELLED")


@click.command()
@click.option("--year", default="2025-26", show_default=True, help="The school year to play.")
@click.option("--no-serve", is_flag=True, help="Stop after the year with a summary, instead of serving the pages.")
@click.option("--until", type=DAY, default=None, help="Stop on this day of the year, with work still under way.")
@click.option("--port", default=8000, show_default=True, help="The port of the pages.")
@as_json
def demo(year: str, no_serve: bool, until: date | None, port: int, json_wanted: bool) -> None:
    """Play a school year on real Prefect runs and real mail, in a folder of its own, then serve the pages.

    Everything is invented, and mail goes to a built-in server on this machine only.
    """
    from sample.demo_year import year_of

    played = year_of(year, until)
    began = time.monotonic()
    folder = Path.cwd() / ".sib" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    switch_off_usage_reports()
    from cli.prefect_server import recorded_on, running_server, wait_until_ready
    from mail.sink import MailSink

    with MailSink(folder / "mail") as sink, running_server(folder / "prefect") as server:
        _own_world(folder, sink.url, f"http://127.0.0.1:{port}")
        from sample.demo_year import play

        with _progress() as say:
            say("Starting Prefect's server", 0.0)
            wait_until_ready(server)
            with recorded_on(server):
                play(played, files=folder / "files", mailbox=folder / "mail", seed=SEED, say=say)
        found = _summary(played.first)
        runs = run_states(server)
        if json_wanted:
            show_json({**asdict(found), "prefect_runs": runs, "seconds": round(time.monotonic() - began, 1)})
        else:
            _tell(found, runs, time.monotonic() - began, folder)
        if not no_serve:
            _serve(server, folder, port, played.stands_on)


def _own_world(folder: Path, smtp_url: str, base_url: str) -> None:
    """A database, a key and mail of its own; trial mode is off, because nothing leaves this machine."""
    from config import migrations
    from config.database import engine, forget_engine

    adopt(
        {
            "SIB_DATABASE_URL": f"sqlite:///{folder / 'sib.sqlite'}",
            "SIB_STATE_DIR": str(folder),
            "SIB_SMTP_URL": smtp_url,
            "SIB_BASE_URL": base_url,
            "SIB_AREA": AREA,
            "SIB_COUNCIL_NAME": "Dorsetshire Council",
            "SIB_TRIAL": "false",
            "SIB_DEMO": "true",
            "PREFECT_LOGGING_LEVEL": "WARNING",  # the runs are in Prefect's own pages
        }
    )
    forget_engine()
    migrations.upgrade(engine())


def _summary(day: date) -> "Summary":
    from config.database import reading_scope
    from sample.summary import summary

    with reading_scope() as session:
        return summary(session, day)


def run_states(server: "PrefectServer") -> dict[str, int]:
    """How many flow runs Prefect has in each state."""
    counts: Counter[str] = Counter()
    for state in RUN_STATES:
        counted = server.ask("POST", "/flow_runs/count", {"flow_runs": {"state": {"type": {"any_": [state]}}}})
        if counted:
            counts[state.lower()] = int(counted)
    return dict(counts)


def _tell(found: "Summary", runs: dict[str, int], seconds: float, folder: Path) -> None:
    def listed(counts: dict[str, int]) -> str:
        return ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in counts.items())

    money = found.money_pence
    click.echo(f"Commissions   {listed(found.commissions)}")
    click.echo(f"Outcomes      {listed({**found.outcomes, 'referred': found.referrals})}")
    click.echo(f"Board         {listed(found.board)}")
    click.echo(f"Updates       {listed(found.updates)}")
    click.echo(f"E-mails       {listed(found.messages)}, kept in {folder / 'mail'}")
    click.echo(
        f"Fund          {pounds(money['spent'])} spent, {pounds(money['committed'])} committed, "
        f"{pounds(money['reserved'])} reserved, {pounds(money['free'])} free of {pounds(money['budget'])}"
    )
    click.echo(f"Prefect runs  {listed(runs)}")
    click.echo(f"Played in     {seconds:.0f} s")


def _serve(server: "PrefectServer", folder: Path, port: int, day: date) -> None:
    """The pages, and Prefect's with every deployment and a worker; the calendar stands still where the demo ended.

    Nothing starts by itself any more: the schedules know only the real date.
    """
    click.echo("Deploying to Prefect, so that its pages can start a run too", err=True)
    server.set_up()
    server.pause_schedules()
    shown = environment_for_child({**server.environment, "SIB_TODAY": day.isoformat()})
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            leashed(server.worker_command), env=shown, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    click.echo(f"Pages         http://127.0.0.1:{port}")
    click.echo(f"Prefect       {server.ui_url}")
    click.echo("Stop with Ctrl-C.")
    command = [sys.executable, "-m", "uvicorn", "web.app:app", "--app-dir", str(ROOT), "--port", str(port)]
    try:
        subprocess.run([*command, "--log-level", "warning"], env=shown, check=False)
    finally:
        worker.terminate()
        worker.wait()


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on a terminal, a line now and then in a pipe; both on standard error."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=1.0)
            yield lambda what, part: bar.update(task, description=what, completed=part)
        return
    told = [0.0]

    def say(what: str, part: float) -> None:
        if part < 0.1 or part >= told[0] + 0.05:
            told[0] = part
            click.echo(f"{part:4.0%}  {what}", err=True)

    yield say
