"""A list in the address: which page of it, sorted by what, and the addresses of its other pages and orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

A_PAGE = 50
FARTHEST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list: `kept` are its filters as they were given, empty ones left out."""

    path: str
    kept: Mapping[str, str]
    sort: str
    descending: bool
    number: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * A_PAGE

    def get(self, name: str) -> str:
        """A filter as it was given; empty when it was not."""
        return self.kept.get(name, "")

    def address(self, **changed: str | int) -> str:
        """The same list with something changed; a change of order starts at its first page."""
        told = {**self.kept, "sort": self.sort, "order": "desc" if self.descending else "", "page": str(self.number)}
        told |= {name: str(value) for name, value in changed.items()}
        if told["page"] == "1":
            del told["page"]
        shown = {name: value for name, value in told.items() if value}
        return f"{self.path}?{urlencode(shown)}" if shown else self.path

    def sorted_by(self, column: str) -> str:
        """The address that sorts by a column: the other way round when the list is sorted by it already."""
        return self.address(sort=column, order="desc" if self.sort == column and not self.descending else "", page=1)

    def order_of(self, column: str) -> str:
        """What a screen reader is told of a column's heading (aria-sort)."""
        if column != self.sort:
            return "none"
        return "descending" if self.descending else "ascending"


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page of a list stands: `first` to `last` of `total`, and the numbers that are worth a link."""

    asked: Asked
    total: int

    @property
    def count(self) -> int:
        return max((self.total + A_PAGE - 1) // A_PAGE, 1)

    @property
    def first(self) -> int:
        return min(self.asked.offset + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.asked.offset + A_PAGE, self.total)

    @property
    def numbers(self) -> list[int | None]:
        """The first, the last and those around this one; None stands for a gap."""
        here = self.asked.number
        wanted = sorted({1, self.count, *range(max(here - 1, 1), min(here + 1, self.count) + 1)})
        out: list[int | None] = []
        for number in wanted:
            if out and number - (out[-1] or 0) > 1:
                out.append(None)
            out.append(number)
        return out


def asked_of(
    path: str,
    query: QueryParams,
    filters: Iterable[str],
    sorts: Iterable[str],
    usual: str,
    *,
    newest_first: bool = False,
) -> Asked:
    """Read an address. What makes no sense in it counts as not said: an address is never an error. A list that is
    `newest_first` goes downwards by its usual column unless the address names a column.
    """
    kept = {name: query[name].strip()[:200] for name in filters if query.get(name, "").strip()}
    sort = query.get("sort", "")
    page = query.get("page", "")
    is_said = sort in set(sorts)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    return Asked(
        path=path,
        kept=kept,
        sort=sort if is_said else usual,
        descending=query.get("order") == "desc" or (newest_first and not is_said),
        number=min(max(number, 1), FARTHEST_PAGE),
    )


def within(asked: Asked, total: int) -> Asked:
    """The same, on the last page when it asks for one that there is not."""
    most = max((total + A_PAGE - 1) // A_PAGE, 1)
    if asked.number <= most:
        return asked
    return Asked(asked.path, asked.kept, asked.sort, asked.descending, most)
