"""The mail server and the e-mails."""

import asyncio

from cli.checks.finding import Finding
from config.settings import settings


def server() -> Finding:
    """It answers, its certificate holds, and it takes our name and password; no e-mail is sent."""
    url = settings().smtp_url
    if url is None:
        return Finding("mail server", well=True, said=f"none set; messages are kept in {settings().outbox_dir}")
    from mail.reach import reach
    from mail.smtp import SmtpServer

    asked = SmtpServer.from_url(
        url.get_secret_value(), ca_file=settings().smtp_ca_file, timeout=settings().smtp_timeout
    )
    trouble = asyncio.run(reach(asked))
    if trouble:
        return Finding("mail server", well=False, said=f"{settings().shown_smtp_url}: {trouble}")
    return Finding("mail server", well=True, said=f"{settings().shown_smtp_url} answers and takes us in")


def bounces() -> Finding:
    """The mailbox where bounces arrive can be read; nothing in it is marked."""
    url = settings().returns_url
    if url is None:
        return Finding("bounces", well=True, said="no mailbox set (SIB_RETURNS_URL); `sib bounces read` takes files")
    from mail.mailboxes import FAULTS, opened

    try:
        first = next(iter(opened(url.get_secret_value()).unread()), None)
    except FAULTS as error:
        return Finding("bounces", well=False, said=f"the mailbox cannot be read: {type(error).__name__}")
    return Finding("bounces", well=True, said="the mailbox can be read" + (", something waits in it" if first else ""))


def trial_mode() -> Finding:
    """Whether mail goes out."""
    found = settings()
    said = (
        "on: mail goes to " + (", ".join(found.trial_recipients) or "nobody") if found.trial else "off: mail goes out"
    )
    return Finding("trial mode", well=True, said=said)


def templates() -> Finding:
    """Every e-mail renders."""
    from mail.rendering import render
    from mail.samples import SAMPLES

    for context in SAMPLES.values():
        render(context)
    return Finding("templates", well=True, said=f"{len(SAMPLES)} e-mails render")
