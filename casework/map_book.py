"""The map of support as tables for a spreadsheet: theme by cluster counted in schools, and who supports whom."""

from collections.abc import Iterable

from papers.workbook import Sheet
from queries.support_map import MapCell

HEADINGS = ("Theme", "Cluster", "In need", "Supported", "Being arranged", "Without support", "Support without need")


def by_cluster(cells: Iterable[MapCell]) -> Sheet:
    """A row a theme and cluster, with who supports whom in it."""
    return Sheet(
        "Map of support",
        (*HEADINGS, "Who supports whom"),
        [
            [
                *(one.theme, one.cluster, one.need, one.met, one.coming, one.unmet, one.without_need),
                "; ".join(f"{s.provider}: {s.school} ({s.reference})" for s in one.support),
            ]
            for one in cells
        ],
    )


def by_support(cells: Iterable[MapCell]) -> Sheet:
    """A row a piece of support."""
    return Sheet(
        "Who supports whom",
        ("Theme", "Provider", "School", "Cluster", "Case"),
        [[one.theme, s.provider, s.school, one.cluster, s.reference] for one in cells for s in one.support],
    )
