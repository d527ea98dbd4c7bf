"""What an import did: the report that it ends with."""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.report import FeedReport, Skipped
from intake.upserting import Counts

SHOWN = 10


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """Rows of the file: `read`, of which `skipped`. Rows of ours: `written` (new), `changed`, `unchanged`."""

    kind: str
    filename: str
    year: str | None
    read: int
    written: int
    changed: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        year = f" of {self.year}" if self.year else ""
        yield f"{self.filename}: {self.kind}{year}, {self.read} rows read."
        yield (
            f"{self.written} written, {self.changed} changed, {self.unchanged} unchanged, {len(self.skipped)} skipped."
        )
        for one in self.skipped[:SHOWN]:
            yield f"Row {one.row} skipped: {one.reason}"
        if len(self.skipped) > SHOWN:
            yield f"And {len(self.skipped) - SHOWN} more rows skipped; --json has them all."
        if self.absent:
            yield f"Not in this file: {', '.join(self.absent)}."
        if self.ignored:
            more = f" and {len(self.ignored) - SHOWN} more" if len(self.ignored) > SHOWN else ""
            yield f"Columns that are not used: {', '.join(self.ignored[:SHOWN])}{more}."
        yield from self.notes


@dataclass(frozen=True, slots=True)
class Taken:
    """What a family of rows did to the tables, and what is to be said of it."""

    counts: Counts
    notes: tuple[str, ...] = ()


def report_of(feed: FeedReport, taken: list[Taken]) -> IntakeReport:
    """The feed's report and what was done with its rows, as one."""
    counts = sum((one.counts for one in taken), Counts())
    return IntakeReport(
        kind=feed.kind,
        filename=feed.filename,
        year=feed.year,
        read=feed.read,
        written=counts.written,
        changed=counts.changed,
        unchanged=counts.unchanged,
        skipped=feed.skipped,
        absent=feed.absent,
        ignored=feed.ignored,
        notes=(*feed.notes, *(note for one in taken for note in one.notes)),
    )
