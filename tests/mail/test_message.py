"""The bytes of an e-mail, read back by the standard library: it means what was rendered, and fits RFC 5322."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from mail.contexts import Digest
from mail.invitation import calendar_text
from mail.message import Envelope, build
from mail.rendering import Rendered, digest_item, render
from mail.samples import SAMPLES
from rules.errors import Refused
from rules.visible_text import visible

ENVELOPE = Envelope(
    header_id="<message.17@sib.council.example>",
    sender="sib@council.example",
    sender_name="Wessex Council, School Improvement",
    recipient="head@school.example",
    recipient_name="Zoë Łukasz O’Hare",
    reply_to="school-improvement@council.example",
    date=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    references="<case.14@sib.council.example>",
)
readable = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300)
bodies = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=2000)


def read(data: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def fits(data: bytes) -> None:
    """RFC 5322, 2.1.1 and RFC 5321, 4.5.3.1: ASCII, CRLF, lines of 998 at most; ours of 78 where they can be folded."""
    assert data.isascii()
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content.replace("\r\n", "\n")


@pytest.mark.parametrize("template", SAMPLES)
def test_every_email_means_what_was_rendered(template: str) -> None:
    rendered = render(SAMPLES[template])
    data = build(rendered, ENVELOPE)
    fits(data)
    message = read(data)
    assert message["Subject"] == rendered.subject
    assert part(message, "plain") == rendered.text
    assert part(message, "html").rstrip("\n") == rendered.html.rstrip("\n")
    assert message["Message-ID"] == ENVELOPE.header_id
    assert message["References"] == message["In-Reply-To"] == ENVELOPE.references
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "DR, RN, NRN, AutoReply"
    assert message["Reply-To"] == ENVELOPE.reply_to
    assert message["To"].addresses[0].addr_spec == "head@school.example"
    assert message["To"].addresses[0].display_name == "Zoë Łukasz O’Hare"
    assert message["From"].addresses[0].display_name == "Wessex Council, School Improvement"
    assert message["Date"].datetime == ENVELOPE.date
    assert message["List-Unsubscribe"] is None
    attached = list(message.iter_attachments())
    assert [one.get_content_type() for one in attached] == ["text/calendar"] * len(rendered.calendars)
    assert [one.get_content().replace("\r\n", "\n") for one in attached] == list(rendered.calendars)


def test_a_reply_goes_to_a_mailbox_with_a_name_too() -> None:
    message = read(
        build(render(SAMPLES["digest"]), replace(ENVELOPE, reply_to="Ysgolion Môn <ysgolion@council.example>"))
    )
    (found,) = message["Reply-To"].addresses
    assert (found.display_name, found.addr_spec) == ("Ysgolion Môn", "ysgolion@council.example")


def test_only_an_invitation_carries_a_file() -> None:
    assert [name for name in SAMPLES if render(SAMPLES[name]).calendars] == ["board-invitation"]


def test_an_invitation_is_one_that_a_calendar_takes_in() -> None:
    (attached,) = read(build(render(SAMPLES["board-invitation"]), ENVELOPE)).iter_attachments()
    assert attached.get_filename() == "meeting.ics"
    assert attached.get_param("method") == "REQUEST"
    calendar = Calendar.from_ical(attached.get_content())
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert event.decoded("DTSTART") == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 11, 25, 18, tzinfo=UTC)
    assert event["ATTENDEE"] == "mailto:ruth.okafor@heads.example"


def test_an_invitation_in_a_digest_goes_along_with_it() -> None:
    invitation, other = SAMPLES["board-invitation"], SAMPLES["digest"]
    assert isinstance(other, Digest)
    both = replace(other, items=(*other.items, digest_item(invitation)))
    (attached,) = read(build(render(both), ENVELOPE)).iter_attachments()
    assert "DTSTART:20261125T160000Z" in attached.get_content()


@given(title=st.text(max_size=80), place=st.text(max_size=80), name=readable)
def test_no_words_break_an_invitation(title: str, place: str, name: str) -> None:
    text = calendar_text(
        uid="m1@sib.example",
        sequence=3,
        title=visible(title),
        starts_at=datetime(2026, 6, 10, 16, tzinfo=ZoneInfo("Europe/London")),
        minutes=90,
        place=visible(place),
        organiser=("Wessex", "sib@council.example"),
        attendee=(name, "a@b.example"),
        stamped_at=ENVELOPE.date,
        cancelled=True,
    )
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("DTSTART") == datetime(2026, 6, 10, 15, tzinfo=UTC)
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] == 3
    assert [line.split(":")[0] for line in text.splitlines() if line.startswith(("BEGIN", "METHOD", "ATTACH"))] == [
        "BEGIN",
        "METHOD",
        "BEGIN",
    ]


def test_only_a_subscription_can_be_ended_with_one_click() -> None:
    message = read(build(render(SAMPLES["digest"]), replace(ENVELOPE, unsubscribe="https://council.example/x/1")))
    assert message["List-Unsubscribe"] == "<https://council.example/x/1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_same_message_is_the_same_bytes() -> None:
    rendered = render(SAMPLES["digest"])
    assert build(rendered, ENVELOPE) == build(rendered, ENVELOPE)


@pytest.mark.parametrize("name", [field.name for field in fields(Envelope) if field.type in ("str", str)])
@pytest.mark.parametrize("break_", ["\r\nBcc: eve@evil.example", "\n", "\r", "\0", "\r\n "])
def test_no_value_can_begin_a_header_of_its_own(name: str, break_: str) -> None:
    rendered = render(SAMPLES["digest"])
    with pytest.raises(Refused):
        build(rendered, replace(ENVELOPE, **{name: f"{getattr(ENVELOPE, name)}{break_}x"}))  # type: ignore[arg-type]


@pytest.mark.parametrize("break_", ["\r\nBcc: eve@evil.example", "\n", "\r", "\0"])
def test_no_subject_can_begin_a_header_of_its_own(break_: str) -> None:
    with pytest.raises(Refused):
        build(Rendered(f"Hello{break_}x", "text\n", "<p>text</p>"), ENVELOPE)


@given(subject=readable, name=readable, text=bodies)
def test_any_words_come_back(subject: str, name: str, text: str) -> None:
    data = build(Rendered(subject, text, f"<p>{text}</p>"), replace(ENVELOPE, recipient_name=name))
    fits(data)
    message = read(data)
    assert "".join(message["Subject"].split()) == "".join(subject.split())
    assert part(message, "plain").rstrip("\n") == text.rstrip("\n")
    assert message["To"].addresses[0].addr_spec == "head@school.example"
