"""Reading what comes back, in the forms of Postfix, Exim, Exchange, Gmail, Sendmail and qmail; and whatever else."""

import base64
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.absences import back_on
from mail.returned import read
from rules.bounces import ReturnKind, judged
from tests.mail.returned_samples import NAMES, sample

K = ReturnKind
DAY = date(2026, 11, 20)
MEANING = {
    "postfix-unknown-user": (K.HARD, "5.1.1"),
    "postfix-delayed": (K.DELAYED, "4.4.1"),
    "exim-report": (K.HARD, "5.0.0"),  # its fields say nothing but "failed"; its words say why
    "exim-plain-full": (K.SOFT, ""),
    "exchange-unknown-user": (K.HARD, "5.1.10"),
    "exchange-refused-by-policy": (K.REFUSED, "5.7.133"),
    "exchange-automatic-reply": (K.ABSENCE, ""),
    "gmail-unknown-user": (K.HARD, "5.1.1"),
    "gmail-over-quota": (K.SOFT, "5.2.2"),
    "gmail-vacation": (K.ABSENCE, ""),
    "sendmail-unknown-user": (K.HARD, "5.1.1"),
    "qmail-unknown-user": (K.HARD, "5.1.1"),
    "qmail-expired": (K.SOFT, "4.3.0"),
    "automatic-reply-left": (K.LEFT, ""),
    "read-receipt": (K.OTHER, ""),
    "a-persons-reply": (K.REPLY, ""),
}
RETURN = "board+17.abcdefghijklmnop@bounces.council.example"
ABOUT = "<sib.17.20261120@bounces.council.example>"


def test_every_sample_has_a_meaning() -> None:
    assert set(MEANING) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_sample_means(name: str) -> None:
    found = read(sample(name), DAY)
    assert (found.kind, found.status) == MEANING[name]
    assert RETURN in found.to
    assert "@" not in found.said
    assert len(found.said) <= 500
    assert read(sample(name), DAY) == found


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in ("exchange-refused-by-policy", "gmail-over-quota")]
)
def test_the_message_that_it_is_about_is_found(name: str) -> None:
    assert ABOUT in read(sample(name), DAY).about


def test_two_that_differ_have_keys_that_differ() -> None:
    assert len({read(sample(name), DAY).key for name in NAMES}) == len(NAMES)
    moved = sample("qmail-unknown-user", recipient="other@st-marys.example")  # has no Message-ID of its own
    assert read(moved, DAY).key != read(sample("qmail-unknown-user"), DAY).key


def test_the_copy_of_our_own_words_is_not_what_the_server_says() -> None:
    found = read(sample("qmail-unknown-user"), DAY)
    assert "hope" not in found.said
    assert "no such user is meant here" not in read(sample("exim-plain-full"), DAY).said


def test_absences_say_when_somebody_is_back() -> None:
    assert read(sample("exchange-automatic-reply"), DAY).back_on == date(2027, 1, 4)
    assert read(sample("gmail-vacation"), DAY).back_on == date(2027, 9, 1)
    assert read(sample("automatic-reply-left"), DAY).back_on is None


def test_why_somebody_is_away_is_not_kept() -> None:
    assert read(sample("gmail-vacation"), DAY).said == ""
    assert "Jo Lane" in read(sample("automatic-reply-left"), DAY).said


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I am away until Monday 4 January.", date(2027, 1, 4)),
        ("I will be back on 23rd November", date(2026, 11, 23)),
        ("on leave from 23/11/2026 to 27/11/2026 inclusive", date(2026, 11, 27)),
        ("Returning 7.12.26", date(2026, 12, 7)),
        ("back at school on the 1st of December 2026", date(2026, 12, 1)),
        ("returns 2027-02-22", date(2027, 2, 22)),
        ("The office is closed until the 31st of February", None),
        ("back soon", None),
        ("until 1 January 2019", None),
        ("I work Monday to Wednesday", None),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert back_on(text, DAY) == day


@pytest.mark.parametrize(
    ("action", "status", "said", "kind"),
    [
        ("failed", "5.1.1", "", K.HARD),
        ("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied", K.HARD),
        ("failed", "5.4.4", "Host or domain name not found", K.HARD),
        ("failed", "5.0.0", "550 unknown user", K.HARD),
        ("failed", "5.7.1", "550 5.7.1 user unknown to our policy", K.REFUSED),
        ("failed", "5.7.26", "DMARC", K.REFUSED),
        ("failed", "5.3.4", "message too big", K.REFUSED),
        ("failed", "", "550 rejected as spam", K.REFUSED),
        ("failed", "5.2.2", "mailbox full", K.SOFT),
        ("failed", "4.4.7", "delivery time expired", K.SOFT),
        ("failed", "", "", K.SOFT),
        ("delayed", "4.4.1", "no such user", K.DELAYED),
        ("relayed", "2.0.0", "", K.DELIVERED),
    ],
)
def test_only_what_says_so_is_hard(action: str, status: str, said: str, kind: ReturnKind) -> None:
    assert judged(action, status, said) is kind


@given(st.binary(max_size=3000))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert read(data, DAY).kind in ReturnKind


@given(st.sampled_from(NAMES), st.integers(0, 2500), st.binary(min_size=1, max_size=40))
def test_a_sample_broken_anywhere_can_be_read(name: str, place: int, rubbish: bytes) -> None:
    data = sample(name)
    found = read(data[:place] + rubbish + data[place + len(rubbish) :], DAY)
    assert not re.search(r"\w@\w", found.said)


def test_a_report_whose_fields_are_encoded_is_read() -> None:
    fields = b"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
    data = b"\r\n".join(
        (
            b"From: postmaster@b.example",
            b"Subject: =?utf-9?q?Unzustellbar?=",
            b"Date: yesterday",
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
            b"",
            b"--x",
            b"Content-Type: text/plain; charset=klingon",
            b"",
            b"Nu\xdfe",
            b"--x",
            b"Content-Type: message/global-delivery-status",
            b"Content-Transfer-Encoding: base64",
            b"",
            base64.encodebytes(fields).replace(b"\n", b"\r\n"),
            b"--x--",
        )
    )
    found = read(data, DAY)
    assert (found.kind, found.status) == (K.HARD, "5.1.1")


@pytest.mark.parametrize(
    ("headers", "body", "kind"),
    [
        ("From: a@b.example\nReturn-Path: <>\nSubject: Hello", "", K.OTHER),
        ("From: a@b.example\nAuto-Submitted: auto-notified\nSubject: Your ticket", "", K.OTHER),
        ("From: a@b.example\nPrecedence: bulk\nSubject: Re: out of the office", "Until 4 May.", K.ABSENCE),
        ("From: a@b.example\nX-Autorespond: yes\nSubject: Out of office", "", K.ABSENCE),
        ("From: a@b.example\nSubject: We are in the office", "", K.REPLY),
        ("From: MAILER-DAEMON@b.example\nSubject: Warning: message delayed", "It will be retried.", K.DELAYED),
        ("From: MAILER-DAEMON@b.example\nSubject: Failed", "550 no such user here", K.HARD),
        ("From: MAILER-DAEMON@b.example\nSubject: Failed", "We do not say why.", K.SOFT),
    ],
)
def test_mail_without_a_reports_fields(headers: str, body: str, kind: ReturnKind) -> None:
    assert read(f"{headers}\n\n{body}\n".encode(), DAY).kind is kind
