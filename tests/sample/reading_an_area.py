"""Reading an invented area back through the importers, and judging it as the board's analysis does."""

from dataclasses import dataclass
from pathlib import Path

from analysis.evidence import Identification, Observation, Reference
from analysis.identification import identify
from feeds.reading import Feed, read_feed
from feeds.rows import ReferenceRow, ResultRow
from rules.measures import CATALOGUE
from sample.area import Area
from sample.places import Kind
from sample.write import WrittenFile, write_area


@dataclass(frozen=True, slots=True)
class Read:
    """An area, its files, and what the importers made of them, file by file."""

    area: Area
    folder: Path
    files: list[WrittenFile]
    feeds: list[Feed]

    def rows(self, kind: str) -> list[object]:
        """The rows of every file of this kind."""
        return [row for feed in self.feeds if feed.kind == kind for row in feed.rows]


def written_and_read(area: Area, folder: Path) -> Read:
    """Write the area to a folder and read every file."""
    files = write_area(area, folder)
    return Read(area, folder, files, [read_feed(file.path, file.kind, file.year) for file in files])


def judged(read: Read) -> Identification:
    """The analysis of what was read: the years before a school converted count, special schools do not."""
    places, authority = read.area.places, f"la:{read.area.la_code}"
    now = {school.urn for school in places.schools}
    heirs = {school.predecessors[0]: school.urn for school in places.schools if len(school.predecessors) == 1}
    observations: list[Observation] = []
    england: dict[tuple[str, str], Reference] = {}
    ours: dict[tuple[str, str], Reference] = {}
    pupils: dict[tuple[int, str], int] = {}
    for row in (row for feed in read.feeds if feed.year for row in feed.rows):
        if isinstance(row, ResultRow):
            urn, definition = heirs.get(row.urn, row.urn), CATALOGUE[row.measure]
            if row.measure == "census_pupils" and row.value is not None:
                pupils[urn, row.year] = int(row.value)
            if urn in now and (definition.stage in {"KS2", "KS4"} or definition.theme):
                observations.append(
                    Observation(urn, row.measure, row.year, row.value, row.cohort, row.lower, row.upper)
                )
        elif isinstance(row, ReferenceRow) and row.value is not None:
            if row.area == "england-state":
                england[row.measure, row.year] = Reference(row.value, row.cohort)
            elif row.area == authority:
                ours[row.measure, row.year] = Reference(row.value, row.cohort, "in the area")
    special = frozenset(school.urn for school in places.schools if school.kind is Kind.SPECIAL)
    return identify(observations, england, not_mainstream=special, pupils=pupils, area=ours)
