"""Every e-mail with invented people, as files that a person reads: one page of all, each as .html and as .eml."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mail.catalogue import DRAFTS
from mail.message import Envelope, build
from mail.rendering import environment, render
from mail.samples import SAMPLES

READERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "the school",
        (
            "support-offered",
            "support-offer-reminder",
            "opt-out-confirmed",
            "support-brokered",
            "plan-to-agree",
            "plan-agreed",
            "impact-update-request",
            "impact-update-nudge",
            "impact-update-reminder",
            "impact-update-received",
            "impact-evaluated",
            "case-closed",
            "case-paused",
        ),
    ),
    (
        "the provider",
        (
            "brokering-offer",
            "brokering-offer-reminder",
            "brokering-offer-expired",
            "brokering-confirmed",
            "spend-to-confirm",
        ),
    ),
    ("the officer", ("task-digest", "delivery-problems", "sign-in-link")),
    (
        "the Chair and the Board",
        (
            "board-invitation",
            "board-pack-ready",
            "overdue-digest",
            "missed-two-meetings",
            "minutes-published",
            "decision-recorded",
            "letter-to-send",
        ),
    ),
    ("the council and beyond", ("referral-to-regional-director", "vat-to-check")),
    ("anybody", ("digest",)),
)
"""Who gets what, in the order of the gallery; what is named nowhere stands at its end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One e-mail on the page of all."""

    template: str
    subject: str
    text: str
    draft: bool
    calendars: bool


def write_gallery(folder: Path) -> int:
    """Write `index.html` and every e-mail as NAME.html and NAME.eml; how many e-mails there are."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = {template: _write(folder, template) for template in SAMPLES}
    named = {template for _, templates in READERS for template in templates}
    more = tuple(template for template in SAMPLES if template not in named)
    readers = (*READERS, ("others", more)) if more else READERS
    groups = [(reader, [shown[t] for t in templates if t in shown]) for reader, templates in readers]
    page = environment().get_template("_gallery/index.html").render(groups=groups, count=len(shown))
    (folder / "index.html").write_text(page, "utf-8")
    return len(shown)


def _write(folder: Path, template: str) -> Shown:
    context = SAMPLES[template]
    rendered = render(context)
    draft = template in DRAFTS
    envelope = Envelope(
        header_id=f"<sample.{template}@sib.council.example>",
        sender="board@council.example",
        sender_name=f"{context.head.service}, {context.head.council}",
        recipient="somebody@school.example",
        recipient_name=context.head.recipient,
        reply_to=context.head.reply_to,
        date=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        references="<case.14@sib.council.example>" if context.head.reference else "",
        unsubscribe=getattr(context, "unsubscribe_url", ""),
        draft=draft,
    )
    (folder / f"{template}.html").write_text(rendered.html, "utf-8")
    (folder / f"{template}.eml").write_bytes(build(rendered, envelope))
    return Shown(template, rendered.subject, rendered.text, draft, bool(rendered.calendars))
