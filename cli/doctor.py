"""`sib doctor`: settings, database, mail, Prefect, calendar and templates: a tick, or what to do."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import click

from cli.options import as_json
from cli.printing import show_json
from config import clock
from config.settings import settings
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen or what to do."""

    what: str
    well: bool
    said: str


@click.command()
@as_json
def doctor(json_wanted: bool) -> None:
    """Look at everything the system stands on. Exit 1 when something needs a person."""
    findings = [
        _guarded(check) for check in (_database, _event_log, _calendar, _bank_holidays, _mail, _prefect, _templates)
    ]
    findings += list(_settings())
    if json_wanted:
        show_json(findings)
    else:
        for one in findings:
            click.echo(f"{'✓' if one.well else '✗'} {one.what}: {one.said}")
    bad = sum(not one.well for one in findings)
    if bad:
        raise Refused(f"{bad} of {len(findings)} checks need a person.")


def _guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Refused as refused:
        return Finding(check.__name__.strip("_").replace("_", " "), well=False, said=str(refused))
    except OSError as error:
        return Finding(
            check.__name__.strip("_").replace("_", " "), well=False, said=f"cannot be reached: {error.strerror}."
        )


def _database() -> Finding:
    from config import migrations
    from config.database import engine

    migrations.require_current(engine())
    return Finding("database", well=True, said=f"{settings().shown_database_url}, up to date")


def _event_log() -> Finding:
    from casework.events import broken_chains
    from config.database import reading_scope

    with reading_scope() as session:
        broken = broken_chains(session)
    return Finding(
        "event log", well=not broken, said="whole" if not broken else f"changed or cut: {', '.join(broken[:5])}"
    )


def _calendar() -> Finding:
    from config.database import reading_scope
    from queries.calendars import Calendars

    with reading_scope() as session:
        half_terms = Calendars(session, settings().area).area.half_terms
    if not half_terms:
        return Finding("calendar", well=False, said="no term dates: `sib import calendar FILE`")
    last = half_terms[-1].ends_on
    well = last >= clock.today() + timedelta(days=120)
    return Finding(
        "calendar", well=well, said=f"reaches {last.isoformat()}" + ("" if well else ": import the next school year")
    )


def _bank_holidays() -> Finding:
    import sqlalchemy as sa

    from config.database import reading_scope
    from models.calendar import BankHoliday

    with reading_scope() as session:
        last = session.scalar(sa.select(sa.func.max(BankHoliday.day)))
    well = last is not None and last >= clock.today() + timedelta(days=120)
    said = "none" if last is None else f"reach {last.isoformat()}"
    return Finding("bank holidays", well=well, said=said + ("" if well else ": `sib import bank-holidays FILE`"))


def _mail() -> Finding:
    url = settings().smtp_url
    if url is None:
        return Finding("mail", well=True, said=f"no SMTP server set; messages are kept in {settings().outbox_dir}")
    parts = urlsplit(url.get_secret_value())
    port = parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25)
    with socket.create_connection((parts.hostname or "", port), timeout=5):
        return Finding("mail", well=True, said=f"{settings().shown_smtp_url} answers")


def _prefect() -> Finding:
    url = settings().prefect_api_url
    if url is None:
        return Finding("Prefect", well=True, said="no server set; flows run in-process")
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=5):
        return Finding("Prefect", well=True, said=f"{url} answers")


def _templates() -> Finding:
    from mail.rendering import render
    from mail.samples import SAMPLES

    for context in SAMPLES.values():
        render(context)
    return Finding("templates", well=True, said=f"{len(SAMPLES)} e-mails render")


def _settings() -> Iterator[Finding]:
    found = settings()
    trial = (
        "on: mail goes to " + (", ".join(found.trial_recipients) or "nobody") if found.trial else "off: mail goes out"
    )
    yield Finding("trial mode", well=True, said=trial)
    for name in (
        "area",
        "base_url",
        "council_name",
        "mail_from",
        "reply_to",
        "bounce_domain",
        "send_from",
        "send_until",
    ):
        yield Finding(f"SIB_{name.upper()}", well=True, said=str(getattr(found, name)))
