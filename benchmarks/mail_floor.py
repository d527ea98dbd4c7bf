"""The floor: what somebody writes by hand who wants nothing but to send personal chasers from a table quickly.

Claim 200, render, build, send over eight kept connections with aiosmtplib, record a group in one commit. The same with
its e-mails built by the standard library, as most would; and with a client that pipelines and one commit a claim.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

import aiosmtplib
import sqlalchemy as sa
from jinja2 import Environment
from sqlalchemy import Connection, Engine

from mail.message import Envelope, build
from mail.rendering import Rendered, environment
from mail.samples import SAMPLES
from mail.smtp import Outcome, Parcel, SmtpServer, SmtpTransport

CLAIM = 200
CONNECTIONS = 8
CHASER = "impact-update-request"
CRLF = compat32.clone(linesep="\r\n")
AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)

_CREATE = "CREATE TABLE floor (id INTEGER PRIMARY KEY, state TEXT, recipient TEXT, context TEXT, response TEXT)"
_CLAIM = (
    "UPDATE floor SET state = 'sending' WHERE id IN (SELECT id FROM floor WHERE state = 'queued' ORDER BY id LIMIT 200"
    "{lock}) RETURNING id, recipient, context"
)
_RECORD = sa.text("UPDATE floor SET state = 'sent', response = :response WHERE id = :id")


def queue(engine: Engine, n: int) -> None:
    """The table, with a message to each of n people."""
    kept = json.dumps({"url": "https://sib.example/u/0123456789abcdefghijkl"})
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS floor")
        connection.exec_driver_sql(_CREATE)
        connection.exec_driver_sql("CREATE INDEX ix_floor ON floor (state, id)")
        insert = sa.text("INSERT INTO floor VALUES (:id, 'queued', :to, :context, NULL)")
        for start in range(0, n, 5_000):
            rows = [
                {"id": k, "to": f"head{k}@school{k % 997}.example", "context": kept}
                for k in range(start + 1, min(start + 5_000, n) + 1)
            ]
            connection.execute(insert, rows)


Builder = Callable[[Rendered, Envelope], bytes]


def build_by_the_library(rendered: Rendered, envelope: Envelope) -> bytes:
    """The same e-mail by the standard library's MIME classes."""
    message = MIMEMultipart("alternative")
    message["From"] = formataddr((envelope.sender_name, envelope.sender))
    message["To"] = formataddr((envelope.recipient_name, envelope.recipient))
    message["Reply-To"] = envelope.reply_to
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.header_id
    message["References"] = envelope.references
    message.attach(MIMEText(rendered.text, "plain", "utf-8"))
    message.attach(MIMEText(rendered.html, "html", "utf-8"))
    return message.as_bytes(policy=CRLF)


def send(engine: Engine, port: int, *, pipelined: bool = False, by: Builder = build) -> int:
    """Send what is queued; how many."""
    return asyncio.run(_pipelined(engine, port) if pipelined else _plain(engine, port, by))


async def _plain(engine: Engine, port: int, by: Builder) -> int:
    clients = [aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) for _ in range(CONNECTIONS)]
    for client in clients:
        await client.connect()
        await client.ehlo()
    sent = 0

    async def one(client: aiosmtplib.SMTP, parcel: Parcel) -> tuple[int, str]:
        await client.mail(parcel.bounce_to)
        await client.rcpt(parcel.recipient)
        response = await client.data(parcel.data)
        return parcel.id, str(response)

    def claims() -> list[Parcel]:
        with engine.begin() as connection:
            return _made(_claimed(connection), by)

    while parcels := claims():
        for start in range(0, len(parcels), CONNECTIONS):
            group = parcels[start : start + CONNECTIONS]
            done = await asyncio.gather(*(one(clients[k], parcel) for k, parcel in enumerate(group)))
            with engine.begin() as connection:
                connection.execute(_RECORD, [{"id": number, "response": said} for number, said in done])
        sent += len(parcels)
    for client in clients:
        await client.quit()
    return sent


async def _pipelined(engine: Engine, port: int) -> int:
    transport = SmtpTransport(SmtpServer("smtp", "127.0.0.1", port), connections=CONNECTIONS)
    sent, done = 0, []

    async def keep(parcel: Parcel, outcome: Outcome) -> None:
        done.append({"id": parcel.id, "response": outcome.said})

    while True:
        with engine.begin() as connection:
            if done:
                connection.execute(_RECORD, done)
                done.clear()
            rows = _claimed(connection)
        if not rows:
            await transport.close()
            return sent
        await transport.send_all(_made(rows), keep)
        sent += len(rows)


def _claimed(connection: Connection) -> list[Any]:
    lock = " FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    return list(connection.exec_driver_sql(_CLAIM.format(lock=lock)))


def _made(rows: list[Any], by: Builder = build) -> list[Parcel]:
    made = environment()
    return [parcel_of(made, number, recipient, context, by) for number, recipient, context in rows]


def parcel_of(made: Environment, number: int, recipient: str, context: str, by: Builder = build) -> Parcel:
    """One person's chaser as it goes over the wire."""
    letter = SAMPLES[CHASER]
    values = {field.name: getattr(letter, field.name) for field in fields(letter)} | json.loads(context)
    get: Callable[[str], Any] = made.get_template
    values["subject"] = " ".join(get(f"{CHASER}/subject.txt").render(values).split())
    rendered = Rendered(
        values["subject"], get(f"{CHASER}/body.txt").render(values), get(f"{CHASER}/body.html").render(values)
    )
    envelope = Envelope(
        header_id=f"<floor.{number}@sib.example>",
        sender="board@sib.example",
        sender_name="School Improvement Board",
        recipient=recipient,
        recipient_name=f"Priya Shah-{number}",
        reply_to="school.improvement@sib.example",
        date=AT,
        references=f"<case.{number}@sib.example>",
    )
    return Parcel(number, f"board+{number}@sib.example", recipient, by(rendered, envelope))
