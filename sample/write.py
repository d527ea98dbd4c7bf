"""Writing the invented area to a folder, file by file, in the order in which they are to be imported."""

from dataclasses import dataclass
from pathlib import Path

from sample import write_council as council
from sample import write_results as results
from sample import write_schools as schools
from sample.area import Area
from sample.tables import write_json


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file and how to import it; `year` is of tables of results only."""

    kind: str
    path: Path
    year: str | None = None


def write_area(area: Area, to: Path) -> list[WrittenFile]:
    """Write every file below `to`, and beside them `truth.json`, which is not imported."""
    la, day = area.la_code, f"{area.start:%Y%m%d}"
    gias, council_folder = to / "gias", to / "council"
    written = [
        WrittenFile("schools", schools.write_schools(area, gias / f"gias_search_results_{la}_{day}.csv")),
        WrittenFile("groups", schools.write_trusts(area, gias / f"grouplinks_edubaseallacademiesandfree{day}.csv")),
        WrittenFile("links", schools.write_links(area, gias / f"links_edubasealldata{day}.csv")),
        WrittenFile("clusters", council.write_clusters(area, council_folder / "clusters.csv")),
    ]
    written += write_results(area, to)
    latest = to / "ofsted" / f"state-funded_schools_latest_inspections_{day}.csv"
    written += [
        WrittenFile("ofsted", schools.write_inspections(area, latest)),
        WrittenFile("providers", council.write_providers(area, council_folder / "providers.csv")),
        WrittenFile("contacts", council.write_contacts(area, council_folder / "contacts.csv")),
        WrittenFile("board", council.write_board(area, council_folder / "board.csv")),
        WrittenFile("calendar", council.write_calendar(area, to / "calendar" / "term-dates.csv")),
        WrittenFile("bank-holidays", council.write_bank_holidays(area, to / "calendar" / "bank-holidays.json")),
    ]
    write_json(to / "truth.json", {str(urn): sorted(themes) for urn, themes in area.truth.items()})
    return written


def write_results(area: Area, to: Path) -> list[WrittenFile]:
    """Write the tables of each of the area's school years: all of one kind, then the next."""
    la = area.la_code
    folders = [(of, to / "performance" / f"{of.year[:5]}20{of.year[5:]}") for of in area.results]
    ks2 = [
        WrittenFile("ks2", results.write_ks2(area, of.ks2, path / f"{la}_ks2final.csv"), of.year)
        for of, path in folders
    ]
    ks4 = [
        WrittenFile("ks4", results.write_ks4(area, of.ks4, path / f"{la}_ks4final.csv"), of.year)
        for of, path in folders
    ]
    absence = [
        WrittenFile("absence", results.write_absence(area, of.absence, path / "england_abs.csv"), of.year)
        for of, path in folders
    ]
    census = [
        WrittenFile("census", results.write_census(area, of.census, path / "england_census.csv"), of.year)
        for of, path in folders
    ]
    return [*ks2, *ks4, *absence, *census]
