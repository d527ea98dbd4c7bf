"""Telling an operator of a run that failed, crashed, is late or never came: on the officers' list and by mail."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from config import clock
from config.database import session_scope
from config.settings import Settings, settings
from mail.smtp import Outcome, Parcel, SmtpServer, SmtpTransport
from models.officer_tasks import OfficerTask
from rules.errors import Refused

log = logging.getLogger("sib.operators")


def tell_operator(flow: str, flow_run_id: str, state: str) -> bool:
    """Put a run in trouble on the task list and write to the operators, once; whether it was news.

    The list reaches officers with the next day's digest, which a failed tick would not make: so whoever is named in
    SIB_OPERATORS has a mail of their own at once, past the outbox and whatever trial mode says. Ids only in both.
    """
    text = f"The run {flow_run_id} of {flow} ended as {state}: look at it in Prefect, then run it again."
    return alarm(f"run:{flow_run_id}", "run-in-trouble", text)


def alarm(key: str, kind: str, text: str) -> bool:
    """Keep a task under `key` and mail its text to the operators, once; whether it was news."""
    try:
        with session_scope() as session:
            if session.scalar(sa.select(OfficerTask.id).where(OfficerTask.key == key)) is not None:
                return False
            day = clock.today()
            session.add(OfficerTask(key=key, kind=kind, raised_on=day, due_on=day, text=text))
    except IntegrityError:
        return False  # told from another process in this moment
    write_to_operators(settings(), key, text)
    return True


def write_to_operators(found: Settings, key: str, text: str) -> None:
    """Mail a text to each operator; a mail server that is not there is logged, for the task list has it already."""
    if not found.operators or found.smtp_url is None:
        return
    server = SmtpServer.from_url(found.smtp_url.get_secret_value())
    parcels = [_parcel(found, number, address, key, text) for number, address in enumerate(found.operators)]
    with ThreadPoolExecutor(1) as pool:  # callers may stand inside an event loop
        pool.submit(lambda: asyncio.run(_send(server, parcels))).result()


async def _send(server: SmtpServer, parcels: list[Parcel]) -> None:
    async def done(parcel: Parcel, outcome: Outcome) -> None:
        log.warning("operator told", extra={"operator": parcel.id, "result": outcome.result, "stage": outcome.stage})

    transport = SmtpTransport(server, connections=1)
    try:
        await transport.send_all(parcels, done)
    finally:
        await transport.close()


def _parcel(found: Settings, number: int, address: str, key: str, text: str) -> Parcel:
    if any(mark in address for mark in "\r\n\0 "):
        raise Refused("An address in SIB_OPERATORS has a space or a line break in it.")
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = f"{found.service_name}: something needs an operator"
    letter["From"] = found.mail_from
    letter["To"] = address
    letter["Date"] = format_datetime(clock.now())
    letter["Auto-Submitted"] = "auto-generated"
    letter["Message-ID"] = f"<operator.{key.replace(':', '.')}.{number}@{found.bounce_domain}>"
    letter.set_content(
        f"{text}\n\nWhat to do is in docs/how-to/runbook.md. `sib doctor` says how the service stands.\n"
    )
    return Parcel(number, found.reply_to, address, letter.as_bytes())


def tell_of_mail_server(now: datetime, said: str) -> bool:
    """Put a mail server that cannot be used on the task list, once a day; whether it was news."""
    text = f"E-mails wait until the mail server can be used again. What it said: {said[:300]}"
    return alarm(f"mail-server:{clock.local(now).date().isoformat()}", "mail-server", text)
