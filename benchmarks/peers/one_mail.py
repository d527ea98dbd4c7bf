"""What a task of a peer does: one person's row read, the chaser rendered and built, sent, recorded in one commit.

Rendering and building are the floor's own, quicker than what the peers' documentation shows; the connection to the mail
server is kept from task to task, one a thread. So what differs between them and us is how the work is organised.
"""

import os
import smtplib
import threading

import sqlalchemy as sa

from benchmarks.mail_floor import parcel_of
from config.database import engine
from mail.rendering import environment

_READ = sa.text("SELECT id, recipient, context FROM floor WHERE id = :id AND state = 'queued'")
_SENT = sa.text("UPDATE floor SET state = 'sent', response = :response WHERE id = :id")
_LEFT = sa.text("SELECT count(*) FROM floor WHERE state = 'queued'")
PORT = "SIB_BENCH_PORT"

_kept = threading.local()


def send_one(number: int) -> None:
    """Send one chaser."""
    with engine().connect() as connection:
        row = connection.execute(_READ, {"id": number}).one()
    parcel = parcel_of(environment(), *row)
    server = _server()
    server.mail(parcel.bounce_to)
    server.rcpt(parcel.recipient)
    code, said = server.data(parcel.data)
    assert code == 250, said
    with engine().begin() as connection:
        connection.execute(_SENT, {"id": number, "response": said.decode()})


def none_left() -> bool:
    """Whether all have been sent."""
    with engine().connect() as connection:
        return not connection.execute(_LEFT).scalar_one()


def _server() -> smtplib.SMTP:
    if not hasattr(_kept, "server"):
        _kept.server = smtplib.SMTP("127.0.0.1", int(os.environ[PORT]))
        _kept.server.ehlo()
    found: smtplib.SMTP = _kept.server
    return found
