"""What became of a file, row by row: the report that ends every import."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was not taken. Rows are numbered as a spreadsheet shows them: the headings are row 1."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class FeedReport:
    """`read` rows of the file = `taken` + those in `skipped`; one row of a file may give several typed rows.

    `absent` are columns that this kind of file can have and this file has not; `ignored` are columns that it has and
    nothing uses. `provisional` figures give way to final ones of the same year.
    """

    kind: str
    filename: str
    sha256: str
    year: str | None
    read: int
    taken: int
    skipped: tuple[Skipped, ...]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]
    provisional: bool


@dataclass(slots=True)
class Ledger:
    """The report while a file is being read; each reader writes to it as it goes."""

    read: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    provisional: bool = False

    def skip(self, row: int, reason: str) -> None:
        """Count a row as not taken, for a reason that a person can act on."""
        self.skipped.append(Skipped(row, reason))

    def note(self, text: str) -> None:
        """Say something about the whole file, once."""
        if text not in self.notes:
            self.notes.append(text)

    def close(self, kind: str, filename: str, sha256: str, year: str | None) -> FeedReport:
        """The finished report."""
        return FeedReport(
            kind=kind,
            filename=filename,
            sha256=sha256,
            year=year,
            read=self.read,
            taken=self.read - len(self.skipped),
            skipped=tuple(self.skipped),
            absent=tuple(self.absent),
            ignored=tuple(self.ignored),
            notes=tuple(self.notes),
            provisional=self.provisional,
        )
