"""Mail: rendering and building one personal chaser."""

from datetime import UTC, datetime

from benchmarks.measuring import repeated
from benchmarks.wanted import Figures, Wanted
from mail.message import Envelope, build
from mail.rendering import render
from mail.samples import SAMPLES

CHASER = "impact-update-request"


def measure(wanted: Wanted) -> Figures:
    """Figures `render` (subject, text and HTML) and `build` (the bytes that go over the wire)."""
    context = SAMPLES[CHASER]
    rendered = render(context)
    envelope = Envelope(
        header_id="<sib.1.20261112@sib.example>",
        sender="board@sib.example",
        sender_name="School Improvement Board",
        recipient="head@school.example",
        recipient_name="Priya Shah",
        reply_to="school.improvement@sib.example",
        date=datetime(2026, 11, 12, 9, 0, tzinfo=UTC),
        references="<case.1@sib.example>",
    )
    for n in wanted.sizes or (2_400,):
        if wanted.wants("render"):
            yield repeated(lambda: render(context), n).figure("render", n, database=None)
        if wanted.wants("build"):
            yield repeated(lambda: build(rendered, envelope), n).figure("build", n, database=None)
